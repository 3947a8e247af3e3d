"""A PostgreSQL server of the tests' own, on a socket that nobody else reaches."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_NUMBERS = count(1)


def programs() -> Path | None:
    """Return the folder of the newest server's programs, None when there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return found[-1].parent if found else None


@contextmanager
def running_server() -> Iterator[Path]:
    """Start a server for the time of the block and give the folder of its socket."""
    folder_of_programs = programs()
    if folder_of_programs is None:
        pytest.skip("the programs of a PostgreSQL server (initdb, pg_ctl) are not installed")
    # Not below pytest's folder: as root that is closed to the user who has to run the server,
    # and its path is longer than a socket's may be.
    with tempfile.TemporaryDirectory(prefix="backfile-") as name:
        folder = Path(name)
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [folder_of_programs / program, "-D", folder / "data", *arguments],
                user=user,
                group=user,
                extra_groups=[] if user else None,
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,  # the server would hold a pipe open
            )

        run("initdb", "-U", "archive", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-k '{folder}' -h '' -c fsync=off -c max_connections=200"
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", settings)
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")


def new_database(socket: Path, options: str = "") -> str:
    """Create an empty database with these options of CREATE DATABASE and return its URL."""
    name = f"archive{next(_NUMBERS)}"
    login = f"host='{socket}' user=archive dbname=postgres"
    with psycopg.connect(login, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}".encode())
    return f"postgresql+psycopg://archive@/{name}?host={socket}"
