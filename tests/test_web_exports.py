"""Exports: every hit, whole and in order, in constant memory, and only what is public."""

import csv
import json
import tracemalloc
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import FIELDS, Article, Status
from articles.store import Store
from index.builder import rebuild
from recommender.lists import related_lists
from tests.archives import NOW, build, random_articles
from tests.test_web_feeds import parameters
from web.app import create_app
from web.feeds.exports import BATCH, csv_text, json_lines
from web.settings import Settings
from web.spreadsheets import FORMULA

KINDS = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@pytest.fixture
def archive(tmp_path):
    """The store, the generations and the application of an archive of 90 articles."""
    store, generations, _ = build(tmp_path / "home", random_articles(90))
    app = create_app(Settings(home=tmp_path / "home"))
    yield store, generations, app
    app.extensions["backfile"].close()
    store.close()


def read(client, kind, query=""):
    with client.get(f"/search.{kind}?{query}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, KINDS[kind])
        return answer.headers, answer.data.decode()


def ids_of(kind, text):
    if kind == "csv":
        return [row["id"] for row in csv.DictReader(StringIO(text.removeprefix("\ufeff")))]
    return [json.loads(line)["id"] for line in text.splitlines()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["q=bridge", "q=bridge+toll&sort=oldest", ""])
def test_an_export_has_all_hits_in_the_order_of_the_search(archive, kind, query):
    client = archive[2].test_client()
    headers, text = read(client, kind, f"{query}&size=3&page=2")
    answer = client.get(f"/api/v1/search?{query}&size=100").json
    assert ids_of(kind, text) == [hit["id"] for hit in answer["hits"]]
    assert int(headers["X-Total-Count"]) == int(headers["X-Export-Count"]) == answer["total"]
    assert "ETag" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].endswith(f".{kind}")


def test_a_cut_export_says_so(archive, tmp_path):
    app = create_app(Settings(home=tmp_path / "home", export_articles=7))
    headers, text = read(app.test_client(), "jsonl", "q=bridge&sort=newest")
    whole = ids_of("jsonl", read(archive[2].test_client(), "jsonl", "q=bridge&sort=newest")[1])
    assert ids_of("jsonl", text) == whole[:7]
    assert (headers["X-Export-Count"], headers["X-Total-Count"]) == ("7", str(len(whole)))
    app.extensions["backfile"].close()


def test_what_is_withdrawn_while_it_is_read_is_left_out(archive):
    store, _, app = archive
    client = app.test_client()
    whole = ids_of("jsonl", read(client, "jsonl")[1])
    with client.get("/search.jsonl") as answer:
        chunks = iter(answer.response)
        first = next(chunks).decode()
        store.upsert([replace(store.get(whole[-1]), status=Status.WITHDRAWN)], NOW)
        rest = b"".join(chunks).decode()
    assert len(ids_of("jsonl", first)) == BATCH
    assert ids_of("jsonl", first + rest) == whole[:-1]
    assert ids_of("csv", read(client, "csv")[1]) == whole[:-1]


def test_a_download_goes_on_from_its_generation_and_closes_it_at_its_end(archive):
    store, generations, app = archive
    serving = app.extensions["backfile"]
    client = app.test_client()
    whole = read(client, "csv")[1]
    old = serving.current()
    serving.release(old)
    closed, close = [], old.close
    old.close = lambda: (closed.append(True), close())
    with client.get("/search.csv") as answer:
        chunks = iter(answer.response)
        text = next(chunks)
        store.upsert([Article(id="new", title="New bridge", published=NOW)], NOW)
        rebuild(store, generations, now=NOW, steps=[related_lists])
        assert client.get("/healthz").json["generation"] == 2
        assert not closed
        text += b"".join(chunks)
    assert closed
    assert text.decode() == whole
    assert "new" in ids_of("csv", read(client, "csv")[1])


def test_slow_downloads_leave_a_thread_for_everybody_else(archive, tmp_path):
    app = create_app(Settings(home=tmp_path / "home", threads=3))
    client = app.test_client()
    with client.get("/search.csv"), client.get("/search.jsonl"):
        refused = client.get("/search.csv")
        assert (refused.status_code, refused.mimetype) == (429, "text/html")
        assert refused.headers["Retry-After"] == "30"
        assert "try again in a moment" in refused.text
        assert client.get("/search.rss").status_code == 200
    with client.get("/search.csv") as again:
        assert again.status_code == 200
    served = app.extensions["backfile"].current()
    app.extensions["backfile"].release(served)
    assert served.use.requests == 0
    app.extensions["backfile"].close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_download_that_is_given_up_lets_its_generation_go(archive, method):
    serving = archive[2].extensions["backfile"]
    client = archive[2].test_client()
    served = serving.current()
    serving.release(served)
    with client.open("/search.jsonl", method=method) as answer:
        assert answer.status_code == 200
    assert served.use.requests == 0


