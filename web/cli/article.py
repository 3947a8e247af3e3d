"""The command that looks at one article: show."""

from datetime import UTC, datetime
from typing import get_args

import click

from articles.article import Article, Status, is_public
from recommender.related import UnknownArticleError
from web.answers import article_answer
from web.citations import FORMATS, CitationFormat, citation_of
from web.cli.answering import answering
from web.cli.finding import print_reasons
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json, print_text
from web.whys import Moment, asked_search, why_beside, why_found


@click.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
@click.option(
    "--cite",
    type=click.Choice(get_args(CitationFormat)),
    help="Print how it is cited: as text, for BibTeX, as RIS or as CSL-JSON.",
)
@click.option(
    "--why-found",
    "found_by",
    metavar="QUERY",
    help="Say why a search finds it, and where, or why it does not.",
)
@click.option(
    "--why-beside",
    "beside",
    metavar="OTHER",
    help="Say why it stands beside the article OTHER, or why it does not.",
)
@pass_home
def show(
    home: Home,
    article_id: str,
    as_json: bool,
    cite: CitationFormat | None,
    found_by: str | None,
    beside: str | None,
) -> None:
    """Show an article of the store, public or not."""
    article = known_article(home, article_id)
    if found_by is not None or beside is not None:
        print_whys(home, article, found_by, beside)
        return
    if cite:
        settings = home.settings
        citation = citation_of(article, settings.site_name, site=settings.site_url)
        click.echo(FORMATS[cite].write(citation), nl=False)
        return
    if as_json:
        print_json(article_answer(article))
        return
    print_text(article.title)
    print_text()
    print_facts(
        [
            ("Id", article.id),
            ("Readers", visibility(article, datetime.now(UTC))),
            ("Published", moment(article.published)),
            ("Updated", moment(article.updated) if article.updated else ""),
            ("First seen", moment(home.store.first_seen(article_id))),
            ("Section", article.section),
            ("Authors", ", ".join(article.authors)),
            ("Source", "; ".join((article.source, *article.additional_sources))),
            ("Tags", ", ".join(article.tags)),
            ("People", ", ".join(article.people)),
            ("Places", ", ".join(article.places)),
            ("Caption", article.caption),
            ("Language", article.language),
            ("Address", article.url),
            ("Summary", article.summary),
        ]
    )
    for paragraph in article.body:
        print_text()
        print_text(paragraph)


def known_article(home: Home, article_id: str) -> Article:
    """Return an article of the store. UnknownArticleError when there is none of that id."""
    article = home.store.get(article_id)
    if article is None:
        raise UnknownArticleError(
            f"the archive has no article with the id {article_id!r}; `backfile search` shows ids"
        )
    return article


def print_whys(home: Home, article: Article, query: str | None, other: str | None) -> None:
    """Print why an article is found, and why it stands beside another."""
    beside = None if other is None else known_article(home, other)
    with answering(home) as served:
        now, answers = datetime.now(UTC), []
        moment = Moment(served=served, store=home.store, settings=home.settings, now=now)
        if query is not None:
            answers.append(why_found(article, asked_search(query, home.settings), moment))
        if beside is not None:
            with served.deciding(now) as basis:
                answers.append(why_beside(beside, article, basis, moment))
    for place, answer in enumerate(answers):
        if place:
            print_text()
        print_text(answer.verdict)
        for detail in answer.details:
            print_text(detail, indent=2)
        print_reasons(answer.reasons)
        for number, item in enumerate(answer.shown, 1):
            print_text(f"{number}. {item}", indent=2)


def visibility(article: Article, now: datetime) -> str:
    """Return in words whether readers may see the article, and why not."""
    if is_public(article, now):
        return "may see it"
    if article.status is not Status.PUBLISHED:
        return f"may not see it: its status is {article.status}"
    if article.expires is not None and article.expires <= now:
        return f"may not see it: it expired on {moment(article.expires)}"
    comes = max(when for when in (article.published, article.embargo_until) if when is not None)
    return f"may not see it before {moment(comes)}"
