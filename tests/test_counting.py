"""Beacons: what counts, what never does, and that nobody can be told from what is kept."""

import json
import logging
import threading
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.readings import Kind, Span, hour_of
from articles.store import Store, StoreError
from tests.archives import build, random_articles
from web.app import create_app
from web.counting import counter as counting
from web.counting.beacons import MOST_EVENTS
from web.counting.counter import Asking, Counter
from web.counting.rates import MOST_KNOWN, Rates
from web.counting.visitors import Visitors
from web.receipts import Receipt, Receipts, ShownItem
from web.settings import Settings

NOW = datetime(2026, 9, 10, 10, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
BROWSER = {"User-Agent": FIREFOX}
KEY = "a counting key of thirty-two characters"
RECEIPT = Receipt(
    "a00001",
    "standard",
    NOW.date(),
    (
        ("related", (ShownItem("a00002", "similar"), ShownItem("a00003", "similar"))),
        ("popular", (ShownItem("a00004", "trending"), ShownItem("draft", "popular"))),
    ),
)


class Site:
    """An application at a time that a test moves."""

    def __init__(self, home, **options):
        self.now = NOW
        self.app = create_app(Settings(home=home, **options), clock=lambda: self.now)
        self.kept = self.app.extensions["backfile"]
        self.receipt = self.kept.receipts.sign(RECEIPT)

    def post(self, call, said, agent=FIREFOX, address="203.0.113.7", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        data = said if isinstance(said, str | bytes) else json.dumps(said)
        return self.app.test_client().post(
            f"/api/v1/{call}",
            data=data,
            content_type="text/plain;charset=UTF-8",
            headers={"User-Agent": agent, **headers},
            environ_base={"REMOTE_ADDR": address},
        )

    def view(self, article_id="a00001", **options):
        answer = self.post("views", {"id": article_id}, **options)
        assert (answer.status_code, answer.data) == (204, b"")

    def click(self, block="related", position=1, receipt=None, **options):
        said = {"receipt": receipt or self.receipt, "block": block, "position": position}
        answer = self.post("clicks", said, **options)
        assert (answer.status_code, answer.data) == (204, b"")

    def counted(self, kind=Kind.VIEW):
        self.kept.counter.write()
        return dict(self.kept.store.readings.most_read(Span.ALL, most=99, kind=kind))

    def clicks(self):
        return self.counted(Kind.CLICK)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Let the thread write only when it must, so that a test says when."""
    monkeypatch.setattr(counting, "SECONDS", 600)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    home = tmp_path_factory.mktemp("counting") / "home"
    articles = [*random_articles(30), Article(id="draft", title="D", status=Status.DRAFT)]
    articles.append(Article(id="at", title="At", url="https://courier.example/2026/bridge"))
    build(home, articles, now=NOW)[0].close()
    return home


@pytest.fixture
def open_site(built, tmp_path):
    opened = []

    def open_(**options):
        home = tmp_path / "home"
        if not home.exists():
            home.mkdir()
            (home / "generations").symlink_to(built / "generations")
            (home / "archive.sqlite3").write_bytes((built / "archive.sqlite3").read_bytes())
        opened.append(Site(home, **options))
        return opened[-1]

    yield open_
    for site in opened:
        site.kept.close()


@pytest.fixture
def site(open_site):
    return open_site()


def test_a_view_is_counted_by_receipt_by_id_and_by_address(site):
    site.post("views", {"receipt": site.receipt})
    site.view("a00002")
    for url in (
        "https://courier.example/2026/bridge/?utm_source=x",
        "http://localhost/articles/a00003",
    ):
        assert site.post("views", {"url": url}).status_code == 204
    assert site.counted() == {"a00001": 1, "a00002": 1, "a00003": 1, "at": 1}


def test_json_counts_like_text_and_whatever_else_is_said_is_ignored(site):
    client = site.app.test_client()
    assert (
        client.post("/api/v1/views", json={"id": "a00001", "x": [1]}, headers=BROWSER).status_code
        == 204
    )
    assert site.counted() == {"a00001": 1}


def test_the_image_counts_a_view(site):
    client = site.app.test_client()
    for query in ({"receipt": site.receipt}, {"id": "a00002"}, {"receipt": "x" * 30_000}):
        answer = client.get("/api/v1/views.gif", query_string=query, headers=BROWSER)
        assert (answer.status_code, answer.mimetype) == (200, "image/gif")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.data.startswith(b"GIF89a")
    assert site.counted() == {"a00001": 1, "a00002": 1}
    assert client.get("/api/v1/views.gif", headers=BROWSER).status_code == 400
    client.head("/api/v1/views.gif?id=a00003", headers=BROWSER)
    assert site.counted() == {"a00001": 1, "a00002": 1}


def test_image_and_script_on_one_page_count_once(site):
    site.post("views", {"receipt": site.receipt})
    site.app.test_client().get(
        "/api/v1/views.gif", query_string={"receipt": site.receipt}, headers=BROWSER,
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )  # fmt: skip
    assert site.counted() == {"a00001": 1}


def test_one_visitor_counts_once_an_hour_and_visitors_are_told_apart(site):
    for _ in range(3):
        site.view()
    assert site.counted() == {"a00001": 1}
    site.view()
    assert site.counted() == {"a00001": 1}
    site.view(address="203.0.113.8")
    site.view(agent=FIREFOX.replace("128", "129"))
    assert site.counted() == {"a00001": 3}
    site.now += timedelta(hours=1)
    site.view()
    assert site.counted() == {"a00001": 4}


def test_a_click_counts_once_a_day_where_the_receipt_says_so(site):
    for _ in range(2):
        site.click()
        site.click("related", 2)
    site.click(address="203.0.113.8")
    assert site.clicks() == {"a00002": 2, "a00003": 1}
    site.now += timedelta(hours=3)
    site.click()
    assert site.clicks() == {"a00002": 2, "a00003": 1}
    site.now += timedelta(days=1)
    site.click()
    assert site.clicks() == {"a00002": 3, "a00003": 1}
    assert site.counted() == {}


def test_another_spelling_of_a_receipt_is_no_other_click(site):
    """The last letter of base64 may have idle bits, which say nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for name in ("a", "ab", "abc"):  # a length of each kind
        given = Receipt(name, "standard", NOW.date(), RECEIPT.blocks)
        text = site.kept.receipts.sign(given)
        spellings = [
            text[:-1] + letter
            for letter in alphabet
            if urlsafe_b64decode(text[:-1] + letter + "==") == urlsafe_b64decode(text + "==")
        ]
        for spelling in spellings:
            site.click(receipt=spelling, address=f"203.0.113.{len(name)}")
    assert site.clicks() == {"a00002": 3}


@pytest.mark.parametrize(
    ("block", "position"),
    [("related", 3), ("popular", 2), ("nothing", 1), ("", 1), ("related\0", 1)],
)
def test_what_was_not_shown_or_is_not_public_cannot_be_followed(site, block, position):
    site.click(block, position)
    assert site.clicks() == {}


def test_forged_and_old_receipts_count_nothing(site):
    forged = Receipts("another secret of more than thirty-two letters").sign(RECEIPT)
    old = Receipt("a00001", "standard", NOW.date() - timedelta(days=40), RECEIPT.blocks)
    changed = site.receipt[:40] + ("A" if site.receipt[40] != "A" else "B") + site.receipt[41:]
    for text in (forged, changed, site.kept.receipts.sign(old), "x", "é", "=" * 9, "A" * 16_000):
        assert site.post("views", {"receipt": text, "id": "a00001"}).status_code == 204
        site.click(receipt=text)
    assert site.counted() == site.clicks() == {}


@pytest.mark.parametrize("said", ["nobody's", "draft", "a\0", "\ud800", "x" * 1_999, "<script>"])
def test_ids_and_addresses_of_others_leave_nothing(site, said):
    for name in ("id", "url"):
        assert site.post("views", {name: said}).status_code in (204, 400)
    assert site.post("views", {"url": f"https://elsewhere.example/{said}"}).status_code in (
        204,
        400,
    )
    assert site.counted() == {}


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", "{}", "1", '"x"', "{", '{"id": 5}', '{"id": ""}', '{"receipt": null}',
        b"\xff\xfe", '{"id": "' + "x" * 5_000 + '"}', "[" * 4_000, '{"id": {"$ne": 1}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["views", "clicks"])
def test_what_is_not_well_formed_is_refused_with_a_reason(site, call, body):
    answer = site.post(call, body)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json["errors"][0]["detail"]
    assert site.counted() == site.clicks() == {}


@pytest.mark.parametrize("position", [0, -1, 1_001, "1x", None, 1.5, 10**40])
def test_a_position_is_a_number_from_1(site, position):
    said = {"receipt": site.receipt, "block": "related", "position": position}
    assert site.post("clicks", said).status_code == 400


@pytest.mark.parametrize("call", ["views", "clicks", "events"])
def test_bodies_of_megabytes_are_refused(site, call):
    answer = site.post(call, b'{"id": "' + b"x" * 10_000_000)
    assert answer.status_code in (401, 413)
    assert site.post(call, b"x" * 300_000, Authorization=f"Bearer {KEY}").status_code in (401, 413)


@pytest.mark.parametrize(
    "agent",
    [
        "", "curl/8.5.0", "python-requests/2.32", "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "Mozilla/5.0 (compatible; bingbot/2.0)", "Mozilla/5.0 (compatible; GoogleOther)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0)",
        "Mozilla/5.0 (compatible; Pingdom.com_bot_version_1.4)", "WhatsApp/2.23", "Scrapy/2.11",
        "Mozilla/5.0 " + "x" * 300 + " bot",
    ],
)  # fmt: skip
def test_programs_count_nothing(site, agent):
    site.view(agent=agent)
    site.click(agent=agent)
    assert site.counted() == site.clicks() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "preview"},
        {"X_Purpose": "preview"}, {"X_Moz": "prefetch"},
    ],
)  # fmt: skip
def test_what_is_fetched_before_anybody_reads_counts_nothing(site, headers):
    site.view(**headers)
    assert site.counted() == {}


