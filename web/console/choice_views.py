"""The views of editor's choices."""

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from web.console.choice_page import ChoiceParameters, choice_page, choices_page, title_of
from web.console.curation_form import anchor_of, article_of, carried_out, choice_edit
from web.console.session import now
from web.console.views import console, user_name
from web.serving import decided, serving

_DONE = {
    "pick": "“{}” is picked.",
    "remove": "“{}” is no longer picked.",
    "up": "“{}” is moved up.",
    "down": "“{}” is moved down.",
    "time": "The times of “{}” are kept.",
    "order": "The order is kept.",
    "settle": "Size and filling up are kept.",
}


@console.get("/choice")
def choices() -> str:
    """Show which sections have a choice."""
    page = choices_page(serving().store.curation.read(), now())
    return render_template("console/choices.html", page=page)


@console.get("/choice/section")
def choice(query: ChoiceParameters) -> str:
    """Show the choice of a section, and what readers see of it."""
    page = choice_page(query, decided())
    return render_template("console/choice.html", page=page)


@console.post("/choice/section")
def change_choice(query: ChoiceParameters) -> AnyResponse:
    """Edit the choice of a section; what is refused is said on the page as it stands now."""
    article_id = article_of(request.form)
    kept = carried_out(
        lambda: serving().store.curation.change_choice(
            query.section,
            choice_edit(request.form),
            by=user_name(),
            now=now(),
            seen=request.form.get("seen", ""),
        ),
        lambda: _DONE[request.form["do"]].format(title_of(article_id)),
    )
    ids = [one.article_id for one in kept.picks] if kept else []
    return redirect(query.address(_anchor=anchor_of(article_id, ids)), 303)
