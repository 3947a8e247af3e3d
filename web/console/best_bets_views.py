"""The views of best bets and redirects."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.best_bets import BetKind, BetsEdit, move, place, remove, time
from web.console.best_bets_page import (
    BestBetsParameters,
    QueryBetsParameters,
    best_bets_page,
    query_bets_page,
)
from web.console.curation_form import STEPS, article_of, carried_out, span_of, unknown
from web.console.session import now
from web.console.views import console, user_name
from web.redirects import checked_address
from web.serving import serving

_DONE = {
    "pick": "The article stands first.",
    "redirect": "Readers are sent there.",
    "remove": "It is removed.",
    "up": "It is moved up.",
    "down": "It is moved down.",
    "time": "The times are kept.",
}


@console.get("/best-bets")
def best_bets(query: BestBetsParameters) -> str:
    """Show about which queries something is decided."""
    page = best_bets_page(query, serving().store, now())
    return render_template("console/best_bets.html", page=page)


@console.get("/best-bets/query")
def bets_of(query: QueryBetsParameters) -> str:
    """Show what is decided about a query."""
    return render_template("console/query_bets.html", page=query_bets_page(query, now()))


@console.post("/best-bets/query")
def change_bets(query: QueryBetsParameters) -> AnyResponse:
    """Edit what is decided about a query; what is refused is said on its page."""
    words = query.known()
    carried_out(
        lambda: serving().store.best_bets.change(
            words, _edit(words, request.form), by=user_name(), now=now()
        ),
        lambda: _DONE[request.form["do"]],
    )
    return redirect(url_for("console.bets_of", query=words, q=query.q or None), 303)


def _edit(query: str, form: Mapping[str, str]) -> BetsEdit:
    """Return the edit that was posted.

    Raises
    ------
    CurationError
        When a time is none, or readers cannot be sent to an address.
    ParameterError
        When no form of ours sends that.
    """
    target, asked = article_of(form), form.get("do", "")
    match asked:
        case "pick":
            return place(query, BetKind.ARTICLE, target, span_of(form))
        case "redirect":
            address = checked_address(form.get("address", ""), serving().settings)
            return place(query, BetKind.REDIRECT, address, span_of(form))
        case "remove":
            return remove(target)
        case "up" | "down":
            return move(target, STEPS[asked])
        case "time":
            return time(target, span_of(form))
    raise unknown(asked)
