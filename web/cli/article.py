"""The command that looks at one article: show."""

from datetime import UTC, datetime
from typing import get_args

import click

from articles.article import Article, Status, is_public
from recommender.related import UnknownArticleError
from web.answers import article_answer
from web.citations import FORMATS, CitationFormat, citation_of
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json, print_text


@click.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
@click.option(
    "--cite",
    type=click.Choice(get_args(CitationFormat)),
    help="Print how it is cited: as text, for BibTeX, as RIS or as CSL-JSON.",
)
@pass_home
def show(home: Home, article_id: str, as_json: bool, cite: CitationFormat | None) -> None:
    """Show an article of the store, public or not."""
    article = home.store.get(article_id)
    if article is None:
        raise UnknownArticleError(
            f"the archive has no article with the id {article_id!r}; `backfile search` shows ids"
        )
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
