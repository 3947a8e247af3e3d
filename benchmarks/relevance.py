"""How good the answers of several engines are on judged topics, in one run, with paired tests."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.article import Article
from benchmarks import machine
from benchmarks.corpus import articles_of, read_corpus
from benchmarks.peers import opensearch_ranking, opensearch_server
from benchmarks.peers.peer import TITLE_WEIGHT
from benchmarks.process import timed
from index.builder import build
from index.publish import Generations
from index.visibility import Visibility
from recommender.lists import related_lists
from search.embedded import EmbeddedEngine
from search.engine import Mode, SearchRequest
from web.evaluation.comparison import Comparison, compared
from web.evaluation.files import Qrels, read_qrels, read_topics
from web.evaluation.measures import SEARCH, Values, measured

DEPTH = 1_000
SHOWN = ("nDCG@10", "AP")
PASSES = 3
"""Times that every topic is asked for its ten best; the best time of each counts."""

Ask = Callable[[str, int], list[str]]
"""Returns the ids of so many best articles for a text."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine: every measure of every topic, and milliseconds for its ten best."""

    name: str
    values: Values
    median: float
    p95: float

    def mean(self, measure: str) -> float:
        """Return a measure's mean over all topics."""
        return statistics.fmean(self.values[measure].values())


def measure(home: Path, corpus_file: Path, topics_file: Path, qrels_file: Path) -> None:
    """Measure all engines that are here; print them beside Backfile as asked, then as broadened."""
    corpus = read_corpus(corpus_file, home / "corpus.jsonl")
    articles = list(articles_of(corpus, len(corpus.titles)))
    topics, qrels = dict(read_topics(topics_file)), read_qrels(qrels_file)
    judged = {topic: qrels[topic] for topic in topics if topic in qrels}
    print(f"{len(articles):,} articles, {len(judged):,} topics, {machine.description()}")
    found: list[Measured] = []
    with ExitStack() as stack:
        for name, ask in engines(home, articles, stack):
            found.append(asked(name, ask, topics, judged))
            print(f"  {name}", flush=True)
    print(*table(found), "", *table(found[1:]), sep="\n")


def engines(home: Path, articles: list[Article], stack: ExitStack) -> Iterator[tuple[str, Ask]]:
    """Yield every engine in every way it is asked, Backfile as asked first."""
    yield from _backfile(home / "backfile", articles, stack)
    yield from _bm25s(home / "bm25s", articles)
    yield from _tantivy(home / "tantivy", articles)
    if missing := opensearch_server.missing():
        print(f"  OpenSearch is left out: {missing}")
    else:
        yield from _opensearch(home / "opensearch", articles, stack)


def asked(name: str, ask: Ask, topics: Mapping[str, str], qrels: Qrels) -> Measured:
    """Ask an engine every topic: once deep for the measures, then for its ten best for the time."""
    rankings = {topic: ask(topics[topic], DEPTH) for topic in qrels}
    best = [
        min(timed(lambda text=topics[topic]: ask(text, 10)) for _ in range(PASSES))
        for topic in qrels
    ]
    times = sorted(best)
    return Measured(
        name,
        measured(SEARCH, qrels, rankings),
        statistics.median(times),
        times[int(len(times) * 0.95)],
    )


def table(found: list[Measured]) -> list[str]:
    """Return the lines of a table in Markdown; differences are to the first engine."""
    lines = [
        "| engine | nDCG@10 | to the first | p | AP@1000 | to the first | p | p50 / p95 ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        cells = [one.name]
        for measure_name in SHOWN:
            cells.append(f"{one.mean(measure_name):.3f}")
            if one is found[0]:
                cells += ["", ""]
            else:
                beside = against(found[0], one, measure_name)
                cells += [f"{beside.difference:+.3f}", f"{beside.p:.4f}"]
        lines.append("| " + " | ".join([*cells, f"{one.median:.2f} / {one.p95:.2f}"]) + " |")
    return lines


def against(ours: Measured, theirs: Measured, measure_name: str) -> Comparison:
    """Return what another engine has more than Backfile."""
    return compared(measure_name, ours.values[measure_name], theirs.values[measure_name])


def _backfile(
    folder: Path, articles: Iterable[Article], stack: ExitStack
) -> Iterator[tuple[str, Ask]]:
    generations = Generations(folder)
    with generations.locked():
        place = generations.begin()[0]
        build(place, articles, steps=[related_lists])  # broadening reads the rows it leaves
        generations.publish(place)
    generation = generations.open_current()
    engine = stack.enter_context(closing(EmbeddedEngine(generation, Visibility(generation))))
    modes: dict[str, Mode] = {"Backfile": "exact", "Backfile, broadened": "broaden"}

    def asks(mode: Mode) -> Ask:
        def ask(text: str, depth: int) -> list[str]:
            return list(engine.rank(SearchRequest(query=text, mode=mode, limit=depth)).ids)

        return ask

    for name, mode in modes.items():
        yield name, asks(mode)


def _bm25s(folder: Path, articles: Iterable[Article]) -> Iterator[tuple[str, Ask]]:
    try:
        from benchmarks.peers.bm25s import Bm25s  # noqa: PLC0415  it may not be installed
    except ImportError:
        print("  bm25s is left out: it is not installed")
        return
    peer = Bm25s(folder)
    peer.build(articles)
    peer.open()
    with closing(peer):
        yield "bm25s", peer.rank


def _tantivy(folder: Path, articles: Iterable[Article]) -> Iterator[tuple[str, Ask]]:
    try:
        from benchmarks.peers.tantivy import Tantivy  # noqa: PLC0415  it may not be installed
    except ImportError:
        print("  tantivy is left out: it is not installed")
        return
    peer = Tantivy(folder)
    peer.build(articles)
    peer.open()
    with closing(peer):
        yield f"tantivy, title^{TITLE_WEIGHT:g} + text", peer.rank


def _opensearch(
    folder: Path, articles: Iterable[Article], stack: ExitStack
) -> Iterator[tuple[str, Ask]]:
    peer = stack.enter_context(closing(opensearch_ranking.RankingOpenSearch(folder)))
    peer.build(articles)
    ways: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
        "OpenSearch, most_fields": ("usual", opensearch_ranking.most_fields),
        "OpenSearch, combined_fields": ("usual", opensearch_ranking.combined_fields),
        "OpenSearch, tuned": ("tuned", opensearch_ranking.tuned),
    }

    def asks(index: str, query: Callable[[str], dict[str, Any]]) -> Ask:
        return lambda text, depth: peer.rank(index, query(text), depth)

    for name, (index, query) in ways.items():
        yield name, asks(index, query)
