"""Readers' searches are counted in memory, written in batches, and by nobody's name."""

import threading
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from articles.asked_queries import AskedQuery
from articles.store import Store, StoreError
from tests.archives import build, random_articles
from web import query_log
from web.app import create_app
from web.query_log import MOST_SUGGESTED, MOST_WAITING, QueryLog
from web.settings import Settings

TODAY = date(2026, 9, 1)
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


@pytest.fixture
def quiet(monkeypatch):
    """Let the thread write only when it must, so that a test says when."""
    monkeypatch.setattr(query_log, "SECONDS", 600)


@pytest.fixture
def log(store, quiet):
    log = QueryLog(store.queries, days=90, least=3, today=lambda: TODAY)
    yield log
    log.close()


def rows(store):
    return [
        (one.text, one.searches, one.without_hits, one.hits, one.milliseconds)
        for one in store.queries.all()
    ]


def test_searches_are_added_up_before_they_are_written(store, log):
    for query, hits, seconds in (("Bridge ", 5, 0.010), ("bridge", 0, 0.002), ("toll", 1, 0.0004)):
        log.count(query, hits, seconds)
    assert rows(store) == []
    log.write()
    assert rows(store) == [("bridge", 2, 1, 0, 12), ("toll", 1, 0, 1, 0)]
    log.count("bridge", 7, 0.001)
    log.write()
    log.write()
    assert rows(store)[0] == ("bridge", 3, 1, 7, 13)


def test_what_may_not_be_kept_is_not_counted(store, log):
    for query in ("", "ines@example.org", "1234567", "x" * 81, "a\0", "\ud800"):
        log.count(query, 1, 0)
    assert log._thread is None
    log.write()
    assert rows(store) == []


def test_with_no_days_nothing_is_kept_and_nothing_suggested(store, quiet):
    store.queries.add([AskedQuery("bridge", TODAY, 9, 0, 5, 1)])
    log = QueryLog(store.queries, days=0, least=1, today=lambda: TODAY)
    log.count("bridge", 1, 0)
    assert log.past().suggest("br", 5) == []
    log.close()
    assert log._thread is None
    assert rows(store) == [("bridge", 9, 0, 5, 1)]


