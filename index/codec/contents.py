"""What an index consists of at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from index.manifest import FileEntry
from index.whoosh_api import __version__


@dataclass(frozen=True, slots=True)
class Contents:
    """Schema and segments after one commit.

    Attributes
    ----------
    schema : Schema
        Whoosh's schema.
    segments : list of Segment
        In the order of their documents.
    generation : int
        Which commit it was, counted from 0.
    files : mapping of str to FileEntry
        Size and checksum of the segments' files, as far as they are known.
    version : int
        The format of the table of contents.
    release : tuple of int
        The version of Whoosh that wrote it.
    """

    schema: Any
    segments: list[Any]
    generation: int
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    version: int = 1
    release: tuple[int, ...] = __version__
