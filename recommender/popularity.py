"""How the lists of what is popular are made of what was counted."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from articles.readings import HOURS_A_DAY, Kind, Rising, Span, first_hour, hour_of
from recommender.popular import (
    EVERYWHERE,
    LEAST_SURGE,
    LONGEST,
    RECENT_HOURS,
    USUAL_DAYS,
    PopularArticle,
    PopularLists,
    Window,
    days_in_a_row,
    freshness,
    read_together,
    recent_weights,
    rotation,
    surge,
)

CANDIDATES = 5_000
"""Articles of a window that may stand in its lists, those with most views."""
MOST_PAIRS = 50_000
"""Pairs of articles of which it is known that they are read together."""
ALSO_READ = 10
"""Articles that are read together with one."""
TOP = 10
"""Places of a day's list that are its top."""
MOST_DAYS_IN_A_ROW = 21
"""Days that are looked back to see how long an article has been at the top."""
_QUICK = 0.5
_SHARE = 100
"""What takes longer than `_QUICK` seconds takes no more than the hundredth part of all time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What the lists must know of an article: its age decides, and the section it stands in."""

    published: datetime | None = None
    sections: tuple[str, ...] = ()


Placing = Callable[[Sequence[str]], Mapping[str, Placed]]
"""Says of articles where they belong; those that readers may not see are left out."""


class Readings(Protocol):
    """What the lists ask of the store."""

    def most_read(  # noqa: D102
        self, span: Span, first: int = 0, last: int = 0, *, most: int, kind: Kind = Kind.VIEW
    ) -> list[tuple[str, int]]: ...
    def rising(self, weights: Mapping[int, float], *, most: int) -> list[Rising]: ...  # noqa: D102
    def read_together(  # noqa: D102
        self, since: date, *, least: int, most: int
    ) -> list[tuple[str, str, int]]: ...


@dataclass(frozen=True, slots=True)
class PopularRules:
    """What an admin decides about what is popular.

    Attributes
    ----------
    least_views : int
        Views in a window without which nothing is popular.
    maximum_age : int
        Days after which the views of an article count half, again and again; 0 for never.
    rotation_days : int
        Days in a row at the top after which its views count half with each day; 0 for never.
    also_read_days : int
        Days whose visits say what is read together.
    also_read_least : int
        Visits without which nothing is read together.
    """

    least_views: int = 3
    maximum_age: int = 30
    rotation_days: int = 3
    also_read_days: int = 30
    also_read_least: int = 3


@dataclass(frozen=True, slots=True)
class _Slow:
    """What changes slowly and takes long to read, and what it took."""

    windows: dict[Window, list[tuple[str, int]]] = field(default_factory=dict)
    usual: dict[str, int] = field(default_factory=dict)
    in_a_row: dict[str, int] = field(default_factory=dict)
    together: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: float = 0.0
    took: float = 0.0


