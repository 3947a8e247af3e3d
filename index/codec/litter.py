"""Removes what commits have left: files of earlier ones, and of those that were killed."""

import re
from contextlib import suppress
from typing import Any

from index.codec.contents import Contents
from index.codec.toc import toc_name


def sweep(storage: Any, index: str, contents: Contents) -> None:
    """Remove all files of an index that ``contents`` does not need; the caller has its lock.

    A file that somebody holds open and that cannot be removed yet goes another time.
    """
    name = re.escape(index)
    tocs = re.compile(rf"_{name}_[0-9]+\.toc(\.[0-9.]+)?")
    segments = re.compile(rf"({name}_[0-9a-z]{{16}})\..+")
    needed = {segment.segment_id() for segment in contents.segments}
    for file in storage.list():
        match = segments.fullmatch(file)
        superfluous = match[1] not in needed if match else tocs.fullmatch(file) is not None
        if superfluous and file != toc_name(index, contents.generation):
            with suppress(OSError):
                storage.delete_file(file)
