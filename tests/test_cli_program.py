"""The program itself: help, exit statuses, errors, interruptions."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from web.cli.program import COMMANDS, backfile

ROOT = Path(__file__).parent.parent


@pytest.fixture
def start(tmp_path):
    """Start a real process."""
    started = []

    def run(*words, **options):
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_help_lists_every_command(run):
    result = run("--help")
    assert result.exit_code == 0
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name} " in result.stdout
        assert summary in " ".join(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_summary_is_what_the_command_says_of_itself(run, name):
    command = backfile.get_command(None, name)
    assert command.name == name
    assert command.help.partition("\n")[0] == f"{COMMANDS[name][1]}."
    assert run(name, "--help").exit_code == 0


def test_version(run):
    assert run("--version").stdout.startswith("Backfile ")


@pytest.mark.parametrize(
    "words", [["nope"], ["show"], ["search", "--sort", "best"], ["--port", "1"]]
)
def test_what_cannot_be_understood_has_exit_status_2(run, words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["show", "a"],
        ["rebuild"],
        ["search", "bridge"],
        ["related", "a"],
        ["serve"],
        ["status"],
        ["generations"],
        ["rollback"],
        ["trec-run", __file__, "out"],
        ["related-run", __file__, "out"],
    ],
)
def test_nothing_comes_into_being_where_there_is_no_archive(run, tmp_path, words):
    result = run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not (tmp_path / "backfile-home").exists()


def test_home_names_the_archive(run, sample_home):
    assert run("--home", sample_home, "show", "2018-04-09-ferry-swallow").exit_code == 0
    assert run("show", "2018-04-09-ferry-swallow").exit_code == 1


def test_a_wrong_setting_is_one_line(run, monkeypatch):
    monkeypatch.setenv("BACKFILE_PORT", "80000")
    result = run("status")
    assert result.exit_code == 1
    assert "BACKFILE_PORT" in result.stderr
    assert run("status", "--help").exit_code == 0


@pytest.fixture
def broken_home(home):
    """An archive with an article that no version of Backfile ever wrote."""
    with sqlite3.connect(home / "archive.sqlite3") as database:
        database.execute("UPDATE articles SET document = '{' WHERE id = '2018-04-09-ferry-swallow'")
    database.close()
    return home


def test_an_unforeseen_error_is_short_and_says_where_its_details_are(run, broken_home, tmp_path):
    result = run("--home", broken_home, "show", "2018-04-09-ferry-swallow")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    details = Path(result.stderr.partition("stand in ")[2].partition("; ")[0])
    assert "Traceback" in details.read_text()
    details.unlink()


def test_debug_shows_the_details(start, broken_home):
    process = start("--debug", "--home", broken_home, "show", "2018-04-09-ferry-swallow")
    assert "Traceback" in process.communicate()[1]
    assert process.returncode == 1


def test_a_missing_report_folder_is_no_unforeseen_error(run, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "t", "body": "b"}\n')
    result = run("import", "a.jsonl", "--report", "nowhere/report.csv")
    assert result.exit_code == 1
    assert result.stderr == "Error: nowhere/report.csv: No such file or directory\n"


def test_a_closed_pipe_is_quiet(start, sample_home):
    process = start("--home", sample_home, "search", "--size", "100")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_control_c_says_that_nothing_is_half_done(start, sample_home, tmp_path):
    text = tmp_path / "text"
    os.mkfifo(text)
    process = start("--home", sample_home, "related", "--text", text)
    with text.open("w"):  # opens when the process does
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert "Stopped." in said
    assert "Traceback" not in said
