"""From the blocks of a page to the report: answers, beacons, counts, nothing replaced."""

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from articles.impressions import Tally
from recommender.fillings import fillings_of
from recommender.related import RelatedRequest
from tests.archives import build, storied_articles
from web import impression_log
from web.app import create_app
from web.block_report.experiment import read_experiment
from web.counting import counter as counting
from web.serving import served
from web.settings import Settings

NOW = datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
PLAN = {
    "recipes": {"recent": {"half_life": 2, "chain": ["newest"]}},
    "experiment": ("standard", "recent"),
    "experiment_begins": NOW.date(),
    "experiment_days": 1,
}


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "SECONDS", 600)
    monkeypatch.setattr(impression_log, "SECONDS", 600)
    home = tmp_path / "home"
    build(home, storied_articles(60, subjects=4), now=NOW)[0].close()
    clock = Clock()
    app = create_app(Settings(home=home, **PLAN), clock=clock)
    yield app.test_client(), app.extensions["backfile"], clock
    app.extensions["backfile"].close()


def shown(client, article_id):
    answer = client.get("/api/v1/page-blocks", query_string={"id": article_id})
    assert answer.status_code == 200
    return answer.json


def read(client, article_id, *, visitor=1, follow=0):
    """View the page of an article as a browser does, and follow an item of Related."""
    page = shown(client, article_id)
    there = {"environ_base": {"REMOTE_ADDR": f"203.0.113.{visitor}"}, "headers": READER}
    beacon = {"receipt": page["receipt"]}
    assert client.post("/api/v1/views", json=beacon, **there).status_code == 204
    if follow:
        beacon |= {"block": "related", "position": follow}
        assert client.post("/api/v1/clicks", json=beacon, **there).status_code == 204
    return page


def written(kept):
    kept.counter.write()
    kept.impressions.write()
    return kept.store.impressions


def test_what_a_page_shows_and_what_is_followed_is_in_the_report(opened):
    client, kept, _ = opened
    page = read(client, "s00010", visitor=1)
    read(client, "s00010", visitor=2, follow=2)
    read(client, "s00010", visitor=2, follow=2)  # reloaded: neither view nor click counts again
    items = page["blocks"]["related"]["items"]
    counted = written(kept).items(NOW.date(), NOW.date())
    related = {
        (place.position, place.reason, place.recipe): tally
        for place, tally in counted.items()
        if place.block == "related"
    }
    assert related == {
        (item["position"], item["reason"], page["recipe"]): Tally(2, int(item["position"] == 2))
        for item in items
    }
    for block in ("editors_choice", "popular"):
        expected = len(page["blocks"][block]["items"])
        assert sum(place.block == block for place in counted) == expected


def test_articles_change_their_recipe_and_both_are_counted(opened):
    client, kept, clock = opened
    names = Counter()
    for hour in range(8):
        clock.now = NOW + timedelta(hours=hour)
        for number in range(10, 16):
            page = read(client, f"s{number:05}", visitor=hour, follow=1 if hour % 3 == 0 else 0)
            names[page["recipe"]] += 1
            reasons = {item["reason"] for item in page["blocks"]["related"]["items"]}
            assert reasons == {"newest"} if page["recipe"] == "recent" else "similar" in reasons
    assert names == {"standard": 24, "recent": 24}
    plan = kept.settings.recipe_plan
    found = read_experiment(written(kept), plan, NOW.date())
    assert [(arm.recipe, arm.tally.shown, arm.articles) for arm in found.arms] == [
        ("standard", 24, 6),
        ("recent", 24, 6),
    ]
    assert sum(arm.tally.clicks for arm in found.arms) == 18
    clock.now = NOW + timedelta(days=1)
    assert {shown(client, f"s{number:05}")["recipe"] for number in range(10, 30)} == {"standard"}


def test_an_answer_is_another_one_when_its_recipe_changes(opened):
    client, _, clock = opened
    tags = {}
    for hour in range(4):
        clock.now = NOW + timedelta(hours=hour)
        answer = client.get("/api/v1/page-blocks?id=s00010")
        tags.setdefault(answer.json["recipe"], set()).add(answer.headers["ETag"])
        again = client.get(
            "/api/v1/page-blocks?id=s00010", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
    assert set(tags) == {"standard", "recent"}
    assert not tags["standard"] & tags["recent"]


def test_nothing_forged_is_counted(opened):
    client, kept, _ = opened
    receipt = shown(client, "s00010")["receipt"]
    for beacon in (
        {"receipt": receipt[:-2] + "AA", "block": "related", "position": 1},
        {"receipt": receipt, "block": "related", "position": 99},
        {"receipt": receipt, "block": "x" * 300, "position": 1},
    ):
        client.post("/api/v1/clicks", json=beacon, headers=READER)
    assert written(kept).days() is None


def test_blocks_are_filled_as_is_counted_at_once(home):
    app = create_app(Settings(home=home, counting=False, query_log_days=0, report_days=0))
    kept, totals = app.extensions["backfile"], Counter()
    with closing(kept), app.test_request_context("/"):
        open_, moment = served(), datetime.now(UTC)
        counted = fillings_of(
            open_.generation,
            open_.visibility.hidden(),
            kept.store.curation.read(),
            moment,
            minimum_score=0.08,
            limit=5,
        )
        ids = open_.generation.columns.ids(counted.documents.tolist())
        with open_.deciding(moment) as basis:
            for article_id, counts in zip(ids, counted.counts.tolist(), strict=True):
                article, request = open_.plain(article_id), RelatedRequest(limit=5)
                items = open_.blocks.related(article, request, basis)
                reasons = Counter(item.reason.value for item in items)
                expected = zip(counted.fillers, counts, strict=True)
                assert reasons == {filler: count for filler, count in expected if count}
                totals += reasons
    assert set(totals) == {"similar", "same_section", "newest"}
    assert totals["similar"] == counted.totals()["similar"]
