"""tantivy, the engine in Rust, through its Python package."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tantivy import (
    Document,
    FieldType,
    Index,
    Occur,
    Query,
    SchemaBuilder,
    SnippetGenerator,
)

from articles.article import Article
from benchmarks.peers.peer import FACETS, TITLE_WEIGHT, Answer, text_of
from benchmarks.questions import LIMIT, Family, Question

HEAP = 512_000_000
"""Bytes of the writer's buffer: with less of it there are more segments, and slower queries."""


class Tantivy:
    """An index with one indexing thread, its merges awaited.

    Parameters
    ----------
    folder : Path
        Where the index lies.
    fused : bool
        Index the title twice in one field with the body, as Backfile's own text field weighs it,
        instead of a field for each and a boost for the title's.
    """

    families = frozenset(Family)

    def __init__(self, folder: Path, *, fused: bool = False) -> None:
        self._folder = folder
        self._fields = ["text"] if fused else ["title", "text"]
        self._boosts = None if fused else {"title": TITLE_WEIGHT}
        self._index: Any = None

    def build(self, articles: Iterable[Article]) -> None:
        """Add and commit all articles, and wait for the merges."""
        self._folder.mkdir()
        self._index = Index(self._schema(), path=str(self._folder))
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        ids: list[str] = []
        for article in articles:
            writer.add_document(self._document(len(ids), article))
            ids.append(article.id)
        writer.commit()
        writer.wait_merging_threads()
        (self._folder / "ids.json").write_text(json.dumps(ids))

    def open(self) -> None:
        """Open the index."""
        self._index = Index.open(str(self._folder))
        self._searcher = self._index.searcher()
        self._ids = json.loads((self._folder / "ids.json").read_text())

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        match question.family:
            case Family.FACETS:
                return lambda: self._with_facets(self._parsed(question))
            case Family.SNIPPETS:
                return lambda: self._with_snippets(self._parsed(question))
            case _:
                return lambda: Answer(self._ids_of(self._parsed(question), question.offset))

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        found: int = self._searcher.search(self._parsed(question), 1, count=True).count
        return found

    def rank(self, text: str, depth: int) -> list[str]:
        """Return the ids of the best articles for the words of a text."""
        words = " ".join(re.findall(r"\w+", text.lower()))  # so that no mark is an operator
        query = self._index.parse_query(words, self._fields, self._boosts)
        return self._ids_of(query, limit=depth)

    def close(self) -> None:
        """Release the index."""
        self._searcher = self._index = None

    def _schema(self) -> Any:
        builder = SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, fast=True)
        builder.add_date_field("published", fast=True)
        builder.add_bytes_field("record", stored=True)
        for name in self._fields:
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
        for name in FACETS:
            builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
        return builder.build()

    def _document(self, number: int, article: Article) -> Document:
        document = Document()
        document.add_unsigned("number", number)
        document.add_bytes("record", json.dumps(_rest(article)).encode())
        document.add_text(self._fields[0], article.title)
        if len(self._fields) == 1:
            document.add_text("text", article.title)
        document.add_text("text", text_of(article))
        for name, value in _facet_values(article):
            document.add_text(name, value)
        if article.published:
            document.add_date("published", article.published)
        return document

    def _parsed(self, question: Question) -> Any:
        if question.family is Family.PREFIX:
            return self._prefix(question.text)
        parsed = self._index.parse_query(
            f'"{question.text}"' if question.family is Family.PHRASE else question.text,
            self._fields,
            self._boosts,
            conjunction_by_default=question.family is Family.ALL,
        )
        if question.first is None or question.last is None:
            return parsed
        start, stop = (
            datetime.combine(day, time(), UTC)
            for day in (question.first, question.last + timedelta(days=1))
        )
        inside = Query.range_query(
            self._index.schema, "published", FieldType.Date, start, stop, include_upper=False
        )
        return Query.boolean_query([(Occur.Must, parsed), (Occur.Must, inside)])

    def _prefix(self, prefix: str) -> Any:
        # Three times as fast as a regular expression, which the query parser would make of it.
        queries = [
            Query.fuzzy_term_query(self._index.schema, name, prefix, distance=0, prefix=True)
            for name in self._fields
        ]
        if len(queries) == 1:
            return queries[0]
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def _ids_of(self, query: Any, offset: int = 0, limit: int = LIMIT) -> list[str]:
        # Numbers from a fast field: twice as fast as ids from the stored documents.
        found = self._searcher.search(query, limit, count=False, offset=offset)
        addresses = [address for _, address in found.hits]
        numbers = self._searcher.fast_field_values("number", addresses)
        return [self._ids[number] for number in numbers]

    def _with_facets(self, query: Any) -> Answer:
        wanted = {name: {"terms": {"field": name, "size": 20}} for name in FACETS}
        counted = self._searcher.aggregate(query, wanted)
        facets = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in counted[name]["buckets"]}
            for name in FACETS
        }
        return Answer(self._ids_of(query), facets)

    def _with_snippets(self, query: Any) -> Answer:
        generator = SnippetGenerator.create(
            self._searcher, query, self._index.schema, self._fields[-1]
        )
        found = self._searcher.search(query, LIMIT, count=False)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        for document in documents:
            generator.snippet_from_doc(document).to_html()
        return Answer([self._ids[document["number"][0]] for document in documents])


def _rest(article: Article) -> dict[str, Any]:
    """Return what of an article does not stand in a stored field of its own."""
    record = article.to_record()
    del record["title"], record["summary"], record["body"]
    return record


def _facet_values(article: Article) -> Iterator[tuple[str, str]]:
    for name in FACETS:
        value = article.authors if name == "author" else getattr(article, name)
        for item in value if isinstance(value, tuple) else (value,):
            if item:
                yield name, item
