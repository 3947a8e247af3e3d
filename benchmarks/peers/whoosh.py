"""Whoosh as its documentation uses it, with its own codec, writer and collectors."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, scoring
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

from articles.article import Article
from benchmarks.peers.peer import FACETS, TITLE_WEIGHT, Answer, text_of
from benchmarks.questions import DEEP, LIMIT, Family, Question

BUFFER = 512
"""Megabytes that the writer may hold before it spills."""


class Whoosh:
    """An index of titles and texts, with every article stored."""

    families = frozenset(Family)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # No stop list, because no other engine has one: every word is searchable.
        words = StemmingAnalyzer(stoplist=None, minsize=1)
        self._schema = fields.Schema(
            id=fields.ID(stored=True),
            title=fields.TEXT(words, stored=True),
            text=fields.TEXT(words, stored=True),
            record=fields.STORED,
            published=fields.DATETIME(sortable=True),
            **{name: fields.KEYWORD(commas=True, sortable=True) for name in FACETS},
        )
        groups = {True: AndGroup, False: OrGroup}
        self._parsers = {
            every: MultifieldParser(
                ["title", "text"],
                self._schema,
                fieldboosts={"title": TITLE_WEIGHT},
                group=group,
            )
            for every, group in groups.items()
        }
        self._index: Any = None
        self._searcher: Any = None

    def build(self, articles: Iterable[Article]) -> None:
        """Add and commit all articles."""
        self._folder.mkdir()
        self._index = index.create_in(str(self._folder), self._schema)
        writer = self._index.writer(limitmb=BUFFER)
        for article in articles:
            writer.add_document(
                id=article.id,
                title=article.title,
                text=text_of(article),
                record=article.to_json(),
                published=article.published and article.published.replace(tzinfo=None),
                section=article.section,
                source=article.source,
                author=",".join(name.replace(",", " ") for name in article.authors),
                language=article.language,
            )
        writer.commit()

    def open(self) -> None:
        """Open the index."""
        self._index = index.open_dir(str(self._folder))
        self._searcher = self._index.searcher(weighting=scoring.BM25F())

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        match question.family:
            case Family.FACETS:
                return lambda: self._with_facets(question)
            case Family.SNIPPETS:
                return lambda: self._with_snippets(question)
            case Family.DEEP:
                return lambda: Answer(
                    [hit["id"] for hit in self._search(question, DEEP + LIMIT)[DEEP:]]
                )
            case _:
                return lambda: Answer([hit["id"] for hit in self._search(question, LIMIT)])

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        return len(self._search(question, None))

    def close(self) -> None:
        """Release the index."""
        if self._searcher:
            self._searcher.close()
        self._index.close()

    def _search(self, question: Question, limit: int | None, **options: Any) -> Any:
        return self._searcher.search(
            self._parsed(question), limit=limit, filter=_inside(question), **options
        )

    def _parsed(self, question: Question) -> Any:
        text = question.text
        if question.family is Family.PHRASE:
            text = f'"{text}"'
        elif question.family is Family.PREFIX:
            text += "*"
        return self._parsers[question.family is Family.ALL].parse(text)

    def _with_facets(self, question: Question) -> Answer:
        found = self._search(question, LIMIT, groupedby=list(FACETS))
        facets = {
            name: {value: len(hits) for value, hits in found.groups(name).items() if value}
            for name in FACETS
        }
        return Answer([hit["id"] for hit in found[:LIMIT]], facets)

    def _with_snippets(self, question: Question) -> Answer:
        found = self._search(question, LIMIT)
        for hit in found:
            hit.highlights("text")
        return Answer([hit["id"] for hit in found])


def _inside(question: Question) -> Any:
    """Return the range of dates as a filter; as a part of the query it can end in an error."""
    if question.first is None or question.last is None:
        return None
    start, stop = (
        datetime.combine(day, time()) for day in (question.first, question.last + timedelta(days=1))
    )
    return query.DateRange("published", start, stop, endexcl=True)
