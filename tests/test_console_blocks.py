"""The block report in the console: who sees it, what it says, and what it refuses."""

import csv
from datetime import timedelta

import pytest
from lxml import html

from articles.article import Article
from articles.impressions import ArticlePlace, ItemPlace, Tally
from tests.archives import NOW
from tests.consoles import log_in, open_console
from web.console.blocks_parameters import MOST_DAYS
from web.receipts import Receipt, ShownItem

TODAY = NOW.date()
BEGINS = TODAY - timedelta(days=10)
RECIPES = {
    "recipes": {"recent": {"half_life": 30}},
    "experiment": ("standard", "recent"),
    "experiment_begins": BEGINS,
}
ITEMS = {
    ItemPlace(TODAY, "related", 1, "pinned", "standard"): Tally(400, 40),
    ItemPlace(TODAY, "related", 1, "similar", "recent"): Tally(600, 10),
    ItemPlace(TODAY, "related", 2, "similar", "recent"): Tally(500, 5),
    ItemPlace(TODAY - timedelta(days=1), "popular", 1, "trending", "standard"): Tally(100, 7),
    ItemPlace(TODAY - timedelta(days=30), "related", 1, "similar", "standard"): Tally(9000, 900),
}


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home", **RECIPES) as (app, clock):
        app.extensions["backfile"].store.impressions.add(ITEMS)
        yield app, clock


@pytest.fixture
def client(opened):
    client = opened[0].test_client()
    log_in(client, "vera")
    return client


def tables(page):
    """Return the rows of each table by its heading."""
    found = {}
    for section in html.document_fromstring(page.text).iterfind(".//section[@class='counts']"):
        heading = section.find("h2").text_content().strip()
        rows = [
            [cell.text_content().strip() for cell in row if cell.get("class") != "bars"]
            for row in section.iterfind(".//tbody/tr")
        ]
        found[heading] = rows
    return found


@pytest.mark.parametrize(
    "path", ["/admin/blocks", "/admin/blocks.csv", "/admin/blocks/thin", "/admin/blocks/thin.csv"]
)
def test_a_viewer_sees_it_and_a_stranger_does_not(opened, client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    stranger = opened[0].test_client().get(path)
    assert stranger.status_code == 303
    assert "/admin/login" in stranger.location


def test_what_is_followed_is_counted_by_block_position_reason_and_recipe(client):
    page = client.get("/admin/blocks")
    assert "shown 1,100 times and followed 62 times: 5.6%" in page.text
    assert tables(page) == {
        "By block": [["Popular", "100", "7", "7.0%"], ["Related", "1,000", "55", "5.5%"]],
        "By position": [
            ["Popular", "1", "100", "7", "7.0%"],
            ["Related", "1", "1,000", "50", "5.0%"],
            ["Related", "2", "500", "5", "1.0%"],
        ],
        "By reason": [
            ["Popular", "trending", "100", "7", "7.0%", "1.00"],
            ["Related", "pinned by an editor", "400", "40", "10.0%", "2.00"],
            ["Related", "similar", "1,100", "15", "1.4%", "0.43"],
        ],
        "Related by recipe": [["recent", "600", "15", "2.5%"], ["standard", "400", "40", "10.0%"]],
        "Which recipe is better? 22 December 2025 – 18 January 2026": [
            ["standard", "0", "0", "–", "0"],
            ["recent", "0", "0", "–", "0"],
        ],
    }
    bars = html.document_fromstring(page.text).findall(".//figure//svg/a")
    assert [bar.get("aria-label") for bar in bars] == [
        "31 December 2025: 7.0% of 100",
        "1 January 2026: 5.5% of 1,000",
    ]
    assert client.get(bars[0].get("href")).text.count("<tr>") >= 2


def test_days_are_chosen(client):
    month = TODAY - timedelta(days=40)
    page = client.get("/admin/blocks", query_string={"from": month.isoformat()})
    assert tables(page)["By block"][1] == ["Related", "10,000", "955", "9.6%"]
    old = client.get("/admin/blocks?from=2020-01-01&to=2020-01-31")
    assert "Nothing was counted in these days" in old.text
    assert client.get(f"/admin/blocks?to={TODAY}&from={TODAY}").status_code == 200
    assert client.get("/admin/blocks?from=9999-12-31").status_code == 200
    assert client.get("/admin/blocks?to=0001-01-01").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=yesterday", "year-month-day"),
        ("from=2026-01-02&to=2026-01-01", "lies after"),
        ("from=0001-01-01&to=9999-12-31", f"at most {MOST_DAYS} days"),
    ],
)
def test_days_that_cannot_be_are_refused(client, asked, said):
    for path in ("/admin/blocks", "/admin/blocks.csv"):
        answer = client.get(f"{path}?{asked}")
        assert answer.status_code == 400
        assert said in html.document_fromstring(answer.text).text_content()


