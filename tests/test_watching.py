"""Tallies, the text of numbers, lines of the log, last errors, and who may see them."""

import json
import logging
import multiprocessing
import re
from pathlib import Path

import pytest
import yaml
from flask import g
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.archives import build, random_articles
from web.app import create_app
from web.settings import Settings, SettingsError, load_settings
from web.watching.last_errors import FILE, KEPT, LastErrors, last_errors
from web.watching.logs import JsonFormatter, TextFormatter
from web.watching.metrics import (
    BUCKETS,
    SEARCH_SECONDS,
    ArchiveNumbers,
    count_request,
    exposition,
    observe,
)
from web.watching.tallies import LONGEST_KEY, SERIES, Tallies, read_all
from web.watching.watcher import RunFolder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("watching") / "home"
    store, _, _ = build(home, random_articles(20))
    store.close()
    return home


@pytest.fixture
def make_client(home):
    apps = []

    def make(**values):
        app = create_app(Settings(**{"home": home, **values}))
        apps.append(app)
        return app.test_client()

    yield make
    for app in apps:
        app.extensions["watching"].close()
        app.extensions["backfile"].close()


names = st.text(
    st.characters(exclude_characters="\x00\x1f", codec="utf-8"), min_size=1, max_size=20
)
steps = st.lists(
    st.tuples(st.lists(names, min_size=1, max_size=3), st.integers(-9, 9)), max_size=30
)


