"""OpenSearch's ways to rank: as most people set it up, by one field of both, and tuned."""

import json
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

from articles.article import Article
from benchmarks.peers.opensearch_server import OpenSearchServer
from benchmarks.peers.peer import text_of
from index.analysis import tokens

FIELDS = ["title^2", "text"]
SLOP = 4
"""How far apart the words of a pair may stand."""
PAIR = 0.2
"""What a pair counts beside a word.

The best of .05, .1 and .2 on the judged topics of AP88; neighbouring words alone reach less with
any weight from .05 to .5 and any slop from 2 to 8.
"""
_BULK = 1_000


class RankingOpenSearch:
    """One server with the same articles under the usual and under a tuned similarity.

    Words go through the English analyzer (standard tokenizer, possessives, small letters, stop
    words, Porter's stemmer), which OpenSearch's guide recommends and which is better here than
    Snowball's stemmer without stop words.
    """

    def __init__(self, folder: Path) -> None:
        self._server = OpenSearchServer(folder)

    def build(self, articles: Iterable[Article]) -> None:
        """Index all articles twice, once for each similarity."""
        usual: dict[str, Any] = {"type": "BM25"}
        for name, similarity in (
            ("usual", usual),
            ("tuned", usual | {"k1": 1.6, "b": 0.25}),
        ):
            self._server.ask("PUT", f"/{name}", json.dumps(_index(similarity)))
        lines: list[str] = []
        for article in articles:
            source = json.dumps({"title": article.title, "text": text_of(article)})
            lines += [json.dumps({"index": {"_id": article.id}}), source]
            if len(lines) == 2 * _BULK:
                self._add(lines)
        self._add(lines)
        for name in ("usual", "tuned"):
            self._server.ask("POST", f"/{name}/_refresh")
            # One segment, as an index that is built once should be.
            self._server.ask("POST", f"/{name}/_forcemerge?max_num_segments=1")

    def rank(self, index: str, query: dict[str, Any], depth: int) -> list[str]:
        """Return the ids of the best articles."""
        body = {"size": depth, "query": query, "_source": False, "track_total_hits": False}
        path = f"/{index}/_search?filter_path=hits.hits._id"
        found = self._server.ask("POST", path, json.dumps(body))
        return [hit["_id"] for hit in found.get("hits", {}).get("hits", ())]

    def close(self) -> None:
        """Stop the server."""
        self._server.stop()

    def _add(self, lines: list[str]) -> None:
        if not lines:
            return
        body = ("\n".join(lines) + "\n").encode()
        for name in ("usual", "tuned"):
            done = self._server.ask("POST", f"/{name}/_bulk?filter_path=errors", body)
            if done["errors"]:
                raise RuntimeError("OpenSearch did not take all articles")
        lines.clear()


def most_fields(text: str) -> dict[str, Any]:
    """Return the usual query: each field by itself, the title twice as strong."""
    return {"multi_match": {"query": text, "type": "most_fields", "fields": FIELDS}}


def combined_fields(text: str) -> dict[str, Any]:
    """Return the query that counts both fields as one."""
    return {"combined_fields": {"query": text, "fields": FIELDS}}


def tuned(text: str) -> dict[str, Any]:
    """Return the words in both fields as one, and every two of them near each other."""
    pairs = [
        {"match_phrase": {"text": {"query": " ".join(pair), "slop": SLOP, "boost": PAIR}}}
        for pair in combinations(tokens(text), 2)
    ]
    return {"bool": {"must": [combined_fields(text)], "should": pairs}}


def _index(similarity: dict[str, Any]) -> dict[str, Any]:
    words = {"type": "text", "analyzer": "english"}
    return {
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": -1,
            "index.max_result_window": 10_000,
            # The default, because combined_fields pays no attention to the similarity of a field.
            "similarity": {"default": similarity},
        },
        "mappings": {"dynamic": False, "properties": {"title": words, "text": words}},
    }
