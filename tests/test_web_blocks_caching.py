"""Blocks and caches: unchanged ones are not computed, changed ones at once, old ones in need."""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from articles.article import Article, Status
from articles.curation import EVERYWHERE, PinKind, Span
from articles.curation_edits import pick, pin
from articles.readings import Tally
from index.builder import rebuild
from index.codec.container import ArrayFile
from recommender.lists import related_lists
from recommender.recommender import Recommender
from tests.archives import build, storied_articles
from web.app import create_app
from web.blocks.answering import Answers, Kept, Made
from web.problems import MEDIA_TYPE
from web.settings import Settings

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ARTICLES = [
    replace(article, section=("Politics", "Sport")[number % 2], published=article.published - HOUR)
    for number, article in enumerate(storied_articles(40, subjects=3))
] + [
    Article(id="brief", title="Gone soon", expires=START + 2 * HOUR, published=START - 3 * HOUR),
]
FIRST, OTHER = ARTICLES[0], ARTICLES[1]
PAGE = f"/api/v1/page-blocks?id={FIRST.id}"
DONE = {"by": "ines", "now": START}


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def archive(tmp_path):
    store, generations, _ = build(tmp_path / "home", ARTICLES, now=START)
    yield store, generations
    store.close()


@contextmanager
def serving(tmp_path, clock, **settings):
    given = Settings(home=tmp_path / "home", query_log_days=0, **settings)
    app = create_app(given, clock=clock)
    yield app.test_client()
    app.extensions["backfile"].close()


@pytest.fixture
def client(tmp_path, archive, clock):
    with serving(tmp_path, clock) as client:
        yield client


def tag(client, address=PAGE):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.headers["ETag"]


def again(client, seen, address=PAGE):
    """Return the status for who has what was seen."""
    return client.get(address, headers={"If-None-Match": seen}).status_code


def ids(answer):
    return {item["id"] for block in answer.json["blocks"].values() for item in block["items"]}


