"""How much memory a process and its machine have."""

import re
from pathlib import Path
from typing import NamedTuple

_OWN = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)
_MACHINE = re.compile(r"^(MemTotal|MemAvailable):\s+(\d+) kB$", re.MULTILINE)


class MachineMemory(NamedTuple):
    """Bytes of a machine, and those of them that a program can still have."""

    total: int
    available: int


def machine_memory() -> MachineMemory | None:
    """Return the memory of this machine; None where Linux is not."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = {name: int(kilobytes) * 1024 for name, kilobytes in _MACHINE.findall(text)}
    if len(found) < len(MachineMemory._fields):
        return None
    return MachineMemory(found["MemTotal"], found["MemAvailable"])


def process_memory() -> int | None:
    """Return the bytes of this process that no file stands behind; None where Linux is not.

    Pages of the index are left out: all processes share them, and the system takes them back when
    it needs memory.
    """
    try:
        found = _OWN.search(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None
