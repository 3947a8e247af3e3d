"""The two distributions of Whoosh: their sources with their tests, and their packages.

They come from the package index that pip is set up for, are held to known checksums, and are kept
in the user's cache folder, not in the project.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
PLUGIN = Path(__file__).parent / "whoosh_suite"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "backfile-tests"


@dataclass(frozen=True)
class Distribution:
    """One distribution of Whoosh.

    ``source`` and ``wheels`` are requirements of pip with checksums; without wheels the one of the
    environment is used.
    """

    name: str
    source: str
    wheels: str = ""


WHOOSH3 = Distribution(
    "whoosh3",
    "whoosh3==3.54.0 "
    "--hash=sha256:56fe72a50222ffe45066633d00e83a1f4d68bc49296d9c15ce5e8892a4e91b48",
)
RELOADED = Distribution(
    "whoosh-reloaded",
    "whoosh-reloaded==2.7.5 "
    "--hash=sha256:39ed7dfbd1fec97af33933107bdf78110728375ed0f2abb25dec6dbfdcb279d8",
    "whoosh-reloaded==2.7.5 "
    "--hash=sha256:2ab6aeeafb359fbff4beb3c704b960fd88240354f3363f1c5bdb5c2325cae80e\n"
    "cached-property==2.0.1 "
    "--hash=sha256:f617d70ab1100b7bcf6e42228f9ddcb78c676ffa167278d9f730d1c2fba69ccb\n",
)


class UnavailableError(Exception):
    """A distribution can be had neither from the cache nor from the package index."""


def sources(distribution):
    """Return the folder of a distribution's sources, with its tests."""

    def fetch(folder):
        pip("download", "--no-binary", ":all:", "--dest", folder, requirements=distribution.source)
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()

    (folder,) = cached(f"{distribution.name}-sources", fetch).iterdir()
    return folder


def package(distribution):
    """Return a folder to put in front of the import path; None for the environment's own."""
    if not distribution.wheels:
        return None

    def fetch(folder):
        pip("install", "--target", folder, requirements=distribution.wheels)

    return cached(f"{distribution.name}-package", fetch)


def cached(name, fetch):
    """Return a folder of the cache; ``fetch`` fills it when it is missing, or leaves no trace."""
    folder = CACHE / name
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            filled = Path(made) / "filled"
            filled.mkdir()
            fetch(filled)
            if not folder.is_dir():
                shutil.move(filled, folder)
    return folder


def pip(command, *options, requirements):
    """Run pip without dependencies; what it fetches must have the checksums that are given."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(requirements)
        file.flush()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"),
                *(command, *map(str, options), "--no-deps", "--require-hashes"),
                *("--requirement", file.name),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise UnavailableError(f"pip {command}: {done.stderr.strip()}")


def environment(distribution, *folders):
    """Return the environment in which ``import whoosh`` gives this distribution."""
    paths = [*filter(None, (package(distribution), *folders)), ROOT]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


class Suite:
    """A run of a distribution's own tests in the background."""

    def __init__(self, distribution, *, arrays):
        # Whoosh's tests name their temporary folders after seeded random numbers, so that two runs
        # would meet in one; and a socket's path has room for few letters.
        self._folder = tempfile.TemporaryDirectory(prefix="whoosh")
        self._report = Path(self._folder.name) / "report.xml"
        options = ["-p", "array_default", str(PLUGIN / "check_default.py")] if arrays else []
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        self._process = subprocess.Popen(
            [*command, "tests", *options, f"--junitxml={self._report}"],
            cwd=sources(distribution),
            env={
                **environment(distribution, PLUGIN if arrays else None),
                "TMPDIR": self._folder.name,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def outcomes(self):
        """Wait for the end; return for each test whether it failed."""
        output, _ = self._process.communicate()
        assert self._report.exists(), output
        found = {}
        for case in ET.parse(self._report).iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            failed = case.find("failure") is not None or case.find("error") is not None
            found[name] = found.get(name, False) or failed
        self._folder.cleanup()
        return found
