"""OpenSearch, the engine in Java, one node over HTTP."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from articles.article import Article
from benchmarks.peers.opensearch_server import OpenSearchServer, missing
from benchmarks.peers.peer import FACETS, TITLE_WEIGHT, Answer, text_of
from benchmarks.questions import LIMIT, Family, Question

__all__ = ["OpenSearch", "missing"]

BULK = 1_000
"""Articles of one request."""
FIELDS = [f"title^{TITLE_WEIGHT:g}", "text"]
_WORDS = {"type": "text", "analyzer": "words"}
_INDEX = {
    "settings": {
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "refresh_interval": -1,
        "analysis": {
            "filter": {"stem": {"type": "stemmer", "language": "porter2"}},
            "analyzer": {
                "words": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["lowercase", "stem"],
                }
            },
        },
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            "title": _WORDS,
            "text": _WORDS,
            "published": {"type": "date"},
            **{name: {"type": "keyword"} for name in FACETS},
        },
    },
}


class OpenSearch:
    """An index of one shard without replicas, in a server of its own.

    The server of a new index starts with the object, so that its start is no part of the build.
    """

    families = frozenset(Family)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None if folder.exists() else OpenSearchServer(folder)

    def build(self, articles: Iterable[Article]) -> None:
        """Add all articles in bulk, then write everything to the disk."""
        self._server.ask("PUT", "/articles", json.dumps(_INDEX))
        lines: list[str] = []
        for article in articles:
            lines += [json.dumps({"index": {"_id": article.id}}), json.dumps(_source(article))]
            if len(lines) == 2 * BULK:
                self._add(lines)
        self._add(lines)
        self._server.ask("POST", "/articles/_refresh")
        self._server.ask("POST", "/articles/_flush")

    def open(self) -> None:
        """Start a server over the index."""
        self._server = OpenSearchServer(self._folder)

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        kept = "hits.hits._id"
        if question.family is Family.FACETS:
            kept += ",aggregations.*.buckets"
        elif question.family is Family.SNIPPETS:
            kept += ",hits.hits.highlight"
        body = json.dumps(_request(question))
        path = f"/articles/_search?filter_path={kept}"

        def answer() -> Answer:
            found = self._server.ask("POST", path, body)
            ids = [hit["_id"] for hit in found.get("hits", {}).get("hits", ())]
            facets = {
                name: {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
                for name, counted in found.get("aggregations", {}).items()
            }
            return Answer(ids, facets)

        return answer

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        body = json.dumps({"query": _query(question)})
        found: int = self._server.ask("POST", "/articles/_count", body)["count"]
        return found

    def close(self) -> None:
        """Stop the server."""
        if self._server:
            self._server.stop()

    def _add(self, lines: list[str]) -> None:
        if lines:
            body = "\n".join(lines) + "\n"
            done = self._server.ask("POST", "/articles/_bulk?filter_path=errors", body.encode())
            if done["errors"]:
                raise RuntimeError("OpenSearch did not take all articles")
            lines.clear()


def _source(article: Article) -> dict[str, Any]:
    record = article.to_record()
    del record["summary"], record["body"]
    facets = {name: record.get(name) or [] for name in FACETS}
    return record | facets | {"author": record["authors"], "text": text_of(article)}


def _request(question: Question) -> dict[str, Any]:
    request: dict[str, Any] = {
        "size": LIMIT,
        "from": question.offset,
        "query": _query(question),
        "_source": False,
        "track_total_hits": False,
    }
    if question.family is Family.FACETS:
        request["aggs"] = {name: {"terms": {"field": name, "size": 20}} for name in FACETS}
    if question.family is Family.SNIPPETS:
        request["highlight"] = {"fields": {"text": {"number_of_fragments": 1}}}
    return request


def _query(question: Question) -> dict[str, Any]:
    words = {"query": question.text, "fields": FIELDS}
    match question.family:
        case Family.PHRASE:
            query: dict[str, Any] = {"multi_match": {**words, "type": "phrase"}}
        case Family.PREFIX:
            prefixes = [{"prefix": {name: question.text}} for name in ("title", "text")]
            query = {"bool": {"should": prefixes}}
        case Family.ALL:
            query = {"combined_fields": {**words, "operator": "and"}}
        case _:
            query = {"combined_fields": words}
    if question.first is None or question.last is None:
        return query
    days = {"gte": question.first.isoformat(), "lte": question.last.isoformat()}
    return {"bool": {"must": [query], "filter": [{"range": {"published": days}}]}}