@pytest.mark.parametrize("asked", ["page=0", "page=x", "similar=-1", "similar=31", "page=1000001"])
def test_pages_that_cannot_be_are_refused(client, asked):
    assert client.get(f"/admin/blocks/thin?{asked}").status_code == 400


def test_every_count_is_in_the_file(client):
    answer = client.get("/admin/blocks.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=blocks.csv"
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert rows == [
        ["day", "block", "position", "reason", "recipe", "shown", "clicks"],
        ["2025-12-31", "popular", "1", "trending", "standard", "100", "7"],
        ["2026-01-01", "related", "1", "pinned", "standard", "400", "40"],
        ["2026-01-01", "related", "1", "similar", "recent", "600", "10"],
        ["2026-01-01", "related", "2", "similar", "recent", "500", "5"],
    ]


def test_a_verdict_is_given_when_the_days_are_over(opened, client):
    app, clock = opened
    counted = {}
    for number in range(40):
        for recipe, clicks in (("standard", 2 + number % 2), ("recent", 6 + number % 3)):
            place = ArticlePlace(BEGINS, f"a{number}", "related", recipe)
            counted[place] = Tally(100, clicks)
    app.extensions["backfile"].store.impressions.add({}, counted)
    early = client.get("/admin/blocks")
    assert "No verdict yet: the comparison ends in 18 days" in early.text
    clock.now = NOW + timedelta(days=18)
    log_in(client, "vera")
    page = client.get("/admin/blocks")
    text = " ".join(html.document_fromstring(page.text).text_content().split())
    assert "recent is followed more often than standard, from +4.16 to +4.79 points." in text
    assert "Related beside 40 articles" in text


def test_receipts_end_up_in_the_report(opened, client):
    app, _ = opened
    kept = app.extensions["backfile"]
    shown = (("related", (ShownItem("grain-1", "similar"),)),)
    receipt = Receipt("grain-2", "recent", TODAY, shown)
    kept.impressions.viewed(receipt)
    kept.impressions.clicked(receipt, "related", 1)
    kept.impressions.write()
    counted = kept.store.impressions.items(TODAY, TODAY)
    # Beside what stood there already.
    assert counted[ItemPlace(TODAY, "related", 1, "similar", "recent")] == Tally(601, 11)


def test_thin_articles_are_listed_with_what_fills_their_blocks(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        kept = app.extensions["backfile"]
        client = app.test_client()
        log_in(client, "vera")
        page = client.get("/admin/blocks/thin?similar=30&section=Politics")
        text = " ".join(html.document_fromstring(page.text).text_content().split())
        assert "12 articles with at most 30 similar in Politics" in text
        assert "Bridge treaty, part 1" in text
        links = html.document_fromstring(page.text).findall(".//tbody//th/a")
        assert client.get(links[0].get("href")).status_code == 200
        everything = client.get("/admin/blocks/thin.csv?similar=30")
        assert len(everything.text.splitlines()) == 33
        assert "end before this page" in client.get("/admin/blocks/thin?similar=30&page=9").text
        assert kept.store.impressions.days() is None
        empty = client.get("/admin/blocks/thin?section=%F0%9F%99%82%22%3E%3Cscript%3E")
        assert empty.status_code == 200
        assert "<script>" not in empty.text


def test_hostile_titles_and_sections_are_escaped(tmp_path):
    from articles.store import Store
    from index.builder import rebuild
    from index.publish import Generations
    from recommender.lists import related_lists

    hostile = '<script>alert("x")</script>'
    with open_console(tmp_path / "home") as (app, _):
        settings = app.extensions["backfile"].settings
        with Store.open(settings.store_url) as store:
            store.upsert([Article(id="x<y", title=hostile, section=hostile)], NOW)
            generations = Generations(settings.generations_folder)
            rebuild(store, generations, now=NOW, steps=[related_lists])
        client = app.test_client()
        log_in(client, "vera")
        page = client.get("/admin/blocks/thin")
        assert "&lt;script&gt;alert" in page.text
        assert "<script>alert" not in page.text
        assert hostile.replace('"', '""') in client.get("/admin/blocks/thin.csv").text


def test_with_nothing_counted_it_says_so(tmp_path):
    with open_console(tmp_path / "home", report_days=0) as (app, _):
        client = app.test_client()
        log_in(client, "vera")
        assert "report_days" in client.get("/admin/blocks").text
