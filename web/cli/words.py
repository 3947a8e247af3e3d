"""The commands of word lists: what is prepared, what it would change, and letting it go live."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import TypeAdapter

from articles.word_list_files import LARGEST, read_lines, written
from articles.word_list_store import Edition, WordDraft
from articles.word_lists import (
    WordKind,
    WordLine,
    WordListError,
    WordsEdit,
    added,
    imported,
    line_of,
    removed,
)
from index.publish import NoGenerationError
from search.word_checks import WordChecker, checked
from web.cli.answering import answering
from web.cli.curation import BY, json_option
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_table, print_text
from web.formatting import counted
from web.word_preview import ComparedQuery, WordPreview, most_asked, preview

KIND = click.Choice([kind.value for kind in WordKind])
language_option = click.option(
    "--language", default="", metavar="CODE", help="The language whose words these are."
)
live_option = click.option("--live", is_flag=True, help="What is live, not the draft.")


@click.group()
def words() -> None:
    """Say and change synonyms, stop words and names in several spellings.

    Changes are made in a draft. Searches use it when it goes live.
    """


@words.command("list")
@live_option
@json_option
@pass_home
def list_words(home: Home, live: bool, as_json: bool) -> None:
    """List the lines of the draft, or of what is live."""
    draft = home.store.word_lists.draft()
    lines = draft.live.lines if live else draft.lines
    if as_json:
        print_json(TypeAdapter(list[WordLine]).dump_python(list(lines), mode="json"))
        return
    if lines:
        rows = [(line.kind.value, line.language or "all", line.text, line.note) for line in lines]
        print_table(("list", "language", "line", "note"), rows, left=4)
    else:
        print_text("There are no lines.")
    if draft.changed and not live:
        print_text(_changes(draft))


@words.command()
@click.argument("kind", type=KIND)
@click.argument("line")
@language_option
@click.option("--note", default="", help="Why it is there.")
@pass_home
def add(home: Home, kind: str, line: str, language: str, note: str) -> None:
    """Add LINE to the draft, such as "car, motor car" or "pm => prime minister"."""
    new = checked(line_of(WordKind(kind), line, language=language, note=note))
    now = datetime.now(UTC)
    _change(home, added([new], by=BY, at=now))
    with suppress(NoGenerationError), answering(home) as served:
        draft = home.store.word_lists.draft()
        for remark in WordChecker(served.generation, draft.lines).remarks(new):
            print_text(remark)


@words.command()
@click.argument("kind", type=KIND)
@click.argument("line")
@language_option
@pass_home
def remove(home: Home, kind: str, line: str, language: str) -> None:
    """Remove LINE from the draft."""
    _change(home, removed(line_of(WordKind(kind), line, language=language).key))


@words.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Remove all lines that are not in the file.")
@pass_home
def import_words(home: Home, file: Path, replace: bool) -> None:
    """Add the lines of FILE to the draft, a plain text with headings such as [synonyms]."""
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    lines = [_checked(line) for line in read_lines(data, file.name)]
    _change(home, imported(lines, by=BY, at=datetime.now(UTC), replace=replace))


@words.command("export")
@live_option
@pass_home
def export_words(home: Home, live: bool) -> None:
    """Print the draft, or what is live, as `import` reads it."""
    draft = home.store.word_lists.draft()
    click.echo(written(draft.live.lines if live else draft.lines), nl=False)


@words.command("preview")
@click.argument("queries", nargs=-1)
@json_option
@pass_home
def preview_words(home: Home, queries: tuple[str, ...], as_json: bool) -> None:
    """Say what the draft would change, for QUERIES and for what readers ask most."""
    asked = most_asked(home.store, datetime.now(UTC).date())
    with answering(home) as served:
        found = preview(served.words, home.store.word_lists.draft().lines, queries, asked)
    if as_json:
        print_json(TypeAdapter(WordPreview).dump_python(found, mode="json"))
        return
    for one in (*found.chosen, *found.asked):
        _print_compared(one)
    if not found.looked_at:
        print_text("Nothing is kept of what readers ask.")
        return
    print_text(
        f"Of the {found.looked_at:,} queries that readers asked most, {found.changing:,} would be "
        "answered differently."
    )


@words.command("go-live")
@pass_home
def go_live(home: Home) -> None:
    """Let searches use the draft, from the next request on."""
    _say(home.store.word_lists.go_live(by=BY, now=datetime.now(UTC)))


@words.command()
@pass_home
def discard(home: Home) -> None:
    """Let the draft be what is live again."""
    home.store.word_lists.discard(by=BY, now=datetime.now(UTC))
    print_text("The draft is what is live.")


@words.command()
@json_option
@pass_home
def editions(home: Home, as_json: bool) -> None:
    """List what was live before, the newest first."""
    found = home.store.word_lists.editions()
    if as_json:
        print_json(TypeAdapter(list[Edition]).dump_python(found, mode="json"))
    elif found:
        rows = [
            (str(one.number), moment(one.at) if one.at else "", one.by, f"{len(one.lines):,}")
            for one in found
        ]
        print_table(("edition", "live since", "by", "lines"), rows, left=3)
    else:
        print_text("No lists have gone live.")


@words.command()
@click.argument("edition", type=click.IntRange(1, 2**62))
@pass_home
def restore(home: Home, edition: int) -> None:
    """Let searches use an earlier EDITION again."""
    _say(home.store.word_lists.restore(edition, by=BY, now=datetime.now(UTC)))


def _checked(line: WordLine) -> WordLine:
    try:
        return checked(line)
    except WordListError as error:
        raise WordListError(f"{line.text}: {error}") from error


def _change(home: Home, edit: WordsEdit) -> None:
    draft = home.store.word_lists.change(edit, by=BY, now=datetime.now(UTC))
    print_text(_changes(draft) if draft.changed else "The draft is what is live.")


def _changes(draft: WordDraft) -> str:
    return (
        f"The draft adds {counted(len(draft.added), 'line')} and removes {len(draft.removed):,}. "
        "`backfile words go-live` lets searches use it."
    )


def _say(edition: Edition) -> None:
    print_text(f"Edition {edition.number} is live: {counted(len(edition.lines), 'line')}.")


def _print_compared(one: ComparedQuery) -> None:
    print_text(f"{one.text}: {one.total_before:,} -> {counted(one.total_after, 'article')}")
    for asked, others in one.also:
        print_text(f"{asked} is also searched as {others}.", indent=4)
    for hit in one.after:
        place = f"{hit.before:>3} -> {hit.after:<3}" if hit.before else f"new -> {hit.after:<3}"
        print_text(f"{place} {hit.title}", indent=4)
    for hit in one.before:
        if not hit.after:
            print_text(f"{hit.before:>3} -> out {hit.title}", indent=4)