@pytest.mark.parametrize(
    "agent",
    [
        FIREFOX,
        "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16",
        "Mozilla/5.0 (Linux; Android 14; Cubot P80) AppleWebKit/537.36 Chrome/126.0 Mobile",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/470.0]",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 YaBrowser/24.6 Safari/537",
    ],
)
def test_people_count(site, agent):
    site.view(agent=agent)
    assert site.counted() == {"a00001": 1}


def test_agents_and_addresses_may_be_anything(site):
    for agent in (
        "Mozilla/5.0 \udcff\x01",
        "Mozilla/5.0 " + "é" * 900,
        "Mozilla/5.0 '; DROP TABLE",
    ):
        site.view(agent=agent.encode("utf-8", "replace").decode("latin-1"))
    for address in ("", "unix:", "fe80::1%eth0", "::1"):
        site.view(address=address)
    assert sum(site.counted().values()) == 3 + 3  # nothing tells "" and "unix:" apart


def test_the_address_is_that_which_the_last_trusted_proxy_saw(open_site):
    site = open_site(trusted_proxies=1)
    for spoofed in ("198.51.100.1", "198.51.100.2, 198.51.100.3", "x\t, y", "," * 3_000):
        site.view(address="10.0.0.1", X_Forwarded_For=f"{spoofed}, 203.0.113.7")
    assert site.counted() == {"a00001": 1}
    site.view(address="10.0.0.1", X_Forwarded_For="203.0.113.8")
    site.view(address="10.0.0.1", X_Forwarded_For="[2001:db8::1]:443")
    site.view(address="10.0.0.1", X_Forwarded_For="2001:db8::2")  # the same network
    site.view(address="10.0.0.1", X_Forwarded_For="unknown")
    site.view(address="10.0.0.1")
    assert site.counted() == {"a00001": 4}


