"""The whole product on a corpus: import, rebuild, search pages, relevance, related articles."""

import resource
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import get_args

from articles.article import Article, is_public
from articles.importers.importing import ImportOptions, import_paths
from articles.store import Store
from benchmarks.process import timed
from index.build_step import BuildStep
from index.builder import rebuild
from index.publish import Generations
from index.visibility import Visibility
from recommender.lists import related_lists
from recommender.recommender import Recommender
from search.embedded import EmbeddedEngine
from search.engine import Mode, SearchRequest
from web.evaluation.files import read_qrels, read_topics
from web.evaluation.measures import SEARCH, measured

QUERIES = 100


def measure(home: Path, corpus: Path, topics_file: Path | None, qrels: Path | None) -> None:
    """Measure everything and print it."""
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        generations = built(home, store, corpus)
        generation = generations.open_current()
        visibility = Visibility(generation, store)
        engine = EmbeddedEngine(generation, visibility)
        now = datetime.now(UTC)
        public = (article for article in store.articles() if is_public(article, now))
        articles = list(islice(public, QUERIES * 50))
        topics = dict(read_topics(topics_file)) if topics_file else titles(articles)
        pages = [SearchRequest(query=text) for text in topics.values()]
        latency("search page", [partial(engine.search, page) for page in pages])
        for mode in get_args(Mode):
            ranked = [SearchRequest(query=text, mode=mode) for text in topics.values()]
            latency(f"ten best, {mode}", [partial(engine.rank, request) for request in ranked])
            if qrels:
                relevance(engine, topics, mode, qrels)
        recommender = Recommender(generation, visibility)
        ids = [article.id for article in articles[:: max(1, len(articles) // QUERIES)]]
        latency("related to an article", [partial(recommender.for_article, i) for i in ids])
        texts = [" ".join(article.body) for article in articles[:QUERIES]]
        latency("related to a text", [partial(recommender.for_text, text) for text in texts])
        engine.close()


def relevance(engine: EmbeddedEngine, topics: dict[str, str], mode: Mode, qrels: Path) -> None:
    """Print what the topics' answers are worth."""
    judged = read_qrels(qrels)
    rankings = {
        topic: list(engine.rank(SearchRequest(query=text, mode=mode, limit=1000)).ids)
        for topic, text in topics.items()
    }
    values = measured(SEARCH, {topic: judged[topic] for topic in topics}, rankings)
    for name in ("nDCG@10", "AP"):
        print(f"{name:24}{statistics.fmean(values[name].values()):10.3f}")


def titles(articles: Sequence[Article]) -> dict[str, str]:
    """Return titles of articles as queries, where nobody has written topics."""
    return {a.id: a.title for a in articles[:: max(1, len(articles) // QUERIES)]}


def rate(what: str, articles: int, milliseconds: float) -> None:
    """Print articles a second."""
    seconds = milliseconds / 1e3
    print(f"{what:24}{articles / seconds:10,.0f} articles a second ({seconds:,.1f} s)")


def latency(what: str, calls: Sequence[Callable[[], object]]) -> None:
    """Print median and 95th percentile of the calls in milliseconds."""
    calls[0]()
    times = sorted(map(timed, calls))
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{what:24}{median:10.2f} ms median, {p95:.2f} ms p95")


def built(home: Path, store: Store, corpus: Path, step: BuildStep = related_lists) -> Generations:
    """Import and rebuild, and say how fast that was."""
    now = datetime.now(UTC)
    added: list[int] = []
    generations = Generations(home / "generations")

    def fill() -> None:
        result = import_paths(
            store,
            [corpus],
            ImportOptions(),
            now=now,
            on_problem=lambda _: None,
            on_progress=lambda _: None,
        )
        added.append(result.added)

    milliseconds = timed(fill)
    rate("import", added[0], milliseconds)
    milliseconds = timed(lambda: rebuild(store, generations, now=now, steps=[step]))
    (info,) = generations.list()
    rate("rebuild", info.articles, milliseconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory':24}{peak:10,.0f} MB")
    print(f"{'size of the generation':24}{info.bytes / 1e6:10,.0f} MB")
    return generations
