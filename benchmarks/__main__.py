"""Measure Backfile on a corpus, and stock Whoosh beside it in the same run.

Usage: python -m benchmarks CORPUS [--topics TSV --qrels FILE]
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import ir_measures

from articles.article import Article
from articles.importers.importing import ImportOptions, import_paths
from articles.store import Store
from benchmarks.stock_whoosh import StockWhoosh
from index.builder import rebuild
from index.publish import Generations
from index.visibility import Visibility
from recommender.lists import related_lists
from recommender.recommender import Recommender
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest

QUERIES = 100
PEER_ARTICLES = 5_000
"""Articles that stock Whoosh is given, too: at its speed the whole corpus would take minutes."""


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--topics", type=Path, help="lines of id<TAB>query")
    parser.add_argument("--qrels", type=Path, help="TREC judgments of these topics")
    arguments = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, commit {commit}\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
            measure(home, store, arguments)


def measure(home: Path, store: Store, arguments: argparse.Namespace) -> None:
    """Measure import, rebuild, search, relevance and related articles, then the peer."""
    now = datetime.now(UTC)
    seconds, imported = timed(
        lambda: import_paths(
            store,
            [arguments.corpus],
            ImportOptions(),
            now=now,
            on_problem=lambda _: None,
            on_progress=lambda _: None,
        )
    )
    rate("import", imported.added, seconds)
    generations = Generations(home / "generations")
    seconds, report = timed(lambda: rebuild(store, generations, now=now, steps=[related_lists]))
    rate("rebuild", report.articles, seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory':24}{peak:10,.0f} MB")
    print(f"{'size of the generation':24}{report.bytes / 1e6:10,.0f} MB")

    seconds, generation = timed(generations.open_current)
    print(f"{'open, all files checked':24}{seconds * 1e3:10,.0f} ms")
    visibility = Visibility(generation, store)
    engine = EmbeddedEngine(generation, visibility)
    articles = list(islice(store.articles(), PEER_ARTICLES))
    topics = read_topics(arguments.topics) if arguments.topics else titles(articles)
    latency(
        "search page", [lambda q=q: engine.search(SearchRequest(query=q)) for q in topics.values()]
    )
    if arguments.qrels:
        relevance(engine, topics, arguments.qrels)
    recommender = Recommender(generation, visibility)
    ids = [article.id for article in articles[:: max(1, len(articles) // QUERIES)]]
    latency("related to an article", [lambda i=i: recommender.for_article(i) for i in ids])
    texts = [" ".join(article.body) for article in articles[:QUERIES]]
    latency("related to a text", [lambda t=t: recommender.for_text(t) for t in texts])
    engine.close()
    compare(home, articles, list(topics.values()))


def compare(home: Path, articles: Sequence[Article], queries: Sequence[str]) -> None:
    """Build and search the same articles with stock Whoosh and print the ratios."""
    print(f"\n{len(articles):,} articles, beside stock Whoosh (text and title, no related lists):")
    with Store.open(f"sqlite:///{home / 'few.sqlite3'}") as store:
        store.upsert(articles, datetime.now(UTC))
        generations = Generations(home / "few")
        ours, _ = timed(lambda: rebuild(store, generations, now=datetime.now(UTC)))
        peer = StockWhoosh(home / "stock")
        theirs, _ = timed(lambda: peer.build(articles))
        rate("rebuild", len(articles), ours)
        rate("stock Whoosh", len(articles), theirs)
        print(f"{'ratio':24}{theirs / ours:10.1f} times")
        generation = generations.open_current()
        engine = EmbeddedEngine(generation, Visibility(generation))
        bare = [
            lambda q=q: engine.search(SearchRequest(query=q, facets=False, snippets=False))
            for q in queries
        ]
        ours = latency("search, top 10", bare)
        theirs = latency("stock Whoosh", [lambda q=q: peer.search(q) for q in queries])
        print(f"{'ratio':24}{theirs / ours:10.1f} times")
        engine.close()
        peer.close()


def relevance(engine: EmbeddedEngine, topics: dict[str, str], qrels: Path) -> None:
    """Print what the topics' answers are worth."""
    run = [
        ir_measures.ScoredDoc(topic, hit.id, hit.score)
        for topic, text in topics.items()
        for hit in engine.search(
            SearchRequest(query=text, limit=1000, facets=False, snippets=False)
        ).hits
    ]
    measures = [ir_measures.nDCG @ 10, ir_measures.AP @ 1000]
    found = ir_measures.calc_aggregate(measures, ir_measures.read_trec_qrels(str(qrels)), run)
    for measured in measures:
        print(f"{measured!s:24}{found[measured]:10.3f}")


def read_topics(path: Path) -> dict[str, str]:
    """Return the queries of a file by their ids."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line.strip())


def titles(articles: Sequence[Article]) -> dict[str, str]:
    """Return titles of articles as queries, where nobody has written topics."""
    return {a.id: a.title for a in articles[:: max(1, len(articles) // QUERIES)]}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds the work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def rate(what: str, articles: int, seconds: float) -> None:
    """Print articles a second."""
    print(f"{what:24}{articles / seconds:10,.0f} articles a second ({seconds:,.1f} s)")


def latency(what: str, calls: Sequence[Callable[[], object]]) -> float:
    """Print median and 95th percentile of the calls in milliseconds; return the median."""
    calls[0]()
    times = sorted(timed(call)[0] * 1e3 for call in calls)
    median = statistics.median(times)
    print(f"{what:24}{median:10.2f} ms median, {times[int(len(times) * 0.95)]:.2f} ms p95")
    return median


main()