def test_without_trusted_proxies_nobody_is_believed(site):
    for number in range(5):
        site.view(X_Forwarded_For=f"198.51.100.{number}", Forwarded=f"for=198.51.100.{number}")
    assert site.counted() == {"a00001": 1}


def test_two_proxies_are_two_entries(open_site):
    site = open_site(trusted_proxies=2)
    site.view(address="10.0.0.1", X_Forwarded_For="198.51.100.1, 203.0.113.7, 10.0.0.2")
    site.view(address="10.0.0.1", X_Forwarded_For="198.51.100.9, 203.0.113.7, 10.0.0.2")
    site.view(address="10.0.0.1", X_Forwarded_For="203.0.113.7")  # came past one of them
    assert site.counted() == {"a00001": 1}


def test_who_asks_too_often_counts_nothing_and_what_counted_is_taken_back(open_site):
    site = open_site(counting_views_a_minute=5)
    site.view("a00009", address="203.0.113.9")
    for number in range(5):
        site.view(f"a0000{number}")
    assert len(site.counted()) == 6
    site.view("a00005")
    assert site.counted() == {"a00009": 1}
    site.now += timedelta(minutes=5)
    site.view("a00006")
    site.click()
    assert (site.counted(), site.clicks()) == ({"a00009": 1}, {})