class PopularityReader:
    """Makes `PopularLists` of what the store has counted.

    Parameters
    ----------
    readings : Readings
        The store's readings.
    placing : Placing
        Says where articles belong.
    rules : PopularRules
        What an admin decided.
    """

    def __init__(self, readings: Readings, placing: Placing, rules: PopularRules) -> None:
        self._readings = readings
        self._placing = placing
        self._rules = rules
        self._slow: _Slow | None = None

    def read(self, now: datetime) -> PopularLists:
        """Return the lists of a moment; what lasts days is read anew when it is cheap enough."""
        hour = hour_of(now)
        slow = self._slowly(now)
        rising = self._readings.rising(recent_weights(hour), most=CANDIDATES)
        windows: dict[Window, list[tuple[str, int]]] = {
            "hour": self._readings.most_read(Span.HOUR, hour - 1, hour, most=CANDIDATES),
            "day": [(one.article_id, one.views) for one in rising],
            **slow.windows,
        }
        ids = {article_id for rows in windows.values() for article_id, _ in rows}
        placed = self._placing(sorted(ids))
        lists: dict[tuple[Window, str], tuple[PopularArticle, ...]] = {}
        for window, rows in windows.items():
            ranked = self._ranked(window, rows, placed, slow.in_a_row, now)
            lists.update(_by_section(window, ranked, placed))
        trending = self._trending(rising, slow, placed)
        lists.update(_by_section("trending", trending, placed))
        return PopularLists.of_lists(lists, slow.together)

    def of_day(self, day: date) -> PopularLists:
        """Return the list of one calendar day in UTC, by section, as the window ``day``."""
        start = first_hour(day)
        rows = self._readings.most_read(Span.DAY, start, start, most=CANDIDATES)
        placed = self._placing([article_id for article_id, _ in rows])
        ranked = _sorted(
            PopularArticle(article_id, views, float(views))
            for article_id, views in rows
            if article_id in placed and views >= self._rules.least_views
        )
        return PopularLists.of_lists(_by_section("day", ranked, placed), {})

    def _ranked(
        self,
        window: Window,
        rows: Iterable[tuple[str, int]],
        placed: Mapping[str, Placed],
        in_a_row: Mapping[str, int],
        now: datetime,
    ) -> list[PopularArticle]:
        found = []
        for article_id, views in rows:
            place = placed.get(article_id)
            if place is None or views < self._rules.least_views:
                continue
            worth = 1.0
            if window != "all":
                worth = freshness(_age(place, now), self._rules.maximum_age)
                worth *= rotation(in_a_row.get(article_id, 0), self._rules.rotation_days)
            found.append(PopularArticle(article_id, views, views * worth))
        return _sorted(found)

    def _trending(
        self, rising: Sequence[Rising], slow: _Slow, placed: Mapping[str, Placed]
    ) -> list[PopularArticle]:
        all_weighted = sum(one.weighted for one in rising)
        all_squared = sum(one.squared for one in rising)
        usual = max(sum(slow.usual.values()), 1)
        found = []
        for one in rising:
            if one.article_id not in placed or one.views < self._rules.least_views:
                continue
            share = slow.usual.get(one.article_id, 0) / usual
            score = surge(one.weighted, one.squared, share, all_weighted, all_squared)
            if score >= LEAST_SURGE:
                in_a_row = slow.in_a_row.get(one.article_id, 0)
                score *= rotation(in_a_row, self._rules.rotation_days)
                found.append(PopularArticle(one.article_id, one.views, score))
        return _sorted(found)

    def _slowly(self, now: datetime) -> _Slow:
        started = time.monotonic()
        slow = self._slow
        if slow and slow.took > _QUICK and started - slow.read < _SHARE * slow.took:
            return slow
        readings, rules, today = self._readings, self._rules, now.astimezone(UTC).date()
        start = first_hour(today)
        hour = hour_of(now)

        def days(number: int) -> list[tuple[str, int]]:
            first = start - (number - 1) * HOURS_A_DAY
            return readings.most_read(Span.DAY, first, start, most=CANDIDATES)

        before = hour - RECENT_HOURS
        usual = readings.most_read(
            Span.HOUR, before - USUAL_DAYS * HOURS_A_DAY + 1, before, most=20 * CANDIDATES
        )
        since = today - timedelta(days=rules.also_read_days - 1)
        pairs = readings.read_together(since, least=rules.also_read_least, most=MOST_PAIRS)
        visits = readings.most_read(Span.DAY, first_hour(since), start, most=2 * MOST_PAIRS)
        self._slow = _Slow(
            windows={
                "week": days(7),
                "month": days(30),
                "all": readings.most_read(Span.ALL, most=CANDIDATES),
            },
            usual=dict(usual),
            in_a_row=days_in_a_row(self._tops(start)),
            together=read_together(pairs, dict(visits), most=ALSO_READ) if pairs else {},
            read=started,
            took=time.monotonic() - started,
        )
        return self._slow

    def _tops(self, today: int) -> list[frozenset[str]]:
        """Return the tops of the days before today, the last one first, while there are some."""
        tops: list[frozenset[str]] = []
        for ago in range(1, MOST_DAYS_IN_A_ROW + 1):
            day = today - ago * HOURS_A_DAY
            rows = self._readings.most_read(Span.DAY, day, day, most=TOP)
            top = frozenset(key for key, views in rows if views >= self._rules.least_views)
            if not top:
                break
            tops.append(top)
        return tops


def _age(place: Placed, now: datetime) -> float | None:
    return (now - place.published) / timedelta(days=1) if place.published else None


def _sorted(articles: Iterable[PopularArticle]) -> list[PopularArticle]:
    return sorted(articles, key=lambda one: (-one.score, -one.views, one.id))


def _by_section(
    window: Window, ranked: Sequence[PopularArticle], placed: Mapping[str, Placed]
) -> dict[tuple[Window, str], tuple[PopularArticle, ...]]:
    """Return the list of all sections and that of each, none longer than `LONGEST`."""
    found: dict[str, list[PopularArticle]] = {EVERYWHERE: list(ranked[:LONGEST])}
    for one in ranked:
        for section in placed[one.id].sections:
            others = found.setdefault(section, [])
            if len(others) < LONGEST and section != EVERYWHERE:
                others.append(one)
    return {(window, section): tuple(articles) for section, articles in found.items()}
