"""Reports of imports: every import leaves one, however it ends."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from articles.import_report_store import LONGEST_TEXT
from articles.import_reports import (
    KEPT_PROBLEMS,
    KEPT_REPORTS,
    SILENCE,
    ImportCounts,
    ImportState,
    ProblemFilter,
)
from articles.importers import reporting
from articles.importers.importing import ImportOptions
from articles.importers.problem import Problem, UnreadableFileError
from articles.importers.reporting import import_with_report
from articles.store import Store, StoreError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REJECTED = Problem("a.jsonl", 3, "rejected", "a3", "no title, no summary and no body")
REPAIRED = Problem("b%.jsonl", 4, "repaired", "b4", "no title: the first sentence taken")


class Clock:
    """A clock that goes on by some seconds whenever it is asked."""

    def __init__(self, seconds=3):
        self.now, self.step = NOW, timedelta(seconds=seconds)

    def __call__(self):
        self.now += self.step
        return self.now


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path):
    """A store of SQLite alone, for what does not depend on the database."""
    with Store.open(f"sqlite:///{tmp_path}/small.sqlite3") as opened:
        yield opened


def bring_in(store, *paths, clock=None, on_progress=lambda _: None, **options):
    return import_with_report(
        store,
        paths,
        ImportOptions(language="en", **options),
        by="ada",
        clock=clock or Clock(),
        on_problem=lambda _: None,
        on_progress=on_progress,
    )


def write(path, count, start=0):
    path.write_text("".join(f'{{"id": "a{n}", "title": "Part {n}", "date": "2020-01-01"}}\n'
                            for n in range(start, start + count)))  # fmt: skip
    return path


def test_an_import_leaves_its_report(store, tmp_path):
    file = write(tmp_path / "a.jsonl", 3)
    file.write_text(file.read_text() + '{broken\n{"id": "b", "body": "It rained. It poured."}\n')
    bring_in(store, file)
    (report,) = store.import_reports.reports(NOW)
    assert (report.by, report.paths, report.more) == ("ada", (str(file),), 0)
    assert (report.state, report.fault) == (ImportState.DONE, "")
    assert report.counts == ImportCounts(added=4, rejected=1, repaired=1)
    assert report.started < report.heard
    kept = store.import_reports.problems(report.number)
    assert [(one.file, one.line, one.action, one.id) for one in kept] == [
        (str(file), 4, "rejected", ""),
        (str(file), 5, "repaired", "b"),
    ]
    bring_in(store, file)
    again = store.import_reports.reports(NOW)[0]
    assert (again.number, again.counts.unchanged) == (report.number + 1, 4)


def test_problems_are_found_by_what_happened_and_by_words(store):
    number = store.import_reports.begin(["a"], by="ada", now=NOW)
    store.import_reports.note(number, ImportCounts(), [REJECTED, REPAIRED], now=NOW)
    store.import_reports.note(number, ImportCounts(), [REJECTED], now=NOW)
    reports = store.import_reports

    def found(**wanted):
        kept = reports.problems(number, ProblemFilter(**wanted))
        assert reports.count_problems(number, ProblemFilter(**wanted)) == len(kept)
        return kept

    assert found() == [REJECTED, REPAIRED, REJECTED]
    assert found(action="repaired") == found(words="B%") == found(words="SENTENCE") == [REPAIRED]
    assert found(words="a3") == [REJECTED, REJECTED]
    assert found(words="_") == found(words="\0") == []
    assert reports.problems(number, offset=1, limit=1) == [REPAIRED]
    assert reports.problems(number + 1) == []


def test_whatever_stands_in_a_file_can_be_kept(store):
    number = store.import_reports.begin(["\udcff" + "x" * 5_000, *["a"] * 60], by="a\0", now=NOW)
    odd = Problem("\udcff.jsonl", 2**40, "rejected", "\0", "r" * 5_000)
    store.import_reports.note(number, ImportCounts(), [odd], now=NOW, fault="\0")
    report = store.import_reports.report(number, NOW)
    assert (len(report.paths), len(report.paths[0]), report.more) == (50, LONGEST_TEXT, 11)
    (kept,) = store.import_reports.problems(number)
    assert (kept.file, kept.line, kept.id) == ("?.jsonl", 2**40, "\ufffd")
    assert len(kept.reason) == LONGEST_TEXT


def test_only_so_many_problems_and_reports_are_kept(store):
    reports = store.import_reports
    first = reports.begin(["a"], by="ada", now=NOW)
    for _ in range(3):
        reports.note(first, ImportCounts(), [REJECTED] * 4_000, now=NOW)
    assert reports.count_problems(first) == KEPT_PROBLEMS
    for _ in range(KEPT_REPORTS):
        last = reports.begin(["b"], by="ada", now=NOW)
    assert reports.count() == KEPT_REPORTS
    assert reports.report(first, NOW) is None
    assert reports.count_problems(first) == 0
    reports.note(first, ImportCounts(), [REJECTED], now=NOW)
    assert reports.count_problems(first) == 0
    assert [one.number for one in reports.reports(NOW, offset=99)] == [last - KEPT_REPORTS + 1]


def test_problems_of_an_import_are_written_in_portions_and_bounded(small, tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "KEPT_PROBLEMS", 700)
    file = tmp_path / "a.jsonl"
    file.write_text("{broken\n" * 1_000)
    bring_in(small, file)
    (report,) = small.import_reports.reports(NOW)
    assert report.counts.rejected == 1_000
    assert small.import_reports.count_problems(report.number) == 700


def test_how_far_an_import_is_can_be_read_while_it_runs(small, tmp_path):
    file = write(tmp_path / "a.jsonl", 40)
    seen = []
    bring_in(
        small, file, batch=10, on_progress=lambda _: seen.append(small.import_reports.reports(NOW))
    )
    running = [report for (report,) in seen]
    assert {report.state for report in running} == {ImportState.RUNNING}
    assert [report.counts.added for report in running] == [10, 20, 30, 40, 40]


def test_one_that_is_stopped_or_fails_says_so(small, tmp_path):
    file = write(tmp_path / "a.jsonl", 40)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(small, file, batch=10, on_progress=stop)
    with pytest.raises(UnreadableFileError):
        bring_in(small, tmp_path / "none.jsonl")
    with pytest.raises(ZeroDivisionError):
        bring_in(small, file, on_progress=lambda _: 1 / 0)
    broken, missing, stopped = small.import_reports.reports(NOW)
    assert (stopped.state, stopped.fault) == (ImportState.STOPPED, "stopped from the keyboard")
    assert stopped.counts.added == 10
    assert missing.state is broken.state is ImportState.FAILED
    assert "none.jsonl" in missing.fault
    assert broken.fault == "ZeroDivisionError: division by zero"


def test_an_error_is_told_even_where_it_cannot_be_written_down(tmp_path):
    file = write(tmp_path / "a.jsonl", 40)
    with Store.open(f"sqlite:///{tmp_path}/full.sqlite3") as store:

        def fill_up(_):
            with store._database.writing() as connection:
                connection.exec_driver_sql("DROP TABLE imports")
            raise UnreadableFileError("the first thing that went wrong")

        with pytest.raises(UnreadableFileError, match="the first thing"):
            bring_in(store, file, on_progress=fill_up)
        with pytest.raises(StoreError):
            store.import_reports.reports(NOW)


KILLED = """
import os, signal, sys
from pathlib import Path
from articles.importers.importing import ImportOptions
from articles.importers.reporting import import_with_report
from articles.store import Store

