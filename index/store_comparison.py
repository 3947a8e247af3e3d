"""Whether a generation has the public articles of the store, and readers see no others.

Asked while the store is written to: of both sides the one that may be ahead is read last, and what
seems wrong is read once more before it is told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from articles.article import Article, is_public
from articles.faults import Checked, Faults
from articles.store import Store
from articles.store_verification import OnChecked
from index.columns import FACETS, NEVER, UNDATED, facet_values, seconds
from index.fresh import MOST_FRESH, Fresh, content
from index.generation import Generation

DOCUMENTS_AT_A_TIME = 256
_REBUILD = "run `backfile rebuild`"
_AT_ONCE = "run `backfile rebuild` at once; `backfile withdraw` hides it meanwhile"


class StoreComparison:
    """Compares one generation with the store it was built from.

    Parameters
    ----------
    generation : Generation
        Open as long as it is compared.
    store : Store
        The store.
    """

    def __init__(self, generation: Generation, store: Store) -> None:
        self._generation = generation
        self._store = store
        self._fresh = Fresh(generation, store)

    def check(self, on_checked: OnChecked = lambda *_: None) -> tuple[Checked, ...]:
        """Compare every article of both; return what was found."""
        return self._indexed(on_checked), self._public(on_checked)

    def _indexed(self, on_checked: OnChecked) -> Checked:
        """Hold each article of the generation against its columns and against the store."""
        found = Faults("articles of the index", "article")
        total = self._generation.articles
        for start in range(0, total, DOCUMENTS_AT_A_TIME):
            numbers = range(start, min(start + DOCUMENTS_AT_A_TIME, total))
            lines = self._generation.documents.lines(numbers)
            built = [Article.from_json(line) for line in lines]
            for document, article in zip(numbers, built, strict=True):
                if fault := self._fault_of_columns(document, article):
                    found.add(self._where(article.id), fault, _REBUILD)
            self._compare(numbers, built, found)
            found.looked(len(numbers))
            on_checked("comparing the index with the store", numbers.stop, total)
        return found.checked()

    def _compare(self, numbers: range, built: Sequence[Article], found: Faults) -> None:
        stored = self._store.some([article.id for article in built])
        different = [
            article.id
            for article in built
            if article.id in stored and content(article) != content(stored[article.id])
        ]
        known = self._store.changed_among(different, self._generation.manifest.store_sequence)
        for name in different:
            if name not in known:
                what = "it is not as the store has it, and no change since the build says why"
                found.add(self._where(name), what, _REBUILD)
        for document, article in zip(numbers, built, strict=True):
            if article.id not in stored:
                found.add(self._where(article.id), "the store does not have it", _AT_ONCE)
            elif self._is_leaking(document, stored[article.id]):
                again = self._store.some([article.id])[article.id]
                if self._is_leaking(document, again):
                    what = "readers see it, and it is not public"
                    found.add(self._where(article.id), what, _AT_ONCE)

    def _is_leaking(self, document: int, stored: Article) -> bool:
        return not is_public(stored, datetime.now(UTC)) and not self._is_hidden(document)

    def _is_hidden(self, document: int) -> bool:
        hidden = self._fresh.state().hidden
        place = int(np.searchsorted(hidden, document))
        return place < len(hidden) and int(hidden[place]) == document

    def _fault_of_columns(self, document: int, built: Article) -> str:
        """Return what the columns say otherwise than the article, empty when nothing."""
        columns = self._generation.columns
        if columns.document(built.id) != document:
            return "it is not found by its id"
        if int(columns.published[document]) != seconds(built.published, UNDATED):
            return "its date is not that of the article"
        if int(columns.expires[document]) != seconds(built.expires, NEVER):
            return "its expiry is not that of the article"
        for name in FACETS:
            rows = columns.facet(name)
            codes = rows.codes[int(rows.ends[document]) : int(rows.ends[document + 1])]
            if sorted(rows.values.strings(codes.tolist())) != sorted(facet_values(built, name)):
                return f"it is not found by its {name}"
        return ""

    def _public(self, on_checked: OnChecked) -> Checked:
        """See whether each public article of the store is in the generation or known as new."""
        found = Faults("public articles of the store", "article")
        total, now = self._store.count(), datetime.now(UTC)
        for place, facts in enumerate(self._store.publications_since(0), 1):
            if not place % DOCUMENTS_AT_A_TIME or place == total:
                on_checked("comparing the store with the index", place, total)
            if not is_public(facts, now):
                continue
            found.looked()
            if self._is_missing(facts.id):
                again = self._store.some([facts.id]).get(facts.id)
                if again and is_public(again, datetime.now(UTC)) and self._is_missing(facts.id):
                    found.add(f"article {facts.id[:100]!a} of the store", self._missing, _REBUILD)
        return found.checked()

    def _is_missing(self, article_id: str) -> bool:
        document = self._generation.columns.document(article_id)
        if document is not None:
            return self._is_hidden(document)
        self._fresh.state()
        return not self._fresh.is_public(article_id)

    @property
    def _missing(self) -> str:
        return (
            "readers may see it, and neither the index has it nor is it known as new (of which "
            f"{MOST_FRESH:,} are)"
        )

    def _where(self, article_id: str) -> str:
        return f"article {article_id[:100]!a} of generation {self._generation.number}"
