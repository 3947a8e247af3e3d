"""The segments of a generation, opened, and the schema of what a query can name.

Whoosh's schema names the fields that a query can name; its table of contents, its stored fields and
its columns are not used, because a generation has its own manifest, documents and columns.
"""

from typing import Any

from index.codec.container import ArrayFile
from index.codec.fields import FieldArrays
from index.strings import StringTable
from index.whoosh_api import FieldType, Positions, Schema
from index.word_fields import COLUMN_FIELDS, K1, NAME_FIELDS, TEXT, WORD_FIELDS, B

__all__ = ["COLUMN_FIELDS", "K1", "NAME_FIELDS", "TEXT", "B", "Segment", "Words", "schema"]


class Words(FieldType):  # type: ignore[misc]
    """A field of words with positions, whose postings are given ready-made.

    It hands a query's text on as it stands: which terms a word has depends on the archive's
    languages, and only the query parser knows those.
    """

    def __init__(self) -> None:
        self.analyzer = None
        self.format = Positions()
        self.scorable = True
        self.stored = False

    def process_text(self, text: str, **_: Any) -> list[str]:
        """Return the text itself as the only word."""
        return [text]


def schema() -> Any:
    """Return the Whoosh schema: the fields that a query can name."""
    return Schema(**{name: Words() for name in (*WORD_FIELDS, *COLUMN_FIELDS)})


class Segment:
    """One segment of a generation: its documents ``base`` to ``base + documents``."""

    def __init__(self, file: ArrayFile, terms: StringTable) -> None:
        self.file = file
        self.base: int = file.notes["base"]
        self.documents: int = file.notes["documents"]
        self.fields = _Fields(file, terms)


class _Fields(dict[str, FieldArrays]):
    """The fields of a segment; each is opened when it is first asked for."""

    def __init__(self, file: ArrayFile, terms: StringTable) -> None:
        super().__init__()
        self._file, self._terms = file, terms

    def __missing__(self, name: str) -> FieldArrays:
        field = self[name] = FieldArrays(self._file, name, self._terms)
        return field
