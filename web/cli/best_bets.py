"""The commands of best bets and redirects: list, add, redirect, remove."""

from datetime import UTC, datetime

import click
from pydantic import TypeAdapter

from articles.audit import span_words
from articles.best_bets import Bet, BetKind, BetsEdit, place, query_of
from articles.best_bets import remove as removed
from articles.curation import Span
from articles.curation_edits import moment_of
from web.cli.curation import BY, from_option, json_option, until_option
from web.cli.home import Home, pass_home
from web.cli.output import print_json, print_table, print_text
from web.redirects import checked_address

MOST_QUERIES = 10_000


@click.group(name="best-bets")
def best_bets() -> None:
    """Say and change what stands first for a query.

    And where a query leads, which are its redirects.
    """


@best_bets.command("list")
@click.argument("query", required=False)
@json_option
@pass_home
def list_bets(home: Home, query: str | None, as_json: bool) -> None:
    """List what is decided about all queries, or about one."""
    store = home.store.best_bets
    groups = store.listed(limit=MOST_QUERIES) if query is None else [store.of(query_of(query))]
    found = [bet for bets in groups for bet in bets]
    if as_json:
        print_json(TypeAdapter(list[Bet]).dump_python(found, mode="json"))
    elif found:
        rows = [(bet.query, bet.kind.value, bet.target, span_words(bet.span)) for bet in found]
        print_table(("query", "what", "target", "holds"), rows, left=4)
    else:
        print_text("Nothing is decided about a query.")


@best_bets.command()
@click.argument("query")
@click.argument("article")
@from_option
@until_option
@click.option("--first", is_flag=True, help="Before the other best bets instead of behind them.")
@pass_home
def add(
    home: Home, query: str, article: str, begins: str | None, ends: str | None, first: bool
) -> None:
    """Put ARTICLE first where readers search for QUERY."""
    span = _span(begins, ends)
    _change(home, query, place(query_of(query), BetKind.ARTICLE, article, span, first=first))


@best_bets.command()
@click.argument("query")
@click.argument("address")
@from_option
@until_option
@pass_home
def redirect(home: Home, query: str, address: str, begins: str | None, ends: str | None) -> None:
    """Send readers who search for QUERY to ADDRESS, a path or an address of the site."""
    span, target = _span(begins, ends), checked_address(address, home.settings)
    _change(home, query, place(query_of(query), BetKind.REDIRECT, target, span))


@best_bets.command()
@click.argument("query")
@click.argument("target")
@pass_home
def remove(home: Home, query: str, target: str) -> None:
    """Decide no more about TARGET, an article or an address, for QUERY."""
    _change(home, query, removed(target))


def _change(home: Home, query: str, edit: BetsEdit) -> None:
    kept = home.store.best_bets.change(query, edit, by=BY, now=datetime.now(UTC))
    words = ", ".join(bet.target for bet in kept) or "nothing"
    print_text(f"Decided for {query_of(query)}: {words}.")


def _span(begins: str | None, ends: str | None) -> Span:
    return Span(moment_of(begins or ""), moment_of(ends or ""))