def test_memory_is_bounded_and_a_full_one_is_written_at_once(store, log, monkeypatch):
    written = threading.Event()
    add = store.queries.add
    monkeypatch.setattr(store.queries, "add", lambda some: (add(some), written.set()))
    for number in range(MOST_WAITING // 2):
        log.count(f"query {number}", 1, 0)
    assert written.wait(30)
    assert len(rows(store)) == MOST_WAITING // 2


def test_what_finds_no_place_is_not_counted(store, log, monkeypatch):
    monkeypatch.setattr(log, "_begin", lambda: None)
    for number in range(MOST_WAITING + 5):
        log.count(f"query {number}", 1, 0)
    log.count("query 0", 1, 0)
    assert len(log._waiting) == MOST_WAITING
    log.write()
    assert sum(searches for _, searches, *_ in rows(store)) == MOST_WAITING + 1


def test_what_waits_is_written_when_it_ends(store, log):
    log.count("bridge", 1, 0)
    log.close()
    assert rows(store) == [("bridge", 1, 0, 1, 0)]
    log.count("toll", 1, 0)
    assert log._thread is None or not log._thread.is_alive()
    log.close()


def test_it_is_written_soon_without_being_told(store, monkeypatch):
    monkeypatch.setattr(query_log, "SECONDS", 0.01)
    written = threading.Event()
    add = store.queries.add
    monkeypatch.setattr(store.queries, "add", lambda some: (add(some), written.set()))
    log = QueryLog(store.queries, days=90, least=3)
    log.count("bridge", 1, 0)
    assert written.wait(30)
    log.close()
    assert rows(store) == [("bridge", 1, 0, 1, 0)]


def test_what_is_too_old_is_forgotten_once_a_day(store, quiet):
    days = [TODAY]
    log = QueryLog(store.queries, days=2, least=1, today=lambda: days[0])
    store.queries.add([AskedQuery("old", TODAY - timedelta(days=n), 1, 0, 1, 0) for n in range(5)])
    log.write()
    assert [one.day for one in store.queries.all()] == [TODAY - timedelta(days=1), TODAY]
    days[0] += timedelta(days=1)
    log.write()
    assert [one.day for one in store.queries.all()] == [TODAY]
    log.close()


def test_many_threads_lose_nothing(store, log):
    def search():
        for number in range(200):
            log.count(f"query {number % 7}", 1, 0)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    log.write()
    for thread in threads:
        thread.join()
    log.close()
    assert sum(searches for _, searches, *_ in rows(store)) == 1_600


def test_a_store_that_does_not_answer_costs_a_warning(store, log, monkeypatch, caplog):
    def fail(*_, **__):
        raise StoreError("locked")

    log.count("bridge", 1, 0)
    with monkeypatch.context() as patch:
        patch.setattr(store.queries, "add", fail)
        patch.setattr(store.queries, "successful", fail)
        log.write()
        log.refresh()
    assert "1 queries were not counted: locked" in caplog.text
    assert "past queries are suggested as before" in caplog.text
    log.count("bridge", 1, 0)
    log.write()
    assert rows(store) == [("bridge", 1, 0, 1, 0)]


def test_only_what_found_something_often_enough_is_suggested(store, log, monkeypatch):
    texts = {"bridge toll": (3, 0), "bridge cracks": (2, 0), "bridge of sighs": (9, 7)}
    store.queries.add(
        [AskedQuery(text, TODAY, n, without, 5, 1) for text, (n, without) in texts.items()]
    )
    begun, asked = [], []
    successful = store.queries.successful
    monkeypatch.setattr(log, "_begin", lambda: begun.append(True))
    monkeypatch.setattr(
        store.queries, "successful", lambda **given: (asked.append(given), successful(**given))[1]
    )
    assert log.past().suggest("bri", 5) == []  # nobody waits for the store
    assert (len(begun), asked) == (1, [])
    log.refresh()
    known = log.past()
    assert [one.text for one in known.suggest("bri", 5)] == ["bridge toll"]
    # Within a minute the store is not asked again, whoever types.
    assert {log.past() for _ in range(100)} == {known}
    assert (len(begun), asked) == (1, [{"least": 3, "most": MOST_SUGGESTED}])
    log.refresh()
    assert log.past() is known  # made anew only where something has changed


def test_the_first_who_types_has_them_read(store, log):
    store.queries.add([AskedQuery("bridge toll", TODAY, 3, 0, 5, 1)])
    read = threading.Event()
    successful = store.queries.successful
    store.queries.successful = lambda **given: (successful(**given), read.set())[0]
    log.past()
    assert read.wait(30)
    log.close()
    assert [one.text for one in log.past().suggest("bri", 5)] == ["bridge toll"]


@pytest.fixture
def app(tmp_path):
    build(tmp_path / "home", random_articles(40))[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    yield app
    app.extensions["backfile"].close()


def counted(app):
    log = app.extensions["backfile"].query_log
    log.write()
    return {one.text: one.searches for one in app.extensions["backfile"].store.queries.all()}


def test_a_readers_search_is_counted_and_nothing_of_the_reader(app, quiet):
    client = app.test_client()
    client.set_cookie("language", "en")
    for _ in range(2):
        assert client.get("/search?q=Bridge+toll", headers=BROWSER).status_code == 200
    client.get("/search?q=nowherefound", headers=BROWSER)
    assert counted(app) == {"bridge toll": 2, "nowherefound": 1}
    found = {one.text: one for one in app.extensions["backfile"].store.queries.all()}
    assert (found["nowherefound"].without_hits, found["nowherefound"].hits) == (1, 0)
    assert found["bridge toll"].hits > 0
    assert set(AskedQuery.__slots__) == {
        "text", "day", "searches", "without_hits", "hits", "milliseconds", "clicks",
    }  # fmt: skip


def clicks(app, *, path="/articles/a00001", **headers):
    """Return the clicks by query after a page was asked for."""
    app.test_client().get(path, headers={**BROWSER, **headers})
    kept = app.extensions["backfile"]
    kept.query_log.write()
    return {one.text: (one.searches, one.clicks) for one in kept.store.queries.all()}


def test_a_hit_that_is_followed_counts_for_its_query(app, quiet):
    app.test_client().get("/search?q=Bridge+toll", headers=BROWSER)
    for came in ("search?q=Bridge+toll", "?q=bridge%20toll&section=Politics"):
        found = clicks(app, Referer=f"http://localhost/{came}")
    assert found == {"bridge toll": (1, 2)}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Referer": "http://localhost/"},
        {"Referer": "http://localhost/advanced?q=bridge"},
        {"Referer": "https://elsewhere.example/search?q=bridge"},
        {"Referer": "http://localhost/search?q=ines%40example.org"},
        {"Referer": "http://localhost/search?q=bridge", "Sec-Purpose": "prefetch"},
        {"Referer": "http://localhost/search?q=bridge", "User-Agent": "curl/8.5.0"},
        {"Referer": "http://[localhost/search?q=bridge"},
        {"Referer": "http://localhost/search?" + "&" * 60 + "q=bridge" + "&a=1" * 60},
        {"Referer": "http://localhost/search?q=bridge&a=" + "x" * 2_000},
    ],
)
def test_what_is_no_readers_click_on_a_hit_is_not_counted(app, quiet, headers):
    assert clicks(app, **headers) == {}
    assert clicks(app, path="/articles/none", Referer="http://localhost/search?q=bridge") == {}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=",
        "/search?q=bridge&page=2",
        "/search?q=bridge&section=Politics",
        "/search?q=bridge&sort=newest",
        "/api/v1/search?q=bridge",
        "/api/v1/suggest?q=bridge",
        "/suggest?q=bridge",
        "/search?q=ines%40example.org",
        "/search?q=bridge&page=0",
    ],
)
def test_what_is_no_first_search_is_not_counted(app, quiet, path):
    app.test_client().get(path, headers=BROWSER)
    assert counted(app) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36",
        "Mozilla/5.0 (compatible; archive.org_bot)",
    ],
)
def test_programs_are_not_counted(app, quiet, agent):
    app.test_client().get("/search?q=bridge", headers={"User-Agent": agent})
    assert counted(app) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0",
        "Mozilla/5.0 (Linux; Android 14; Cubot P80) AppleWebKit/537.36 Chrome/126.0 Mobile",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Edg/126.0",
    ],
)
def test_people_are_counted_but_not_what_their_browsers_fetch_ahead(app, quiet, agent):
    client = app.test_client()
    client.get("/search?q=bridge", headers={"User-Agent": agent})
    client.get("/search?q=toll", headers={"User-Agent": agent, "Sec-Purpose": "prefetch"})
    client.get("/search?q=toll", headers={"User-Agent": agent, "Purpose": "prefetch"})
    assert counted(app) == {"bridge": 1}


def test_the_end_of_the_application_writes_what_waits(tmp_path, quiet):
    store, *_ = build(tmp_path / "home", random_articles(20))
    app = create_app(Settings(home=tmp_path / "home"))
    app.test_client().get(f"/search?q={quote('bridge toll')}", headers=BROWSER)
    assert rows(store) == []
    app.extensions["backfile"].close()
    assert [row[0] for row in rows(store)] == ["bridge toll"]
    store.close()
    assert not [t for t in threading.enumerate() if t.name == "query log"]
