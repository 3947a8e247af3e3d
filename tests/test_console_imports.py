"""Imports in the console: who sees them, and what is said of them."""

import csv
from datetime import timedelta

import pytest
from lxml import html

from articles.import_reports import ImportCounts, ImportState
from articles.importers.problem import Problem
from tests.archives import NOW
from tests.consoles import log_in, open_console

HOSTILE = '<script>alert("x")'  # without a slash: the list shows names, and no folders
PATHS = ["/admin/imports", "/admin/imports/report?number=1", "/admin/imports/report.csv?number=1"]


@pytest.fixture
def opened(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        yield app


@pytest.fixture
def reports(opened):
    reports = opened.extensions["backfile"].store.import_reports
    number = reports.begin(["in/wire.jsonl", HOSTILE, "b", "c", "d"], by="ada", now=NOW)
    problems = [
        Problem("in/wire.jsonl", 3, "rejected", "=1+1", "no title, no summary and no body"),
        Problem(HOSTILE, 0, "repaired", "", HOSTILE),
    ]
    counts = ImportCounts(added=1_200, changed=3, rejected=1, repaired=1)
    after = NOW + timedelta(seconds=75)
    reports.note(number, counts, problems, now=after, state=ImportState.DONE)
    return reports


@pytest.fixture
def client(opened):
    client = opened.test_client()
    log_in(client, "vera")
    return client


def rows(page):
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in html.document_fromstring(page.text).iterfind(".//tbody/tr")
    ]


def problems(page):
    """Return what is shown of each problem, piece by piece."""
    return [
        [piece.text_content() for piece in (*entry.findall("p[1]/span"), entry.find("p[2]"))]
        for entry in html.document_fromstring(page.text).iterfind(".//ol[@class='log']/li")
    ]


@pytest.mark.usefixtures("reports")
def test_a_viewer_sees_them_and_a_stranger_does_not(opened, client):
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert opened.test_client().get(path).status_code == 303
        assert "<script>alert" not in answer.text or answer.mimetype == "text/csv"


def test_without_an_import_the_page_says_how_one_is_made(client):
    assert "backfile import FILE" in client.get(PATHS[0]).text
    assert client.get(PATHS[1]).status_code == client.get(PATHS[2]).status_code == 404


@pytest.mark.usefixtures("reports")
def test_each_import_is_one_line_that_leads_to_its_report(client):
    page = client.get("/admin/imports")
    assert rows(page) == [
        [
            f"wire.jsonl, {HOSTILE}, b and 2 more",
            *("2026-01-01 00:00 UTC", "ada", "1,200", "3", "0", "1", "1", "done"),
        ]
    ]
    link = html.document_fromstring(page.text).find(".//tbody//a").get("href")
    report = client.get(link)
    assert "This import came to its end after 1 min 15 s." in report.text
    assert problems(report) == [
        ["rejected", "in/wire.jsonl:3", "=1+1", "no title, no summary and no body"],
        ["repaired", HOSTILE, HOSTILE],
    ]


@pytest.mark.usefixtures("reports")
def test_problems_are_filtered_and_downloaded_so(client):
    assert len(problems(client.get(f"{PATHS[1]}&action=rejected"))) == 1
    page = client.get(f"{PATHS[1]}&words=ALERT")
    assert [one[0] for one in problems(page)] == ["repaired"]
    link = html.document_fromstring(page.text).find(".//p[@class='hint']/a").get("href")
    lines = list(csv.reader(client.get(link).text.removeprefix("\ufeff").splitlines()))
    assert lines == [
        ["file", "line", "action", "id", "reason"],
        [HOSTILE, "0", "repaired", "", HOSTILE],
    ]
    every = client.get(PATHS[2])
    assert every.headers["Content-Disposition"] == "attachment; filename=import-1.csv"
    assert "in/wire.jsonl,3,rejected,'=1+1,\"no title" in every.text
    assert "No record of this import is so" in client.get(f"{PATHS[1]}&words=none").text


def test_how_others_ended_is_said(reports, client):
    beginning = NOW - timedelta(hours=2)
    endings = {
        ImportState.FAILED: ("failed after 9 s", "the disk is full"),
        ImportState.STOPPED: ("was stopped from the keyboard after 9 s", ""),
        ImportState.RUNNING: ("was interrupted: nothing was heard", ""),
    }
    for state, (said, fault) in endings.items():
        number = reports.begin(["a.jsonl"], by="ada", now=beginning)
        heard = beginning + timedelta(seconds=9)
        reports.note(number, ImportCounts(rejected=2), now=heard, state=state, fault=fault)
        page = client.get(f"/admin/imports/report?number={number}")
        assert said in page.text
        assert fault in page.text
    running = reports.begin(["a.jsonl"], by="ada", now=NOW)
    page = client.get(f"/admin/imports/report?number={running}")
    assert "This import has been running for 0 s." in page.text
    assert "No record was rejected or repaired so far" in page.text
    states = [row[-1] for row in rows(client.get("/admin/imports"))]
    assert states == ["running", "interrupted", "stopped", "failed", "done"]


def test_long_lists_have_pages(reports, client):
    for _ in range(30):
        number = reports.begin(["a.jsonl"], by="ada", now=NOW)
    some = [Problem("a.jsonl", n, "rejected", f"a{n}", "broken") for n in range(1, 61)]
    reports.note(number, ImportCounts(rejected=70), some, now=NOW, state=ImportState.DONE)
    for path, first in (("/admin/imports", 25), (f"/admin/imports/report?number={number}", 50)):
        page = client.get(path)
        assert len(rows(page) or problems(page)) == first
        link = html.document_fromstring(page.text).find(".//a[@rel='next']").get("href")
        assert 'rel="prev"' in client.get(link).text
    assert "first 60 problems are kept, 10 more were only counted" in page.text
    assert "ends before this page" in client.get("/admin/imports?page=9").text
    assert "ends before this page" in client.get(f"{path}&page=9").text


def test_what_cannot_be_is_refused(client):
    for asked in ("", "?number=0", "?number=x", "?number=1&action=lost", f"?words={'x' * 101}"):
        assert client.get(f"/admin/imports/report{asked}").status_code == 400
        assert client.get(f"/admin/imports/report.csv{asked}").status_code == 400
