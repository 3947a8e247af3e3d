"""Write what is generated in the documents, or check that it is what the code says.

In a block marked ``console`` the lines that begin with ``$`` are commands. They are run one after
the other in a folder that holds the files of `examples` and, in ``backfile-home``, the sample
archive, and what they answer is put below them; ``curl`` asks the application itself, and
``< FILE`` at the end of a command of ours is its standard input.
Between ``<!-- generated: settings -->`` and ``<!-- end -->`` stands a table made from the code.

Usage: ``python docs/generate.py [--check]``
"""

import argparse
import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from types import UnionType
from typing import get_args

from click.testing import CliRunner

from articles.importers.field_names import USUAL_NAMES
from search.grammar import PARTS, rules
from web.app import create_app
from web.cli.program import backfile
from web.settings import Settings, load_settings
from web.site_settings import PREFIX

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SHOWN_HOME = "/srv/courier"
"""What stands in the documents for the folder the commands were run in."""

CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
GENERATED = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    r"|[\d,.]+ (?:s\b|ms\b|articles a second|[a-z]+ a second|bytes|kB|MB)"
    r'|"(?:seconds|articles_a_second|bytes|created|last_change)": [^,\n]+'
    r'|"(?:receipt|request_id)": "[^"]+"'
    r"|(?<=\d\.\d{3})\d+|\s+"
)
"""What differs between two runs on one archive: times, sizes, ids, last digits of scores."""


def main() -> int:
    """Generate or check all pages; return the exit status."""
    parser = argparse.ArgumentParser(description="Generate what the documents show of the program.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    check = parser.parse_args().check
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]
    stale = 0
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder, "sample")
        run(["--home", str(sample), "demo", "--no-serve"])
        for page in PAGES:
            before = page.read_text(encoding="utf-8")
            work = Path(folder, page.stem)
            shutil.copytree(ROOT / "docs" / "examples", work)
            shutil.copytree(sample, work / "backfile-home")
            with chdir(work):
                after = generated(before, work)
            if settled(before) == settled(after):
                continue
            stale += 1
            if check:
                print(f"{page.relative_to(ROOT)} is not what the program says; run `make docs`")
                changes = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="")
                print(*list(changes)[:60], sep="\n")
            else:
                page.write_text(after, encoding="utf-8")
                print(f"wrote {page.relative_to(ROOT)}")
    return 1 if check and stale else 0


def generated(text: str, work: Path) -> str:
    """Return a page with its generated parts made anew."""
    text = CONSOLE.sub(lambda block: answered(block[0], work), text)
    tables = {
        "settings": settings_table,
        "field names": field_names_table,
        "grammar": grammar_tables,
    }
    return GENERATED.sub(lambda part: part[1] + tables[part[2]](), text)


def settled(text: str) -> str:
    """Return a page without what differs from run to run."""
    return VOLATILE.sub(" ", text)


PROGRESS = re.compile(r"^ *\d+%  .*\n", re.MULTILINE)
"""What a long rebuild says of itself meanwhile, which is there on a slow machine only."""


def answered(block: str, work: Path) -> str:
    """Return the commands of a console block with what each of them answers."""
    commands = re.findall(r"^\$ (.*(?:\\\n.*)*)", block, re.MULTILINE)
    parts = (f"$ {command}\n{answer(command, work)}" for command in commands)
    return "\n".join(part.rstrip() + "\n" for part in parts)


def answer(command: str, work: Path) -> str:
    """Return what a command prints, on standard output and standard error."""
    name, *words = shlex.split(command)
    if name == "backfile":
        given = Path(words.pop()).read_text(encoding="utf-8") if "<" in words[:-1] else None
        text = run([word for word in words if word != "<"], given)
    elif name == "curl":
        text = call(words)
    else:
        text = subprocess.check_output(["bash", "-c", command], text=True)
    return text.replace(str(work), SHOWN_HOME)


def run(words: list[str], given: str | None = None) -> str:
    """Return what `backfile` prints; an unforeseen error is raised."""
    result = CliRunner().invoke(backfile, ["--debug", *words], input=given, prog_name="backfile")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return PROGRESS.sub("", result.output)


def call(words: list[str]) -> str:
    """Return what the API answers to a call of ``curl``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-i", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("url")
    asked = parser.parse_args(words)
    app = create_app(load_settings())
    with app.test_client() as client:
        if asked.json:
            reply = client.post(asked.url, data=asked.json, content_type="application/json")
        else:
            reply = client.get(asked.url)
        head = f"HTTP/1.1 {reply.status}\nContent-Type: {reply.content_type}\n\n" if asked.i else ""
        whole = (
            json.dumps(reply.json, ensure_ascii=False, indent=2) if reply.is_json else reply.text
        )
        body = head + whole.removeprefix("\ufeff")
    app.extensions["backfile"].close()
    return body


def settings_table() -> str:
    """Return every setting as a table."""
    kinds = {
        "str": "text",
        "int": "whole number",
        "float": "number",
        "Path": "folder",
        "SecretStr": "text",
        "Literal": "text",
        "bool": "true or false",
        "date": "day",
        "dict": "table",
        "tuple": "list",
    }
    rows = [
        "| setting | environment variable | type | default | what it is |",
        "|---|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        alternatives = field.annotation if isinstance(field.annotation, UnionType) else None
        one = get_args(alternatives)[0] if alternatives else field.annotation
        kind = kinds[one.__name__ if one else "str"]
        plain = field.default not in ({}, (), None) and str(field.default)
        default = f"`{field.default}`" if plain else "empty"
        variable = (PREFIX + name).upper()
        rows.append(f"| `{name}` | `{variable}` | {kind} | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def field_names_table() -> str:
    """Return the usual names of every field as a table."""
    rows = ["| field | usual names |", "|---|---|"]
    rows += (f"| `{ours}` | {', '.join(names)} |" for ours, names in USUAL_NAMES.items())
    return "\n".join(rows) + "\n"


def grammar_tables() -> str:
    """Return everything that can be written in a query, a table for each heading."""
    parts = []
    for part in PARTS:
        rows = [f"**{part}**", "", "| written | finds articles with |", "|---|---|"]
        rows += (f"| `{rule.example()}` | {rule.meaning} |" for rule in rules(part))
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
