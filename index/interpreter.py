"""Other processes of the same interpreter, which find the modules that this one finds."""

import os
import sys


def environment() -> dict[str, str]:
    """Return the environment for a process that runs a module of ours."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}
