"""The shape of the project: its folders, the direction of imports, what a wheel holds."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("articles", "index", "search", "recommender", "web")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.is_file()
)
names = {"ids": lambda path: str(path.relative_to(ROOT))}


def test_imports_go_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_folder_stands_in_the_tour():
    headings = re.findall(r"^## .*$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    toured = {
        folder.rstrip("/") for line in headings for folder in re.findall(r"\]\((.+?)\)", line)
    }
    folders = {str(path.parent.relative_to(ROOT)) for path in MODULES}
    folders |= {"web/templates", "web/static", "articles/sample", "tests", "benchmarks", "docs"}
    assert folders - {"articles/migrations/versions"} <= toured
    assert all(line.endswith("?") for line in headings)


@pytest.mark.parametrize("folder", [*PACKAGES, "tests", "benchmarks"])
def test_every_package_says_what_may_never_be_in_it(folder):
    # What stands under further headings is for reference, such as the measured figures.
    lines = (ROOT / folder / "README.md").read_text().partition("\n\n## ")[0].splitlines()
    assert 5 <= len(lines) <= 10
    assert any(line.startswith("Never here: ") for line in lines)


@pytest.mark.parametrize("path", MODULES, **names)
def test_a_module_is_small_and_holds_no_leftovers(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert path.stem not in ("utils", "helpers", "common")
    nodes = list(ast.walk(ast.parse(text)))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {name.partition(".")[0] for name in modules}
    assert not imported & {"pickle", "_pickle", "marshal", "shelve", "dill", "joblib"}
    if path.name == "__init__.py":
        allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign)
        assert all(isinstance(node, allowed) for node in ast.parse(text).body)


def test_the_wheel_holds_every_file_of_the_packages(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("backfile-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= held
    for kind in ("web/templates/*.html", "web/static/*.css", "articles/sample/*.jsonl"):
        assert any(Path(name).match(kind) for name in held), kind
    assert any(name.startswith("articles/migrations/versions/") for name in held)
    assert not any(name.startswith(("tests/", "docs/", "benchmarks/")) for name in held)


def test_the_lock_files_pin_every_package_by_hash_and_name_no_host():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for file in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / file).read_text()
        assert "://" not in text
        pins = re.split(r"\n(?=\S)", text.partition("make lock\n")[2].strip())
        assert all(re.match(r"[a-z0-9.-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)
        pinned = {pin.partition("==")[0] for pin in pins}
        wanted = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]}
        assert wanted | {"hatchling"} <= pinned


def test_the_licence_is_that_of_the_distribution():
    assert importlib.metadata.version("backfile") == "0.1.0"
    assert (ROOT / "LICENSE").read_text().startswith("BSD 3-Clause License")