import_with_report(
    Store.open(sys.argv[1]),
    [Path(sys.argv[2])],
    ImportOptions(batch=10),
    by="ada",
    on_problem=lambda _: None,
    on_progress=lambda _: os.kill(os.getpid(), signal.SIGKILL),
)
"""


def test_one_that_is_killed_is_interrupted_when_nothing_was_heard_of_it(tmp_path):
    url = f"sqlite:///{tmp_path}/archive.sqlite3"
    file = write(tmp_path / "a.jsonl", 40)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with Store.open(url) as store:
        assert store.count() == 10
        (report,) = store.import_reports.reports(datetime.now(UTC))
        assert report.state is ImportState.RUNNING
        later = report.heard + SILENCE + timedelta(seconds=1)
        after = store.import_reports.report(report.number, later)
        assert (after.state, after.fault) == (ImportState.INTERRUPTED, "")


def test_the_command_leaves_a_report(run, tmp_path):
    file = write(tmp_path / "a.jsonl", 2)
    assert run("--home", tmp_path / "home", "import", file).exit_code == 0
    with Store.open(f"sqlite:///{tmp_path}/home/archive.sqlite3") as store:
        (report,) = store.import_reports.reports(datetime.now(UTC))
        assert (report.by, report.counts.added) == ("command line", 2)
