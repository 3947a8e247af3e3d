"""The last errors, in a file of the home, for who asks afterwards what went wrong."""

import json
import logging
from pathlib import Path

from pydantic import BaseModel, ValidationError

from web.watching.logs import facts_of

FILE = "last-errors.jsonl"
KEPT = 20
"""Errors that are kept at least."""
_LARGEST = 65_536
"""Bytes at which the file is cut back to these."""
_LONGEST = 2_000


class LoggedError(BaseModel):
    """One error of the log."""

    time: str
    logger: str
    message: str
    error: str = ""
    request_id: str = ""


class LastErrors(logging.Handler):
    """Adds every error to the file; where that cannot be written, the log has them all the same."""

    def __init__(self, home: Path) -> None:
        super().__init__(logging.ERROR)
        self._file = home / FILE

    def emit(self, record: logging.LogRecord) -> None:
        """Add one error."""
        facts = facts_of(record)
        facts["message"] = str(facts["message"])[:_LONGEST]
        line = json.dumps({name: facts[name] for name in LoggedError.model_fields if name in facts})
        try:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                size = file.tell()
            if size > _LARGEST:
                lines = self._file.read_text(encoding="utf-8").splitlines()[-KEPT:]
                fresh = self._file.with_suffix(".new")
                fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
                fresh.replace(self._file)
        except OSError:
            self.handleError(record)


def last_errors(home: Path, most: int = KEPT) -> list[LoggedError]:
    """Return the last errors of an archive, the newest last; lines that are none are passed over.

    Examples
    --------
    >>> last_errors(Path("no such folder"))
    []
    """
    try:
        lines = (home / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines[-most:]:
        try:
            found.append(LoggedError.model_validate_json(line))
        except ValidationError:
            continue
    return found
