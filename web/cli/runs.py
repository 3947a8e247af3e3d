"""The commands that write runs for trec_eval: what the archive answers to a file of questions."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click
import numpy as np

from recommender.related import DEEPEST, RelatedRequest, UnknownArticleError
from search.engine import MAXIMUM_WINDOW, Mode, SearchRequest
from web.cli.answering import answering
from web.cli.finding import mode_option
from web.cli.home import Home, pass_home
from web.cli.progress import Bars
from web.evaluation.files import column, read_lines, read_topics

NAME = "backfile"
"""The last column of a run."""
INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, allow_dash=True)

Ranking = Iterable[tuple[str, float]]
"""Ids of articles with their scores, the best first."""


@click.command("trec-run")
@click.argument("topics", type=INPUT, metavar="TOPICS.tsv")
@click.argument("out", type=OUTPUT, metavar="OUT")
@click.option(
    "--depth",
    type=click.IntRange(1, MAXIMUM_WINDOW),
    metavar="N",
    default=1000,
    show_default=True,
    help="Hits for each topic.",
)
@mode_option
@pass_home
def trec_run(home: Home, topics: Path, out: str, depth: int, mode: Mode) -> None:
    """Write a TREC run of searches.

    Each line of TOPICS.tsv has an id, a tab and a query. OUT may be - for standard output. The run
    is complete or not written at all.
    """
    questions = list(read_topics(topics))
    with answering(home) as served:

        def answer(query: str) -> Ranking:
            request = SearchRequest(query=query, mode=mode, limit=depth)
            found = served.engine.rank(request)
            return zip(found.ids, found.scores, strict=True)

        write_run(out, questions, answer, "topics")


@click.command("related-run")
@click.argument("ids", type=INPUT, metavar="IDS.txt")
@click.argument("out", type=OUTPUT, metavar="OUT")
@click.option(
    "--depth",
    type=click.IntRange(1, DEEPEST),
    metavar="N",
    default=20,
    show_default=True,
    help="Articles for each id, however low their scores.",
)
@pass_home
def related_run(home: Home, ids: Path, out: str, depth: int) -> None:
    """Write a TREC run of related articles.

    IDS.txt has one id a line. A version of the same story may stand in the list; of near copies
    only the best does. Ids that no public article has are named on standard error, and the exit
    status is 1.
    """
    seeds = [(line, line) for _, line in read_lines(ids)]
    unknown: list[str] = []
    wanted = RelatedRequest(limit=depth, minimum_score=0.0, versions=True)
    with answering(home) as served:

        def answer(article_id: str) -> Ranking:
            try:
                return served.recommender.rank(article_id, wanted)
            except UnknownArticleError as error:
                unknown.append(article_id)
                click.echo(str(error), err=True)
                return []

        write_run(out, seeds, answer, "articles")
    click.get_current_context().exit(1 if unknown else 0)


def write_run(
    out: str,
    questions: Sequence[tuple[str, str]],
    answer: Callable[[str], Ranking],
    noun: str,
) -> None:
    """Answer all questions and write the run, with a progress bar and, at the end, the rate."""
    started, written = time.monotonic(), 0
    with Bars() as bars, click.open_file(out, "w", encoding="utf-8", atomic=True) as file:
        for done, (question, text) in enumerate(questions, 1):
            lines = list(run_lines(question, answer(text)))
            file.writelines(lines)
            written += len(lines)
            rate = done / max(time.monotonic() - started, 1e-9)
            bars.show(noun, done, len(questions), f"{rate:,.0f} a second")
    click.echo(
        f"{len(questions):,} {noun}, {written:,} lines in {time.monotonic() - started:.1f} s "
        f"({rate:,.0f} {noun} a second)",
        err=True,
    )


def run_lines(question: str, ranking: Ranking) -> Iterator[str]:
    """Yield the lines of one ranking: question, Q0, article, rank, score, name of the run.

    trec_eval ignores the ranks and sorts by score, in single precision and ties by id, so a score
    that does not fall is lowered by as little as single precision can tell apart.
    """
    last = np.float32(np.inf)
    for rank, (article_id, score) in enumerate(ranking, 1):
        last = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        yield f"{question} Q0 {column(article_id)} {rank} {last:.9g} {NAME}\n"
