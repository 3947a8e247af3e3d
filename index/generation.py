"""One generation: a folder that a build left and nothing changes afterwards."""

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from index import manifest
from index.arrays import Array, DamagedFileError
from index.codec.container import ArrayFile
from index.columns import Columns
from index.documents import Documents
from index.manifest import Manifest
from index.names import Names
from index.postings import Segment
from index.strings import StringTable
from index.suggestible import FILE as SUGGESTIBLE
from index.tfidf import StoredRows
from index.word_fields import TEXT, segment_name
from index.word_index import WordIndex

ARCHIVE = "archive.arrays"
RELATED = "related.arrays"
ADDRESSES = "addresses.arrays"
DEFAULT_LANGUAGE = "en"


class Generation:
    """Everything that search and related articles read; safe to share between threads.

    Opening reads the manifest and the header of each file; arrays are mapped, and each page of them
    is checked when it is first used.

    Parameters
    ----------
    folder : Path
        The folder, named by the generation's number; what comes behind a dot does not count.

    Raises
    ------
    DamagedFileError
        When a file is missing or not what the build wrote; the message names it. So does any later
        use of a damaged page.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = int(folder.name.partition(".")[0])
        self.manifest = Manifest.read(folder)
        self.created = created(folder)
        self.warnings: tuple[str, ...] = ()
        self._files: list[ArrayFile] = []
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        files = {name: self._file(name) for name in sorted(self.manifest.files)}
        self._archive = files[ARCHIVE]
        self.terms = StringTable.open(self._archive, "terms")
        self.columns = Columns(self._archive)
        self.names = Names(self._archive)
        self.segments = tuple(
            Segment(files[segment_name(number)], self.terms)
            for number in range(self.manifest.segments)
        )
        self._related = files.get(RELATED)
        self.suggestible = files.get(SUGGESTIBLE)
        """What can be suggested; None in a generation that was built without it."""
        self.addresses = files.get(ADDRESSES)
        """The web addresses of the articles; None in a generation that was built without them."""
        self.documents = Documents(
            [segment.file for segment in self.segments],
            [segment.base for segment in self.segments],
        )

    def _file(self, name: str) -> ArrayFile:
        file = ArrayFile.open(self.folder / name)
        self._files.append(file)
        self.manifest.check(file, name)
        return file

    @property
    def articles(self) -> int:
        """How many articles it holds."""
        return self.manifest.articles

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a query is read in, commonest first; never empty."""
        return self.manifest.languages or (DEFAULT_LANGUAGE,)

    @cached_property
    def words(self) -> StringTable:
        """How each term is written most often."""
        return StringTable.open(self._archive, "words")

    def written(self, code: int) -> str:
        """Return how a term is written most often."""
        return self.words[code]

    @cached_property
    def surfaces(self) -> StringTable:
        """All spellings in the text, in lower case, sorted."""
        return StringTable.open(self._archive, "surfaces")

    @cached_property
    def surface_tables(self) -> list[tuple[StringTable, Array]]:
        """The tables whose strings are the spellings, and which of `surfaces` each string is."""
        return [(self.surfaces, np.arange(len(self.surfaces)))]

    @cached_property
    def surface_terms(self) -> Array:
        """The code of each spelling's term."""
        return self._archive["surfaces.terms"].all()

    @cached_property
    def surface_ordinals(self) -> Array:
        """Which spelling of its term each one is, 0 the commonest."""
        return self._archive["surfaces.ordinals"].all()

    @cached_property
    def surface_totals(self) -> Array:
        """How often each spelling stands in the text (int64); guessed where no build counted it."""
        if "surfaces.totals" in self._archive:
            return self._archive["surfaces.totals"].all().astype(np.int64)
        # Nothing but the order is known of the spellings of one term, and that first ones are many.
        guessed = self.frequencies[self.surface_terms] // (1 + self.surface_ordinals.astype(int))
        totals: Array = np.maximum(guessed, 1)
        return totals

    @cached_property
    def lengths(self) -> Array:
        """The length of each article's text (float32), as ranking counts it."""
        parts = [segment.file["lengths"].all() for segment in self.segments]
        return np.concatenate([np.empty(0, np.float32), *parts])

    @cached_property
    def relative_lengths(self) -> Array:
        """The length of each article's text over the mean one (float32)."""
        mean = float(self.lengths.mean(dtype=np.float64)) if len(self.lengths) else 1.0
        return self.lengths / np.float32(mean or 1.0)

    @cached_property
    def frequencies(self) -> Array:
        """In how many articles' texts each term stands (int64)."""
        frequencies = np.zeros(len(self.terms), np.int64)
        for segment in self.segments:
            field = segment.fields[TEXT]
            frequencies[field.codes] += np.diff(field.ends)
        return frequencies

    def numbers_of(self, documents: Array) -> Array:
        """Return the numbers that documents of the build have here, without those left out."""
        return documents

    def codes(self, field: str) -> Array:
        """Return the codes of all terms of a field, ascending."""
        codes = [segment.fields[field].codes for segment in self.segments]
        return np.unique(np.concatenate([np.empty(0, np.uint32), *codes]))

    def suggestions(self, name: str) -> WordIndex:
        """Return the index of the words of headlines, or of a facet's names."""
        if self.suggestible is None:
            raise DamagedFileError(f"{self.folder} has no {SUGGESTIBLE}: run `backfile rebuild`")
        return WordIndex.open(self.suggestible, name)

    @property
    def related(self) -> ArrayFile:
        """The file of the related articles; `DamagedFileError` where there is none."""
        if self._related is None:
            raise DamagedFileError(f"{self.folder} has no {RELATED}: run `backfile rebuild`")
        return self._related

    @property
    def has_rows(self) -> bool:
        """Whether it was built with TF-IDF rows, as all that are served are."""
        return self._related is not None

    @cached_property
    def rows(self) -> StoredRows:
        """The TF-IDF rows."""
        return StoredRows(self.related)

    def verify(self) -> None:
        """Read every byte of every file; `DamagedFileError` names the first that differs."""
        self.manifest.verify(self.folder)

    def close(self) -> None:
        """Release every file; mapped arrays go when the last view of them does."""
        for file in self._files:
            file.close()
        self._files.clear()


def created(folder: Path) -> datetime:
    """Return when the build of a generation ended."""
    return datetime.fromtimestamp((folder / manifest.NAME).stat().st_mtime, UTC)
