"""What a process costs: processor time and memory, with the processes that it started (Linux)."""

import os
import platform
import resource
from pathlib import Path
from typing import NamedTuple


class Memory(NamedTuple):
    """Bytes of a process: all that is resident, and what no file stands behind."""

    resident: int
    private: int


def memory() -> Memory:
    """Return the memory of this process and of all that it started."""
    files = [f"/proc/{pid}/smaps_rollup" for pid in _tree()]
    return Memory(*(sum(_kilobytes(file, name) for file in files) for name in ("Rss", "Anonymous")))


def reset_peak() -> int:
    """Forget the most memory that this process ever had, and return what it has now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    """Return the most memory since `reset_peak`, in bytes.

    The peaks of processes that it started are added, of those that ended the largest one.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return ended + sum(_kilobytes(f"/proc/{pid}/status", "VmHWM") for pid in _tree())


def cpu_seconds() -> float:
    """Return the processor time of this process and of all that it started, in hundredths."""
    return _cpu_seconds(_tree())


def cpu_seconds_of_children() -> float:
    """Return the processor time of all that this process started, in hundredths."""
    return _cpu_seconds(_tree()[1:])


def _cpu_seconds(pids: list[int]) -> float:
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for pid in pids:
        # The name of the program, in brackets, may hold blanks.
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / ticks


def size_of(folder: Path) -> int:
    """Return the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def description() -> str:
    """Say what machine this is."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    gigabytes = pages * size / 2**30
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GB, Python {platform.python_version()}"


def _tree() -> list[int]:
    """Return the numbers of this process and of its living descendants."""
    found = [os.getpid()]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found.extend(map(int, _read(task).split()))
    return found


def _kilobytes(path: str | Path, name: str) -> int:
    """Return a field of a file in /proc that is given in kB, in bytes."""
    rows = (line.split() for line in _read(path).splitlines())
    return sum(int(row[1]) * 1024 for row in rows if row[0] == f"{name}:")


def _read(path: str | Path) -> str:
    """Return what a file in /proc says, "" when its process or thread has ended."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