def test_who_opens_too_much_in_an_hour_counts_nothing(open_site):
    site = open_site(counting_views_an_hour=4)
    for number in range(4):
        site.view(f"a0000{number}")
    assert len(site.counted()) == 4
    site.now += timedelta(minutes=2)
    site.view("a00005")
    assert site.counted() == {}


def test_one_address_with_many_agents_does_not_count_without_end(open_site):
    site = open_site(counting_views_a_minute=2)
    for number in range(2 * counting.A_NETWORK + 30):
        site.view(agent=f"{FIREFOX} x{number}")
    assert site.counted() == {"a00001": 2 * counting.A_NETWORK}


@pytest.mark.parametrize("headers", [{"DNT": "1"}, {"Sec_GPC": "1"}])
def test_who_does_not_want_to_be_followed_counts_but_says_nothing_of_what_is_read_together(
    site, headers
):
    for number, more in enumerate([headers] * 3 + [{}] * 3):
        for article_id in ("a00001", "a00002"):
            site.view(article_id, address=f"203.0.113.{number}", **more)
    assert site.counted() == {"a00001": 6, "a00002": 6}
    site.now += timedelta(hours=2)
    site.kept.counter.write()
    pairs = site.kept.store.readings.read_together(NOW.date(), least=1, most=9)
    assert pairs == [("a00001", "a00002", 3)]
    site.kept.popularity.refresh()
    answer = site.app.test_client().get("/api/v1/articles/a00001/also-read").json
    assert [(item["position"], item["id"]) for item in answer["items"]] == [(1, "a00002")]


def test_impressions_are_told_what_counted_and_nothing_else(open_site, monkeypatch):
    site, told = open_site(), []
    log = site.kept.impressions
    monkeypatch.setattr(log, "viewed", lambda receipt: told.append(("viewed", receipt)))
    monkeypatch.setattr(log, "clicked", lambda *clicked: told.append(("clicked", *clicked)))
    for _ in range(2):
        site.post("views", {"receipt": site.receipt})
        site.click("related", 2)
    site.view("a00004")
    site.post("views", {"receipt": site.receipt}, agent="curl/8")
    site.click("related", 3)
    site.kept.counter.write()
    site.click("related", 2)
    site.kept.counter.write()
    assert told == [("viewed", RECEIPT), ("clicked", RECEIPT, "related", 2)]


