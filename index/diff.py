"""What differs between two generations: articles, words, files, settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple

import numpy as np

from articles.article import Article
from index.arrays import Array
from index.documents import BLOCK
from index.fresh import content
from index.generation import Generation
from index.strings import StringTable

_AT_ONCE = 64 * BLOCK
"""Articles of each generation that are compared at a time."""


class Shared(NamedTuple):
    """What two sorted tables share, and what only one of them has: places, ascending (int64).

    String ``both_before[i]`` of the one is string ``both_after[i]`` of the other.
    """

    only_before: Array
    only_after: Array
    both_before: Array
    both_after: Array


class Change(NamedTuple):
    """Something that is another one, in words; empty where there is none."""

    name: str
    before: str
    after: str


class FileChange(NamedTuple):
    """Bytes of a file in both generations; 0 where it is not."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationDiff:
    """What differs between two generations; it holds numbers, so it is small and stays true.

    Attributes
    ----------
    before, after : int
        Their numbers.
    added, removed, changed : int64 array
        Documents: of the later one, of the earlier one, and of the later one; newest first.
        An article has changed when readers see it otherwise.
    gained, lost : int64 array
        Codes of terms, of the later one and of the earlier one; those of the most articles first.
    files : tuple of FileChange
        Every file of either, by name, whether it differs or not.
    settings : tuple of Change
        Only what differs: settings of the build, languages, segments.
    """

    before: int
    after: int
    added: Array
    removed: Array
    changed: Array
    gained: Array
    lost: Array
    files: tuple[FileChange, ...]
    settings: tuple[Change, ...]


def difference(before: Generation, after: Generation) -> GenerationDiff:
    """Return what differs between two generations.

    All of their articles are read, a few at a time.

    Raises
    ------
    DamagedFileError
        When a page of one of them is damaged.
    """
    ids = shared(before.columns.id_table, after.columns.id_table)
    documents_before = before.columns.id_documents
    documents_after = after.columns.id_documents
    pairs = documents_before[ids.both_before], documents_after[ids.both_after]
    terms = shared(before.terms, after.terms)
    return GenerationDiff(
        before=before.number,
        after=after.number,
        added=_descending(documents_after[ids.only_after]),
        removed=_descending(documents_before[ids.only_before]),
        changed=_descending(_changed(before, after, *pairs)),
        gained=_commonest(terms.only_after, after.frequencies),
        lost=_commonest(terms.only_before, before.frequencies),
        files=tuple(_files(before, after)),
        settings=tuple(_settings(before, after)),
    )


def shared(before: StringTable, after: StringTable) -> Shared:
    """Return what two tables share, each sorted by UTF-8 bytes and without repetitions.

    Examples
    --------
    >>> both = shared(StringTable.of(["ale", "bee"]), StringTable.of(["bee", "cow"]))
    >>> [places.tolist() for places in both]
    [[0], [1], [1], [0]]
    """
    only_before, only_after, both = [], [], []
    left, right = enumerate(before.all_encoded()), enumerate(after.all_encoded())
    one, other = next(left, None), next(right, None)
    while one is not None and other is not None:
        if one[1] == other[1]:
            both.append((one[0], other[0]))
            one, other = next(left, None), next(right, None)
        elif one[1] < other[1]:
            only_before.append(one[0])
            one = next(left, None)
        else:
            only_after.append(other[0])
            other = next(right, None)
    only_before.extend(range(one[0] if one else len(before), len(before)))
    only_after.extend(range(other[0] if other else len(after), len(after)))
    pairs = np.array(both, np.int64).reshape(-1, 2)
    return Shared(
        np.array(only_before, np.int64), np.array(only_after, np.int64), pairs[:, 0], pairs[:, 1]
    )


def _changed(before: Generation, after: Generation, old: Array, new: Array) -> Array:
    """Return those of the new documents that read otherwise than the old ones beside them."""
    order = np.argsort(new, kind="stable")
    old, new = old[order], new[order]
    differs = np.zeros(len(new), bool)
    for start in range(0, len(new), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        lines = before.documents.lines(old[some]), after.documents.lines(new[some])
        differs[some] = list(starmap(_differ, zip(*lines, strict=True)))
    return new[differs]


def _differ(before: str, after: str) -> bool:
    """Say whether readers see two versions of an article otherwise; equal lines are soon seen."""
    if before == after:
        return False
    one, other = map(Article.from_json, (before, after))
    return content(one) != content(other)


def _descending(documents: Array) -> Array:
    """Return documents with the newest first: they lie in the order of dates."""
    return np.sort(documents.astype(np.int64))[::-1]


def _commonest(codes: Array, frequencies: Array) -> Array:
    return codes[np.argsort(-frequencies[codes], kind="stable")]


def _files(before: Generation, after: Generation) -> Iterator[FileChange]:
    old, new = before.manifest.files, after.manifest.files
    for name in sorted(old.keys() | new.keys()):
        sizes = (files[name].bytes if name in files else 0 for files in (old, new))
        yield FileChange(name, *sizes)


def _settings(before: Generation, after: Generation) -> Iterator[Change]:
    facts = [_facts(generation) for generation in (before, after)]
    old, new = facts
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name, ""), new.get(name, ""))


def _facts(generation: Generation) -> dict[str, str]:
    manifest = generation.manifest
    return {name: str(value) for name, value in manifest.settings.items()} | {
        "languages": ", ".join(manifest.languages),
        "segments": str(manifest.segments),
    }
