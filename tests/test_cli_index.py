"""The commands rebuild, generations and rollback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from articles.store import Store


def test_rebuild_says_what_it_did(run, home):
    result = run("--home", home, "rebuild")
    assert result.exit_code == 0
    assert result.stdout.startswith("Generation 2 is served: 138 articles, ")
    assert "3 articles are not public now and were left out." in result.stdout
    report = json.loads(run("--home", home, "rebuild", "--json").stdout)
    assert (report["number"], report["articles"], report["skipped"]) == (3, 138, 3)


def test_rebuild_of_an_empty_archive(run, tmp_path):
    Store.open(f"sqlite:///{tmp_path}/archive.sqlite3").close()
    assert run("--home", tmp_path, "rebuild").exit_code == 0
    assert "No article answers" in run("--home", tmp_path, "search", "bridge").stdout


def test_generations_and_back(run, home):
    run("--home", home, "rebuild")
    found = json.loads(run("--home", home, "generations", "--json").stdout)["generations"]
    assert [(one["number"], one["current"]) for one in found] == [(1, False), (2, True)]
    assert run("--home", home, "rollback").stdout == "Generation 1 is served now.\n"
    assert json.loads(run("--home", home, "rollback", "--to", "2", "--json").stdout) == {
        "number": 2
    }
    lines = run("--home", home, "generations").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["generation", "1", "2"]
    assert [line.endswith("served") for line in lines] == [False, False, True]


def test_three_generations_are_kept(run, home):
    for _ in range(3):
        run("--home", home, "rebuild")
    found = json.loads(run("--home", home, "generations", "--json").stdout)["generations"]
    assert [one["number"] for one in found] == [2, 3, 4]


def test_rollback_to_nowhere(run, home):
    for words in (["rollback"], ["rollback", "--to", "7"]):
        result = run("--home", home, *words)
        assert result.exit_code == 1
        assert "there is no generation" in result.stderr
    assert run("--home", home, "rollback", "--to", "x").exit_code == 2


def test_generations_where_nothing_is_built(run, tmp_path):
    Store.open(f"sqlite:///{tmp_path}/archive.sqlite3").close()
    assert "no generation yet" in run("--home", tmp_path, "generations").stdout
    assert json.loads(run("--home", tmp_path, "generations", "--json").stdout) == {
        "generations": []
    }


def test_a_rebuild_lets_all_else_go_first(home):
    """As the system says of all its threads, and of the processes that it starts."""
    command = [sys.executable, "-m", "web.cli", "--home", str(home), "rebuild", "--processes", "2"]
    environment = {**os.environ, "BACKFILE_BUILD_NICENESS": "7"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        started = []
        while not started and process.poll() is None:
            started = [int(pid) for pid in children.read_text().split()]
        process.send_signal(signal.SIGSTOP)  # it ends no process meanwhile
        threads = [int(path.name) for path in Path(f"/proc/{process.pid}/task").iterdir()]
        nice = {os.getpriority(os.PRIO_PROCESS, one) for one in (*threads, *started)}
        policies = {os.sched_getscheduler(one) for one in (*threads, *started)}
        process.send_signal(signal.SIGCONT)
    assert (process.returncode, len(started)) == (0, 1)
    assert (nice, policies) == ({7}, {os.SCHED_BATCH})
