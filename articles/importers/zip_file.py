"""A zip of files that can be imported; it is read in place, nothing of it is written anywhere."""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipExtFile, ZipFile, ZipInfo

from articles.cleaning import without_controls
from articles.importers import opening
from articles.importers.kinds import ZIP, kind_of, read_stream
from articles.importers.source import ByteStream, ParsedRecord, SourceFile

MAXIMUM_ENTRIES = 200_000
_ENCRYPTED = 0x1 | 0x40
_SYSTEM_FOLDERS = ("__MACOSX/",)
# What zipfile raises on damaged or hostile input, besides what it documents.
_FAULTS = (
    BadZipFile, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip


def read_zip(stream: ByteStream, file: SourceFile) -> Iterator[ParsedRecord]:
    """Yield the records of all entries of a known kind, in the order of their names.

    Entries that are encrypted, zips themselves or larger than the zip can honestly hold are
    reported; entries of other kinds are passed over.
    """
    try:
        archive = ZipFile(cast("BinaryIO", stream))
    except _FAULTS as error:
        yield ParsedRecord(file.label, 0, None, (f"no zip file that can be read ({error})",))
        return
    with archive:
        entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
        if len(entries) > MAXIMUM_ENTRIES:
            reason = f"{len(entries):,} entries, above the limit of {MAXIMUM_ENTRIES:,}: split it"
            yield ParsedRecord(file.label, 0, None, (reason,))
            return
        allowed = max(opening.EXPANSION_FLOOR, opening.MAXIMUM_EXPANSION * _size(archive))
        for entry in entries:
            allowed -= entry.file_size
            yield from _read_entry(archive, entry, file, fits=allowed >= 0)


def _read_entry(
    archive: ZipFile, entry: ZipInfo, file: SourceFile, *, fits: bool
) -> Iterator[ParsedRecord]:
    name = without_controls(entry.filename)[0]
    label = f"{file.label}/{name}"
    kind = kind_of(name)
    nested = name.casefold().endswith(ZIP)
    if name.startswith(_SYSTEM_FOLDERS) or not (kind or nested):
        return
    fault = _fault(entry, nested=nested, fits=fits)
    if fault or kind is None:
        yield ParsedRecord(label, 0, None, (fault,))
        return
    try:
        with archive.open(entry) as opened:
            inner = replace(file, label=label, name=kind.stem)
            yield from read_stream(kind, cast("ZipExtFile", opened), inner)
    except _FAULTS as error:
        yield ParsedRecord(label, 0, None, (f"the entry cannot be read ({error})",))


def _fault(entry: ZipInfo, *, nested: bool, fits: bool) -> str:
    if nested:
        return "a zip inside a zip is not opened: unpack it and import it by itself"
    if entry.flag_bits & _ENCRYPTED:
        return "the entry is encrypted: unpack it with its password and import that"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "the entry is packed in a way that is not read: pack it with deflate"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "the entry is a link: pack the file itself"
    if not fits:
        return (
            f"the entries up to this one unpack to more than {opening.MAXIMUM_EXPANSION} times the "
            "size of the zip: if it is sound, unpack it and import the folder"
        )
    return ""


def _size(archive: ZipFile) -> int:
    opened = archive.fp
    return opened.seek(0, 2) if opened else 0
