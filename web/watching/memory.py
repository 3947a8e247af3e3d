"""How much memory a process has."""

import re
from pathlib import Path

_OWN = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)


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
