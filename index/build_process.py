"""A further process of a build: ``python -m index.build_process DESCRIPTOR`` (see `index.crew`).

It says with an empty message that it has started. Then it carries out the orders that come through
the pipe, one after the other, and answers each with an empty message, or with what went wrong. It
ends when the pipe does, at once, whatever it is at: then nobody waits for its work any more.
"""

import importlib
import json
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from index.full_disk import FULL, is_full
from index.reading import Portion, Reader

_FINISH = b'["finish"]'


def main() -> None:
    """Work until the pipe ends."""
    # Whoever interrupts the build interrupts this process too; the build tells it what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders: SimpleQueue[bytes] = SimpleQueue()
    pipe = Connection(int(sys.argv[1]))
    threading.Thread(target=_receive, args=(pipe, orders), daemon=True).start()
    folder, scratch, number = json.loads(orders.get())
    reader = Reader(Path(scratch), number)
    pipe.send_bytes(b"")
    while True:
        order, _, payload = orders.get().partition(b"\n")
        try:
            _obey(reader, Path(folder), Path(scratch), json.loads(order), payload)
        except Exception as error:  # noqa: BLE001  said by the build, which then ends
            said = f"{type(error).__name__}: {error}"
            pipe.send_bytes((FULL if is_full(error) else said).encode())
        pipe.send_bytes(b"")
        if order == _FINISH:
            # What writing needs takes long to import: now the build has something else to do.
            importlib.import_module("index.segments")


def _receive(pipe: Connection, orders: SimpleQueue[bytes]) -> None:
    try:
        while True:
            orders.put(pipe.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)


def _obey(reader: Reader, folder: Path, scratch: Path, order: list[Any], payload: bytes) -> None:
    match order:
        case ["read", number]:
            reader.read(number, Portion(lines=payload.split(b"\n")))
        case ["finish"]:
            reader.finish()
        case ["write", *plan]:
            from index.segments import SegmentPlan, write_segment  # noqa: PLC0415

            write_segment(folder, scratch, SegmentPlan(*plan))


if __name__ == "__main__":
    main()
