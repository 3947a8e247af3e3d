"""Cards: what is shown of an article in a list, kept for those that were shown last."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from articles.article import Article
from index.documents import Documents
from index.opening import opening

KEPT = 16_384
"""Cards that are kept, of half a kilobyte each: reading an article takes twenty times as long."""


class Card(NamedTuple):
    """What is shown of an article; ``snippet`` is escaped HTML."""

    id: str
    url: str
    title: str
    snippet: str
    section: str
    published: datetime | None

    @classmethod
    def of(cls, article: Article) -> "Card":
        """Return the card of an article."""
        return cls(
            article.id,
            article.url,
            article.title,
            opening(article),
            article.section,
            article.published,
        )


class Cards:
    """The cards of a generation's articles; safe to share between threads."""

    def __init__(self, documents: Documents, *, kept: int = KEPT) -> None:
        self._documents = documents
        self._most = kept
        self._kept: dict[int, Card] = {}
        self._lock = threading.Lock()

    def of(self, documents: Sequence[int]) -> list[Card]:
        """Return the cards of documents, in their order."""
        kept = self._kept
        found = [kept.get(document) for document in documents]
        return [
            card or self._read(document) for card, document in zip(found, documents, strict=True)
        ]

    def _read(self, document: int) -> Card:
        card = Card.of(Article.from_json(self._documents.lines([document])[0]))
        with self._lock:
            # What was read first goes first: few articles are asked for again after so many others.
            if len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[document] = card
        return card
