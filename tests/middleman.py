"""A server between a site and the service: it passes on what is asked, or fails as services do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Reply = tuple[int, dict[str, str], bytes]
PASSED = ("Content-Type", "Etag", "Cache-Control", "Vary", "Access-Control-Allow-Origin")
ASKED = ("Host", "Accept", "Accept-Language", "If-None-Match", "Origin", "Content-Type")


class Middleman(ThreadingHTTPServer):
    """Notes what is asked, and answers what the service answers, or what a test wants.

    Attributes
    ----------
    asked : list of (str, dict of str to str)
        The path and the headers of every request.
    answered : list of int
        The status of every answer.
    posted : list of (str, bytes)
        The path and the body of everything that was sent.
    fault : callable or None
        What answers in the place of the service; it may raise ConnectionError to hang up.
    """

    def __init__(self, service: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answered: list[int] = []
        self.posted: list[tuple[str, bytes]] = []
        self.fault: Callable[[str, dict[str, str]], Reply] | None = None
        self.released = Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self) -> None:
        self.released.set()
        self.fault = None
        self.asked.clear()
        self.answered.clear()
        self.posted.clear()
        self.released = Event()

    def hang_up(self, *_: object) -> Reply:
        raise ConnectionError

    def keep_waiting(self, *_: object) -> Reply:
        """Answer when nobody waits any longer."""
        self.released.wait(30)
        raise ConnectionError

    def fail(self, *_: object) -> Reply:
        return 503, {"Content-Type": "application/problem+json"}, b'{"status": 503}'

    def talk_nonsense(self, *_: object) -> Reply:
        return 200, {"Content-Type": "text/html"}, b"<html><h1>It works!</h1></html>"

    def say_nothing(self, *_: object) -> Reply:
        return 200, {"Content-Type": "text/html"}, b""

    def pass_on(self, path: str, headers: dict[str, str], body: bytes | None = None) -> Reply:
        kept = {name: value for name, value in headers.items() if name in ASKED}
        try:
            with urlopen(Request(self.service + path, body, kept), timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()


class _Handler(BaseHTTPRequestHandler):
    server: Middleman

    def do_GET(self) -> None:
        headers = {name.title(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        self.answer(lambda: (self.server.fault or self.server.pass_on)(self.path, headers))

    def do_POST(self) -> None:
        headers = {name.title(): value for name, value in self.headers.items()}
        sent = self.rfile.read(int(headers["Content-Length"]))
        self.server.posted.append((self.path, sent))
        self.answer(lambda: self.server.pass_on(self.path, headers, sent))

    def answer(self, reply: Callable[[], Reply]) -> None:
        try:
            status, told, body = reply()
        except ConnectionError:
            self.close_connection = True
            return
        self.server.answered.append(status)
        self.send_response(status)
        for name, value in told.items():
            if name.title() in PASSED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def between(service: str) -> Iterator[Middleman]:
    """Run a middleman before a service."""
    with Middleman(service) as middleman:
        thread = Thread(target=middleman.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield middleman
        finally:
            middleman.reset()
            middleman.shutdown()
            thread.join()
