"""The production server: worker processes that share the mapped index."""

import errno
import gc
import logging
import logging.config
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from articles.errors import BackfileError
from articles.store import Store
from web.app import create_app
from web.console.secret import console_secret
from web.counting.rules import kept_readings
from web.query_log import oldest_kept
from web.rebuilding.automatic import Automatic
from web.settings import Settings
from web.watching.logs import log_configuration
from web.watching.watcher import RunFolder

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 10
"""Seconds that requests under way are waited for when the server is told to stop."""
SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one go on."""

logger = logging.getLogger(__name__)


class AddressError(BackfileError):
    """The server cannot listen where it was told to."""


def run_server(settings: Settings) -> None:
    """Serve until a signal says to stop; workers that die are replaced.

    Raises
    ------
    AddressError
        When the address is taken or not this machine's.
    SecretError
        When the key of the console's cookies cannot be used.
    StoreError
        When the store cannot be used.
    """
    # Before the workers: one process migrates, and what is wrong is said once.
    with Store.open(settings.store_url) as store:
        now = datetime.now(UTC)
        store.queries.forget(oldest_kept(settings.query_log_days, now.date()))
        store.readings.forget(now, kept_readings(settings))
    console_secret(settings)
    lines = log_configuration(settings.log_format, requests=settings.log_requests)
    logging.config.dictConfig(lines)
    # Workers whose first process was killed end by themselves, but not at once.
    killed = RunFolder.of(settings.home, settings.port).path.exists()
    port = free_port(settings.host, settings.port, patience=2 * PATIENCE if killed else 0)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Serving {settings.site_name} at http://{host}:{port}/ (Ctrl-C stops it)", flush=True)  # noqa: T201
    run = RunFolder.made(settings.home, port)
    server = Granian(
        "web.app:create_app",
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.warning,
        log_dictconfig=lines,
    )
    server.signal_handler_interrupt = draining(  # type: ignore[method-assign]
        server.signal_handler_interrupt, run, settings.drain_seconds
    )
    try:
        server.serve(target_loader=partial(load_app, settings, run), wrap_loader=False)
    finally:
        run.end()


def draining(stop: Callable[..., None], run: RunFolder, seconds: int) -> Callable[..., None]:
    """Return what a signal to stop calls: not ready at once, stopped after so many seconds.

    A second signal stops without waiting.
    """

    def begin(*_: object) -> None:
        again = run.stopping
        run.stop()
        if again or not seconds:
            stop()
        else:
            timer = threading.Timer(seconds, stop)
            timer.daemon = True
            timer.start()

    return begin


def load_app(settings: Settings, run: RunFolder) -> Flask:
    """Return the application of one worker, its generation open before the first request."""
    # Until Granian's worker listens for signals it has its parent's handlers, which do not end it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent()
    app = create_app(settings)
    application: Any = app  # whose `wsgi_app` is made to be wrapped
    application.wsgi_app = bounded(app.wsgi_app)
    serving = app.extensions["backfile"]
    watcher = app.extensions["watching"]
    # A worker is a process of multiprocessing's, which runs nothing else when it ends.
    Finalize(None, serving.finish_counting, exitpriority=1)
    Finalize(None, watcher.close, exitpriority=0)
    watcher.share(run)
    automatic = Automatic(serving.store, settings)
    Finalize(None, automatic.close, exitpriority=2)
    automatic.begin()
    serving.counter.begin()
    serving.layering.took = watcher.layered
    serving.look_ahead()
    try:
        serving.popularity.lists()
    except BackfileError as error:
        logger.warning("%s", error)
    # A search gives the interpreter away hundreds of times and would wait for it 5 ms each time
    # while another thread computes.
    sys.setswitchinterval(SWITCH)
    # What is there now stays: the collector, which `Layering` calls often, need not look at it.
    gc.collect()
    gc.freeze()
    return app


def end_with_parent() -> None:
    """End this worker when the server's first process has been killed, as if it were told to stop.

    Otherwise it would serve on for good, nobody would replace it, and its port would stay taken.
    """
    parent = parent_process()
    if parent is None:
        return

    def wait_for_end() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=wait_for_end, name="parent", daemon=True).start()


def bounded(application: "WSGIApplication") -> "WSGIApplication":
    """Let an application read bodies that come in chunks, without a length.

    Granian ends such a body where it ends, but does not say so; told of it, the application reads
    one up to its limit and refuses it beyond, instead of taking it for empty.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True
        return application(environ, start_response)

    return answer


def free_port(host: str, port: int, *, patience: float = 0.0) -> int:
    """Return the port to listen on, one that is free for port 0.

    Asked before the workers start: they share a port, and would share it with a stranger too. One
    that is taken is waited for, so many seconds.

    Raises
    ------
    AddressError
        When the address is taken or not this machine's.
    """
    stop_by = time.monotonic() + patience
    while True:
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < stop_by:
                time.sleep(0.1)
                continue
            raise AddressError(
                f"cannot listen on {host} port {port}: {error.strerror}. Stop what listens "
                "there, or choose another with --port (0 takes any free one)"
            ) from error


def _bound(host: str, port: int) -> int:
    """Return the number of a port that could be taken, and was given back."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        chosen: int = probe.getsockname()[1]
        return chosen
