"""The commands that ask the archive: search and related."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TextIO, get_args

import click
from rich.text import Text

from recommender.anchors import Anchor
from recommender.drafts import Draft, DraftLinks, Link
from recommender.recipes import CHAIN, ONLY_SIMILAR
from recommender.related import (
    MAXIMUM_HALF_LIFE,
    MAXIMUM_RELATED,
    MINIMUM_HALF_LIFE,
)
from recommender.related import Mode as RelatedMode
from recommender.shelf import BlockItem, Reason
from search.engine import (
    CorrectedQuery,
    Match,
    Mode,
    NameVariants,
    SearchAnswer,
    SearchRequest,
    Sort,
    Synonyms,
)
from search.grammar import PARTS, rules
from search.reason import Reason as ScorePart
from web.answers import related_answer, search_answer
from web.best_bets import best_bets
from web.blocks.reasons import reason_text
from web.cli.answering import answering
from web.cli.exporting import export_hits
from web.cli.home import Home, pass_home
from web.cli.output import marked, print_json, print_text
from web.formatting import counted
from web.link_answers import text_answer
from web.locales import day
from web.parameters import (
    DAYS,
    RelatedParameters,
    SearchParameters,
    related_request,
    search_request,
)

NOTHING = "No article is close enough; --minimum-score 0 lists even distant ones."
DAY = click.DateTime(["%Y-%m-%d"])
mode_option = click.option(
    "--mode",
    type=click.Choice(get_args(Mode)),
    default="exact",
    show_default=True,
    help="Whether words that the best articles share are searched, too.",
)


def grammar_help() -> str:
    """Return everything that can be written in a query, for the end of a help text."""
    lines: list[str] = []
    for part in PARTS:
        lines += ["", "\b", f"{part}:"]
        for rule in rules(part):
            first, *others = textwrap.wrap(rule.meaning, 44)
            lines.append(f"  {rule.example():<30}  {first}")
            lines += [f"{'':34}{line}" for line in others]
    return "\n".join(lines)


@click.command(epilog=grammar_help())
@click.argument("query", default="")
@click.option(
    "--sort",
    type=click.Choice(get_args(Sort)),
    default="relevance",
    show_default=True,
    help="What comes first.",
)
@click.option(
    "--match",
    type=click.Choice(get_args(Match)),
    default="any",
    show_default=True,
    help="Whether any or all of the plain words must be there.",
)
@mode_option
@click.option(
    "--variants/--no-variants",
    default=True,
    help="Whether names are searched in their other spellings and words with their synonyms, too.",
    show_default=True,
)
@click.option("--section", multiple=True, help="Only this section; may be repeated.")
@click.option("--source", multiple=True, help="Only this source; may be repeated.")
@click.option("--author", multiple=True, help="Only this author; may be repeated.")
@click.option(
    "--language",
    multiple=True,
    metavar="CODE",
    help="Only this language, such as en; may be repeated.",
)
@click.option(
    "--year", multiple=True, type=click.IntRange(1, 9999), help="Only this year; likewise."
)
@click.option("--person", multiple=True, help="Only this person; may be repeated.")
@click.option("--place", multiple=True, help="Only this place; may be repeated.")
@click.option("--tag", multiple=True, help="Only this tag; may be repeated.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="The first day, such as 2011-07-01.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="The last day.")
@click.option(
    "--within", type=click.Choice(list(DAYS)), help="Only the last days: 1, 7, 30 or 365 of them."
)
@click.option("--recent", is_flag=True, help="Prefer recent articles a little.")
@click.option("--page", type=click.IntRange(1), metavar="N", default=1, help="Counted from 1.")
@click.option(
    "--size", type=click.IntRange(1), metavar="N", help="Hits on a page; otherwise the setting."
)
@click.option(
    "--exact-spelling",
    "spelling",
    flag_value="exact",
    default="repair",
    help="Search what finds nothing as it is typed, not as it was probably meant.",
)
@click.option("--explain", is_flag=True, help="Say what the score of each hit is made of.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write all hits, whole, to a .csv or .jsonl file instead.",
)
@pass_home
def search(
    home: Home,
    /,
    query: str,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
    export: Path | None,
    **options: object,
) -> None:
    """Search the archive.

    Without QUERY every article answers. What it may hold stands below, with examples that the
    sample archive answers.
    """
    parameters = SearchParameters.model_validate(
        {
            "q": query,
            "from": first.date() if first else None,
            "to": last.date() if last else None,
            "facets": as_json,
            **options,
        }
    )
    if export:
        export_hits(home, parameters, export)
        return
    request = search_request(parameters, home.settings)
    with answering(home) as served:
        answer = served.engine.search(request)
        moment = datetime.now(UTC)
        bets = best_bets(request, answer.offset, home.store, served, home.settings, moment)
    if as_json:
        print_json(search_answer(answer, request, bets))
    else:
        print_answer(answer, request)


def print_answer(answer: SearchAnswer, request: SearchRequest) -> None:
    """Print a page of hits for people."""
    for notice in answer.notices:
        print_text(notice)
    others: tuple[NameVariants | Synonyms, ...] = (*answer.variants, *answer.synonyms)
    for word in others:
        print_text(f"{word.asked} is also searched as {', '.join(word.others)}.")
    if others:
        print_text(Text("--no-variants searches only what was written.", "dim"))
    if answer.correction:
        print_text(_corrected(answer.correction, request.query))
    order = {"relevance": "the best first", "newest": "newest first", "oldest": "oldest first"}
    if not answer.total:
        print_text("No article answers this query.")
        return
    print_text(f"{counted(answer.total, 'article')}, {order[request.sort]}")
    for place, hit in enumerate(answer.hits, request.offset + 1):
        print_text()
        print_text(Text.assemble((f"{place:>4}  ", "dim"), marked(hit.marked_title)))
        facts = (day(hit.published), hit.section, hit.source, hit.id)
        print_text(Text(" · ".join(filter(None, facts)), "dim"), indent=6)
        if hit.snippet:
            print_text(marked(hit.snippet), indent=6)
        if hit.explanation:
            print_text(f"score {hit.score:.2f} =", indent=6)
            print_reasons(hit.explanation)
    shown = request.offset + len(answer.hits)
    if shown < answer.total and answer.hits:
        print_text()
        page = request.offset // request.limit + 2
        print_text(f"{answer.total - shown:,} more: --page {page}")


def _corrected(correction: CorrectedQuery, asked: str) -> str:
    """Return what is said of a query that was probably meant."""
    if correction.searched:
        return (
            f"Nothing holds “{asked}”; searched as “{correction.query}”. "
            "--exact-spelling searches what was typed."
        )
    return f"Did you mean “{correction.query}”? {counted(correction.total, 'article')}."


def print_reasons(reasons: Iterable[ScorePart]) -> None:
    """Print what a score is made of."""
    for reason in reasons:
        text = f"{reason.text} ({', '.join(reason.words)})" if reason.words else reason.text
        where = [f"{field.count} in {field.field}" for field in reason.fields]
        articles = f"{counted(reason.articles, 'article')} have it" if reason.articles else ""
        facts = (reason.kind.replace("_", " "), *where, articles)
        line = Text.assemble(
            f"{reason.score:8.2f}  {text}  ", (" · ".join(filter(None, facts)), "dim")
        )
        print_text(line, indent=6)


@click.command()
@click.argument("article_id", metavar="[ID]", required=False)
@click.option(
    "--text",
    type=click.File(encoding="utf-8", errors="replace"),
    help="A file with a text; - for stdin.",
)
@click.option(
    "--language",
    metavar="CODE",
    help="The language of the text, such as en; otherwise it is guessed.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, MAXIMUM_RELATED),
    metavar="N",
    help="How many; otherwise the setting.",
)
@click.option(
    "--minimum-score",
    type=click.FloatRange(0, 1),
    metavar="N",
    help="The least score; otherwise the setting.",
)
@click.option(
    "--mode",
    type=click.Choice(get_args(RelatedMode)),
    default="mixed",
    show_default=True,
    help="background: only earlier articles; followup: only later ones.",
)
@click.option("--any-language", is_flag=True, help="Let articles in other languages count, too.")
@click.option("--versions", is_flag=True, help="Let versions of one story stand in the list.")
@click.option(
    "--fill/--no-fill",
    default=True,
    help="Whether the list is filled up with what is not similar.",
    show_default=True,
)
@click.option(
    "--half-life",
    type=click.FloatRange(MINIMUM_HALF_LIFE, MAXIMUM_HALF_LIFE),
    metavar="DAYS",
    help="Days between two articles that halve the score; otherwise age does not matter.",
)
@click.option("--section", multiple=True, help="Only this section; may be repeated.")
@click.option(
    "--exclude", multiple=True, metavar="ID", help="Leave out this article; may be repeated."
)
@click.option(
    "--in-language",
    metavar="CODE",
    help="Only articles in this language, such as en; otherwise the article's own.",
)
@click.option(
    "--within-days",
    type=click.FloatRange(0, MAXIMUM_HALF_LIFE),
    metavar="DAYS",
    help="Only articles that appeared at most so many days before or after.",
)
@click.option("--from", "first", type=DAY, metavar="DAY", help="The first day, such as 2011-07-01.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="The last day.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@pass_home
def related(
    home: Home,
    /,
    article_id: str | None,
    text: TextIO | None,
    language: str | None,
    versions: bool,
    fill: bool,
    first: datetime | None,
    last: datetime | None,
    as_json: bool,
    **options: object,
) -> None:
    """List what belongs beside an article or a text.

    Beside an article the list is filled up with what goes on with the story, and with the newest of
    the section and of all; every entry says why it stands there.

    Of a text, the articles in whose lists it would stand are listed, too: they should link to it.
    For each link the words are given on which it is to be set, where there are good ones.
    """
    if (article_id is None) == (text is None):
        raise click.UsageError("Give either the ID of an article or --text FILE.")
    parameters = RelatedParameters.model_validate(
        {
            "from": first.date() if first else None,
            "to": last.date() if last else None,
            "versions": versions or text is not None,
            **options,
        }
    )
    request = related_request(parameters, home.settings)
    with answering(home) as served:
        if text is not None:
            draft = Draft(text=text.read(), language=language, published=datetime.now(UTC))
            links = served.drafts.links(draft, request, places=home.settings.related_limit)
            print_links(links, as_json=as_json)
            return
        article, chain = served.plain(str(article_id)), CHAIN if fill else ONLY_SIMILAR
        with served.deciding(datetime.now(UTC)) as basis:
            items = served.blocks.related(article, request, basis, chain=chain)
        others = served.versions(article.id)
    if as_json:
        print_json(related_answer(items, versions=others))
        return
    if not items:
        print_text(NOTHING)
    print_related(items)
    if others:
        print_text()
        print_text("Versions of the same story:")
        print_text()
        print_related([BlockItem(other, Reason.SIMILAR) for other in others])


def print_links(links: DraftLinks, *, as_json: bool) -> None:
    """Print what a text should link to and what should link to it."""
    if as_json:
        print_json(text_answer(links))
        return
    if not links.related:
        print_text(NOTHING)
    print_links_of(links.related)
    if links.entered:
        print_text()
        print_text("Should link to it:")
        print_text()
        print_links_of(links.entered)


def print_links_of(links: Sequence[Link]) -> None:
    """Print articles that are to be linked, and on which words."""
    print_related(
        [BlockItem(link.article, Reason.SIMILAR) for link in links],
        [link.anchor for link in links],
    )


def print_related(items: Sequence[BlockItem], anchors: Sequence[Anchor | None] = ()) -> None:
    """Print related articles for people, and on which words they are to be linked."""
    for place, (item, anchor) in enumerate(zip_longest(items, anchors)):
        if place:
            print_text()
        article = item.article
        score = f"{article.score:4.2f}" if article.score else "    "
        print_text(Text.assemble((f"{score}  ", "dim"), article.title))
        copies = f"and {counted(article.copies, 'version')} of it" if article.copies else ""
        facts = (day(article.published), article.section, article.id, copies)
        print_text(Text(" · ".join(filter(None, facts)), "dim"), indent=6)
        if item.reason is Reason.SIMILAR:
            print_text("shares: " + ", ".join(article.terms), indent=6)
        else:
            print_text(reason_text(item.reason, article), indent=6)
        if anchor:
            where = f" (paragraph {anchor.paragraph})" if anchor.paragraph else ""
            print_text(f"link on: {anchor.text}{where}", indent=6)
