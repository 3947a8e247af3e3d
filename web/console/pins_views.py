"""The views of pins and hides."""

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from articles.curation import PinKind
from web.console.choice_page import title_of
from web.console.curation_form import anchor_of, article_of, carried_out, pins_edit
from web.console.pins_page import (
    ArticlePinsParameters,
    PinsParameters,
    article_pins_page,
    pins_page,
    require_article,
)
from web.console.session import now
from web.console.views import console, user_name
from web.serving import decided, serving

_DONE = {
    "pin": "“{}” is pinned.",
    "hide": "“{}” is hidden.",
    "remove": "“{}” is neither pinned nor hidden any more.",
    "up": "“{}” is moved up.",
    "down": "“{}” is moved down.",
    "time": "The times of “{}” are kept.",
    "order": "The order is kept.",
}


@console.get("/pins")
def pins(query: PinsParameters) -> str:
    """Show beside which articles something is pinned or hidden."""
    page = pins_page(query, serving().store.curation.read(), now())
    return render_template("console/pins.html", page=page)


@console.get("/pins/article")
def pins_of(query: ArticlePinsParameters) -> str:
    """Show what is pinned and hidden beside an article, and what readers see beside it."""
    page = article_pins_page(query, decided())
    return render_template("console/article_pins.html", page=page)


@console.post("/pins/article")
def change_pins(query: ArticlePinsParameters) -> AnyResponse:
    """Edit what is pinned and hidden; what is refused is said on the page as it stands now."""
    if query.id:
        require_article(query.id)
    target_id = article_of(request.form)
    kept = carried_out(
        lambda: serving().store.curation.change_pins(
            query.id,
            pins_edit(query.id, request.form),
            by=user_name(),
            now=now(),
            seen=request.form.get("seen", ""),
        ),
        lambda: _DONE[request.form["do"]].format(title_of(target_id)),
    )
    ids = [one.target_id for one in kept or () if one.kind is PinKind.PIN]
    return redirect(query.address(_anchor=anchor_of(target_id, ids)), 303)