def test_a_page_of_no_article_shows_blocks_once_an_hour(open_site, monkeypatch):
    site, told = open_site(), []
    monkeypatch.setattr(site.kept.impressions, "viewed", told.append)
    front = Receipt("", "standard", NOW.date(), RECEIPT.blocks)
    for _ in range(2):
        site.post("views", {"receipt": site.kept.receipts.sign(front)})
        site.kept.counter.write()
    assert told == [front]
    assert site.counted() == {}


def test_nothing_is_counted_where_that_is_the_setting(open_site):
    site = open_site(counting=False, counting_key=KEY)
    site.view()
    site.click()
    events = {"events": [{"id": "a00001"}]}
    assert site.post("events", events, Authorization=f"Bearer {KEY}").status_code == 204
    assert site.counted() == {}
    assert site.kept.counter._batches._thread is None


@pytest.fixture
def server(open_site):
    return open_site(counting_key=KEY)


def send(site, *events, key=KEY):
    return site.post(
        "events", {"events": list(events)}, agent="backend/1", Authorization=f"Bearer {key}"
    )


def test_a_server_counts_for_its_readers(server):
    reader = {"address": "203.0.113.7", "agent": FIREFOX}
    events = [
        {"id": "a00001"},
        {"id": "a00001"},
        {"id": "a00002", **reader},
        {"id": "a00002", **reader},
        {"url": "https://courier.example/2026/bridge", **reader},
        {"receipt": server.receipt, **reader, "private": True},
        {"kind": "click", "receipt": server.receipt, "block": "related", "position": 1, **reader},
        {"id": "a00003", "agent": "Googlebot"},
        {"id": "a00003", "address": "203.0.113.7"},
        {"id": "nobody's"},
    ]
    assert send(server, *events).status_code == 204
    assert server.counted() == {"a00001": 3, "a00002": 1, "at": 1}
    assert server.clicks() == {"a00002": 1}


def test_events_count_in_their_own_hour(server):
    ago = timedelta(days=3)
    send(server, {"id": "a00001", "at": (NOW - ago).isoformat()}, {"id": "a00001"})
    server.kept.counter.write()
    read = server.kept.store.readings.most_read
    past = hour_of(NOW - ago)
    assert read(Span.HOUR, past, past, most=9) == [("a00001", 1)]
    assert read(Span.HOUR, hour_of(NOW), hour_of(NOW), most=9) == [("a00001", 1)]


@pytest.mark.parametrize(
    "event",
    [
        {"id": "a00001", "at": (NOW - timedelta(days=32)).isoformat()},
        {"id": "a00001", "at": (NOW + timedelta(hours=1)).isoformat()},
        {"id": "a00001", "at": "2026-09-10T10:00:00"},
        {"kind": "click", "receipt": "x", "block": "related", "position": 1},
        {"kind": "other", "id": "a00001"},
        {},
    ],
)
def test_events_that_cannot_be_are_refused_and_none_of_them_counts(server, event):
    answer = send(server, {"id": "a00001"}, event)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"].startswith("events.1")
    assert server.counted() == {}


def test_too_many_events_are_refused(server):
    assert send(server, *[{"id": "a"}] * (MOST_EVENTS + 1)).status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer é"])
