"""Whether the files of generations are what the builds wrote."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from articles.faults import Checked, Faults
from articles.store_verification import OnChecked
from index.addresses import are_addresses_whole
from index.arrays import DamagedFileError
from index.codec.container import ArrayFile
from index.generation import ARCHIVE, Generation
from index.manifest import Manifest
from index.publish import Generations
from index.suggestible import FILE as SUGGESTIBLE
from index.suggestible import write_suggestible

_SERVED = "run `backfile rebuild`; until then `backfile rollback` serves the one before"
_KEPT = "do not roll back to it; the next rebuilds remove it"


def check_files(
    generations: Generations, numbers: Sequence[int], on_checked: OnChecked = lambda *_: None
) -> Checked:
    """Read every byte of some generations once, and hold it against its checksum.

    A generation that a rebuild removes meanwhile is passed over.
    """
    found = Faults("files of generations", "file")
    current = generations.current_number()
    for place, number in enumerate(numbers):
        on_checked("checking files", place, len(numbers))
        folder = generations.folder / f"{number:06d}"
        remedy = _SERVED if number == current else _KEPT
        try:
            manifest = Manifest.read(folder)
            found.looked()
        except DamagedFileError as error:
            _note(found, generations, number, str(error), remedy)
            continue
        for name in sorted(manifest.files):
            try:
                with closing(ArrayFile.open(folder / name)) as file:
                    manifest.check(file, name)
                    file.verify()
                    found.looked()
            except DamagedFileError as error:
                _note(found, generations, number, str(error), remedy)
    on_checked("checking files", len(numbers), len(numbers))
    return found.checked()


def _note(found: Faults, generations: Generations, number: int, fault: str, remedy: str) -> None:
    if number in generations.numbers():
        found.add(f"generation {number}", fault, remedy)


def check_derived(generation: Generation, on_checked: OnChecked = lambda *_: None) -> Checked:
    """Make addresses and suggestions again from the articles, and compare them.

    A generation that was built without one of them is none the worse for it.
    """
    found = Faults("addresses and suggestions", "article")
    where = f"generation {generation.number}"
    found.looked(generation.articles)
    on_checked("checking addresses and suggestions", 0, 2)
    if not are_addresses_whole(generation):
        found.add(where, "its addresses are not those of its articles", _SERVED)
    on_checked("checking addresses and suggestions", 1, 2)
    if generation.suggestible is not None and not _are_suggestions_whole(generation):
        found.add(where, "its suggestions are not the words of its headlines and names", _SERVED)
    on_checked("checking addresses and suggestions", 2, 2)
    return found.checked()


def _are_suggestions_whole(generation: Generation) -> bool:
    written = generation.suggestible
    assert written is not None
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(ArrayFile.open(generation.folder / ARCHIVE)) as archive,
    ):
        write_suggestible(Path(folder), archive, generation.segments)
        with closing(ArrayFile.open(Path(folder, SUGGESTIBLE))) as made:
            return made.names == written.names and all(
                np.array_equal(made[name].all(), written[name].all()) for name in made.names
            )
