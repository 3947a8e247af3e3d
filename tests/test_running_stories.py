"""Running stories: each link leads there and back, and no stranger stands among them."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.store import Store
from index.columns import UNDATED
from index.publish import Generations
from index.visibility import Visibility
from recommender.neighbours import Neighbours
from recommender.recommender import Recommender
from recommender.related import RelatedRequest, RunningStory, UnknownArticleError
from recommender.running_stories import LEAST, LONGEST_PAUSE, least_similarity, sequels_of
from tests.archives import NOW, build, storied_articles
from tests.test_sample import ARTICLES as SAMPLE
from tests.test_sample import HIDDEN, STORIES

DAY = 86_400


def strike(number, **fields):
    """Return one report of a strike: half of its words are those of the others."""
    new = " ".join(f"detail{number}x{word}" for word in range(6))
    return Article(
        id=f"strike-{number}",
        title="Strike at the paper mill",
        body=(f"The workers of the paper mill in Halden stay on strike for their wages. {new}.",),
        published=NOW - timedelta(days=300 - number * 10),
        **fields,
    )


STRIKE = [strike(number) for number in range(6)]
OTHERS = [replace(a, published=a.published - timedelta(days=1)) for a in storied_articles(40)]


@contextmanager
def recommending(folder, articles):
    """Build an archive and recommend from it."""
    store, generations, _ = build(folder, articles)
    generation = generations.open_current()
    yield store, Recommender(generation, Visibility(generation, store))
    generation.close()
    store.close()


def ids(story):
    return (story.earlier and story.earlier.id, story.later and story.later.id)


def test_reports_of_one_strike_follow_each_other(tmp_path):
    with recommending(tmp_path, STRIKE + OTHERS) as (_, recommender):
        found = [ids(recommender.running_story(article.id)) for article in STRIKE]
        names = [None, *(article.id for article in STRIKE), None]
        assert found == list(zip(names[:-2], names[2:], strict=True))
        story = recommender.running_story("strike-2")
        assert story.ids == ("strike-1", "strike-3")
        assert story.earlier.published < STRIKE[2].published < story.later.published
        assert 0 < story.later.score < 1


def test_what_is_withdrawn_is_passed_over_both_ways(tmp_path):
    with recommending(tmp_path, STRIKE + OTHERS) as (store, recommender):
        store.upsert([replace(STRIKE[2], status=Status.WITHDRAWN)], NOW)
        assert ids(recommender.running_story("strike-1")) == ("strike-0", "strike-3")
        assert ids(recommender.running_story("strike-3")) == ("strike-1", "strike-4")
        for gone in ("strike-2", "nobody"):
            with pytest.raises(UnknownArticleError):
                recommender.running_story(gone)


def test_what_stands_elsewhere_leaves_the_list(tmp_path):
    with recommending(tmp_path, STRIKE + OTHERS) as (_, recommender):
        story = recommender.running_story("strike-2")
        wanted = RelatedRequest(limit=3, without=(*story.ids, "nobody", "\ud800"))
        assert {item.id for item in recommender.for_article("strike-2", wanted)} == {
            "strike-0", "strike-4", "strike-5",
        }  # fmt: skip


def test_versions_of_a_report_are_one_story(tmp_path):
    again = [
        replace(a, id=f"{a.id}-updated", published=a.published + timedelta(hours=3)) for a in STRIKE
    ]
    with recommending(tmp_path, STRIKE + again + OTHERS) as (store, recommender):
        for article_id in ("strike-3", "strike-3-updated"):
            assert ids(recommender.running_story(article_id)) == ("strike-2", "strike-4")
            story = recommender.running_story(article_id)
            related = recommender.for_article(
                article_id, RelatedRequest(limit=9, without=story.ids)
            )
            assert not [item.id for item in related if re.match(r"strike-[24]", item.id)]
        store.upsert([replace(STRIKE[2], status=Status.WITHDRAWN)], NOW)
        assert ids(recommender.running_story("strike-3"))[0] == "strike-2-updated"


def test_undated_and_other_languages_stand_alone(tmp_path):
    articles = [
        *STRIKE[:2],
        replace(STRIKE[2], published=None),
        replace(STRIKE[3], language="de"),
        replace(STRIKE[4], published=STRIKE[1].published),
    ]
    with recommending(tmp_path, articles + OTHERS) as (_, recommender):
        assert recommender.running_story("strike-2") == RunningStory()
        assert recommender.running_story("strike-3") == RunningStory()
        # Of two at the same moment neither is earlier; only one of them can follow the first.
        following = [ids(recommender.running_story(name)) for name in ("strike-1", "strike-4")]
        assert sorted(following, key=str) == [("strike-0", None), (None, None)]


@pytest.fixture(scope="module")
def sample(sample_home):
    store = Store.open(f"sqlite:///{sample_home / 'archive.sqlite3'}")
    generation = Generations(sample_home / "generations").open_current()
    yield Recommender(generation, Visibility(generation, store))
    generation.close()
    store.close()


def test_in_the_sample_each_link_leads_back_and_stays_in_its_story(sample):
    by_id = {article.id: article for article in SAMPLE}
    links = [
        (article.id, later.id)
        for article in SAMPLE
        if article.id not in HIDDEN and (later := sample.running_story(article.id).later)
    ]
    assert len(links) >= 25
    inside = 0
    for one, other in links:
        assert by_id[one].published < by_id[other].published
        assert by_id[one].language == by_id[other].language
        back = sample.running_story(other).earlier
        assert back.id == one or one in {item.id for item in sample.versions(back.id)}
        texts = ["\n".join((by_id[i].title, *by_id[i].body)) for i in (one, other)]
        inside += any(all(re.search(s, text) for text in texts) for s in STORIES.values())
    # A few run outside the stories that are named in the test of the sample.
    assert inside >= 0.8 * len(links)


@st.composite
def archives(draw):
    count = draw(st.integers(1, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dates = np.sort(rng.integers(0, 400, count)) * DAY
    dates[: draw(st.integers(0, min(2, count)))] = UNDATED
    documents = np.argsort(rng.random((count, count)), axis=1)[:, :6].astype(np.int32)
    documents[rng.random(documents.shape) < 0.2] = -1
    similarities = rng.random(documents.shape).astype(np.float32)
    firsts = np.array([rng.integers(0, place + 1) for place in range(count)])
    stories = np.where(rng.random(count) < 0.3, firsts, np.arange(count))
    for place in range(count):  # a story's first article is its own
        stories[place] = stories[stories[place]]
    return Neighbours(documents, similarities), stories.astype(np.int32), dates


@settings(deadline=None)
@given(archives())
def test_every_link_is_allowed_and_leads_both_ways(archive):
    near, stories, dates = archive
    sequels = sequels_of(near, stories, dates)
    linked = np.flatnonzero(sequels >= 0)
    assert len(set(sequels[linked].tolist())) == len(linked)
    similar = {}
    for one, row in enumerate(near.documents):
        for other, value in zip(row, near.similarities[one], strict=True):
            if other >= 0:
                pair = tuple(sorted((int(stories[one]), int(stories[other]))))
                similar[pair] = max(similar.get(pair, 0), float(value))
    for one in linked.tolist():
        other = int(sequels[one])
        assert stories[one] == one
        assert stories[other] == other
        assert dates[one] != UNDATED
        assert 0 < dates[other] - dates[one] <= (LONGEST_PAUSE + 1) * DAY
        least = float(least_similarity(np.array([other - one]), len(stories))[0])
        assert similar[one, other] >= least - 1e-6 >= LEAST - 1e-6
    # Nothing that could still be joined was left apart.
    free = set(range(len(stories))) - set(sequels[linked].tolist())
    for (one, other), value in similar.items():
        if sequels[one] < 0 and other in free and UNDATED != dates[one] < dates[other]:
            assert value < least_similarity(np.array([other - one]), len(stories))[0] + 1e-6
