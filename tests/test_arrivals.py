"""What comes in after a build: found by everything that recommends, in every kind of archive."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from articles.article import Article, Status
from index import fresh
from index.visibility import Visibility
from recommender import arrivals, intake
from recommender.recommender import Recommender
from recommender.related import RelatedRequest, UnknownArticleError
from tests.archives import NOW, build, storied_articles
from tests.test_running_stories import OTHERS, STRIKE, ids, strike

STORIED = storied_articles(450, subjects=20)
EVERYTHING = RelatedRequest(limit=50, minimum_score=0.0)


@contextmanager
def opened(folder, articles, **options):
    """Build an archive, and recommend from it while the store goes on."""
    store, generations, _ = build(folder, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store, **options))
    yield store, generation, recommender
    recommender.close()
    generation.close()
    store.close()


def names(items):
    return [item.id for item in items]


def test_a_new_article_stands_where_a_rebuild_would_put_it(tmp_path):
    new = STORIED[400:450]
    with opened(tmp_path / "before", STORIED[:400]) as (store, _, recommender):
        store.upsert(new, NOW)
        recommender.catch_up()
        found = {a.id: names(recommender.for_article(a.id, EVERYTHING))[:5] for a in STORIED}
        assert recommender.for_article("s00449")[0].themes > 0
    with opened(tmp_path / "after", STORIED) as (_, _, rebuilt):
        again = {a.id: names(rebuilt.for_article(a.id, EVERYTHING))[:5] for a in STORIED}
    same = sum(len(set(found[name]) & set(again[name])) for name in found)
    assert same >= 0.8 * sum(map(len, again.values()))  # words are rarer, and themes others


def test_two_new_articles_find_each_other_by_a_name_that_nobody_knew(tmp_path):
    one, other = (
        replace(STORIED[n], id=f"new{n}", body=(*STORIED[n].body, "Zyrmanova saw Zyrmanova."))
        for n in (103, 200)
    )
    with opened(tmp_path, STORIED[:100]) as (store, _, recommender):
        store.upsert([one], NOW)
        assert recommender.for_text("Zyrmanova", EVERYTHING)[0].id == "new103"
        store.upsert([other], NOW)
        (found,) = (i for i in recommender.for_article("new103", EVERYTHING) if i.id == "new200")
        assert found.terms[0] == "Zyrmanova"
        assert set(names(recommender.for_text("Zyrmanova", EVERYTHING))) == {"new103", "new200"}
        assert "new103" in names(recommender.entered("Zyrmanova saw", places=5))


def test_everything_sees_what_came_in(tmp_path):
    copy = replace(
        STORIED[7], id="copy", title=f"{STORIED[7].title} updated", section="Harbour",
        published=STORIED[7].published + timedelta(hours=1),
    )  # fmt: skip
    with opened(tmp_path, STORIED[:100]) as (store, _, recommender):
        with pytest.raises(UnknownArticleError):
            recommender.for_article("copy")
        store.upsert([copy], NOW)
        assert names(recommender.versions("copy")) == ["s00007"]
        assert names(recommender.versions("s00007")) == ["copy"]
        near = recommender.for_article("s00007")[0].id
        (item,) = (i for i in recommender.for_article(near, EVERYTHING) if i.id == "copy")
        assert item.copies == 1
        assert names(recommender.newest("Harbour")) == ["copy"]
        asked = replace(EVERYTHING, sections=("Harbour",))
        assert names(recommender.for_article(near, asked)) == ["copy"]
        assert names(recommender.cards(["s00007", "copy"])) == ["s00007", "copy"]
        assert [i.copies for i in recommender.cards(["s00007", "copy"])] == [1, 1]
        assert "copy" not in names(recommender.for_article("s00007", EVERYTHING))
        store.upsert([replace(copy, status=Status.WITHDRAWN)], NOW)
        assert recommender.versions("s00007") == ()
        assert recommender.newest("Harbour") == ()


def test_a_changed_article_is_found_by_what_it_says_now(tmp_path):
    changed = replace(STORIED[7], title="Comet", body=("A comet passed the lighthouse at noon.",))
    comet = Article(id="comet", title="Comet", body=("The comet was seen at the lighthouse.",))
    with opened(tmp_path, [*STORIED[:100], comet]) as (store, _, recommender):
        before = names(recommender.for_article("s00007", EVERYTHING))
        store.upsert([changed], NOW)
        assert names(recommender.for_article("s00007", EVERYTHING)) == ["comet"]
        assert names(recommender.for_article("comet", EVERYTHING)) == ["s00007"]
        assert "s00007" not in names(recommender.for_article(before[0], EVERYTHING))
        (card,) = recommender.cards(["s00007"])
        assert card.title == "Comet"
        store.upsert([STORIED[7]], NOW)
        assert names(recommender.for_article("s00007", EVERYTHING)) == before


def test_a_running_story_goes_on(tmp_path):
    with opened(tmp_path, STRIKE[:4] + OTHERS) as (store, _, recommender):
        assert ids(recommender.running_story("strike-3")) == ("strike-2", None)
        store.upsert([strike(4)], NOW)
        assert ids(recommender.running_story("strike-3")) == ("strike-2", "strike-4")
        store.upsert([strike(5)], NOW)
        assert ids(recommender.running_story("strike-4")) == ("strike-3", "strike-5")
        assert ids(recommender.running_story("strike-5")) == ("strike-4", None)
        chain = recommender.story_of("strike-4", RelatedRequest(limit=9))
        assert names(chain) == [f"strike-{number}" for number in (3, 5, 2, 1, 0)]
        background = RelatedRequest(limit=2, mode="background")
        assert names(recommender.story_of("strike-4", background)) == ["strike-3", "strike-2"]
        store.upsert([replace(strike(4), status=Status.WITHDRAWN)], NOW)
        assert recommender.running_story("strike-3").later.id == "strike-5"


def test_what_waits_for_its_time_appears_by_itself(tmp_path):
    now = [NOW.timestamp() + 1]
    waiting = [
        replace(STORIED[101], embargo_until=NOW + timedelta(hours=2)),
        replace(STORIED[102], published=NOW + timedelta(hours=3)),
        replace(STORIED[103], status=Status.DRAFT, published=NOW + timedelta(hours=3)),
    ]
    articles = [*STORIED[:100], *waiting]
    with opened(tmp_path, articles, clock=lambda: now[0]) as (_, generation, recommender):
        assert generation.articles == 100
        assert recommender.cards([a.id for a in waiting]) == ()
        now[0] += 2 * 3600
        assert names(recommender.cards([a.id for a in waiting])) == ["s00101"]
        assert recommender.for_article("s00101")
        now[0] += 3600
        assert names(recommender.cards([a.id for a in waiting])) == ["s00101", "s00102"]


def test_an_archive_that_was_empty_fills(tmp_path):
    with opened(tmp_path, []) as (store, generation, recommender):
        assert generation.articles == 0
        store.upsert(STORIED[:9], NOW)
        assert recommender.for_article("s00003", EVERYTHING)
        assert len(recommender.newest("", limit=20)) == 9
        assert recommender.for_text(STORIED[4].body[0], EVERYTHING)[0].id == "s00004"


def test_other_languages_and_what_tells_nothing_are_kept_apart(tmp_path):
    boring = ("The.", "1,014", "She had not been.")
    new = [
        Article(id="мост1", title="Мост закрыт", body=("Мост через реку закрыт.",), language="ru"),
        Article(id="мост2", title="Мосты", body=("Мост через реку открыт.",), language="ru"),
        *(Article(id=f"dull{n}", title="This", body=boring) for n in range(2)),
        Article(id="empty", title=""),
    ]
    with opened(tmp_path, STORIED[:50]) as (store, _, recommender):
        store.upsert(new, NOW)
        assert names(recommender.for_article("мост1", EVERYTHING)) == ["мост2"]
        assert recommender.for_article("dull0", EVERYTHING) == ()
        assert recommender.for_article("empty", EVERYTHING) == ()
        asked = replace(EVERYTHING, language="ru")
        assert set(names(recommender.newest("", asked))) == {"мост1", "мост2"}


def test_an_import_is_taken_in_by_a_thread_that_ends(tmp_path):
    with opened(tmp_path, STORIED[:100]) as (store, _, recommender):
        store.upsert(STORIED[100:], NOW)
        asking = [
            threading.Thread(target=recommender.for_article, args=("s00003", EVERYTHING))
            for _ in range(8)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        recommender.catch_up()
        assert len(recommender.cards([a.id for a in STORIED])) == 450
        assert not [t for t in threading.enumerate() if t.name == "newcomers"]
        store.upsert([replace(a, title=f"{a.title} again") for a in STORIED], NOW)
        recommender.cards(["s00003"])
        # Whoever closes does not wait for the rest.


def test_many_copies_do_not_crowd_out_what_else_there_is(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "LONGEST", 12)
    copies = [
        replace(STORIED[3], id=f"copy{n:02d}", body=(*STORIED[3].body, f"Part{n}."))
        for n in range(40)
    ]
    with opened(tmp_path, STORIED[:60]) as (store, _, recommender):
        before = names(recommender.for_article("s00005", EVERYTHING))
        store.upsert(copies, NOW)
        recommender.catch_up()
        found = recommender.for_article("s00005", EVERYTHING)
        told = [i for i in found if i.id == "s00003" or i.id.startswith("copy")]
        assert [i.copies for i in told] == [40]
        assert set(before) - {"s00003"} == set(names(found)) - set(names(told))
        assert len(recommender.versions("copy07")) == 40


def test_no_more_is_taken_in_than_memory_allows(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(fresh, "MOST_FRESH", 20)
    with opened(tmp_path, STORIED[:60]) as (store, _, recommender):
        store.upsert(STORIED[60:100], NOW)
        recommender.catch_up()
        there = recommender.cards([a.id for a in STORIED[60:100]])
        assert len(there) == 20
        assert "run `backfile rebuild`" in caplog.text
        store.upsert([replace(STORIED[0], status=Status.WITHDRAWN)], NOW)
        assert recommender.cards(["s00000"]) == ()
        assert np.all([item.score == 0 for item in there])
        assert arrivals.AT_ONCE < 20
