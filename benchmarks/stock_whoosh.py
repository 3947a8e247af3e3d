"""The peer: Whoosh as its documentation uses it, with its own codec, writer and collectors."""

from collections.abc import Sequence
from pathlib import Path

from whoosh import index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import MultifieldParser, OrGroup

from articles.article import Article


class StockWhoosh:
    """An index of titles and bodies with stored titles."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        analyzer = StemmingAnalyzer()
        schema = Schema(
            id=ID(stored=True), title=TEXT(analyzer, stored=True), body=TEXT(analyzer, stored=True)
        )
        self._index = index.create_in(str(folder), schema)
        self._parser = MultifieldParser(
            ["title", "body"], schema, fieldboosts={"title": 2.0}, group=OrGroup
        )
        self._searcher = None

    def build(self, articles: Sequence[Article]) -> None:
        """Add and commit all articles."""
        writer = self._index.writer(limitmb=512)
        for article in articles:
            writer.add_document(id=article.id, title=article.title, body="\n".join(article.body))
        writer.commit()
        self._searcher = self._index.searcher()

    def search(self, text: str) -> list[str]:
        """Return the ids of the ten best articles."""
        found = self._searcher.search(self._parser.parse(text), limit=10)
        return [hit["id"] for hit in found]

    def close(self) -> None:
        """Release the index."""
        self._searcher.close()
        self._index.close()
