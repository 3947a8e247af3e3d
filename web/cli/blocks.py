"""The commands of the block report: blocks report, blocks empty."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from pydantic import TypeAdapter

from web.block_report import words
from web.block_report.clicks import Clicks, clicks_between
from web.block_report.experiment import Experiment, read_experiment
from web.block_report.thin import ThinArticles, ThinRequest, thin_articles
from web.cli.answering import answering
from web.cli.coverage import bar
from web.cli.home import Home, pass_home
from web.cli.output import print_facts, print_json, print_table, print_text
from web.formatting import counted, language_name
from web.locales import day, percent

MOST_DAYS = 3_650
MOST_LISTED = 10_000


@click.group()
def blocks() -> None:
    """Say what readers follow of blocks, and which are thin."""


@blocks.command()
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=28,
    show_default=True,
    help="Count so many days up to today.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def report(home: Home, days: int, as_json: bool) -> None:
    """Say how often items of blocks are followed, and which recipe is better.

    By block, position, reason and recipe. A comparison of recipes is always of all its days.
    """
    today = datetime.now(UTC).date()
    first = today - timedelta(days=days - 1)
    store, plan = home.store.impressions, home.settings.recipe_plan
    found = clicks_between(store.items(first, today), first, today)
    experiment = read_experiment(store, plan, today)
    if as_json:
        print_json({"clicks": _plain(found), "experiment": _plain(experiment)})
        return
    print_clicks(found)
    if experiment is not None:
        print_text()
        print_experiment(experiment)


@blocks.command()
@click.option("--section", default="", help="Only articles of this section.")
@click.option("--language", default="", help="Only articles in this language, such as en.")
@click.option(
    "--similar",
    type=click.IntRange(0, 30),
    default=0,
    show_default=True,
    help="Articles with at most so many similar ones.",
)
@click.option(
    "--limit",
    type=click.IntRange(0, MOST_LISTED),
    default=20,
    show_default=True,
    help="How many articles are listed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_home
def empty(home: Home, section: str, language: str, similar: int, limit: int, as_json: bool) -> None:
    """List articles that nothing is similar to, newest first.

    Something else fills their Related blocks: what else, and how often, is said for all articles.
    """
    asked = ThinRequest(similar=similar, section=section, language=language, limit=limit)
    now = datetime.now(UTC)
    curation = home.store.curation.read()
    with answering(home) as served:
        found = thin_articles(
            served.generation, served.visibility, curation, home.settings, now, asked
        )
    if as_json:
        print_json(_plain(found))
    else:
        print_thin(found)


def print_clicks(found: Clicks) -> None:
    """Print what is followed, for people."""
    whole = found.whole
    print_facts(
        [
            ("Days", f"{day(found.first)} to {day(found.last)}"),
            ("Shown", f"{whole.shown:,}"),
            ("Clicks", f"{whole.clicks:,}"),
            ("Followed", percent(whole.clicks, whole.shown) if whole.shown else ""),
        ]
    )
    parts = {
        "block": found.blocks,
        "position": found.positions,
        "reason": found.reasons,
        "recipe": found.recipes,
    }
    for name, lines in parts.items():
        if lines:
            most = max(line.tally.share for line in lines) or 1.0
            print_text()
            print_table(
                ("block", name if name != "block" else "", "", "shown", "clicks", "followed"),
                [
                    (
                        line.block,
                        line.name,
                        bar(line.tally.share / most),
                        f"{line.tally.shown:,}",
                        f"{line.tally.clicks:,}",
                        percent(line.tally.clicks, line.tally.shown),
                    )
                    for line in lines
                ],
                left=3,
            )


def print_experiment(experiment: Experiment) -> None:
    """Print what an experiment says, for people."""
    print_text(f"Recipes compared {words.days(experiment)}")
    print_table(
        ("recipe", "articles", "shown", "clicks", "followed"),
        [
            (
                arm.recipe,
                f"{arm.articles:,}",
                f"{arm.tally.shown:,}",
                f"{arm.tally.clicks:,}",
                percent(arm.tally.clicks, arm.tally.shown),
            )
            for arm in experiment.arms
        ],
        left=1,
    )
    for one in experiment.comparisons:
        print_text()
        print_text(words.verdict(experiment, one))
        print_text(
            f"{one.recipe} less {experiment.arms[0].recipe}: "
            f"{words.points(one.related.difference)} points, {words.interval(one.related)}; "
            f"all blocks of the page: {words.points(one.all_blocks.difference)}, "
            f"{words.interval(one.all_blocks)}"
        )


def print_thin(found: ThinArticles) -> None:
    """Print which articles are thin, for people."""
    print_facts(
        [
            ("Articles", f"{found.articles:,} of generation {found.generation}"),
            ("Similar", f"a score of {found.minimum_score} or more"),
            ("Nothing similar", f"{found.empty:,} ({percent(found.empty, found.articles)})"),
            (
                "Less than a block",
                f"{found.short:,} ({percent(found.short, found.articles)}) of {found.limit}",
            ),
            ("Not even filled", f"{found.unfilled:,}" if found.unfilled else ""),
        ]
    )
    whole = sum(found.items.values())
    print_text()
    print_table(
        ("filled by", "items", "share"),
        [(name, f"{count:,}", percent(count, whole)) for name, count in found.items.items()],
        left=1,
    )
    if found.shown:
        print_text()
        print_table(
            ("article", "title", "section", "language", "similar"),
            [
                (one.id, one.title, one.section, language_name(one.language), str(one.similar))
                for one in found.shown
            ],
            left=4,
        )
    if found.found > len(found.shown):
        more = counted(found.found - len(found.shown), "other article")
        print_text(f"and {more}: --limit lists more")


def _plain(value: Any) -> Any:
    """Return a result as JSON holds it: what is not a number there is null."""
    return json.loads(TypeAdapter(type(value)).dump_json(value))
