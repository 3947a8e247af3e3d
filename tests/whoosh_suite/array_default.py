"""A plugin of pytest that makes the codec of arrays Whoosh's default in all of Whoosh's own tests.

Whoosh rounds the lengths of fields to a byte, the codec keeps them as they are. So where Whoosh's
tests ask Whoosh's rounding what length to expect, it gives the length itself here.
"""

import whoosh.codec
import whoosh.index

from index.codec.codec import ArrayCodec
from index.codec.writer import ArrayWriter


def install():
    """Replace the default codec and the writer of one process; several use Whoosh's own writer."""
    several = whoosh.index.FileIndex.writer

    def writer(self, procs=1, **options):
        return ArrayWriter(self, **options) if procs == 1 else several(self, procs, **options)

    whoosh.index.FileIndex.writer = writer
    whoosh.codec.default_codec = lambda *_arguments, **_options: ArrayCodec()


def pytest_collection_modifyitems(items):
    for module in {item.module for item in items} - {None}:
        if hasattr(module, "length_to_byte") and module.__name__ != "test_misc":
            module.length_to_byte = module.byte_to_length = int
