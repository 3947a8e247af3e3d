"""The command line: `backfile` and its commands."""

from web.cli.program import main

__all__ = ["main"]
