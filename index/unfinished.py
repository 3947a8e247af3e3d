"""An unfinished generation: what of it a killed build had complete, the rest being removed."""

import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.checkpoint import FOLDER, Checkpoint, sound
from index.generation import ARCHIVE
from index.reading import batch_path, dictionary_path, reading_path
from index.word_fields import segment_name

SCRATCH = "scratch"
READ, WRITTEN = "read", "written"
"""What a checkpoint notes: all articles are read; archive and segments are written."""


def note_read(folder: Path, readers: Sequence[int]) -> dict[str, Any]:
    """Note which process read each batch, when all are read; return what was noted."""
    dictionary = dictionary_path(folder / SCRATCH)
    read = {
        "readers": list(readers),
        "dictionary": zlib.crc32(dictionary.read_bytes()) if readers else 0,
    }
    Checkpoint(folder).note(READ, read)
    return read


def can_go_on(folder: Path) -> bool:
    """Say whether a build can go on from there: all articles are read, and every byte is sound.

    Then nothing else is left in the folder.
    """
    checkpoint = Checkpoint(folder)
    written, read = checkpoint.noted(WRITTEN), checkpoint.noted(READ)
    if written:
        names = [ARCHIVE, *map(segment_name, range(written["segments"]))]
        kept = [folder / name for name in names]
    elif read:
        scratch = folder / SCRATCH
        numbers = {0, *read["readers"]}
        kept = [batch_path(scratch, number) for number in range(len(read["readers"]))]
        kept += [reading_path(scratch, number) for number in numbers]
        if read["readers"] and not _fits(dictionary_path(scratch), read["dictionary"]):
            return False
    else:
        return False
    if not all(map(_is_sound, kept)):
        return False
    # Removed, not written over: a process of the killed build may have it open still.
    for path in folder.iterdir():
        if path.is_file() and path not in kept:
            path.unlink()
        elif path.is_dir() and path.name != FOLDER and (written or path.name != SCRATCH):
            shutil.rmtree(path)
    return True


def _fits(path: Path, checksum: int) -> bool:
    try:
        return zlib.crc32(path.read_bytes()) == checksum
    except OSError:
        return False


def _is_sound(path: Path) -> bool:
    file = sound(path)
    if file is None:
        return False
    file.close()
    return True
