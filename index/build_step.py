"""What a part of the product adds to a build without the index knowing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.codec.container import ArrayFile
from index.postings import Segment
from index.strings import StringTable
from index.tfidf import TfidfRows
from index.word_fields import segment_name


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far one stage of a build is."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[BuildProgress], None]


class BuildContext:
    """What a further step of a build works on: the generation's folder, its segments written.

    Parameters
    ----------
    folder : Path
        Where the step adds its files.
    segments : int
        How many segments there are.
    languages : sequence of str
        The primary language of each document.
    on_progress : callable
        Told how far the step is.
    """

    def __init__(
        self, folder: Path, segments: int, languages: Sequence[str], on_progress: OnProgress
    ) -> None:
        self.folder = folder
        self.languages = languages
        self.on_progress = on_progress
        self._segments = segments

    @cached_property
    def rows(self) -> TfidfRows:
        """The TF-IDF rows of all articles, computed when a step first asks."""
        from index.term_weights import weigh  # noqa: PLC0415  only a build needs scikit-learn

        archive = ArrayFile.open(self.folder / "archive.arrays")
        terms = StringTable.open(archive, "terms")
        segments = [
            Segment(ArrayFile.open(self.folder / segment_name(number)), terms)
            for number in range(self._segments)
        ]
        return weigh(segments, list(terms), self.languages)


BuildStep = Callable[[BuildContext], None]
"""Adds files to the folder; how the recommender takes part without the index knowing it."""