def test_only_who_has_the_key_may_send_events(server, header):
    said = {"events": [{"id": "a00001"}]}
    answer = server.post("events", said, Authorization=header.encode().decode("latin-1"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "counting_key" in answer.json["detail"]
    assert server.counted() == {}


def test_without_a_key_nobody_may(site):
    assert send(site, {"id": "a00001"}, key="").status_code == 401


def test_pages_of_allowed_origins_may_ask(open_site):
    site = open_site(site_origins="https://courier.example")
    for origin, allowed in (("https://courier.example", True), ("https://evil.example", False)):
        answer = site.post("views", {"id": "a00001"}, Origin=origin)
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
        assert "Origin" in answer.headers["Vary"]


def test_nobody_can_be_told_from_what_is_kept(site, tmp_path):
    secrets = ["203.0.113.77", "198.51.100.3", FIREFOX, "Gecko/20100101"]
    for number in range(40):
        site.view(f"a000{number % 30:02}", address="203.0.113.77", X_Forwarded_For="198.51.100.3")
        site.click(address="203.0.113.77")
    site.kept.counter.write()
    kept = b"".join(
        path.read_bytes() for path in Path(tmp_path / "home").iterdir() if path.is_file()
    )
    assert b"visitor_marks" in kept
    for secret in secrets:
        assert secret.encode() not in kept


def test_visitors_of_another_day_are_others(site):
    visitors = Visitors(site.kept.store.readings.salt)
    other = Visitors(site.kept.store.readings.salt)
    one = visitors.visitor("203.0.113.7", FIREFOX, NOW)
    assert one == other.visitor("203.0.113.7", FIREFOX, NOW)
    assert one != visitors.visitor("203.0.113.7", FIREFOX, NOW + timedelta(days=1))
    assert one != visitors.visitor("203.0.113.8", FIREFOX, NOW)
    assert one != visitors.network("203.0.113.7", NOW)
    visitors.prepare(NOW + timedelta(days=1))
    assert sorted(visitors._salts) == [NOW.date() + timedelta(days=n) for n in (1, 2)]


def test_while_the_store_does_not_answer_visitors_are_told_apart_by_this_process(site, caplog):
    def fail(day):
        raise StoreError("locked")

    visitors = Visitors(fail)
    one = visitors.visitor("203.0.113.7", FIREFOX, NOW)
    assert one == visitors.visitor("203.0.113.7", FIREFOX, NOW)
    assert "visitors are not told apart across processes: locked" in caplog.text
    visitors._salt = site.kept.store.readings.salt
    visitors.prepare(NOW)
    shared = Visitors(site.kept.store.readings.salt)
    again = visitors.visitor("203.0.113.7", FIREFOX, NOW)
    assert again == shared.visitor("203.0.113.7", FIREFOX, NOW) != one


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/only/archive.sqlite3") as store:
        store.upsert([Article(id=f"n{number}", title="T") for number in range(50)], NOW)
        yield store


def counter_of(store, now=lambda: NOW, **options):
    return Counter(store.readings, Settings(), now=now, **options)


def asking(number=0):
    return Asking(f"203.0.113.{number % 250}", f"{FIREFOX} {number}")


def total(store):
    return sum(views for _, views in store.readings.most_read(Span.ALL, most=99))


def test_what_the_store_does_not_take_is_kept_and_tried_again(store, monkeypatch, caplog):
    counter = counter_of(store)
    counter.view(asking(1), "n1", None)
    counter.tally("n2")

    def fail(*_, **__):
        raise StoreError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(store.readings, "count", fail)
        counter.write()
        assert "1 views and clicks wait: locked" in caplog.text
        counter.view(asking(1), "n1", None)
        counter.view(asking(2), "n1", None)
        counter.tally("n2")
        counter.write()
    counter.write()
    counter.write()
    assert store.readings.most_read(Span.ALL, most=9) == [("n1", 2), ("n2", 2)]
    counter.close()


def test_a_batch_that_was_stored_though_that_could_not_be_said_counts_once(store, monkeypatch):
    counter = counter_of(store)
    counter.view(asking(1), "n1", None)
    count = store.readings.count

    def lose_the_answer(*given, **options):
        count(*given, **options)
        raise StoreError("connection lost")

    with monkeypatch.context() as patch:
        patch.setattr(store.readings, "count", lose_the_answer)
        counter.write()
    counter.write()
    assert total(store) == 1
    counter.close()


def test_memory_is_bounded_and_what_finds_no_place_is_said(store, monkeypatch, caplog):
    monkeypatch.setattr(counting, "MOST_WAITING", 10)
    counter = counter_of(store)
    monkeypatch.setattr(counter._batches, "begin", lambda: None)
    for number in range(15):
        counter.view(asking(number), "n1", None)
    counter.view(asking(0), "n1", None)
    counter.write()
    assert total(store) == 10
    assert "5 views or clicks found no place and were not counted" in caplog.text


def test_a_full_memory_is_written_at_once(store, monkeypatch):
    monkeypatch.setattr(counting, "MOST_WAITING", 20)
    written = threading.Event()
    count = store.readings.count
    monkeypatch.setattr(store.readings, "count", lambda *a, **k: (count(*a, **k), written.set())[0])
    counter = counter_of(store)
    for number in range(10):
        counter.view(asking(number), "n1", None)
    assert written.wait(30)
    counter.close()
    assert total(store) == 10


def test_what_waits_is_written_when_it_ends(store):
    counter = counter_of(store)
    counter.view(asking(), "n1", None)
    counter.close()
    assert total(store) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "counting"]


def test_what_is_lost_at_the_end_is_said(store, monkeypatch, caplog):
    def fail(*_, **__):
        raise StoreError("locked")

    counter = counter_of(store)
    counter.view(asking(), "n1", None)
    monkeypatch.setattr(store.readings, "count", fail)
    with caplog.at_level(logging.ERROR):
        counter.close()
    assert "1 views and clicks could not be stored and are lost" in caplog.text


def test_an_error_that_nobody_foresaw_does_not_end_counting(store, caplog):
    def fail(*_):
        raise ZeroDivisionError

    counter = counter_of(store, impressions=SimpleNamespace(viewed=fail, clicked=fail))
    for number in range(2):
        counter.view(asking(number), "n1", RECEIPT)
        counter.write()
    assert "a batch of views and clicks failed" in caplog.text
    counter.close()
    assert total(store) == 2


def test_many_threads_and_counters_lose_nothing_and_count_nothing_twice(store):
    counters = [counter_of(store) for _ in range(2)]

    def read(counter, shift):
        for number in range(200):
            counter.view(asking(number), f"n{(number + shift) % 50}", None)
            if number % 40 == 39:
                counter.write()

    threads = [
        threading.Thread(target=read, args=(counter, shift))
        for counter in counters
        for shift in (0, 1, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for counter in counters:
        counter.close()
    assert total(store) == 400


def test_what_is_too_old_is_forgotten_with_the_first_batch_of_a_day(store, monkeypatch):
    times = [NOW]
    counter = counter_of(store, now=lambda: times[0])
    counter.view(asking(), "n1", None)
    counter.view(asking(), "n2", None)
    counter.write()
    old = store.readings.salt(NOW.date())
    times[0] += timedelta(days=1)
    counter.write()
    assert store.readings.salt(NOW.date()) != old
    pairs = store.readings.read_together(NOW.date(), least=1, most=9)
    assert pairs == [("n1", "n2", 1)]
    forgotten = []
    monkeypatch.setattr(store.readings, "forget", lambda *given: forgotten.append(given))
    times[0] += timedelta(hours=1)
    counter.write()
    assert forgotten == []
    counter.close()


def test_rates_know_so_many_and_no_more(monkeypatch):
    rates = Rates()
    assert [rates.count(bytes([n]), 1) for n in (1, 2, 1)] == [1, 1, 2]
    monkeypatch.setattr("web.counting.rates.MOST_KNOWN", 2)
    assert [rates.count(b"new", 1), rates.count(b"\1", 1)] == [0, 3]
    assert rates.count(b"new", 2) == 1
    assert MOST_KNOWN > 2


BODIES = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["receipt", "id", "url", "block", "position", "events", "at"]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=8,
    ).map(json.dumps),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["views", "clicks", "events"]), BODIES, st.text(max_size=30))
def test_whatever_is_posted_has_an_answer(server, call, body, forwarded):
    header = forwarded.encode().decode("latin-1").replace("\n", "").replace("\r", "")
    answer = server.post(call, body, Authorization=f"Bearer {KEY}", X_Forwarded_For=header)
    assert answer.status_code in (204, 400)
