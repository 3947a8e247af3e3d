"""Documents cannot lie: what is generated is up to date, what is linked is there."""

import doctest
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from articles.importers.kinds import SOURCES, ZIP
from articles.importers.opening import COMPRESSIONS
from web.cli.program import COMMANDS
from web.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("articles", "index", "search", "recommender", "web")
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md"))
    if ".venv" not in page.parts
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_generated_parts_are_what_the_program_says():
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if not link.startswith(("https://", "http://")):
            assert (page.parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help_and_an_example(name):
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert f"$ backfile {name} --help\n" in part
    assert re.search(rf"^(\$ )?backfile (--home \S+ )?{name}(?! --help)", part, re.MULTILINE)


def test_every_kind_of_file_is_documented():
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    assert all(f"`{end}`" in page for end in (*SOURCES, *COMPRESSIONS, ZIP))


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` | `BACKFILE_{name.upper()}` |" in page
        assert field.description in page


def test_every_word_of_the_glossary_has_one_sentence():
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)[1:]
    words = [word for word, _ in rows]
    assert len(words) == len(set(words))
    assert {"archive", "article", "source", "section", "token", "term", "posting"} <= set(words)
    assert {"segment", "generation", "query", "hit", "facet", "block", "pin"} <= set(words)
    assert {"related article", "editor's choice", "popular"} <= set(words)
    for word, meaning in rows:
        if word != "word" and not word.startswith("-"):
            assert meaning.count(". ") == 0, word
            assert meaning.endswith("."), word


def modules():
    """Return the name of every module that can be imported without doing anything."""
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    parts = (path.relative_to(ROOT).with_suffix("").parts for path in paths)
    return sorted(".".join(part) for part in parts if not {"migrations", "__main__"} & set(part))


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_are_true(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert not failed


def test_the_changelog_has_what_is_not_released():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## Unreleased$", text, re.MULTILINE)


def test_decisions_are_numbered_without_gaps():
    records = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        for heading in ("Context", "Options", "Outcome"):
            assert f"\n## {heading}\n" in text, path.name
