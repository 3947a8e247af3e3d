"""The views that say why an article is found, or stands beside another, or not."""

from flask import render_template

from web.console.articles_views import served_or_none
from web.console.pins_page import require_article
from web.console.session import now
from web.console.views import console
from web.console.whys_page import WhyParameters, beside_page, found_page
from web.serving import decided, served, serving


@console.get("/articles/found")
def why_found(query: WhyParameters) -> str:
    """Say why a search finds an article, and where, or why not."""
    article = require_article(query.id)
    page = found_page(query, article, serving(), served_or_none(), now())
    return render_template("console/why.html", page=page)


@console.get("/articles/beside")
def why_beside(query: WhyParameters) -> str:
    """Say why another article stands beside one, or why not."""
    article = require_article(query.id)
    page = beside_page(query, article, serving(), served(), decided())
    return render_template("console/why.html", page=page)
