"""The role of an article source: it reads one kind of file, record by record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from articles.article import FIELDS, Article
from articles.importers.problem import UnknownFieldError
from articles.languages import AUTO, language_choice

READ_ALSO = ("dateline",)
"""Fields that an article does not keep, but that say something about those it keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the newsroom says about its files.

    Parameters
    ----------
    mapping : Mapping[str, str]
        From our field's name to theirs; a field that is not named is looked for under the usual
        names.
    language : str
        What language articles are in that do not say it, as `LanguageChoice` reads it.
    maximum_record_bytes : int
        A longer line, row or page is skipped and reported.
    batch : int
        Articles that are stored in one transaction.
    day_first : bool
        Whether 03/04/2011 is in April.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    language: str = AUTO
    maximum_record_bytes: int = 16 * 2**20
    batch: int = 500
    day_first: bool = True

    def __post_init__(self) -> None:
        for name in self.mapping:
            if name not in FIELDS + READ_ALSO:
                names = ", ".join(FIELDS + READ_ALSO)
                raise UnknownFieldError(
                    f"an article has no field {name!r}: map one of {names}, written as ours=theirs"
                )
        language_choice(self.language)  # raises what cannot be


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The file that a source reads: ``label`` is for reports, ``name`` for ids of pages."""

    label: str
    name: str
    options: ImportOptions
    now: datetime


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """What became of one record: an article and its repairs, or no article and the reason why.

    ``detected`` says that its language was told from its text.
    """

    file: str
    line: int
    article: Article | None
    reasons: tuple[str, ...] = ()
    id: str = ""
    detected: bool = False


class ByteStream(Protocol):
    """An open binary file, as far as a source may use it."""

    def read1(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, empty at the end, with one read of what lies below."""
        ...

    def tell(self) -> int:
        """Return how many bytes lie before the next one."""
        ...


class ArticleSource(Protocol):
    """Reads one kind of file, record by record, in constant memory."""

    def __call__(self, stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
        """Yield one parsed record for each record of the file, in their order.

        Raises
        ------
        DamagedFileError
            When the rest of the file cannot be read.
        """
        ...
