"""How a process that has time lets all others of its machine go first."""

import os
import sys
from contextlib import suppress
from pathlib import Path

LAST = 19
"""The niceness of what only takes the time that nobody else wants."""


def go_last(niceness: int = LAST) -> None:
    """Let the other processes of the machine go before this one and those that it starts.

    There is no way back without the rights of an administrator. With 0 nothing happens. Off Linux a
    niceness is the whole process's, and nothing else is changed.
    """
    if not niceness:
        return
    # A niceness is that of a thread, and libraries of numbers have started some when they loaded.
    for thread in _threads():
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
            if sys.platform == "linux":  # whoever wakes up need not wait until its turn is over
                os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
    # Linux may weigh sessions against each other, and threads only within theirs.
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness))


def _threads() -> list[int]:
    """Return the numbers of this process's threads; 0, which is the calling one, elsewhere."""
    try:
        return [int(path.name) for path in Path("/proc/self/task").iterdir()]
    except OSError:
        return [0]
