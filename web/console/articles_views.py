"""The views of articles: their list, the page of one, and what is decided about it."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from articles.curation_edits import CurationError
from articles.publishing import PublishingError, StalePublishingError
from index.publish import NoGenerationError
from web.console.article_page import (
    ArticleParameters,
    article_page,
    change_page,
    stale_words,
    wanted_publishing,
)
from web.console.articles_page import ArticlesParameters, articles_page
from web.console.pins_page import require_article
from web.console.session import now
from web.console.views import console, user_name
from web.served import Served
from web.serving import served, serving
from web.standing import reader_words


@console.get("/articles")
def articles(query: ArticlesParameters) -> str:
    """Find articles, public or not."""
    page = articles_page(query, serving().store, now())
    return render_template("console/articles.html", page=page)


@console.get("/articles/article")
def article(query: ArticleParameters) -> str:
    """Show one article, and how it stands."""
    known = require_article(query.id)
    page = article_page(query, known, serving().store, served_or_none(), now())
    return render_template("console/one_article.html", page=page)


@console.post("/articles/article")
def change_article(query: ArticleParameters) -> AnyResponse | str:
    """Show what a decision changes; when it is confirmed, make it."""
    known, form = require_article(query.id), request.form
    try:
        if "confirmed" not in form:
            page = change_page(query, known, form, now())
            return render_template("console/article_change.html", page=page)
        wanted = wanted_publishing(known, form)
        kept = serving().store.publishing.change(
            known.id, wanted, by=user_name(), now=now(), seen=form.get("seen", "")
        )
    except StalePublishingError as error:
        words = stale_words(error, form.get("seen", ""), known.id, serving().store)
        flash(f"This was not done: {words}. Look at how it stands now, and do it again.", "refused")
    except (CurationError, PublishingError) as error:
        flash(f"This was not done: {error}.", "refused")
    else:
        flash(f"This is done. {reader_words(kept, None, now())}")
    return redirect(query.address(), 303)


def served_or_none() -> Served | None:
    """Return what is served, None before the first rebuild."""
    try:
        return served()
    except NoGenerationError:
        return None
