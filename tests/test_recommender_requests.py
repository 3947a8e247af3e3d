"""What can be asked of the recommender: sections, days, languages, ids, and lists by date."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Status
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedRequest, UnknownArticleError
from tests.archives import NOW, build, storied_articles

SECTIONS = ("Politics", "Sport", "Culture")
STORIED = [
    replace(article, section=SECTIONS[number % 3], language="en" if number % 5 else "de")
    for number, article in enumerate(storied_articles(300, subjects=6))
]
COPIES = [
    replace(
        STORIED[number],
        id=f"{STORIED[number].id}-{version}",
        title=f"{STORIED[number].title} {version}",
        published=STORIED[number].published + timedelta(hours=hours, minutes=7),
        section=section,
    )
    for number in range(41, 120, 4)
    for version, hours, section in (("second", 5, "Sport"), ("third", 30, "Culture"))
]
UNDATED = replace(
    STORIED[9], id="undated", body=(STORIED[7].body[0], STORIED[15].body[1]), published=None
)
ARTICLES = [*STORIED, *COPIES, UNDATED]
BY_ID = {article.id: article for article in ARTICLES}
SEEDS = st.sampled_from(sorted(BY_ID))
MANY = RelatedRequest(limit=50, minimum_score=0.0)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("requests"), ARTICLES)
    generation = generations.open_current()
    yield store, generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def recommender(opened):
    store, generation = opened
    return Recommender(generation, Visibility(generation, store))


@st.composite
def asked(draw):
    moments = st.none() | st.integers(0, 300).map(lambda hours: NOW - timedelta(hours=hours))
    return RelatedRequest(
        limit=draw(st.sampled_from([3, 5, 20])),
        minimum_score=draw(st.sampled_from([0.0, 0.1, 0.3])),
        mode=draw(st.sampled_from(["mixed", "background", "followup"])),
        any_language=draw(st.booleans()),
        language=draw(st.sampled_from([None, None, "en", "de", "fr"])),
        half_life=draw(st.sampled_from([None, None, 3.0])),
        versions=draw(st.booleans()),
        sections=tuple(draw(st.sets(st.sampled_from([*SECTIONS, "Nowhere", "\ud800"])))),
        within_days=draw(st.none() | st.floats(0, 20)),
        published_from=draw(moments),
        published_to=draw(moments),
        excluded=tuple(draw(st.sets(SEEDS, max_size=20))),
        without=tuple(draw(st.sets(SEEDS, max_size=3))),
    )


def allowed(seed, other, wanted):
    """Say by the book whether an article may stand beside another."""
    dated = seed.published is not None and other.published is not None
    asks = (wanted.within_days, wanted.published_from, wanted.published_to)
    if other.id == seed.id or other.id in {*wanted.excluded, *wanted.without}:
        return False
    if wanted.sections and other.section not in wanted.sections:
        return False
    language = wanted.language or (None if wanted.any_language else seed.language)
    if language and other.language != language:
        return False
    if other.published is None:
        return wanted.mode == "mixed" and asks == (None, None, None)
    if wanted.mode != "mixed" or wanted.within_days is not None:
        if not dated:
            return False
        between = other.published - seed.published
        if wanted.mode == "background" and between >= timedelta(0):
            return False
        if wanted.mode == "followup" and between <= timedelta(0):
            return False
        if wanted.within_days is not None and abs(between) > timedelta(days=wanted.within_days):
            return False
    if wanted.published_from and other.published < wanted.published_from:
        return False
    return not (wanted.published_to and other.published > wanted.published_to)


def story(article_id):
    return article_id.partition("-")[0]


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, wanted=asked())
def test_nothing_else_than_what_was_asked(recommender, seed, wanted):
    found = recommender.for_article(seed, wanted)
    assert len(found) <= wanted.limit
    assert all(allowed(BY_ID[seed], BY_ID[item.id], wanted) for item in found)
    assert all(item.score >= wanted.minimum_score for item in found)
    assert all(item.age == 1 for item in found if wanted.half_life is None)
    without = {story(name) for name in wanted.without}
    assert not without & {story(item.id) for item in found}
    stories = [story(item.id) for item in found]
    assert len(set(stories)) == len(stories)  # all copies of a story are near copies here
    if not wanted.versions:
        assert story(seed) not in stories


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, wanted=asked())
def test_the_newest_version_that_is_allowed_stands_for_its_story(recommender, seed, wanted):
    wanted = replace(wanted, versions=False, minimum_score=0.0, half_life=None)
    for item in recommender.for_article(seed, wanted):
        told = [a for a in ARTICLES if story(a.id) == story(item.id)]
        newest = [a for a in told if allowed(BY_ID[seed], a, wanted)]
        assert item.id == max(newest, key=lambda a: (a.published is not None, a.published)).id
        assert item.copies == len(told) - 1


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS, wanted=asked(), section=st.sampled_from(["", *SECTIONS, "Nowhere", "\ud800"]))
def test_newest_are_the_newest_by_the_book(recommender, seed, wanted, section):
    wanted = replace(wanted, versions=False)
    found = recommender.newest(section, wanted, beside=seed, limit=7)
    expected = [
        article
        for article in ARTICLES
        if allowed(BY_ID[seed], article, wanted)
        and (not section or article.section == section)
        and story(article.id) not in {story(seed), *map(story, wanted.without)}
    ]
    expected.sort(key=lambda a: (a.published is not None, a.published, a.id), reverse=True)
    names = list({story(a.id): a.id for a in reversed(expected)}.values())
    newest = [a.id for a in expected if a.id in names][:7]
    assert [item.id for item in found] == newest


def test_newest_of_all_beside_nothing(recommender):
    found = recommender.newest("", limit=4)
    assert [item.id for item in found] == [f"s{number:05d}" for number in range(299, 295, -1)]
    assert [item.score for item in found] == [0.0] * 4
    assert {item.section for item in recommender.newest("Sport", limit=4)} == {"Sport"}
    with pytest.raises(UnknownArticleError):
        recommender.newest("", beside="nobody")


def test_cards_are_of_the_public_ones_in_their_order(opened):
    store, generation = opened
    recommender = Recommender(generation, Visibility(generation, store))
    store.upsert([replace(STORIED[3], status=Status.WITHDRAWN)], NOW)
    ids = ("s00010", "nobody", "s00003", "\ud800", "s00041", "s00010", "undated")
    found = recommender.cards(ids)
    assert [item.id for item in found] == ["s00010", "s00041", "undated"]
    assert [item.title for item in found] == [BY_ID[item.id].title for item in found]
    assert [item.copies for item in found] == [0, 2, 0]
    store.upsert([STORIED[3]], NOW)


def test_shared_words_are_told_only_to_whoever_asks(recommender):
    told = recommender.for_article("s00020", MANY)
    assert all(item.terms for item in told)
    short = recommender.for_article("s00020", replace(MANY, explain=False))
    assert short == tuple(replace(item, terms=()) for item in told)


def test_a_half_life_tells_what_it_took(recommender):
    for item in recommender.for_article("s00020", replace(MANY, half_life=2.0)):
        days = abs(BY_ID[item.id].published - STORIED[20].published) / timedelta(days=1)
        assert item.age == pytest.approx(0.5 ** (days / 2), rel=1e-3)
