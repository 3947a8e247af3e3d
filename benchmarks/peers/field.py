"""Who takes part: every engine by its key, and why one is left out."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from benchmarks.peers.peer import Peer


@dataclass(frozen=True, slots=True)
class Entry:
    """An engine and its settings; ``searches`` is false where only its build is measured.

    ``package`` is the name that it is imported by, "" for what comes with Python.
    """

    name: str
    module: str
    type: str
    package: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    searches: bool = True

    def peer(self, folder: Path) -> Peer:
        """Return the engine with its index in a folder."""
        module = importlib.import_module(f"benchmarks.peers.{self.module}")
        return cast("Peer", getattr(module, self.type)(folder, **self.options))

    def missing(self) -> str:
        """Say what is missing here to measure the engine, "" when nothing is."""
        try:
            module = importlib.import_module(f"benchmarks.peers.{self.module}")
        except ImportError as error:
            return f"{error.name} is not installed"
        return cast("str", module.missing()) if hasattr(module, "missing") else ""


OURS = "backfile"
ENTRIES = {
    OURS: Entry("Backfile", "backfile", "Backfile"),
    "backfile-2": Entry(
        "Backfile, 2 processes", "backfile", "Backfile", options={"processes": 2}, searches=False
    ),
    "tantivy": Entry("tantivy", "tantivy", "Tantivy", "tantivy"),
    "tantivy-fused": Entry(
        "tantivy, one field", "tantivy", "Tantivy", "tantivy", options={"fused": True}
    ),
    "sqlite": Entry("SQLite FTS5", "sqlite", "SqliteFts5"),
    "bm25s": Entry("bm25s", "bm25s", "Bm25s", "bm25s"),
    "whoosh": Entry("Whoosh", "whoosh", "Whoosh", "whoosh"),
    "opensearch": Entry("OpenSearch", "opensearch", "OpenSearch"),
}
