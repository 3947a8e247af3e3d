"""What a part of the product adds to a build without the index knowing it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.tfidf import TfidfRows


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far one stage of a build is."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[BuildProgress], None]


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What a further step of a build works on."""

    folder: Path
    rows: TfidfRows
    on_progress: OnProgress


BuildStep = Callable[[BuildContext], None]
"""Adds files to the folder; how the recommender takes part without the index knowing it."""
