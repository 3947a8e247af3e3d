"""The view in which an editor sees what a draft should link to. Nothing of a draft is kept."""

from datetime import UTC, datetime

from flask import render_template, request

from recommender.drafts import Draft
from recommender.related import RelatedRequest
from web.addresses import site_address
from web.console.draft_page import empty_page, filled_page
from web.console.views import console
from web.serving import served, serving

MOST_LINKS = 10
"""Articles that a draft is told to link to."""


@console.get("/draft")
def draft() -> str:
    """Ask for a draft."""
    return render_template("console/draft.html", page=empty_page())


@console.post("/draft")
def draft_links() -> str:
    """Show the draft with its links, and what should link to it."""
    settings = serving().settings
    posted = Draft(
        text=request.form.get("text", "").replace("\r\n", "\n"),
        title=request.form.get("title", ""),
        published=datetime.now(UTC),
    )
    if not (posted.text.strip() or posted.title.strip()):
        return render_template("console/draft.html", page=empty_page(refused=True))
    asked = RelatedRequest(limit=MOST_LINKS)
    links = served().drafts.links(posted, asked, places=settings.related_limit)
    articles = served().drafts.articles([link.article.id for link in links.entered])
    page = filled_page(posted, links, articles, site_address(settings))
    return render_template("console/draft.html", page=page)