ADDRESSES = [
    PAGE,
    f"{PAGE}&format=html",
    f"{PAGE}&limit=2&mode=background",
    f"/api/v1/articles/{FIRST.id}/related",
    "/api/v1/editors-choice?section=Sport",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_the_answer_is_told_so_and_nothing_is_computed(client, address, monkeypatch):
    first = client.get(address)
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == (
        "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400"
    )
    monkeypatch.delattr(Recommender, "present")
    for seen in (first.headers["ETag"], f'W/"other", {first.headers["ETag"]}'):
        answer = client.get(address, headers={"If-None-Match": seen})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert answer.headers["Cache-Control"] == first.headers["Cache-Control"]
    kept = client.get(address, headers={"If-None-Match": 'W/"other"'})
    assert (kept.status_code, kept.data) == (200, first.data)


def test_different_questions_have_different_tags(client):
    addresses = [*ADDRESSES, f"{PAGE}&explain=true", f"{PAGE}&lang=ru", f"{PAGE}&section=Sport"]
    addresses.append(f"/api/v1/page-blocks?id={OTHER.id}")
    tags = [tag(client, address) for address in addresses]
    assert len(set(tags)) == len(tags)
    assert tag(client, f"/api/v1/page-blocks?limit=&id={FIRST.id}") == tags[0]


def test_two_processes_give_the_same_tag(tmp_path, client, clock):
    with serving(tmp_path, clock) as other:
        assert tag(other) == tag(client)
        assert again(other, tag(client)) == 304


def test_a_withdrawn_article_is_gone_in_the_next_request(client, archive):
    store, _ = archive
    for _ in range(4):
        before = client.get(PAGE)
        for block in ("related", "editors_choice", "popular"):
            gone = before.json["blocks"][block]["items"][0]["id"]
            article = next(article for article in ARTICLES if article.id == gone)
            store.upsert([replace(article, status=Status.WITHDRAWN)], START)
            assert again(client, before.headers["ETag"]) == 200
            after = client.get(PAGE)
            assert gone not in ids(after)
            assert len(ids(after)) == 15
            store.upsert([article], START)
            assert ids(client.get(PAGE)) == ids(before)


def test_whatever_editors_decide_changes_the_tag(client, archive):
    curation, seen = archive[0].curation, [tag(client)]

    def changed():
        assert again(client, seen[-1]) == 200
        seen.append(tag(client))
        assert again(client, seen[-1]) == 304

    curation.change_choice(EVERYWHERE, pick(OTHER.id), **DONE)
    changed()
    curation.change_pins(FIRST.id, pin(FIRST.id, ARTICLES[9].id, PinKind.PIN), **DONE)
    changed()
    curation.change_pins(EVERYWHERE, pin(EVERYWHERE, ARTICLES[8].id, PinKind.HIDE), **DONE)
    changed()
    assert len(set(seen)) == 4


def test_time_alone_changes_the_tag_when_it_changes_the_blocks(client, archive, clock):
    span = Span(START + HOUR, START + 3 * HOUR)
    archive[0].curation.change_choice("Politics", pick(ARTICLES[7].id, span), **DONE)
    seen = tag(client)

    def first_pick():
        return client.get(PAGE).json["blocks"]["editors_choice"]["items"][0]

    clock.now = START + HOUR - timedelta(seconds=1)
    assert again(client, seen) == 304
    assert "brief" in ids(client.get("/api/v1/page-blocks?id=s00020"))
    clock.now = START + HOUR
    assert again(client, seen) == 200
    assert (first_pick()["id"], first_pick()["reason"]) == (ARTICLES[7].id, "editors_choice")
    seen = tag(client)
    clock.now = START + 2 * HOUR
    assert again(client, seen) == 200
    assert "brief" not in ids(client.get("/api/v1/page-blocks?id=s00020"))
    seen = tag(client)
    clock.now = START + 3 * HOUR
    assert again(client, seen) == 200
    assert first_pick()["reason"] != "editors_choice"
    seen = tag(client)
    clock.now = START + 12 * HOUR - timedelta(seconds=1)
    assert again(client, seen) == 304
    clock.now = START + 12 * HOUR
    assert again(client, seen) == 200  # another day: receipts say of which day they are


def test_an_article_appears_when_its_embargo_ends(client, archive, clock):
    late = replace(OTHER, id="late", embargo_until=START + HOUR, title="Another", body=("Storks.",))
    archive[0].upsert([late], START)
    assert client.get("/api/v1/page-blocks?id=late").status_code == 404
    seen = tag(client)
    clock.now = START + HOUR
    assert again(client, seen) == 200
    assert client.get("/api/v1/page-blocks?id=late").status_code == 200


def test_a_new_generation_changes_the_tag(client, archive):
    seen = tag(client)
    store, generations = archive
    rebuild(store, generations, now=START, steps=[related_lists])
    assert again(client, seen) == 200
    assert again(client, tag(client)) == 304


def test_how_long_answers_are_kept_is_a_setting(tmp_path, archive, clock):
    with serving(tmp_path, clock, blocks_seconds=0) as client:
        assert client.get(PAGE).headers["Cache-Control"].startswith("public, max-age=0, ")


def spoil(generations, number=1):
    """Change a byte of every array that related articles are made of."""
    path = generations.folder / f"{number:06d}" / "related.arrays"
    written = ArrayFile.open(path)
    content = bytearray(path.read_bytes())
    for name in ("related.documents", "rows.data", "related.stories"):
        part = written[name].all().tobytes()
        content[bytes(content).index(part)] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize("address", ADDRESSES[:4])
def test_the_last_good_answer_is_given_while_the_index_is_damaged(
    tmp_path, archive, clock, address, caplog
):
    _, generations = archive
    with serving(tmp_path, clock) as client:
        good = client.get(address)
        assert "Warning" not in good.headers
    spoil(generations)
    with serving(tmp_path, clock) as client:
        client.application.extensions["blocks"].put(
            key_of(client, address), Kept(Made(good.data, good.content_type), "old", clock.now)
        )
        clock.now += timedelta(minutes=10)
        old = client.get(address)
        assert (old.status_code, old.data, old.mimetype) == (200, good.data, good.mimetype)
        assert old.headers["Age"] == "600"
        assert "Stale" in old.headers["Warning"]
        assert old.headers["Cache-Control"] == "no-store"
        assert "an old answer is given" in caplog.text
        never_asked = client.get("/api/v1/page-blocks?id=s00003")
        assert (never_asked.status_code, never_asked.mimetype) == (503, MEDIA_TYPE)
        assert never_asked.headers["Cache-Control"] == "no-store"
        clock.now += timedelta(days=1)
        assert client.get(address).status_code == 503


def key_of(client, address):
    """Return the key under which an answer is kept."""
    asked = []

    class Asked(Answers):
        def get(self, key):
            asked.append(key)
            return super().get(key)

    kept = client.application.extensions["blocks"]
    client.application.extensions["blocks"] = Asked()
    client.get(address)
    client.application.extensions["blocks"] = kept
    return asked[0]


def test_the_last_good_answer_is_given_while_the_store_cannot_be_read(tmp_path, archive, clock):
    store, _ = archive
    with serving(tmp_path, clock) as client:
        good = client.get(PAGE)
        store.close()
        serving_store = client.application.extensions["backfile"].store
        serving_store.close()
        path = tmp_path / "home" / "archive.sqlite3"
        for file in path.parent.glob("archive.sqlite3*"):
            shutil.move(file, tmp_path / file.name)
        path.mkdir()
        old = client.get(PAGE)
        assert (old.status_code, old.data) == (200, good.data)
        assert old.headers["Age"] == "0"
        other = client.get("/api/v1/page-blocks?id=s00005")
        assert (other.status_code, other.mimetype) == (503, MEDIA_TYPE)
        assert "database does not answer" in other.json["detail"]
        path.rmdir()
        for file in tmp_path.glob("archive.sqlite3*"):
            shutil.move(file, path.parent / file.name)
        sound = client.get(PAGE)
        assert (sound.status_code, "Warning" in sound.headers) == (200, False)


def test_a_withdrawn_page_does_not_come_back_in_need(client, archive):
    assert client.get(PAGE).status_code == 200
    archive[0].upsert([replace(FIRST, status=Status.WITHDRAWN)], START)
    assert client.get(PAGE).status_code == 404
    assert client.application.extensions["blocks"].get(key_of(client, PAGE)) is None


def test_an_empty_answer_is_kept_by_nobody(tmp_path, clock):
    build(tmp_path / "home", [FIRST], now=START)[0].close()
    with serving(tmp_path, clock) as client:
        for address in (PAGE, f"{PAGE}&format=html", f"/api/v1/articles/{FIRST.id}/related"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert client.application.extensions["blocks"].get(key_of(client, address)) is None


def test_answers_are_kept_up_to_their_bound_the_last_ones_longest():
    answers = Answers(most_bytes=100)
    for number in range(20):
        answers.put((number,), Kept(Made(b"x" * 30, "text/plain"), "", START))
    assert [number for number in range(20) if answers.get((number,))] == [17, 18, 19]
    answers.put((18,), Kept(Made(b"x" * 10, "text/plain"), "", START))
    answers.put((20,), Kept(Made(b"x" * 30, "text/plain"), "", START))
    assert [number for number in range(21) if answers.get((number,))] == [17, 18, 19, 20]
    answers.put((21,), Kept(Made(b"x" * 101, "text/plain"), "", START))
    assert not any(answers.get((number,)) for number in range(22))
    answers.drop((21,))


def test_what_is_read_most_changes_the_tag(tmp_path, archive, clock):
    with serving(tmp_path, clock, popular_least_views=1) as client:
        kept = client.application.extensions["backfile"]
        seen, before = tag(client), client.get(PAGE).json["blocks"]["popular"]["items"]
        assert {item["reason"] for item in before} == {"newest"}
        hour = int(START.timestamp()) // 3600
        tallies = [Tally(hour, one.id) for one in (OTHER, ARTICLES[5], OTHER)]
        archive[0].readings.count(tallies=tallies, now=START, most=9)
        assert again(client, seen) == 304  # the lists are read once a minute
        kept.popularity.refresh()
        assert again(client, seen) == 200
        after = client.get(PAGE).json["blocks"]["popular"]["items"]
        assert [item["id"] for item in after[:2]] == [OTHER.id, ARTICLES[5].id]
        assert {item["reason"] for item in after[:2]} <= {"popular", "trending"}
        seen = tag(client)
        kept.popularity.refresh()
        assert again(client, seen) == 304


RECIPES = {
    "strict": {"minimum_score": 0.99},
    "fresh": {"chain": ["same_section", "newest"], "mode": "followup"},
}


def test_a_recipe_says_how_related_articles_are_chosen(tmp_path, archive, clock):
    with serving(tmp_path, clock, recipes=RECIPES, related_recipe="fresh") as client:
        usual = client.get(PAGE).json
        assert usual["recipe"] == "fresh"
        reasons = {item["reason"] for item in usual["blocks"]["related"]["items"]}
        assert reasons == {"same_section"}
        strict = client.get(f"{PAGE}&recipe=strict").json
        assert strict["recipe"] == "strict"
        reasons = [item["reason"] for item in strict["blocks"]["related"]["items"]]
        assert len(reasons) == 5
        assert "similar" not in reasons
        standard = client.get(f"{PAGE}&recipe=standard").json
        assert standard["blocks"]["related"]["items"][0]["reason"] == "similar"
        page = client.get(f"/articles/{FIRST.id}").text
        assert page.count("New in Politics") == 5


def test_while_recipes_are_compared_the_tag_changes_with_their_hour(tmp_path, archive, clock):
    compared = {"experiment": ("strict", "standard"), "experiment_begins": START.date()}
    with serving(tmp_path, clock, recipes=RECIPES, **compared) as client:
        first = client.get(PAGE)
        clock.now = START + HOUR - timedelta(seconds=1)
        assert again(client, first.headers["ETag"]) == 304
        clock.now = START + HOUR
        assert again(client, first.headers["ETag"]) == 200
        assert {first.json["recipe"], client.get(PAGE).json["recipe"]} == {"strict", "standard"}


def test_an_older_generation_answers_where_the_newest_is_damaged(tmp_path, archive, clock):
    store, generations = archive
    rebuild(store, generations, now=START, steps=[related_lists])
    spoil(generations, number=2)
    with serving(tmp_path, clock) as client:
        answer = client.get(PAGE)
        assert (answer.status_code, len(ids(answer))) == (200, 15)
        assert "Warning" not in answer.headers
        assert client.get("/healthz").json["generation"] == 1
