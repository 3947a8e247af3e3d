"""One generation: a folder that a build left and nothing changes afterwards."""

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from index import manifest
from index.arrays import Array, load
from index.columns import Columns
from index.documents import Documents
from index.manifest import Manifest
from index.postings import open_segments
from index.strings import StringTable
from index.tfidf import TfidfRows

DEFAULT_LANGUAGE = "en"


class Generation:
    """Everything that search and related articles read; safe to share between threads.

    Opening reads every file once and compares its checksum, since Whoosh's reader unpickles what it
    finds: nothing is handed to it that the build did not write.

    Parameters
    ----------
    folder : Path
        The folder, named by the generation's number.

    Raises
    ------
    DamagedFileError
        When a file is missing or not what the build wrote; the message names it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = int(folder.name)
        self.manifest = Manifest.read(folder)
        self.manifest.verify(folder)
        self.created = created(folder)
        self.warnings: tuple[str, ...] = ()
        self.columns = Columns(folder)
        self.documents = Documents(folder)
        self.lengths: Array = load(folder, "text.lengths")
        self.frequencies: Array = load(folder, "text.frequencies")
        self.terms = StringTable.open(folder, "terms")
        self.words = StringTable.open(folder, "words")
        self.surfaces = StringTable.open(folder, "surfaces")
        self.surface_terms: Array = load(folder, "surfaces.terms")
        self.segments = open_segments(folder, self.terms)

    @property
    def articles(self) -> int:
        """How many articles it holds."""
        return self.manifest.articles

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a query is read in, commonest first; never empty."""
        return self.manifest.languages or (DEFAULT_LANGUAGE,)

    @cached_property
    def rows(self) -> TfidfRows:
        """The TF-IDF rows."""
        return TfidfRows.open(self.folder)

    def close(self) -> None:
        """Release every file; mapped arrays go when the last view of them does."""
        for segment in self.segments:
            segment.file.close()


def created(folder: Path) -> datetime:
    """Return when the build of a generation ended."""
    return datetime.fromtimestamp((folder / manifest.NAME).stat().st_mtime, UTC)
