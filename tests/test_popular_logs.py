"""Access logs: what their lines say, and that each of them counts once."""

import gzip
import json
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.readings import Span, first_hour
from articles.store import Store
from web.counting.access_log import LogLineError, read_line
from web.counting.log_import import LogFileError, Pages, import_log

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
DAY = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
ARTICLES = [
    Article(id="bridge", title="Bridge", url="https://courier.example/2026/bridge"),
    Article(id="ferry", title="Ferry", url="https://courier.example/story.php?id=7"),
    Article(id="é", title="Café", url="https://courier.example/caf%C3%A9/"),
    Article(id="draft", title="D", url="https://courier.example/draft", status=Status.DRAFT),
    Article(id="nowhere", title="N"),
]


@pytest.fixture
def home(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
        store.upsert(ARTICLES, DAY)
    return tmp_path


@pytest.fixture
def store(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        yield store


def line(path="/2026/bridge", host="203.0.113.7", at=DAY, status=200, agent=FIREFOX, method="GET"):
    time = at.strftime("%d/%b/%Y:%H:%M:%S %z")
    return f'{host} - - [{time}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"'


def load(store, path, *lines, rates=(30, 200)):
    data = b"\n".join(one.encode() if isinstance(one, str) else one for one in lines)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return import_log(store, path, Pages(store), rates)


def totals(store):
    return dict(store.readings.most_read(Span.ALL, most=9))


def test_lines_count_as_beacons_would(store, tmp_path):
    report = load(
        store,
        tmp_path / "access.log",
        line(),
        line("/2026/bridge/?utm_source=x"),
        line("/2026/bridge?page=2", "203.0.113.8"),
        line("/story.php?id=7&fbclid=x"),
        line("/story.php?id=8"),
        line("/caf%C3%A9"),
        line("/draft"),
        line("/"),
        line(status=404),
        line(method="POST"),
        line(at=DAY + timedelta(hours=1), status=304),
        line(agent="Googlebot/2.1"),
        line(agent="Mozilla/5.0 (compatible; bingbot/2.0)"),
        "",
    )
    assert totals(store) == {"bridge": 3, "ferry": 1, "é": 1}
    assert (report.lines, report.views, report.repeated, report.programs) == (13, 6, 1, 2)
    assert (report.others, report.unreadable, report.known) == (4, 0, False)
    start = first_hour(DAY.date())
    assert store.readings.most_read(Span.HOUR, start + 11, start + 11, most=9) == [("bridge", 1)]


@pytest.mark.parametrize("name", ["again.log", "again.log.gz"])
def test_a_log_counts_once_compressed_or_not(store, tmp_path, name):
    load(store, tmp_path / "access.log", line())
    assert load(store, tmp_path / name, line()).known
    assert totals(store) == {"bridge": 1}
    assert not load(store, tmp_path / name, line(), line(host="203.0.113.8")).known
    assert totals(store) == {"bridge": 3}


def test_bad_lines_are_reported_and_the_rest_goes_on(store, tmp_path):
    report = load(
        store,
        tmp_path / "access.log",
        "no line of a log",
        line(),
        '203.0.113.7 - - [01/Sep/2026:10:00:00 +0000] "GET /2026/bridge HTTP/1.1" 200 512',
        line().replace("01/Sep", "31/Sep"),
        line().replace("01/Sep/2026", "September"),
        b"\xff\xfe\x00 - - [",
        line(agent="x" * 70_000),
        line(at=datetime.now(UTC) + timedelta(days=9)),
        line("/2026/bridge", "203.0.113.8"),
    )
    assert (report.lines, report.views, report.unreadable) == (9, 2, 7)
    found = {problem.line: problem.reason for problem in report.problems}
    assert sorted(found) == [1, 3, 4, 5, 6, 7, 8]
    assert "combined format" in found[1]
    assert "no user agent" in found[3]
    assert "31/Sep/2026" in found[4]
    assert "65,536 bytes" in found[7]
    assert "yet to come" in found[8]
    assert totals(store) == {"bridge": 2}


def test_only_some_bad_lines_are_named(store, tmp_path):
    report = load(store, tmp_path / "access.log", *["?"] * 50)
    assert (report.unreadable, len(report.problems)) == (50, 20)


def test_who_asks_too_often_is_a_program(store, tmp_path):
    quick = [line(at=DAY + timedelta(seconds=number)) for number in range(6)]
    before = line("/caf%C3%A9", at=DAY - timedelta(minutes=30))
    reader = line(host="203.0.113.9")
    later = line(at=DAY + timedelta(hours=9))
    report = load(store, tmp_path / "one.log", before, *quick, reader, later, rates=(5, 200))
    assert totals(store) == {"bridge": 1}
    assert (report.views, report.programs) == (1, 8)
    many = [line(path) for path in ("/2026/bridge", "/story.php?id=7", "/caf%C3%A9")]
    assert load(store, tmp_path / "two.log", *many, rates=(30, 2)).programs == 3


def test_a_log_says_what_is_read_together(store, tmp_path):
    lines = [
        line(path, f"203.0.113.{number}")
        for number in range(3)
        for path in ("/2026/bridge", "/story.php?id=7")
    ]
    load(store, tmp_path / "access.log", *lines, line("/caf%C3%A9", at=DAY + timedelta(hours=1)))
    pairs = store.readings.read_together(DAY.date(), least=3, most=9)
    assert pairs == [("bridge", "ferry", 3)]


def test_memory_holds_the_visits_of_three_hours(store, tmp_path):
    lines = [line(at=DAY + timedelta(hours=number)) for number in range(40)]
    assert load(store, tmp_path / "access.log", *lines, lines[-1]).repeated == 1
    assert totals(store) == {"bridge": 40}


@pytest.mark.parametrize(
    "data", [gzip.compress(b"x" * 999, mtime=0)[:-5], b"\x1f\x8bnothing", b"\x1f\x8b"]
)
def test_a_log_that_cannot_be_read_to_its_end_counts_nothing(store, tmp_path, data):
    file = tmp_path / "access.log"
    file.write_bytes(data)
    with pytest.raises(LogFileError, match="cannot be read to its end"):
        import_log(store, file, Pages(store), (30, 200))
    assert totals(store) == {}


@given(st.text(max_size=80))
def test_whatever_stands_in_a_line_is_read_or_said_to_be_none(text):
    for whole in (
        text,
        f'h - - [{text}] "GET / HTTP/1.1" 200 1 "-" "a"',
        line(text),
        line(agent=text),
    ):
        found = None
        with suppress(LogLineError):
            found = read_line(whole)
        assert found is None or found.at.tzinfo is UTC


@given(
    st.datetimes(DAY.replace(1970, tzinfo=None), DAY.replace(9998, tzinfo=None)),
    st.integers(-14 * 60, 14 * 60),
)
def test_times_are_read_in_their_zone(moment, minutes):
    at = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_line(line(at=at)).at == at


def test_the_command_prints_what_became_of_each_log(run, home, tmp_path):
    log = tmp_path / "access.log"
    log.write_text("\n".join([line(), line("/"), line(agent="curl/8"), "?"]))
    done = run("--home", home, "popular", "import-log", log, log)
    assert done.exit_code == 0, done.output
    assert "4 lines" in done.stdout
    assert "line 4: it is no line of an access log" in done.stdout
    assert "It was counted before" in done.stdout
    first, second = json.loads(
        run("--home", home, "popular", "import-log", log, log, "--json").stdout
    )
    assert first["known"]
    assert second["lines"] == 4


def test_the_command_lists_what_is_popular(run, sample_home, tmp_path):
    home = shutil.copytree(sample_home, tmp_path / "sample")
    said = run("--home", home, "popular")
    assert said.exit_code == 0, said.output
    assert "Nothing has been read often enough" in said.stdout
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        article = next(one for one in store.articles() if one.url and one.status == "published")
    path = article.url.partition("://")[2].partition("/")[2]
    log = tmp_path / "access.log"
    now = datetime.now(UTC)
    log.write_text("\n".join(line(f"/{path}", f"203.0.113.{n}", at=now) for n in range(5)))
    assert run("--home", home, "popular", "import-log", log).exit_code == 0
    assert article.title in run("--home", home, "popular").stdout
    found = json.loads(run("--home", home, "popular", "--window", "hour", "--json").stdout)
    assert [(one["id"], one["views"]) for one in found["items"]] == [(article.id, 5)]
    for more in (["--date", f"{now:%Y-%m-%d}"], ["--section", article.section], ["--limit", "1"]):
        assert article.title in run("--home", home, "popular", *more).stdout
    assert "often enough" in run("--home", home, "popular", "--section", "Nothing").stdout
    assert run("--home", home, "popular", "--date", "x").exit_code == 2
    assert run("--home", tmp_path / "none", "popular").exit_code == 1
