"""Lines of the log: as text or as JSON, with the request they belong to, and with nobody's words.

An unforeseen error is told by its kind and where it arose. What it says of itself is left out: it
may quote what a reader had typed.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

from flask import g, has_app_context

LogFormat = Literal["text", "json"]
ACCESS = "web.access"
"""The logger of requests: a line for each."""
FIELDS = ("method", "route", "status", "ms")
"""What a line of a request says beside the usual."""


def request_id() -> str:
    """Return the id of the request that is being answered, empty outside of any."""
    return str(g.get("request_id", "")) if has_app_context() else ""


class JsonFormatter(logging.Formatter):
    """One JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(facts_of(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """One line for people; an error's frames stand below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; line ends in what it says cannot make it look like two."""
        facts = facts_of(record)
        said = " ".join(str(facts["message"]).splitlines())
        head = f"{facts['time']} {facts['level']} {facts.get('request_id', '-')}"
        frames = "".join(f"\n  {frame}" for frame in facts.get("frames", ()))
        error = f" ({facts['error']})" if "error" in facts else ""
        return f"{head} {facts['logger']}: {said}{error}{frames}"


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is written of a record."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if known := request_id():
        facts["request_id"] = known
    facts |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, where = record.exc_info
        facts["error"] = kind.__name__
        facts["frames"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(where)
        ]
    return facts


def log_configuration(form: LogFormat, *, requests: bool) -> dict[str, Any]:
    """Return how a process of the server logs, as `logging.config` reads it.

    With ``requests`` each request has a line.
    """
    formatter = JsonFormatter if form == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            ACCESS: {"level": "INFO" if requests else "WARNING"},
            "_granian": {"level": "WARNING"},
        },
    }