@hypothesis_settings(max_examples=40, deadline=None)
@given(steps=steps)
def test_what_is_added_is_read_by_others_and_by_who_comes_after(steps, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tallies")
    sums = {}
    for half in (steps[::2], steps[1::2]):  # two lives of one worker, and one file
        tallies = Tallies.shared(folder)
        for key, by in half:
            tallies.add(*key, by=by)
            sums[tuple(key)] = sums.get(tuple(key), 0) + by
        assert tallies.all() == sums
        assert read_all(folder) == [sums]
        tallies.close()
    assert len(list(folder.iterdir())) == 1


def test_two_that_live_at_once_have_a_file_each(tmp_path):
    first, second = Tallies.shared(tmp_path), Tallies.shared(tmp_path)
    first.add("a")
    second.add("a", by=2)
    assert read_all(tmp_path) == [{("a",): 1}, {("a",): 2}]
    first.close()
    first.add("a")  # counted no more, and nothing breaks
    assert first.all() == {}
    third = Tallies.shared(tmp_path)
    assert third.all() == {("a",): 1}
    third.close()
    second.close()


def _add_and_die(folder):
    tallies = Tallies.shared(folder)
    tallies.add("a", by=3)
    import os

    os._exit(9)


def test_what_a_killed_process_counted_is_there(tmp_path):
    child = multiprocessing.get_context("spawn").Process(target=_add_and_die, args=(tmp_path,))
    child.start()
    child.join()
    assert child.exitcode == 9
    assert read_all(tmp_path) == [{("a",): 3}]
    child.close()


def test_there_is_room_for_so_many_and_no_more():
    tallies = Tallies()
    for number in range(SERIES + 10):
        tallies.add(str(number))
    tallies.add("x" * LONGEST_KEY)
    assert len(tallies.all()) == SERIES
    tallies.close()


def test_a_file_that_is_cut_off_has_no_numbers(tmp_path):
    (tmp_path / "0.tallies").write_bytes(b"\x01" * 100)
    assert read_all(tmp_path) == []


durations = st.lists(st.floats(0, 20), max_size=40)


@hypothesis_settings(max_examples=30, deadline=None)
@given(durations=durations)
def test_buckets_are_those_of_a_naive_count(durations):
    tallies = Tallies()
    for seconds in durations:
        observe(tallies, SEARCH_SECONDS, "", seconds)
    text = exposition([tallies.all()], ArchiveNumbers(ready=True)).decode()
    tallies.close()
    found = {
        sample.labels["le"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "backfile_search_seconds_bucket"
    }
    if durations:
        assert found.pop("+Inf") == len(durations)
        assert {float(end): count for end, count in found.items()} == {
            end: sum(seconds <= end for seconds in durations) for end in BUCKETS
        }


def test_a_method_that_anybody_can_invent_makes_no_new_number():
    tallies = Tallies()
    for number in range(50):
        count_request(tallies, "none", f"INVENTED{number}", 405, 0.001)
    assert tallies.all()["requests", "none", "other", "405"] == 50
    tallies.close()


PROXIED = {"X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize(
    ("values", "address", "headers", "status"),
    [
        ({}, "127.0.0.1", {}, 200),
        ({}, "::1", {}, 200),
        ({}, "::ffff:127.0.0.1", {}, 200),
        ({}, "203.0.113.7", {}, 403),
        ({}, "127.0.0.1", PROXIED, 403),
        ({"trusted_proxies": 1}, "127.0.0.1", PROXIED, 403),
        ({"trusted_proxies": 1}, "203.0.113.9", {"X-Forwarded-For": "x, 127.0.0.1"}, 200),
        ({"metrics_addresses": "203.0.113.0/24, 2001:db8::1"}, "203.0.113.9", {}, 200),
        ({"metrics_addresses": "203.0.113.0/24,2001:db8::1"}, "2001:db8::1", {}, 200),
        ({"metrics_addresses": "203.0.113.0/24,2001:db8::1"}, "2001:db8::2", {}, 403),
        ({"metrics_addresses": ""}, "127.0.0.1", {}, 403),
    ],
)
def test_numbers_are_for_the_addresses_that_are_named(
    make_client, values, address, headers, status
):
    client = make_client(**values)
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 403:
        assert "metrics_addresses" in answer.json["detail"]
        assert "backfile_" not in answer.text


def test_networks_that_are_none_are_refused():
    with pytest.raises(SettingsError, match="addresses or networks"):
        load_settings(metrics_addresses="localhost")


@pytest.mark.parametrize("given_id", ["x" * 65, "short", "two words", "<script>alert(1)</script>"])
def test_an_id_that_is_not_well_formed_is_replaced(make_client, given_id):
    answer = make_client().get("/help", headers={"X-Request-ID": given_id})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_nothing_is_ready_without_a_generation(tmp_path):
    app = create_app(Settings(home=tmp_path / "empty"))
    with app.test_client() as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "backfile rebuild" in answer.json["detail"]
        assert "backfile_ready 0.0" in client.get("/metrics").text
    app.extensions["backfile"].close()


def test_nothing_is_ready_while_the_store_is_away(make_client, tmp_path):
    store, _, _ = build(tmp_path / "away", random_articles(5))
    store.close()
    client = make_client(home=tmp_path / "away")
    assert client.get("/readyz").json == {"status": "ready", "generation": 1}
    client.application.extensions["backfile"].store.close()
    path = tmp_path / "away" / "archive.sqlite3"
    for file in path.parent.glob("archive.sqlite3*"):
        file.rename(tmp_path / file.name)
    path.mkdir()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["title"]) == (503, "Service Unavailable")
    assert "database does not answer" in answer.json["detail"]
    told = client.get("/metrics").text
    assert "backfile_ready 0.0" in told
    assert "backfile_generation_number 1.0" in told
    assert "backfile_changes_waiting" not in told


def record(message, *values, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("web.x", logging.ERROR, __file__, 1, message, values, info)


def raised():
    try:
        int("what a reader had typed")
    except ValueError as error:
        return error


def test_an_error_is_told_without_what_it_quotes():
    told = record("it failed: %s", "two\nlines", error=raised())
    facts = json.loads(JsonFormatter().format(told))
    assert (facts["message"], facts["error"]) == ("it failed: two\nlines", "ValueError")
    assert "raised" in facts["frames"][0]
    text = TextFormatter().format(told)
    assert "it failed: two lines (ValueError)\n  " in text
    assert "reader" not in text + json.dumps(facts)


def test_the_last_errors_are_kept_and_the_file_stays_small(tmp_path):
    handler = LastErrors(tmp_path)
    for number in range(600):
        handler.emit(record("error %d " + "x" * 400, number))
    found = last_errors(tmp_path)
    assert [int(one.message.split()[1]) for one in found] == list(range(600 - KEPT, 600))
    assert (tmp_path / FILE).stat().st_size < 70_000
    with (tmp_path / FILE).open("a") as file:
        file.write("not a line of ours\n")
    assert len(last_errors(tmp_path)) == KEPT - 1


def test_what_an_earlier_server_left_is_removed_and_a_folder_for_reading_is_no_hindrance(tmp_path):
    old = RunFolder.made(tmp_path, 8000)
    tallies = Tallies.shared(old.path)
    tallies.add("a")
    tallies.close()
    old.stop()
    new = RunFolder.made(tmp_path, 8000)
    assert new.path == old.path
    assert not new.stopping
    assert read_all(new.path) == []
    (tmp_path / "file").touch()
    elsewhere = RunFolder.made(tmp_path / "file", 8000)
    assert elsewhere.path.is_dir()
    elsewhere.stop()
    assert elsewhere.stopping
    elsewhere.end()
    elsewhere.stop()
    assert not elsewhere.path.exists()


def test_faults_of_the_log_are_counted_and_kept_while_it_is_watched(make_client, tmp_path):
    store, _, _ = build(tmp_path / "home", random_articles(5))
    store.close()
    client = make_client(home=tmp_path / "home")
    watcher = client.application.extensions["watching"]
    run = RunFolder.made(tmp_path / "home", 8000)
    watcher.share(run)
    logging.getLogger("web.some").warning("beware")
    with client.application.test_request_context("/"):
        g.request_id = "caller-0001"
        logging.getLogger("web.some").error("it failed")
    told = client.get("/metrics").text
    assert 'backfile_logged_total{level="error"} 1.0' in told
    assert 'backfile_logged_total{level="warning"} 1.0' in told
    (kept,) = last_errors(tmp_path / "home")
    assert (kept.message, kept.request_id, kept.logger) == ("it failed", "caller-0001", "web.some")
    run.stop()
    assert client.get("/readyz").json["detail"] == "The server is being stopped."
    watcher.close()
    logging.getLogger("web.some").error("after the end")
    assert len(last_errors(tmp_path / "home")) == 1
    run.end()


def test_every_number_is_documented(make_client):
    page = (Path(__file__).parent.parent / "docs" / "watching.md").read_text(encoding="utf-8")
    client = make_client()
    client.get("/search?q=bridge")
    text = client.get("/metrics").text
    told = set(re.findall("^# TYPE (backfile_[a-z_]+) ", text, re.MULTILINE))
    assert len(told) > 10
    assert told == set(re.findall(r"^\| `(backfile_\w+)`", page, re.MULTILINE))


def test_examples_of_deployment_can_be_read():
    folder = Path(__file__).parent.parent / "deploy"
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    assert compose["services"]["backfile"]["build"]["dockerfile"] == "deploy/Dockerfile"
    given = compose["services"]["backfile"]["environment"]
    Settings(**{name.removeprefix("BACKFILE_").lower(): value for name, value in given.items()})
    assert yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"]
    units = sorted(folder.glob("*.service"))
    assert {unit.stem for unit in units} == {"backfile", "backfile-rebuild"}
    for unit in units:
        lines = unit.read_text().splitlines()
        assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=backfile"} <= set(
            lines
        )
        given = [
            line.removeprefix("Environment=BACKFILE_") for line in lines if "=BACKFILE_" in line
        ]
        named = {name.lower(): value for name, _, value in (one.partition("=") for one in given)}
        assert Path(named.pop("config")).is_absolute()
        Settings(**named)
