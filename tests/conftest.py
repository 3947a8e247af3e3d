"""What every test can ask for, and what every test is held to."""

import gc
import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import flask
import pytest
from click.testing import CliRunner

from articles.article import Article
from tests.consoles import open_console
from tests.postgresql_server import new_database, running_server
from web.cli.program import backfile

IN_CI = os.environ.get("CI") == "true"
SHARED = Path(__file__).resolve().parents[2] / "shared"


LONGEST = ("codec_whoosh_suite", "benchmarks_rebuilds", "search_metamorphic", "backup", "newcomers")
"""Files whose tests take longest: they begin first, so that no processor is idle in the end."""


def pytest_collection_modifyitems(items):
    """Put the longest files first; all else keeps its order."""
    first = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path.name, len(first)))


def pytest_addoption(parser):
    words = "processes that are killed to see that nothing is lost (4)"
    parser.addoption("--kills", type=int, default=4, metavar="N", help=words)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return forbid_skip((yield))


def forbid_skip(report):
    """Turn a skip into a failure in CI, where everything that a test may need is there."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped where CI=true: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared():
    """The folder of corpora and fixtures beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the corpora and fixtures are not in ../shared")
    return SHARED


@pytest.fixture(scope="session")
def postgresql():
    """The socket's folder of a PostgreSQL server that runs until the tests end."""
    with running_server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request, tmp_path):
    """The URL of an empty database of each kind that a store can be kept in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/archive.sqlite3"
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session", autouse=True)
def plain_settings(tmp_path_factory):
    """Keep the settings of whoever runs the tests out of them."""
    file = tmp_path_factory.mktemp("settings") / "backfile.toml"
    file.touch()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith("BACKFILE_")]:
            patch.delenv(name)
        patch.setenv("BACKFILE_CONFIG", str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def as_urgent_as_before():
    """Let rebuilds in this process leave its priority as it is, from which there is no way back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.cli.index.go_last", lambda _: None)
        yield


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory):
    """A home with the sample archive, imported and built; for reading only."""
    home = tmp_path_factory.mktemp("sample") / "home"
    result = CliRunner().invoke(backfile, ["--home", str(home), "demo", "--no-serve"])
    assert result.exit_code == 0, result.output
    return home


@pytest.fixture
def home(sample_home, tmp_path):
    """A home with the sample archive that a test may change."""
    return shutil.copytree(sample_home, tmp_path / "home")


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """A WordPress and the archive of its posts."""
    from tests.newsroom import running_newsroom  # and with it a browser's driver, slow to import

    with running_newsroom(tmp_path_factory.mktemp("newsroom") / "home") as newsroom:
        yield newsroom


@pytest.fixture
def newsroom(running):
    """The WordPress with the plugin as it comes, nothing kept, and the service at work."""
    running.service.reset()
    running.choose()
    return running


@pytest.fixture
def console(tmp_path):
    """The application of a small archive with users, and the clock that it goes by."""
    with open_console(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command of `backfile` in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # The tests themselves must not go last from then on.
    monkeypatch.setattr("web.cli.index.go_last", lambda _: None)

    def invoke(*words, stdin=None):
        return CliRunner().invoke(
            backfile, list(map(str, words)), input=stdin, prog_name="backfile"
        )

    return invoke


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 6 MB that ends with the test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount a file system can fill one")
    yield folder
    gc.collect()
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def make_article():
    """Make articles that differ in their ids; any field can be given."""
    numbers = count(1)

    def make(**fields):
        number = next(numbers)
        return Article(**{"id": f"a{number}", "title": f"Article {number}", **fields})

    return make


@pytest.fixture(autouse=True)
def leak_detector(tmp_path_factory):
    """Fail a test that leaves a file of its own open or mapped, or an app context entered."""
    base = str(tmp_path_factory.getbasetemp().resolve())
    before = held_files(base)
    yield
    if held_files(base) - before:
        gc.collect()  # what nobody refers to any more is no leak
    assert sorted(held_files(base) - before) == [], "left open or mapped"
    assert not flask.has_app_context(), "left an application context"


def held_files(base):
    """Return the open files and mappings of this process below a folder (on Linux)."""
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return set()
    mapped = {line.split(maxsplit=5)[-1] for line in maps.read_text().splitlines() if base in line}
    opened = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # the listing's own
            continue
        if target.startswith(base):
            opened.add(f"{target} ({descriptor.name})")
    return mapped | opened