def test_as_many_articles_as_one_likes_take_no_more_memory():
    article = Article(id="a", title="Bridge", body=("It rained. " * 500,))

    def peak(count):
        tracemalloc.start()
        written = 0
        for write in (csv_text, json_lines):
            for text in write(replace(article, id=str(number)) for number in range(count)):
                written += len(text)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert written > count * 10_000
        return most

    peak(10)
    assert peak(1_000) < 2 * peak(100)


sound = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
cells = sound | st.sampled_from(["=1+1", "@SUM(A1)", '"', "a\r\nb", "\ttab", "-5", ","])
articles = st.builds(
    Article,
    id=cells,
    title=cells,
    summary=cells,
    section=cells,
    source=cells,
    body=st.lists(cells, max_size=3).map(tuple),
    tags=st.lists(cells, max_size=3).map(tuple),
)


@given(st.lists(articles, max_size=40))
def test_a_table_is_read_back_cell_by_cell_and_holds_no_formula(made):
    text = "".join(csv_text(made))
    assert text.startswith("\ufeffid,title,")
    assert text.endswith("\r\n")
    rows = list(csv.reader(StringIO(text[1:], newline=""), strict=True))
    assert rows[0] == list(FIELDS)
    assert len(rows) == len(made) + 1
    for article, row in zip(made, rows[1:], strict=True):
        assert len(row) == len(FIELDS)
        assert not any(cell.startswith(FORMULA) for cell in row)
        cells = dict(zip(FIELDS, row, strict=True))
        assert cells["title"].removeprefix("'") == article.title.removeprefix("'")
        assert cells["tags"].removeprefix("'") == "; ".join(article.tags).removeprefix("'")


@given(st.lists(articles, max_size=40))
def test_lines_are_read_back_as_the_same_articles(made):
    lines = "".join(json_lines(made)).split("\n")
    assert lines.pop() == ""
    assert [Article.from_json(line) for line in lines] == made


def test_what_is_exported_can_be_imported_again(sample_home, run, tmp_path):
    app = create_app(Settings(home=sample_home))
    headers, text = read(app.test_client(), "jsonl")
    app.extensions["backfile"].close()
    file = tmp_path / "all.jsonl"
    file.write_text(text, encoding="utf-8")
    done = run("--home", tmp_path / "again", "import", file)
    assert done.exit_code == 0, done.output
    with (
        Store.open(f"sqlite:///{sample_home / 'archive.sqlite3'}") as before,
        Store.open(f"sqlite:///{tmp_path / 'again' / 'archive.sqlite3'}") as after,
    ):
        again = list(after.articles())
        assert len(again) == int(headers["X-Export-Count"]) > 100
        assert again == [before.get(article.id) for article in again]


@pytest.mark.parametrize(
    ("query", "name"),
    [("q=%22Caf%C3%A9+fire%22", "cafe-fire"), ("q=%D0%BC%D0%BE%D1%81%D1%82", "articles"),
     ("q=a%0D%0AX-Evil:+1%22%3B", "a-x-evil-1"), (f"q={'bridge+' * 40}", "bridge-" * 8 + "brid")],
)  # fmt: skip
def test_a_file_is_named_after_the_query_in_plain_letters(archive, query, name):
    headers, _ = read(archive[2].test_client(), "csv", query)
    assert headers["Content-Disposition"] == f"attachment; filename={name}.csv"
    assert "X-Evil" not in headers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parameters, st.sampled_from(sorted(KINDS)))
def test_no_parameters_break_an_export(archive, asked, kind):
    with archive[2].test_client().get(f"/search.{kind}", query_string=asked) as answer:
        assert answer.status_code in (200, 400)
        if answer.status_code == 400:
            assert answer.mimetype == "text/html"
        else:
            assert len(ids_of(kind, answer.text)) == int(answer.headers["X-Export-Count"])
    served = archive[2].extensions["backfile"].current()
    archive[2].extensions["backfile"].release(served)
    assert served.use.requests == 0


def test_the_command_writes_what_the_address_gives(sample_home, run, tmp_path):
    words = ("--home", sample_home, "search", "bridge", "--section", "Politics", "--export")
    app = create_app(Settings(home=sample_home))
    for kind in KINDS:
        done = run(*words, f"hits.{kind}")
        assert done.exit_code == 0, done.output
        _, text = read(app.test_client(), kind, "q=bridge&section=Politics")
        assert (tmp_path / f"hits.{kind}").read_bytes().decode() == text
        assert f"{len(ids_of(kind, text))} articles written to hits.{kind}" in done.stdout
    app.extensions["backfile"].close()
    refused = run(*words, "hits.xlsx")
    assert (refused.exit_code, "must end in .csv or .jsonl" in refused.stderr) == (2, True)
    assert not (tmp_path / "hits.xlsx").exists()
