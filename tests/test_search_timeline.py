"""The hits over time and by year, against a count of every article by hand."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.timeline import MOST_BUCKETS, _edges, unit_of
from tests.archives import NOW, build, open_engine, random_articles

OLD = [
    Article(id=f"old-{year}", title="An old bridge", published=datetime(year, 2, 3, tzinfo=UTC))
    for year in (1803, 1850, 1899, 1900)
]
ARTICLES = random_articles(1_500) + OLD
DAYS = st.dates(date(1790, 1, 1), date(2026, 1, 5))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("timeline"), ARTICLES) as engine:
        yield engine


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=st.none() | DAYS, last=st.none() | DAYS, section=st.sampled_from(["", "Sport"]))
def test_buckets_count_what_was_published_in_their_days(engine, first, last, section):
    asked = SearchRequest(
        query="bridge",
        published_from=first,
        published_to=last,
        section=(section,) if section else (),
        timeline=True,
        limit=0,
    )
    answer = engine.search(asked)
    days = [
        article.published.date()
        for article in ARTICLES
        if "bridge" in f"{article.title} {article.body}".lower()
        and article.published
        and (not section or article.section == section)
        and (first or date.min) <= article.published.date() <= (last or date.max)
    ]
    if answer.timeline is None:
        assert first is None or last is None or last <= first or (last - first).days < 366
        return
    buckets = answer.timeline.buckets
    assert [b.count for b in buckets] == [
        sum(b.first <= d <= b.last for d in days) for b in buckets
    ]
    assert sum(b.count for b in buckets) == len(days)
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(buckets))
    assert 2 <= len(buckets) <= MOST_BUCKETS
    assert first is None or buckets[0].first == first
    assert last is None or buckets[-1].last == last


@given(st.dates(), st.dates())
def test_any_days_make_a_bounded_number_of_whole_units(first, last):
    first, last = sorted((first, last))
    unit = unit_of(first, last)
    days = _edges(first, last, unit).days
    assert len(days) <= MOST_BUCKETS
    assert (days[0][0], days[-1][1]) == (first, last)
    for start, end in days[1:-1]:
        match unit:
            case "day":
                assert start == end
            case "month":
                assert (start.day, (end + timedelta(days=1)).day) == (1, 1)
            case _:
                assert (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)


def test_the_finest_unit_is_taken_step_by_step(engine):
    whole = engine.search(SearchRequest(timeline=True)).timeline
    assert whole.unit == "decade"
    spans = [
        (date(1990, 1, 1), date(2025, 12, 31), "year"),
        (date(2024, 1, 1), date(2024, 12, 31), "month"),
        (date(2024, 2, 1), date(2024, 2, 29), "day"),
    ]
    for first, last, unit in spans:
        asked = SearchRequest(timeline=True, published_from=first, published_to=last)
        assert engine.search(asked).timeline.unit == unit
    one_day = SearchRequest(timeline=True, published_from=first, published_to=first)
    assert engine.search(one_day).timeline is None


def test_years_are_a_facet_and_a_filter(engine):
    def years(**options):
        answer = engine.search(SearchRequest(query="bridge", **options))
        return answer, {
            c.value: c.count for f in answer.facets if f.name == "year" for c in f.counts
        }

    _, counts = years()
    expected = Counter(
        str(article.published.year)
        for article in ARTICLES
        if article.published and "bridge" in f"{article.title} {article.body}".lower()
    )
    assert counts == expected
    assert list(counts) == sorted(counts, reverse=True)
    narrowed, beside = years(year=(2024, 1850))
    assert narrowed.total == expected["2024"] + expected["1850"]
    assert beside == expected  # other years can be added
    sections = {c.value: c.count for f in narrowed.facets if f.name == "section" for c in f.counts}
    assert sum(sections.values()) == expected["2024"]
    assert years(year=(2024,), section=("Sport",))[0].total < narrowed.total
    assert engine.search(SearchRequest(year=(1,))).total == 0


def test_an_archive_without_dates_has_no_timeline(tmp_path):
    with open_engine(tmp_path, [Article(id="a", title="A bridge")]) as engine:
        answer = engine.search(SearchRequest(timeline=True))
        assert (answer.total, answer.timeline) == (1, None)


def test_what_is_hidden_is_not_counted(tmp_path):
    articles = [
        Article(id=f"a{n}", title="A bridge", published=NOW - timedelta(days=100 * n + 1))
        for n in range(9)
    ]
    store, generations, _ = build(tmp_path, articles)
    with closing(store), closing(generations.open_current()) as generation:
        engine = EmbeddedEngine(generation, Visibility(generation, store))
        before = engine.search(SearchRequest(timeline=True)).timeline
        store.upsert([replace(articles[3], status=Status.DRAFT)], NOW)
        after = engine.search(SearchRequest(timeline=True)).timeline
        assert [sum(b.count for b in found.buckets) for found in (before, after)] == [9, 8]
        del engine


def test_a_thousand_years_are_few_enough_bars():
    for last in (2068, 2069):
        first, last_day = date(869, 1, 1), date(last, 12, 31)
        days = _edges(first, last_day, unit_of(first, last_day)).days
        assert len(days) <= MOST_BUCKETS
