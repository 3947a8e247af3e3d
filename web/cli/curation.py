"""The commands for what editors decide: choice, pins, audit. They say and undo; pages do more."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
from pydantic import TypeAdapter

from articles.audit import COMMAND_LINE, AuditEntry, AuditKind, span_words
from articles.curation import EVERYWHERE, Choice, Pin, PinKind, Span
from articles.curation_edits import (
    ChoiceEdit,
    PinsEdit,
    moment_of,
    order_picks,
    pick,
    pin,
    unpick,
    unpin,
)
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_table, print_text

BY = COMMAND_LINE
"""Who has made an edit here, as the audit log names it: no user can be called so."""

section_option = click.option(
    "--section", default=EVERYWHERE, help="The section; otherwise the whole archive."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
from_option = click.option("--from", "begins", help="From when it holds, such as 2011-07-11T09:00.")
until_option = click.option("--until", "ends", help="Until when it holds, likewise in UTC.")


@click.group()
def choice() -> None:
    """Say and change what editors put forward."""


@choice.command("list")
@click.argument("section", required=False)
@json_option
@pass_home
def list_choices(home: Home, section: str | None, as_json: bool) -> None:
    """List the picks of all sections, or of one."""
    curation = home.store.curation.read()
    names = sorted(curation.choices) if section is None else [section]
    choices = [curation.choice(name) for name in names]
    if as_json:
        print_json(_plain(list[Choice], choices))
    elif any(one.picks for one in choices):
        rows = [
            (
                one.section or "(whole archive)",
                str(place),
                picked.article_id,
                span_words(picked.span),
            )
            for one in choices
            for place, picked in enumerate(one.picks, 1)
        ]
        print_table(("section", "place", "article", "holds"), rows, left=4)
    else:
        print_text("Nothing is picked.")


@choice.command()
@click.argument("article")
@section_option
@from_option
@until_option
@click.option("--first", is_flag=True, help="Before the other picks instead of behind them.")
@pass_home
def add(
    home: Home, article: str, section: str, begins: str | None, ends: str | None, first: bool
) -> None:
    """Pick an article, by its id."""
    _change_choice(home, section, pick(article, _span(begins, ends), first=first))


@choice.command()
@click.argument("article")
@section_option
@pass_home
def remove(home: Home, article: str, section: str) -> None:
    """Pick an article no more."""
    _change_choice(home, section, unpick(article))


@choice.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@section_option
@pass_home
def order(home: Home, articles: Sequence[str], section: str) -> None:
    """Put the picks into an order, which names each of them once."""
    _change_choice(home, section, order_picks(articles))


@click.group()
def pins() -> None:
    """Say and change what is pinned and hidden beside articles."""


@pins.command("list")
@click.argument("article", required=False)
@json_option
@pass_home
def list_pins(home: Home, article: str | None, as_json: bool) -> None:
    """List what is pinned and hidden, beside all articles or beside one."""
    decided = home.store.curation.read().pins
    names = sorted(decided) if article is None else [article]
    found = [one for name in names for one in decided.get(name, ())]
    if as_json:
        print_json(_plain(list[Pin], found))
    elif found:
        rows = [
            (
                one.article_id or "(every article)",
                one.kind.value,
                one.target_id,
                span_words(one.span),
            )
            for one in found
        ]
        print_table(("beside", "what", "article", "holds"), rows, left=4)
    else:
        print_text("Nothing is pinned or hidden.")


@pins.command("pin")
@click.argument("article")
@click.argument("target")
@from_option
@until_option
@pass_home
def pin_beside(home: Home, article: str, target: str, begins: str | None, ends: str | None) -> None:
    """Let TARGET always stand beside ARTICLE, as its last pin."""
    _change_pins(home, article, pin(article, target, PinKind.PIN, _span(begins, ends)))


@pins.command()
@click.argument("target")
@click.option("--beside", default=EVERYWHERE, help="The article; otherwise in no block at all.")
@from_option
@until_option
@pass_home
def hide(home: Home, target: str, beside: str, begins: str | None, ends: str | None) -> None:
    """Let TARGET stand in no block, or never beside one article."""
    _change_pins(home, beside, pin(beside, target, PinKind.HIDE, _span(begins, ends)))


@pins.command("remove")
@click.argument("target")
@click.option("--beside", default=EVERYWHERE, help="The article; otherwise what holds everywhere.")
@pass_home
def remove_pin(home: Home, target: str, beside: str) -> None:
    """Neither pin nor hide TARGET any more."""
    _change_pins(home, beside, unpin(target))


@click.command()
@click.option("--user", default="", help="Only what this user did.")
@click.option("--about", default="", help="Only what was done to this section or article.")
@click.option("--kind", type=click.Choice([kind.value for kind in AuditKind]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, help="How many, at most.")
@json_option
@pass_home
def audit(home: Home, user: str, about: str, kind: str | None, limit: int, as_json: bool) -> None:
    """Say who changed what of choices, pins, best bets, words, keys and articles.

    The newest change stands first.
    """
    wanted = AuditKind(kind) if kind else None
    entries = home.store.audit.entries(user=user, about=about, kind=wanted, limit=limit)
    if as_json:
        print_json(_plain(list[AuditEntry], entries))
    elif entries:
        for one in entries:
            print_text(f"{moment(one.at)}  {one.user}, {_where(one)}")
            print_text(_words(one), indent=4)
    else:
        print_text("No such change is in the log.")


def _change_choice(home: Home, section: str, edit: ChoiceEdit) -> None:
    kept = home.store.curation.change_choice(section, edit, by=BY, now=datetime.now(UTC))
    words = ", ".join(one.article_id for one in kept.picks) or "nothing"
    print_text(f"Picked for {section or 'the whole archive'}: {words}.")


def _change_pins(home: Home, article: str, edit: PinsEdit) -> None:
    kept = home.store.curation.change_pins(article, edit, by=BY, now=datetime.now(UTC))
    where = f"beside {article}" if article else "everywhere"
    for kind, words in ((PinKind.PIN, "Pinned"), (PinKind.HIDE, "Hidden")):
        ids = [one.target_id for one in kept if one.kind is kind]
        if article or kind is PinKind.HIDE:
            print_text(f"{words} {where}: {', '.join(ids) or 'nothing'}.")


def _span(begins: str | None, ends: str | None) -> Span:
    return Span(moment_of(begins or ""), moment_of(ends or ""))


def _where(entry: AuditEntry) -> str:
    if entry.kind is AuditKind.CHOICE:
        return entry.subject or "the whole archive"
    if entry.kind is AuditKind.BEST_BETS:
        return f"for the query {entry.subject}"
    if entry.kind is AuditKind.WORDS:
        return "word lists"
    if entry.kind is not AuditKind.PINS:
        return entry.subject or "several"
    return f"beside {entry.subject}" if entry.subject else "beside every article"


def _words(entry: AuditEntry) -> str:
    """Return what was done, and what it was before where there was anything."""
    done = f"{entry.action} {entry.target}".rstrip()
    changed = " -> ".join(part for part in (entry.before, entry.after) if part)
    return f"{done}: {changed}" if changed else done


def _plain(kind: Any, values: Any) -> Any:
    return TypeAdapter(kind).dump_python(values, mode="json")
