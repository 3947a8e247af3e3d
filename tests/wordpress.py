"""A WordPress of the tests' own: its database on a socket, its pages on a port of this machine."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.php_server import PAUSE, php, running_php

WORDPRESS = Path("/usr/share/wordpress")
MARIADB = Path("/usr/sbin/mariadbd")  # not on everybody's path
THEME = "twentytwentythree"
ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "cms"
PLUGIN = ROOT / "docs" / "cms" / "wordpress" / "backfile-blocks.php"


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
            command = [php(), "-r", start + script]
        else:
            command = [php(), str(script), str(self.folder), *words]
        done = subprocess.run(
            command, input=given, env=self.environment, capture_output=True, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        assert not done.stderr, done.stderr.decode()
        return done.stdout.decode()


def missing() -> str:
    """Name the packages that are needed and not installed, empty when all are."""
    wanted = {
        "php-cli": shutil.which("php"),
        "mariadb-server-core": MARIADB.exists(),
        "mariadb-client-core": shutil.which("mariadb"),
        "wordpress": (WORDPRESS / "wp-load.php").exists(),
        f"wordpress-theme-{THEME}": (WORDPRESS / "wp-content" / "themes" / THEME).exists(),
    }
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
        with (
            _database(folder, socket),
            running_php(files, HERE / "router.php", environment, folder / "php.log") as address,
        ):
            environment["WORDPRESS_HOST"] = address.removeprefix("http://")
            wordpress = WordPress(address, files, environment)
            wordpress.run(HERE / "install.php", given=articles)
            yield wordpress


def _files(folder: Path) -> Path:
    """Put a WordPress into a folder, with our plugin in it."""
    # Links are followed, as those of a package lead out of its folder.
    unwanted = shutil.ignore_patterns(".htaccess", "wp-config*", "plugins", "languages")
    shutil.copytree(WORDPRESS, folder, ignore=unwanted)
    shutil.copy(HERE / "wp-config.php", folder)
    plugins = folder / "wp-content" / "plugins"
    plugins.mkdir()
    shutil.copy(PLUGIN, plugins)
    return folder


@contextmanager
def _database(folder: Path, socket: Path) -> Iterator[None]:
    """Run a MariaDB that keeps nothing of its own: no users, no log of transactions."""
    data = folder / "data"
    data.mkdir()
    command = [
        str(MARIADB),
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={socket}",
        f"--log-error={folder / 'mariadb.log'}",
        "--skip-networking",
        "--table-open-cache=200",
        "--max-connections=20",
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
