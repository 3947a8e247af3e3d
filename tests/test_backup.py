"""A backup is put back whole or not at all, whatever is damaged, hostile, full or killed."""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from articles.store import Store
from index.publish import Generations
from tests.archives import build, random_articles
from tests.postgresql_server import new_database
from web.backup import backup_file
from web.backup.backup import make_backup
from web.backup.backup_file import BackupError, BackupFile
from web.backup.exchange import ASIDE, PLAN, Move, Plan, RestoreRunningError, alone, finish_restore
from web.backup.restore import restore
from web.settings import load_settings

NOW = datetime(2026, 9, 1, tzinfo=UTC)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
POSTGRESQL = pytest.mark.postgresql


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A backup of six articles with its index; for reading only."""
    home = tmp_path_factory.mktemp("made")
    store, *_ = build(home, random_articles(6))
    with store:
        make_backup(load_settings(home=home), store, home / "made.zip", with_index=True, now=NOW)
    return home / "made.zip"


@pytest.fixture
def old(tmp_path):
    """The settings of a home with an archive of three other articles."""
    home = tmp_path / "old"
    others = [replace(article, id=f"old-{article.id}") for article in random_articles(3)]
    build(home, others)[0].close()
    return load_settings(home=home)


def held(settings):
    """Return the ids in the store, those in the index, and whether all of that is sound."""
    finish_restore(settings)
    with Store.open(settings.store_url) as store:
        stored = sorted(article.id for article in store.articles())
    generations = Generations(settings.generations_folder)
    if generations.current_number() is None:
        return stored, None
    with closing(generations.open_current()) as generation:
        generation.verify()
        return stored, sorted(generation.columns.ids(range(generation.articles)))


NEW = sorted(article.id for article in random_articles(6))
OLD = sorted(f"old-{article.id}" for article in random_articles(3))


def test_a_backup_is_put_back_into_an_empty_home(made, tmp_path):
    settings = load_settings(home=tmp_path / "home")
    report = restore(settings, made, replace=False, now=NOW)
    assert (report.articles, report.generation, report.before) == (6, 1, ())
    assert held(settings) == (NEW, NEW)
    again = tmp_path / "again.zip"
    with Store.open(settings.store_url) as store:
        make_backup(settings, store, again, with_index=True, now=NOW)
    with BackupFile(made) as one, BackupFile(again) as other:
        assert one.members == other.members
        assert one.contents == other.contents
    assert again.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "home" / ASIDE).exists()


def test_the_commands_say_what_they_did(run, home, tmp_path):
    (tmp_path / "backfile.toml").write_text('site_name = "The Courier"\n')
    made = run("--home", home, "backup", "sample.zip", "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["articles"] == 141
    assert json.loads(made.stdout)["generation"] is None
    back = run("--home", tmp_path / "back", "restore", "sample.zip")
    assert back.exit_code == 0, back.output
    assert "141 articles" in back.stdout
    assert "run `backfile rebuild`" in back.stdout
    taken = run("--home", tmp_path / "back", "restore", "sample.zip")
    assert taken.exit_code == 1
    assert "there is an archive already" in taken.stderr
    assert "--replace" in taken.stderr
    replaced = run("--home", tmp_path / "back", "restore", "sample.zip", "--replace", "--json")
    (before,) = json.loads(replaced.stdout)["before"]
    assert (Path(before) / "archive.sqlite3").is_file()


def test_settings_and_what_belongs_to_them_are_laid_down_and_not_in_force(
    old, tmp_path, monkeypatch
):
    file = tmp_path / "other.toml"
    file.write_text('site_name = "The Courier"\ngolden_pairs = "pairs.csv"\n')
    monkeypatch.setenv("BACKFILE_CONFIG", str(file))
    monkeypatch.chdir(tmp_path)
    Path("pairs.csv").write_text("a,b\n")
    (old.home / "console.key").write_text("k" * 60)
    with Store.open(old.store_url) as store:
        settings = load_settings(home=old.home)
        made = make_backup(settings, store, tmp_path / "b.zip", with_index=False, now=NOW)
    assert made.settings == ("backfile.toml", "console.key", "golden_pairs")
    file.write_text("")
    settings = load_settings(home=tmp_path / "new")
    assert restore(settings, tmp_path / "b.zip", replace=False, now=NOW).settings == (
        "backfile.toml",
        "golden_pairs",
    )
    laid_down = tmp_path / "new" / "restored-settings"
    assert "The Courier" in (laid_down / "backfile.toml").read_text()
    assert (laid_down / "golden_pairs").read_text() == "a,b\n"
    assert (laid_down / "backfile.toml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new" / "console.key").read_text() == "k" * 60
    assert file.read_text() == ""


def test_what_was_there_is_kept_beside(made, old):
    report = restore(old, made, replace=True, now=NOW)
    assert held(old) == (NEW, NEW)
    (before,) = report.before
    assert held(load_settings(home=before)) == (OLD, OLD)
    restore(old, made, replace=True, now=NOW + timedelta(seconds=1))
    assert len(list(old.home.glob("before-restore-*"))) == 2


def test_an_index_without_its_store_does_not_stay(old, tmp_path):
    with Store.open(old.store_url) as store:
        make_backup(old, store, tmp_path / "b.zip", with_index=False, now=NOW)
    report = restore(old, tmp_path / "b.zip", replace=True, now=NOW)
    assert held(old) == (OLD, None)
    assert held(load_settings(home=report.before[0])) == (OLD, OLD)


def test_a_damaged_store_can_be_replaced(made, old):
    file = old.home / "archive.sqlite3"
    file.write_bytes(file.read_bytes()[:4096] + b"damaged" * 900)
    restore(old, made, replace=True, now=NOW)
    assert held(old) == (NEW, NEW)


def test_a_store_in_use_is_left_alone(made, old):
    with Store.open(old.store_url) as store:
        assert store.count() == 3
        with pytest.raises(BackupError, match="is in use: stop the server"):
            restore(old, made, replace=True, now=NOW)
        assert store.count() == 3
    assert held(old) == (OLD, OLD)


def test_two_restores_do_not_meet(made, old):
    with alone(old.home), pytest.raises(RestoreRunningError, match="wait until it ends"):
        restore(old, made, replace=True, now=NOW)


@POSTGRESQL
@pytest.mark.parametrize("with_index", [False, True])
def test_a_backup_of_sqlite_is_put_back_into_postgresql_and_back(
    made, tmp_path, postgresql, with_index
):
    url = new_database(postgresql)
    settings = load_settings(home=tmp_path / "pg", database_url=url)
    restore(settings, made, replace=False, now=NOW)
    assert held(settings) == (NEW, NEW)
    with pytest.raises(BackupError, match="there is an archive already"):
        restore(settings, made, replace=False, now=NOW)
    back = tmp_path / "back.zip"
    with Store.open(url) as store:
        make_backup(settings, store, back, with_index=with_index, now=NOW)
        with pytest.raises(BackupError, match="is in use"):
            restore(settings, back, replace=True, now=NOW)
    restore(settings, back, replace=True, now=NOW)
    assert held(settings) == (NEW, NEW if with_index else None)
    plain = load_settings(home=tmp_path / "plain")
    restore(plain, back, replace=False, now=NOW)
    assert held(plain) == (NEW, NEW if with_index else None)


def damaged_copies(made):
    """Yield what may have become of a backup, with a name for each."""
    content = made.read_bytes()
    for place in range(0, len(content), len(content) // 60):
        changed = bytearray(content)
        changed[place] ^= 0x55
        yield f"byte {place}", bytes(changed)
    for length in (0, 10, len(content) // 2, len(content) - 1):
        yield f"cut to {length}", content[:length]
    yield "no zip", b"Dear readers, " * 1000


def refusal(settings, file):
    """Return why a backup is not put back, empty when it is."""
    try:
        restore(settings, file, replace=True, now=NOW)
    except BackupError as error:
        return str(error)
    return ""


def test_a_damaged_backup_changes_nothing(made, old, tmp_path):
    found = 0
    kept = shutil.copytree(old.home, tmp_path / "kept")
    for name, content in damaged_copies(made):
        file = tmp_path / "damaged.zip"
        file.write_bytes(content)
        reason = refusal(old, file)
        if reason:
            assert "damaged.zip" in reason, name
            found += 1
            assert held(old) == (OLD, OLD), name
        else:  # a byte that says nothing of the contents, such as a date
            assert held(old) == (NEW, NEW), name
            shutil.rmtree(old.home)
            shutil.copytree(kept, old.home)
    assert found > 50


def rewritten(made, path, change):
    """Write the backup as somebody would who knows its format; ``change`` gets all its files."""
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    for member in manifest["members"]:
        if member["name"] in files:
            member["bytes"] = len(files[member["name"]])
            member["sha256"] = backup_file.hashlib.sha256(files[member["name"]]).hexdigest()
    manifest.pop("checksum")
    manifest["checksum"] = backup_file._checksum(manifest)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))


def stray(name):
    def change(files, manifest):
        files[name] = b"x"
        manifest["members"].append({"name": name, "bytes": 1, "sha256": "", "rows": 0})

    return change


def bomb(files, _):
    files["settings/backfile.toml"] = bytes(1 << 27)


def unlisted(files, _):
    files["settings/extra"] = b"x"


def newer_format(_, manifest):
    manifest["format"] = 99


def newer_schema(_, manifest):
    manifest["schema"] = "9999"


def odd_number(_, manifest):
    manifest["generation"] = "../../1"


def fewer_rows(files, _):
    files["store/articles.jsonl"] = b"".join(files["store/articles.jsonl"].splitlines(True)[:-1])


def other_index(files, _):
    files["generation/related.arrays"] = files["generation/archive.arrays"]


def absent_table(files, manifest):
    del files["store/users.jsonl"]
    manifest["members"] = [m for m in manifest["members"] if m["name"] != "store/users.jsonl"]


def half_a_line(files, _):
    files["store/articles.jsonl"] = files["store/articles.jsonl"][:-1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        *(
            (stray(name), "no name of a file of a backup")
            for name in (
                *("../evil", "/etc/evil", "settings/../../evil", "settings/a/b", "store\\evil"),
                *("settings/.", "settings/..", "generation/", "settings/\n"),
            )
        ),
        (bomb, "grows beyond all measure"),
        (unlisted, "other files than its manifest says"),
        (newer_format, "install the version that made it"),
        (newer_schema, "install the Backfile that made it"),
        (odd_number, "its manifest is none"),
        (fewer_rows, "has 5 of 6 articles"),
        (other_index, "is not the file of this generation"),
        (absent_table, "has no rows of its table 'users'"),
        (half_a_line, "a line that does not end"),
    ],
)
def test_a_backup_that_is_made_to_do_harm_changes_nothing(made, old, tmp_path, change, reason):
    path = tmp_path / "hostile.zip"
    rewritten(made, path, change)
    with pytest.raises(Exception, match=reason) as caught:
        restore(old, path, replace=True, now=NOW)
    assert isinstance(caught.value, backup_file.BackfileError)
    assert held(old) == (OLD, OLD)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hostile.zip", "old"]
    assert not list(old.home.glob("before-restore-*"))


def test_a_link_in_the_place_of_the_file_is_not_followed(made, old, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "b.zip.partial").symlink_to(target)
    with Store.open(old.store_url) as store, pytest.raises(BackupError, match="cannot be written"):
        make_backup(old, store, tmp_path / "b.zip", with_index=False, now=NOW)
    assert target.read_text() == "precious"


def test_a_failed_backup_leaves_the_one_before(old, tmp_path, monkeypatch):
    path = tmp_path / "b.zip"
    path.write_text("the one before")
    with Store.open(old.store_url) as store:
        shutil.rmtree(old.generations_folder)
        with pytest.raises(backup_file.BackfileError, match="no index has been built"):
            make_backup(old, store, path, with_index=True, now=NOW)
        monkeypatch.setattr("web.backup.backup.version", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_backup(old, store, path, with_index=False, now=NOW)
    assert [path.read_text(), *tmp_path.glob("*.partial")] == ["the one before"]


def restore_and_die(home, url, file, events, pipe):
    """Restore, and kill this process at that step of its dealings with the disk."""
    left = events
    folder = str(home)

    def count(event, arguments):
        nonlocal left
        if event.startswith(("os.", "open", "shutil.", "sqlite3.")) and folder in repr(arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    restore(load_settings(home=home, database_url=url), file, replace=True, now=NOW)
    pipe.send(events - left)
    pipe.close()


def killed_at(home, url, file, events):
    """Return how many steps a restore took, None when it was killed before its end."""
    receiver, sender = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=restore_and_die, args=(home, url, file, events, sender))
    process.start()
    sender.close()
    with receiver:
        try:
            return receiver.recv()
        except EOFError:
            return None
        finally:
            process.join()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=POSTGRESQL)])
def test_a_restore_that_is_killed_is_done_whole_or_not_at_all(made, old, tmp_path, request, kind):
    url = new_database(request.getfixturevalue("postgresql")) if kind == "postgresql" else ""
    first = tmp_path / "first.zip"
    with Store.open(old.store_url) as store:
        make_backup(old, store, first, with_index=True, now=NOW)
    home = tmp_path / "home"
    settings = load_settings(home=home, database_url=url)
    restore(settings, first, replace=True, now=NOW)
    steps = killed_at(home, url, made, 10**9)
    assert held(settings) == (NEW, NEW)
    outcomes = []
    for step in (*range(1, steps, max(steps // 6, 1)), *range(steps - 10, steps)):
        if held(settings) != (OLD, OLD):
            restore(settings, first, replace=True, now=NOW)
        assert killed_at(home, url, made, step) is None
        found = held(settings)
        assert found in ((OLD, OLD), (NEW, NEW)), step
        assert not (home / PLAN).exists()
        outcomes.append(found == (NEW, NEW))
    assert outcomes == sorted(outcomes)
    assert len(set(outcomes)) == 2


def test_a_plan_can_be_carried_out_from_wherever_it_stopped(tmp_path):
    def move(name, new="n"):
        return Move(
            *(str(tmp_path / f"{name}.{end}") for end in "to"), str(tmp_path / f"{name}.{new}")
        )

    for name in ("untouched", "linked", "moved"):
        (tmp_path / f"{name}.n").write_text("new")
    (tmp_path / "untouched.t").write_text("old")
    (tmp_path / "linked.t").write_text("old")
    (tmp_path / "linked.o").hardlink_to(tmp_path / "linked.t")
    (tmp_path / "moved.o").write_text("old")
    (tmp_path / "done.t").write_text("new")
    (tmp_path / "done.o").write_text("old")
    Plan(moves=tuple(map(move, ("untouched", "linked", "moved", "done")))).write(tmp_path)
    Plan.read(tmp_path).carry_out(tmp_path)
    for name in ("untouched", "linked", "moved", "done"):
        assert (tmp_path / f"{name}.t").read_text() == "new"
        assert (tmp_path / f"{name}.o").read_text() == "old"
        assert not (tmp_path / f"{name}.n").exists()
    assert Plan.read(tmp_path) is None
