"""The search report in the console and on the command line: who sees it, what it says."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from articles.asked_queries import AskedQuery
from articles.store import Store
from tests.archives import NOW
from tests.consoles import log_in, open_console

TODAY = NOW.date()
HOSTILE = '<script>alert("x")</script>'


def asked(text, ago=0, searches=1, without_hits=0, hits=5, milliseconds=10, clicks=0, today=TODAY):
    day = today - timedelta(days=ago)
    return AskedQuery(text, day, searches, without_hits, hits, milliseconds, clicks)


QUERIES = [
    asked("bridge toll", searches=1_200, milliseconds=2_400, clicks=1_195),
    asked("bridge toll", 30, searches=1_000),
    asked("ferry", 3, searches=40, without_hits=30, hits=0, milliseconds=4_000),
    asked(HOSTILE, 4, searches=2),
    asked("=1+1", 5),
]


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        app.extensions["backfile"].store.queries.add(QUERIES)
        yield app


@pytest.fixture
def client(opened):
    client = opened.test_client()
    log_in(client, "vera")
    return client


def rows(page):
    return [
        [cell.text_content().strip() for cell in row if not cell.get("class")]
        for row in html.document_fromstring(page.text).iterfind(".//tbody/tr")
    ]


@pytest.mark.parametrize("path", ["/admin/searches", "/admin/searches.csv"])
def test_a_viewer_sees_it_and_a_stranger_does_not(opened, client, path):
    assert client.get(path).status_code == 200
    assert client.get(path).headers["Cache-Control"] == "no-store"
    assert opened.test_client().get(path).status_code == 303


def test_queries_are_listed_with_links_that_run_them(client):
    page = client.get("/admin/searches")
    assert rows(page) == [
        ["bridge toll", "1,200", "0.0%", "5", "1,195", "2 ms", "+200"],
        ["ferry", "40", "75.0%", "0", "0", "100 ms", "+40"],
        [HOSTILE, "2", "0.0%", "5", "0", "5 ms", "+2"],
        ["=1+1", "1", "0.0%", "5", "0", "10 ms", "+1"],
    ]
    assert "4 queries were asked 1,243 times, 1,000 times in the 28 days before" in page.text
    assert "<script>alert" not in page.text
    for link in html.document_fromstring(page.text).findall(".//tbody//a"):
        assert client.get(link.get("href")).status_code == 200
    assert next(row[0] for row in rows(client.get("/admin/searches?list=slow"))) == "ferry"
    assert len(rows(client.get("/admin/searches?list=without-hits"))) == 1
    assert next(row[0] for row in rows(client.get("/admin/searches?list=rising"))) == "bridge toll"
    unfollowed = client.get("/admin/searches?list=without-clicks")
    assert [row[0] for row in rows(unfollowed)] == ["ferry", "bridge toll", HOSTILE, "=1+1"]


def test_days_without_searches_and_pages_behind_the_last_say_so(client):
    old = client.get("/admin/searches?from=2020-01-01&to=2020-01-31")
    assert "Nothing was searched" in old.text
    assert "ends before this page" in client.get("/admin/searches?page=3").text


@pytest.mark.parametrize(
    "asked", ["from=2026-01-02&to=2026-01-01", "list=all", "page=0", "page=201", "from=x"]
)
def test_what_cannot_be_is_refused(client, asked):
    for path in ("/admin/searches", "/admin/searches.csv"):
        assert client.get(f"{path}?{asked}").status_code == 400


def test_long_lists_have_pages(opened, client):
    opened.extensions["backfile"].store.queries.add([asked(f"q{n:02}") for n in range(60)])
    first = client.get("/admin/searches?list=top")
    link = html.document_fromstring(first.text).find(".//a[@rel='next']").get("href")
    second = client.get(link)
    assert len(rows(first)) == 50
    assert len(rows(second)) == 14
    assert 'rel="prev"' in second.text


def test_a_list_is_downloaded_and_is_no_formula(client):
    answer = client.get("/admin/searches.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=searches-top.csv"
    lines = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert lines[1] == ["bridge toll", "1200", "0", "5", "2.0", "1000", "1195"]
    assert lines[-1][0] == "'=1+1"


def test_what_is_not_counted_is_said(tmp_path):
    with open_console(tmp_path / "home", query_log_days=0) as (app, _):
        client = app.test_client()
        log_in(client, "vera")
        assert "query_log_days" in client.get("/admin/searches").text


def test_the_command_line_reports_for_people_and_programs(run, home):
    today = datetime.now(UTC).date()
    assert "Nothing was searched for" in run("--home", home, "searches").output
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.queries.add(
            [
                asked("bridge", searches=9, milliseconds=90, today=today),
                asked("ferry", 2, searches=2, without_hits=2, hits=0, today=today),
            ]
        )
    words = " ".join(run("--home", home, "searches").output.split())
    assert "Searches 11, before 0" in words
    assert "bridge 9 0 0.0% 5 0 10" in words
    found = run("--home", home, "searches", "--list", "without-hits", "--json", "--days", "7")
    answer = json.loads(found.output)
    assert answer["totals"]["searches"] == 11
    assert [one["text"] for one in answer["queries"]] == ["ferry"]
    assert run("--home", home, "searches", "--days", "0").exit_code == 2
