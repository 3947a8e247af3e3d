"""The commands that measure answers: `evaluate search` and `evaluate related`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from articles.judgments import JudgmentKind
from recommender.related import DEEPEST
from search.engine import MAXIMUM_WINDOW
from web.cli.home import Home, pass_home
from web.cli.output import print_json, print_table, print_text
from web.cli.progress import Bars
from web.cli.runs import INPUT
from web.evaluation import questions, report
from web.evaluation.comparison import Comparison
from web.evaluation.configuration import Configuration
from web.evaluation.evaluation import Evaluation
from web.evaluation.questions import Judged
from web.evaluation.system import Answers, answers, answers_of_run, opened
from web.formatting import counted
from web.served import Served
from web.settings import load_settings

LISTED = 5
"""Questions that moved most, as they are printed."""


class ConfigurationModel(BaseModel):
    """One configuration and the mean of each measure; a run of another engine has no generation."""

    name: str
    generation: int | None
    settings: dict[str, str]
    measures: dict[str, float]


class ComparisonModel(BaseModel):
    """What the second configuration has more than the first; see `web.evaluation.comparison`."""

    measure: str
    difference: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int


class QuestionModel(BaseModel):
    """One question, and of each configuration the value of the measure that counts most."""

    id: str
    text: str
    values: list[float]


class EvaluationModel(BaseModel):
    """What the answers are worth; ``groups`` are averaged: questions or their topics."""

    kind: str
    questions: int
    groups: int
    measure: str
    configurations: list[ConfigurationModel]
    comparisons: list[ComparisonModel]
    notes: list[str]
    moved: list[QuestionModel]


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that both commands have."""
    for option in reversed(
        [
            click.option(
                "--qrels",
                type=INPUT,
                metavar="QRELS.txt",
                help="Their judgments, as TREC has them.",
            ),
            click.option(
                "--with",
                "first",
                multiple=True,
                metavar="KEY=VALUE",
                help="Ask with this setting or parameter, or a FILE.toml of settings; may be "
                "repeated.",
            ),
            click.option(
                "--against",
                multiple=True,
                metavar="KEY=VALUE",
                help="Compare with another configuration, written like --with; generation=N names "
                "an older index.",
            ),
            click.option(
                "--against-run",
                type=INPUT,
                metavar="RUN.txt",
                help="Compare with the TREC run of any other engine.",
            ),
            click.option(
                "--seed",
                type=click.IntRange(0),
                metavar="N",
                default=0,
                show_default=True,
                help="Of the test's random numbers.",
            ),
            click.option(
                "--report",
                "page",
                type=click.Path(dir_okay=False, path_type=Path),
                metavar="FILE.html",
                help="Write a page with plots and the answers that moved most.",
            ),
            click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON."),
        ]
    ):
        command = option(command)
    return command


@click.group()
def evaluate() -> None:
    """Measure answers by judgments, alone or beside others.

    Without files the newsroom's own judgments count. Everything is asked of the product as it is
    served. A second configuration is tested against the first by a paired randomisation test.
    """


@evaluate.command("search")
@click.option("--topics", type=INPUT, metavar="TOPICS.tsv", help="Queries: id, tab, query.")
@common_options
@click.option(
    "--depth",
    type=click.IntRange(10, MAXIMUM_WINDOW),
    metavar="N",
    default=1000,
    show_default=True,
    help="Hits for each query.",
)
@pass_home
def evaluate_search(
    home: Home, /, topics: Path | None, qrels: Path | None, depth: int, **options: Any
) -> None:
    """Measure searches.

    nDCG@10, P@5, P@10, AP, RR, and how much of the first ten anybody has judged.
    """
    if (topics is None) != (qrels is None):
        raise click.UsageError("Give --topics and --qrels together, or neither.")

    def read(served: Served) -> Judged:
        if topics and qrels:
            return questions.of_topics(topics, qrels)
        return questions.of_newsroom(home.store, JudgmentKind.SEARCH, _visible(served))

    run(home, JudgmentKind.SEARCH, read, depth=depth, **options)


@evaluate.command("related")
@click.option("--seeds", type=INPUT, metavar="IDS.txt", help="Articles, one id a line.")
@click.option(
    "--topics-qrels",
    type=INPUT,
    metavar="QRELS.txt",
    help="Judgments of topics: the articles relevant to one topic belong beside each other.",
)
@common_options
@click.option(
    "--depth",
    type=click.IntRange(5, DEEPEST),
    metavar="N",
    default=30,
    show_default=True,
    help="Articles of each list.",
)
@pass_home
def evaluate_related(
    home: Home,
    /,
    seeds: Path | None,
    topics_qrels: Path | None,
    qrels: Path | None,
    depth: int,
    **options: Any,
) -> None:
    """Measure related articles.

    nDCG@5, the same among what was judged alone, P@5, and how much of the first five anybody has
    judged.
    """
    if (seeds is None) != (qrels is None) or (seeds and topics_qrels):
        raise click.UsageError("Give --seeds and --qrels together, or --topics-qrels, or neither.")

    def read(served: Served) -> Judged:
        if seeds and qrels:
            return questions.of_seeds(seeds, qrels)
        if topics_qrels:
            return questions.of_relevant(topics_qrels, _indexed(served))
        return questions.of_newsroom(home.store, JudgmentKind.RELATED, _visible(served))

    run(home, JudgmentKind.RELATED, read, depth=depth, **options)


