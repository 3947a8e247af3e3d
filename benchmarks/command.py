"""Measure Backfile on a corpus, alone and beside other engines.

Usage: python -m benchmarks CORPUS [--topics TSV --qrels FILE] [--articles 10000 80000 1000000]
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from articles.store import Store
from benchmarks import (
    archive,
    blocks,
    counting,
    freshness,
    kills,
    load,
    machine,
    rebuilds,
    relevance,
    spelling,
)
from benchmarks.compare import compare
from benchmarks.corpus import Corpus, read_corpus
from benchmarks.figures import Run
from benchmarks.peers.field import ENTRIES, OURS
from benchmarks.plots import draw
from benchmarks.process import alone
from benchmarks.related import related
from benchmarks.report import lines, size_lines
from web.evaluation.files import read_topics

STOCK = "whoosh"
SERVING: dict[str, Callable[[Path, float], None]] = {
    "blocks": blocks.measure,
    "counting": counting.measure,
    "kills": lambda home, _: kills.print_of(home),
}
"""Parts that ask a server for so many seconds, with the questions that they choose themselves."""

TOPICAL: dict[str, Callable[[Path, Sequence[str], float], None]] = {
    "freshness": freshness.measure,
    "load": load.measure,
    "rebuilds": rebuilds.measure,
}
"""Parts that ask a server what the topics say."""


def main() -> None:
    """Run what was asked for and print it."""
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="backfile-bench-", dir=arguments.folder) as folder:
        home = Path(folder)
        if arguments.part == "relevance":
            inputs = (arguments.corpus, arguments.topics, arguments.qrels)
            relevance.measure(home, *inputs)
            return
        if arguments.part == "spelling":
            print(f"commit {commit()}, {datetime.now(UTC):%Y-%m-%d}")
            spelling.measure(home, arguments.corpus, arguments.topics, arguments.strangers)
            return
        if arguments.part == "related":
            print(f"{machine.description()}, commit {commit()}, {datetime.now(UTC):%Y-%m-%d}")
            related.measure(home, arguments.corpus, arguments.qrels)
            return
        if arguments.part in (*TOPICAL, *SERVING):
            print(f"{machine.description()}, commit {commit()}, {datetime.now(UTC):%Y-%m-%d}")
            if arguments.built:
                shutil.copytree(arguments.built, home, dirs_exist_ok=True)
            else:
                with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
                    archive.built(home, store, arguments.corpus)
            if arguments.part in TOPICAL:
                topics = [query for _, query in read_topics(arguments.topics)]
                TOPICAL[arguments.part](home, topics, arguments.seconds)
            else:
                SERVING[arguments.part](home, arguments.seconds)
            return
        if arguments.part != "engines":
            inputs = (arguments.corpus, arguments.topics, arguments.qrels)
            alone(archive.measure, home, *inputs)
        if arguments.part != "archive":
            run = measure(home, arguments)
            if arguments.save:
                run.write(arguments.save)
            if arguments.plots:
                draw(run, arguments.plots)


def measure(home: Path, arguments: argparse.Namespace) -> Run:
    """Measure all engines at all sizes, printing each size when it is done."""
    corpus = read_corpus(arguments.corpus, home / "corpus.jsonl")
    topics = [query for _, query in read_topics(arguments.topics)] if arguments.topics else []
    run = Run(corpus.name, machine.description(), commit(), f"{datetime.now(UTC):%Y-%m-%d}", ())
    print(*lines(run), sep="\n")
    for number, (count, keys) in enumerate(plan(corpus, arguments)):
        place = home / str(number)
        size = compare(corpus, count, keys, topics, place, arguments.builds)
        shutil.rmtree(place)
        print(*size_lines(size), sep="\n", flush=True)
        run = run.with_size(size)
    return run


def plan(corpus: Corpus, arguments: argparse.Namespace) -> list[tuple[int, Sequence[str]]]:
    """Return the sizes with their engines; stock Whoosh takes part up to a size of its own."""
    keys = [OURS, *(key for key in arguments.peers if key != OURS)]
    sizes = arguments.articles or [min(10_000, len(corpus.titles))]
    limit = arguments.whoosh_articles
    found: list[tuple[int, Sequence[str]]] = [
        (count, [key for key in keys if key != STOCK or count <= limit]) for count in sizes
    ]
    if STOCK in keys and limit and min(sizes) > limit:
        found.insert(0, (limit, [OURS, STOCK]))
    return found


def read_arguments() -> argparse.Namespace:
    """Return the arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--topics", type=Path, help="lines of id<TAB>query; else titles are asked")
    parser.add_argument("--qrels", type=Path, help="TREC judgments of these topics")
    parts = ["archive", "engines", "relevance", "related", *TOPICAL, *SERVING, "spelling", "all"]
    parser.add_argument("--part", choices=parts, default="all")
    parser.add_argument("--seconds", type=float, default=20, help="of each kind of load")
    parser.add_argument(
        "--strangers", type=Path, help="another corpus, whose titles are asked, too"
    )
    parser.add_argument("--built", type=Path, help="a home to copy instead of building one")
    parser.add_argument("--articles", type=int, nargs="+", help="sizes, 10000 if not given")
    parser.add_argument("--peers", nargs="*", choices=list(ENTRIES), default=list(ENTRIES))
    parser.add_argument("--whoosh-articles", type=int, default=5_000)
    parser.add_argument("--builds", type=int, default=3, help="builds of which the median counts")
    parser.add_argument("--folder", type=Path, help="where indexes lie meanwhile, else in /tmp")
    parser.add_argument("--save", type=Path, help="a file of JSON for the figures")
    parser.add_argument("--plots", type=Path, help="a folder for plots as SVG")
    arguments = parser.parse_args()
    if arguments.part == "relevance" and not (arguments.topics and arguments.qrels):
        parser.error("--part relevance needs --topics and --qrels")
    if arguments.part in TOPICAL and not arguments.topics:
        parser.error(f"--part {arguments.part} needs --topics")
    return arguments


def commit() -> str:
    """Return the commit that is measured."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
