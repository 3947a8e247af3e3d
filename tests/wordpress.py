"""A WordPress of the tests' own: its database on a socket, its pages on a port of this machine."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

WORDPRESS = Path("/usr/share/wordpress")
THEME = "twentytwentythree"
ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "cms"
PLUGIN = ROOT / "docs" / "cms" / "wordpress" / "backfile-blocks.php"
PAUSE = Event()  # never set: asks again only after a moment


@dataclass(frozen=True, slots=True)
class WordPress:
    """A WordPress that runs.

    Attributes
    ----------
    address : str
        Where it answers, without a slash at the end.
    folder : Path
        Its files.
    environment : dict of str to str
        What its programs are told.
    """

    address: str
    folder: Path
    environment: dict[str, str]

    def run(self, script: Path | str, *words: str, given: bytes = b"") -> str:
        """Run a script, or PHP inside this WordPress, and return what it prints."""
        if isinstance(script, str):
            start = f"define('WP_USE_THEMES', false); require '{self.folder}/wp-load.php';"
            command = [_php(), "-r", start + script]
        else:
            command = [_php(), str(script), str(self.folder), *words]
        done = subprocess.run(
            command, input=given, env=self.environment, capture_output=True, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        assert not done.stderr, done.stderr.decode()
        return done.stdout.decode()


def _php() -> str:
    return shutil.which("php") or "php"


def missing() -> str:
    """Name what is not installed of what it needs, empty when all is there."""
    programs = ("php", "mariadbd", "mariadb")
    wanted = {program: shutil.which(program) for program in programs}
    wanted["wordpress"] = str(WORDPRESS) if (WORDPRESS / "wp-load.php").exists() else None
    theme = WORDPRESS / "wp-content" / "themes" / THEME
    wanted[f"wordpress-theme-{THEME}"] = str(theme) if theme.exists() else None
    return ", ".join(name for name, found in wanted.items() if not found)


@contextmanager
def running_wordpress(articles: bytes) -> Iterator[WordPress]:
    """Run a WordPress whose posts are these articles (JSON Lines), with the plugin at work."""
    if missing():
        pytest.skip(f"not installed, and needed to run a WordPress: {missing()}")
    # Not below pytest's folder, whose path is longer than a socket's may be.
    with tempfile.TemporaryDirectory(prefix="backfile-") as name:
        folder = Path(name)
        files = _files(folder / "wordpress")
        socket = folder / "socket"
        environment = {
            "PATH": os.environ["PATH"],
            "WORDPRESS_SOCKET": str(socket),
            "WORDPRESS_HOST": "127.0.0.1",
        }
        with _database(folder, socket), _server(files, environment) as address:
            environment["WORDPRESS_HOST"] = address.removeprefix("http://")
            wordpress = WordPress(address, files, environment)
            wordpress.run(HERE / "install.php", given=articles)
            yield wordpress


def _files(folder: Path) -> Path:
    """Put a WordPress into a folder, with our plugin in it."""
    shutil.copytree(WORDPRESS, folder, symlinks=True, ignore=shutil.ignore_patterns("wp-config*"))
    shutil.copy(HERE / "wp-config.php", folder)
    plugins = folder / "wp-content" / "plugins"
    plugins.mkdir(exist_ok=True)
    shutil.copy(PLUGIN, plugins)
    return folder


@contextmanager
def _database(folder: Path, socket: Path) -> Iterator[None]:
    """Run a MariaDB that keeps nothing of its own: no users, no log of transactions."""
    data = folder / "data"
    data.mkdir()
    command = [
        "mariadbd",
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={socket}",
        f"--log-error={folder / 'mariadb.log'}",
        "--skip-networking",
        "--open-files-limit=1024",
        "--skip-grant-tables",
        "--skip-innodb",
        "--default-storage-engine=Aria",
        *(["--user=root"] if os.geteuid() == 0 else []),
    ]
    with subprocess.Popen(command) as server:
        try:
            ask = ["mariadb", "--no-defaults", f"--socket={socket}", "-e"]
            deadline = time.monotonic() + 30
            while subprocess.run(
                [*ask, "CREATE DATABASE wordpress"], capture_output=True, check=False
            ).returncode:
                log = folder / "mariadb.log"
                assert time.monotonic() < deadline, log.read_text() if log.exists() else "no log"
                assert server.poll() is None, log.read_text()
                PAUSE.wait(0.05)
            yield
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def _server(files: Path, environment: dict[str, str]) -> Iterator[str]:
    """Serve the pages with PHP's own server and give their address."""
    log = files.parent / "php.log"
    command = [_php(), "-q", "-S", "127.0.0.1:0", "-t", str(files), str(HERE / "router.php")]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            deadline = time.monotonic() + 30
            while not (said := re.search(r"http://[\d.:]+", log.read_text())):
                assert time.monotonic() < deadline, log.read_text()
                PAUSE.wait(0.05)
            yield said[0]
        finally:
            server.terminate()
            server.wait(30)
