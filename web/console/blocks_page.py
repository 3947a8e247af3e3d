"""What the pages of the block report show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for

from articles.impressions import Tally
from recommender.fillings import Filler
from web.block_report import words
from web.block_report.clicks import Clicks, Line, ReasonLine
from web.block_report.experiment import Arm, Experiment
from web.block_report.thin import Group, ThinArticle, ThinArticles
from web.chart import HEIGHT, LEAST, MOST_LABELS, Bar, Chart
from web.console.blocks_parameters import ON_A_PAGE, ThinParameters
from web.formatting import language_name
from web.locales import day, number, percent

BLOCKS = {"related": "Related", "editors_choice": "Editor’s choice", "popular": "Popular"}
REASONS = {
    "pinned": "pinned by an editor",
    "similar": "similar",
    "same_story": "same story",
    "same_section": "newest of the section",
    "newest": "newest of all",
    "editors_choice": "picked by an editor",
    "popular": "read most",
    "trending": "trending",
}
_LABELLED = 14
"""Days with a label each; of more only some have one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of clicks.

    ``share`` is in words, ``width`` that of its bar of 100; a block is ``repeated`` where it is
    that of the row before. ``relative`` says how often it is followed beside what its positions
    bring.
    """

    block: str
    name: str
    shown: int
    clicks: int
    share: str
    width: float
    relative: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One recipe against the first, in words: points of difference, bounds, verdict."""

    recipe: str
    difference: str
    interval: str
    all_blocks: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentPart:
    """What is shown of an experiment."""

    days: str
    articles: int
    slot_hours: int
    first: str
    arms: tuple[Row, ...]
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlocksPage:
    """What ``blocks.html`` shows; ``chart`` is None where nothing was shown.

    ``kept_days`` is for how many days counts are kept, 0 where nothing is counted.
    """

    first: date
    last: date
    whole: Row
    chart: Chart | None
    blocks: tuple[Row, ...]
    positions: tuple[Row, ...]
    reasons: tuple[Row, ...]
    recipes: tuple[Row, ...]
    experiment: ExperimentPart | None
    kept_days: int
    file: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A section or a language in a table of thin articles, and where its own are listed."""

    name: str
    articles: int
    empty: int
    short: int
    share: str
    address: str


@dataclass(frozen=True, slots=True)
class ThinRow:
    """A thin article, where it is read, and what fills its block in words."""

    article: ThinArticle
    address: str
    language: str
    fillers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinPage:
    """What ``thin.html`` shows: what fills all blocks, and one page of the thin articles."""

    thin: ThinArticles
    items: tuple[Row, ...]
    sections: tuple[GroupRow, ...]
    languages: tuple[GroupRow, ...]
    rows: tuple[ThinRow, ...]
    asked: ThinParameters
    empty: str
    short: str
    first: int
    previous: str
    next: str
    file: str


def blocks_page(clicks: Clicks, experiment: Experiment | None, kept_days: int) -> BlocksPage:
    """Return the page of what was counted and of an experiment."""
    return BlocksPage(
        first=clicks.first,
        last=clicks.last,
        whole=_row("", "", clicks.whole, 0),
        chart=_chart(clicks.days) if clicks.whole.shown else None,
        blocks=_rows(clicks.blocks),
        positions=_rows(clicks.positions),
        reasons=_rows(clicks.reasons),
        recipes=_rows(clicks.recipes),
        experiment=_experiment(experiment) if experiment else None,
        kept_days=kept_days,
        file=_address("console.blocks_file", **_span(clicks.first, clicks.last)),
    )


def thin_page(thin: ThinArticles, asked: ThinParameters) -> ThinPage:
    """Return the page of thin articles."""
    chosen = asked.model_dump(exclude_defaults=True, exclude={"page"})
    first = (asked.page - 1) * ON_A_PAGE
    more = thin.found > first + len(thin.shown) and thin.shown
    return ThinPage(
        thin=thin,
        items=_items(thin.items),
        sections=tuple(_groups("section", thin.sections, chosen)),
        languages=tuple(_groups("language", thin.languages, chosen)),
        rows=tuple(map(_thin_row, thin.shown)),
        asked=asked,
        empty=percent(thin.empty, thin.articles),
        short=percent(thin.short, thin.articles),
        first=first + 1,
        previous=_address("console.thin", **chosen, page=asked.page - 1) if asked.page > 1 else "",
        next=_address("console.thin", **chosen, page=asked.page + 1) if more else "",
        file=_address("console.thin_file_of", **chosen),
    )


def _rows(lines: Sequence[Line]) -> tuple[Row, ...]:
    """Return lines with bars as long as their shares, and each block named once."""
    most = max((line.tally.share for line in lines), default=0.0)
    rows, before = [], ""
    for line in lines:
        relative = f"{line.relative:.2f}" if isinstance(line, ReasonLine) and line.expected else ""
        name = REASONS.get(line.name, line.name)
        row = _row(BLOCKS.get(line.block, line.block), name, line.tally, most, relative)
        rows.append(replace(row, repeated=line.block == before))
        before = line.block
    return tuple(rows)


def _row(block: str, name: str, tally: Tally, most: float, relative: str = "") -> Row:
    width = round(100 * tally.share / most, 1) if most else 0.0
    share = percent(tally.clicks, tally.shown) if tally.shown else "–"
    return Row(block, name, tally.shown, tally.clicks, share, width, relative)


def _chart(days: Sequence[tuple[date, Tally]]) -> Chart:
    """Return the share of clicks of each day as bars that lead to the report of that day."""
    most = max(tally.share for _, tally in days) or 1.0
    step = 100 / len(days)
    gap = min(0.4, step * 0.15)
    every = 1 if len(days) <= _LABELLED else -(-len(days) // MOST_LABELS)
    bars = []
    for place, (one, tally) in enumerate(days):
        name = f"{day(one)}: {percent(tally.clicks, tally.shown)} of {number(tally.shown)}"
        address = _address("console.blocks", **_span(one, one))
        bars.append(
            Bar(
                x=round(place * step + gap, 3),
                width=round(step - 2 * gap, 3),
                height=round(max(HEIGHT * tally.share / most, LEAST), 1) if tally.shown else 0.0,
                name=name,
                count=tally.shown,
                label=f"{one.day}.{one.month}." if place % every == 0 else "",
                address=address if tally.shown else "",
            )
        )
    return Chart("day", tuple(bars), max(tally.shown for _, tally in days))


def _experiment(experiment: Experiment) -> ExperimentPart:
    return ExperimentPart(
        days=words.days(experiment),
        articles=experiment.articles,
        slot_hours=experiment.slot_hours,
        first=experiment.arms[0].recipe,
        arms=tuple(_arms(experiment.arms)),
        compared=tuple(
            Compared(
                one.recipe,
                words.points(one.related.difference),
                words.interval(one.related),
                f"{words.points(one.all_blocks.difference)}, {words.interval(one.all_blocks)}",
                words.verdict(experiment, one),
            )
            for one in experiment.comparisons
        ),
    )


def _arms(arms: Sequence[Arm]) -> Iterable[Row]:
    most = max(arm.tally.share for arm in arms)
    for arm in arms:
        yield _row("", arm.recipe, arm.tally, most, number(arm.articles))


def _items(items: Mapping[Filler, int]) -> tuple[Row, ...]:
    whole = sum(items.values())
    return tuple(
        Row(
            "",
            REASONS[filler],
            count,
            0,
            percent(count, whole),
            round(100 * count / whole, 1) if whole else 0.0,
        )
        for filler, count in items.items()
    )


def _groups(name: str, groups: Sequence[Group], chosen: dict[str, str]) -> Iterable[GroupRow]:
    for group in groups[:100]:
        yield GroupRow(
            language_name(group.name) if name == "language" else group.name,
            group.articles,
            group.empty,
            group.short,
            percent(group.short, group.articles),
            _address("console.thin", **(chosen | {name: group.name})),
        )


def _thin_row(article: ThinArticle) -> ThinRow:
    return ThinRow(
        article,
        _address("pages.article", article_id=article.id),
        language_name(article.language) if article.language else "",
        ", ".join(f"{count} {REASONS[filler]}" for filler, count in article.fillers.items()),
    )


def _span(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _address(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)
