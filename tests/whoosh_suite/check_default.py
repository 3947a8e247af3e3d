"""Stands among Whoosh's own tests, to see that they really write arrays."""

from whoosh import fields
from whoosh.codec import default_codec
from whoosh.filedb.filestore import RamStorage

from index.codec.codec import ArrayCodec


def test_the_codec_is_the_default():
    assert isinstance(default_codec(blocklimit=2), ArrayCodec)
    storage = RamStorage()
    ix = storage.create_index(fields.Schema(text=fields.TEXT))
    with ix.writer() as writer:
        writer.add_document(text="some words")
    assert [name for name in storage.list() if name.endswith(".arrays")]
    assert isinstance(ix.reader().codec(), ArrayCodec)
