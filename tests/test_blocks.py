"""The blocks of a page: never empty, never a story twice, and nothing that may not stand there."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.curation import EVERYWHERE, Choice, Curation, Pick, Pin, PinKind, Span
from index.visibility import Visibility
from recommender.blocks import BlockMaker, Decided
from recommender.popular import PopularArticle, PopularLists
from recommender.recipes import ONLY_SIMILAR
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from recommender.shelf import Reason
from tests.archives import NOW, build, storied_articles
from tests.oracles.naive_related import cosine, rows

SECTIONS = ("Politics", "Economy", "Sport")
PLAIN = Decided(Curation(), PopularLists(), NOW, "plain")
FIVE = RelatedRequest()


def read_most(**lists):
    """Return lists of these windows, of all sections."""
    articles = {
        (window, ""): tuple(PopularArticle(name, 1, 1.0) for name in names)
        for window, names in lists.items()
    }
    return PopularLists.of_lists(articles, {})


def near_copies():
    """Return articles in sections, each seventh told once more with a word changed."""
    plain = [
        replace(article, section=SECTIONS[number % 3], language="de" if number % 11 == 3 else "en")
        for number, article in enumerate(storied_articles(240, subjects=12))
    ]
    copies = [
        replace(
            article,
            id=f"{article.id}-copy",
            title=f"{article.title} again",
            published=article.published + timedelta(days=20 * (number % 2), minutes=1),
            section=SECTIONS[number % 3],
        )
        for number, article in enumerate(plain[::7])
    ]
    return [article for article in plain + copies if article.published < NOW]


ARTICLES = near_copies()
BY_ID = {article.id: article for article in ARTICLES}
PLACES = {name: place for place, name in enumerate(BY_ID)}
BARE = Article(id="bare", title="", published=NOW - timedelta(days=1), section="Sport")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("blocks"), [*ARTICLES, BARE])
    generation = generations.open_current()
    yield store, generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def maker(archive):
    return made_for(*archive)


def made_for(store, generation):
    return BlockMaker(Recommender(generation, Visibility(generation, store)))


@pytest.fixture(scope="module")
def nearness():
    """The cosine of every pair of articles that a naive reading gives."""
    vectors = rows(ARTICLES)
    found = np.eye(len(ARTICLES))
    for place, one in enumerate(vectors):
        for other in range(place):
            found[place, other] = found[other, place] = cosine(one, vectors[other])
    return found


def nearest(nearness, names):
    """Return how near the nearest two of some articles are."""
    places = [PLACES[name] for name in names if name in PLACES]
    return (nearness[np.ix_(places, places)] - np.eye(len(places))).max(initial=0)


def ids(items):
    return [item.article.id for item in items]


def everything(blocks):
    return [*blocks.related, *blocks.editors_choice, *blocks.popular]


def decided(**changes):
    """Return what is decided; its stamp is as different as that."""
    given = {"curation": Curation(), "popularity": PopularLists(), "now": NOW, **changes}
    return Decided(**given, stamp=repr((given["curation"], given["popularity"].version, NOW)))


def pins(article_id, kind, *targets, span=Span()):  # noqa: B008 - spans never change
    return {article_id: tuple(Pin(article_id, target, kind, span) for target in targets)}


def test_all_blocks_are_full_and_tell_no_story_twice(maker, nearness):
    for article in ARTICLES:
        blocks = maker.blocks(article, FIVE, PLAIN)
        assert [
            len(block) for block in (blocks.related, blocks.editors_choice, blocks.popular)
        ] == [
            5,
            5,
            5,
        ]
        shown = [article.id, *ids(everything(blocks))]
        assert max(Counter(shown).values()) == 1
        assert nearest(nearness, shown) < 0.9


def test_an_article_without_a_word_has_full_blocks_too(maker):
    blocks = maker.blocks(BARE, FIVE, PLAIN)
    assert [item.reason for item in blocks.related] == [Reason.SAME_SECTION] * 5
    assert {item.article.section for item in blocks.related} == {"Sport"}
    dates = [item.article.published for item in blocks.related]
    assert dates == sorted(dates, reverse=True)
    assert len(ids(everything(blocks))) == len(set(ids(everything(blocks)))) == 15


@pytest.mark.parametrize("mode", ["background", "followup"])
def test_no_step_of_the_chain_leaves_the_mode(maker, mode):
    request = RelatedRequest(mode=mode, minimum_score=0.9)
    reasons = set()
    for article in [*ARTICLES[5:-5:9], BARE]:
        items = maker.related(article, request, PLAIN)
        reasons |= {item.reason for item in items}
        for item in items:
            earlier = item.article.published < article.published
            assert earlier if mode == "background" else item.article.published > article.published
    assert reasons >= {Reason.SAME_SECTION, Reason.NEWEST}


def test_the_chain_speaks_the_articles_language(maker):
    german = [article for article in ARTICLES if article.language == "de"]
    request = RelatedRequest(minimum_score=0.9)
    for article in german:
        assert {BY_ID[name].language for name in ids(maker.related(article, request, PLAIN))} == {
            "de"
        }
    every = replace(request, any_language=True)
    found = {BY_ID[name].language for name in ids(maker.related(german[0], every, PLAIN))}
    assert found == {"de", "en"}


def test_the_only_article_in_its_language_stands_beside_others(tmp_path):
    alone = Article(id="fi", title="Silta", language="fi", published=NOW - timedelta(hours=1))
    store, generations, _ = build(tmp_path / "home", [*ARTICLES[:40], alone])
    generation = generations.open_current()
    maker = made_for(store, generation)
    assert len(set(ids(everything(maker.blocks(alone, FIVE, PLAIN))))) == 15
    assert maker.related(alone, RelatedRequest(language="fi"), PLAIN) == ()
    generation.close()
    store.close()


def test_pins_stand_first_and_in_their_order(maker):
    article, *others = ARTICLES[10], ARTICLES[100].id, ARTICLES[60].id
    curation = Curation(1, {}, pins(article.id, PinKind.PIN, *others, article.id, "unknown"))
    blocks = maker.blocks(article, FIVE, decided(curation=curation))
    assert ids(blocks.related)[:2] == others
    assert [item.reason for item in blocks.related[:2]] == [Reason.PINNED] * 2
    assert all(item.article.score > 0 for item in blocks.related)
    assert len(blocks.related) == 5
    assert len(set(ids(everything(blocks)))) == 15


def test_pins_hold_for_their_time_and_within_the_mode(maker):
    article, later = ARTICLES[10], ARTICLES[100]
    over = Span(ends=NOW)
    curation = Curation(1, {}, pins(article.id, PinKind.PIN, later.id, span=over))
    assert maker.related(article, FIVE, decided(curation=curation)) == maker.related(
        article, FIVE, PLAIN
    )
    curation = Curation(2, {}, pins(article.id, PinKind.PIN, later.id))
    earlier_only = RelatedRequest(mode="background")
    assert later.id not in ids(maker.related(article, earlier_only, decided(curation=curation)))


def test_what_is_hidden_stands_in_no_block_and_neither_do_its_versions(maker):
    article = ARTICLES[14]
    before = maker.blocks(article, FIVE, PLAIN)
    hidden = [before.related[0], before.editors_choice[0], before.popular[0]]
    for where in (article.id, EVERYWHERE):
        curation = Curation(1, {}, pins(where, PinKind.HIDE, *ids(hidden)))
        after = maker.blocks(article, FIVE, decided(curation=curation))
        assert not set(ids(hidden)) & set(ids(everything(after)))
        assert len(everything(after)) == 15
    copied = [name.removesuffix("-copy") for name in BY_ID if name.endswith("-copy")]
    basis = decided(curation=Curation(1, {}, pins(EVERYWHERE, PinKind.HIDE, *copied)))
    assert len(copied) > 10
    shown = {
        name
        for beside in ARTICLES[::3]
        for name in ids(everything(maker.blocks(beside, FIVE, basis)))
    }
    assert not [name for name in shown if name in copied or name.endswith("-copy")]


def test_editors_choice_is_of_the_section_then_of_all_then_filled_up(maker):
    article = ARTICLES[0]
    assert article.section == "Politics"
    own, everywhere = (ARTICLES[n].id for n in (30, 40)), (ARTICLES[n].id for n in (50, 60))
    own, everywhere = tuple(own), tuple(everywhere)
    choices = {
        "Politics": Choice("Politics", 6, picks=tuple(map(Pick, own))),
        EVERYWHERE: Choice(EVERYWHERE, 3, picks=tuple(map(Pick, everywhere))),
    }
    block = maker.blocks(article, FIVE, decided(curation=Curation(1, choices))).editors_choice
    assert ids(block)[:4] == [*own, *everywhere]
    assert [item.reason for item in block] == [Reason.EDITORS_CHOICE] * 4 + [
        Reason.SAME_SECTION
    ] * 2
    strict = replace(choices["Politics"], backfill=False)
    curation = Curation(2, {**choices, "Politics": strict})
    assert len(maker.blocks(article, FIVE, decided(curation=curation)).editors_choice) == 4
    sport = maker.editors_choice("Sport", decided(curation=Curation(1, choices)))
    assert ids(sport)[:2] == list(everywhere)
    assert len(sport) == 3


def test_picks_that_are_related_anyway_stand_only_there(maker):
    article = ARTICLES[20]
    related = ids(maker.related(article, FIVE, PLAIN))
    choice = Choice(EVERYWHERE, 2, backfill=False, picks=tuple(map(Pick, related)))
    blocks = maker.blocks(article, FIVE, decided(curation=Curation(1, {EVERYWHERE: choice})))
    assert ids(blocks.related) == related
    assert blocks.editors_choice == ()


def test_popular_goes_through_its_windows_and_says_which(maker):
    trending, day, week = (ARTICLES[n].id for n in (70, 80, 90))
    lists = read_most(trending=[trending, "unknown"], day=[trending, day], week=[week, day])
    blocks = maker.blocks(ARTICLES[0], FIVE, decided(popularity=lists))
    found = [(item.article.id, item.reason) for item in blocks.popular]
    assert found[:3] == [
        (trending, Reason.TRENDING),
        (day, Reason.POPULAR),
        (week, Reason.POPULAR),
    ]
    assert [reason for _, reason in found[3:]] == [Reason.NEWEST] * 2


def test_of_a_page_that_shows_no_article_choice_and_popular_are_left(maker):
    blocks = maker.blocks(None, FIVE, PLAIN, section="Economy")
    assert blocks.related == ()
    assert {item.article.section for item in everything(blocks)} == {"Economy"}
    assert len(set(ids(everything(blocks)))) == 10


def test_without_filling_only_what_is_similar_stands(maker):
    request = RelatedRequest(minimum_score=0.3)
    for article in ARTICLES[::17]:
        items = maker.related(article, request, PLAIN, chain=ONLY_SIMILAR)
        assert all(item.reason is Reason.SIMILAR for item in items)
        assert all(item.article.score >= 0.3 for item in items)
        filled = maker.related(article, request, PLAIN)
        assert filled[: len(items)] == items
        assert len(filled) == 5


def test_a_tiny_archive_gives_all_it_has(tmp_path):
    few = [replace(article, section="") for article in ARTICLES[:3]]
    store, generations, _ = build(tmp_path / "few", few)
    generation = generations.open_current()
    maker = made_for(store, generation)
    blocks = maker.blocks(few[0], FIVE, PLAIN)
    assert sorted(ids(everything(blocks))) == [few[1].id, few[2].id]
    alone = maker.blocks(few[0], RelatedRequest(limit=1), decided(now=NOW + timedelta(1)))
    assert len(alone.related) == 1
    generation.close()
    store.close()


def test_what_is_withdrawn_is_gone_although_candidates_are_kept(tmp_path):
    store, generations, _ = build(tmp_path / "home", ARTICLES)
    generation = generations.open_current()
    maker = made_for(store, generation)
    article = ARTICLES[30]
    for number in range(6):
        before = maker.blocks(article, FIVE, Decided(Curation(), PopularLists(), NOW, str(number)))
        block = (before.related, before.editors_choice, before.popular)[number % 3]
        gone = replace(BY_ID[block[0].article.id], status=Status.WITHDRAWN)
        store.upsert([gone], NOW)
        stamp = str(number + 1)
        after = maker.blocks(article, FIVE, Decided(Curation(), PopularLists(), NOW, stamp))
        assert gone.id not in ids(everything(after))
        assert len(set(ids(everything(after)))) == 15
    generation.close()
    store.close()


SOME = st.lists(st.sampled_from(sorted(BY_ID)), max_size=12, unique=True)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    article=st.sampled_from(ARTICLES),
    limit=st.integers(1, 12),
    mode=st.sampled_from(["mixed", "background", "followup"]),
    pinned=SOME,
    hidden=SOME,
    picked=SOME,
    read=SOME,
    size=st.integers(0, 8),
    backfill=st.booleans(),
    section=st.sampled_from(["", *SECTIONS, "\ud800", "Unknown"]),
)
def test_whatever_is_decided_no_story_stands_twice(
    maker, nearness, article, limit, mode, pinned, hidden, picked, read, size, backfill, section
):
    choice = Choice(EVERYWHERE, size, backfill, tuple(map(Pick, picked)))
    both = (
        *pins(article.id, PinKind.PIN, *pinned)[article.id],
        *pins(article.id, PinKind.HIDE, *hidden)[article.id],
    )
    curation = Curation(1, {EVERYWHERE: choice}, {article.id: both})
    request = RelatedRequest(limit=limit, mode=mode)
    basis = decided(curation=curation, popularity=read_most(day=read))
    blocks = maker.blocks(article, request, basis, section=section)
    shown = ids(everything(blocks))
    assert len(shown) == len(set(shown))
    assert not {article.id, *hidden} & set(shown)
    assert nearest(nearness, [article.id, *shown]) < 0.9
    if mode == "mixed":
        assert len(blocks.related) == limit
    for item in blocks.related:
        earlier = item.article.published < article.published
        later = item.article.published > article.published
        assert {"mixed": True, "background": earlier, "followup": later}[mode]
    assert len(blocks.editors_choice) <= size
    assert len(blocks.popular) == limit