def run(
    home: Home,
    kind: JudgmentKind,
    read: Callable[[Served], Judged],
    *,
    depth: int,
    first: Sequence[str],
    against: Sequence[str],
    against_run: Path | None,
    seed: int,
    page: Path | None,
    as_json: bool,
) -> None:
    """Ask, measure, compare and print."""
    if against and against_run:
        raise click.UsageError("Give --against or --against-run, not both.")
    home.require_archive()
    chosen = Configuration.read(kind, first)
    other = Configuration.read(kind, against) if against else None
    settings = load_settings(**home.overrides | chosen.settings)
    with opened(settings, chosen.generation) as served, Bars() as bars:

        def ask(opened_one: Served, configuration: Configuration) -> Answers:
            return answers(
                opened_one,
                load_settings(**home.overrides | configuration.settings),
                configuration,
                judged.questions,
                depth,
                lambda done, total: bars.show(configuration.name, done, total),
            )

        for warning in served.generation.warnings:
            click.echo(f"Warning: {warning}", err=True)
        judged = read(served)
        found = [ask(served, chosen)]
        if other:
            others = load_settings(**home.overrides | other.settings)
            with opened(others, other.generation) as second:
                found.append(ask(second, other))
        elif against_run:
            found.append(answers_of_run(against_run, judged.questions, depth))
        evaluation = Evaluation(
            kind,
            judged,
            tuple(found),
            datetime.now(UTC),
            seed,
            unknown_articles(judged, _indexed(served)),
        )
        if page:
            report.write(page, evaluation, served, settings)
    if as_json:
        print_json(model(evaluation))
    else:
        print_evaluation(evaluation)
    if page:
        click.echo(f"The report is in {page}.", err=True)


def unknown_articles(judged: Judged, is_indexed: Callable[[str], bool]) -> tuple[str, ...]:
    """Say how many judged articles the archive does not hold."""
    ids = {article for grades in judged.qrels.values() for article in grades}
    unknown = sum(not is_indexed(i) and not is_indexed(i.replace("%20", " ")) for i in ids)
    if not unknown:
        return ()
    return (f"{unknown:,} of {len(ids):,} judged articles are not in the archive.",)


def model(evaluation: Evaluation) -> EvaluationModel:
    """Return the figures as programs read them."""
    return EvaluationModel(
        kind=evaluation.kind.value,
        questions=len(evaluation.judged.questions),
        groups=len(evaluation.groups),
        measure=evaluation.main,
        configurations=[
            ConfigurationModel(
                name=given.name,
                generation=given.generation or None,
                settings=given.settings or {},
                measures=means,
            )
            for given, means in zip(evaluation.answers, evaluation.means, strict=True)
        ],
        comparisons=[
            ComparisonModel.model_validate(one, from_attributes=True)
            for one in evaluation.comparisons
        ],
        notes=list(evaluation.remarks()),
        moved=[
            QuestionModel(id=moved.question.id, text=moved.question.text, values=list(moved.values))
            for moved in evaluation.moved
        ],
    )


def print_evaluation(evaluation: Evaluation) -> None:
    """Print the figures for people."""
    units = counted(len(evaluation.judged.questions), "question")
    if len(evaluation.groups) < len(evaluation.judged.questions):
        units += f" of {counted(len(evaluation.groups), 'topic')}"
    print_text(f"{units}, {described(evaluation.answers[0])}.")
    if evaluation.comparisons:
        print_text(f"Second: {described(evaluation.answers[1])}.")
    print_text()
    if not evaluation.comparisons:
        print_table(
            ("measure", "mean"),
            [(name, f"{value:.3f}") for name, value in evaluation.means[0].items()],
            left=1,
        )
    else:
        print_table(
            ("measure", "first", "second", "difference", "95 % between", "p", "won", "lost"),
            [row(one) for one in evaluation.comparisons],
            left=1,
        )
        print_text()
        for moved in evaluation.moved[:LISTED]:
            if moved.difference:
                print_text(f"{moved.difference:+.3f}  {moved.question.text}")
    for remark in evaluation.remarks():
        print_text(f"Note: {remark}")


def described(given: Answers) -> str:
    """Return a configuration in words."""
    return f"{given.name}, generation {given.generation}" if given.generation else given.name


def row(one: Comparison) -> tuple[str, ...]:
    """Return the line of a table."""
    return (
        one.measure,
        f"{one.first:.3f}",
        f"{one.second:.3f}",
        f"{one.difference:+.3f}",
        f"{one.low:+.3f} {one.high:+.3f}",
        f"{one.p:.4f}",
        str(one.wins),
        str(one.losses),
    )


def _indexed(served: Served) -> Callable[[str], bool]:
    return lambda article_id: served.generation.columns.document(article_id) is not None


def _visible(served: Served) -> Callable[[str], bool]:
    return lambda article_id: served.engine.article(article_id) is not None
