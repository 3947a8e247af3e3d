"""What each role may do: the one list that every request to the console is held to."""

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from articles.users import Role
from web.console.second_factor import second_factor_is_missing
from web.console.session import PATH, current_user

OPEN = frozenset(
    {"console.login", "console.log_in", "console.login_code", "console.log_in_by_code"}
)
"""What needs no login."""
NEEDED = {
    "console.start": Role.VIEWER,
    "console.log_out": Role.VIEWER,
    "console.account": Role.VIEWER,
    "console.change_password": Role.VIEWER,
    "console.end_sessions": Role.VIEWER,
    "console.second_factor": Role.VIEWER,
    "console.turn_on_second_factor": Role.VIEWER,
    "console.turn_off_second_factor": Role.VIEWER,
    "console.renew_recovery": Role.VIEWER,
    "console.qrels": Role.VIEWER,
    "console.topics": Role.VIEWER,
    "console.blocks": Role.VIEWER,
    "console.blocks_file": Role.VIEWER,
    "console.thin": Role.VIEWER,
    "console.thin_file_of": Role.VIEWER,
    "console.searches": Role.VIEWER,
    "console.searches_file": Role.VIEWER,
    "console.judge": Role.EDITOR,
    "console.judge_related": Role.EDITOR,
    "console.keep": Role.EDITOR,
    "console.keep_related": Role.EDITOR,
    "console.draft": Role.EDITOR,
    "console.draft_links": Role.EDITOR,
    "console.choices": Role.VIEWER,
    "console.choice": Role.VIEWER,
    "console.change_choice": Role.EDITOR,
    "console.pins": Role.VIEWER,
    "console.pins_of": Role.VIEWER,
    "console.change_pins": Role.EDITOR,
    "console.best_bets": Role.VIEWER,
    "console.bets_of": Role.VIEWER,
    "console.change_bets": Role.EDITOR,
    "console.words": Role.VIEWER,
    "console.words_file": Role.VIEWER,
    "console.words_preview": Role.VIEWER,
    "console.change_words": Role.EDITOR,
    "console.audit": Role.VIEWER,
    "console.articles": Role.VIEWER,
    "console.article": Role.VIEWER,
    "console.change_article": Role.EDITOR,
    "console.why_found": Role.VIEWER,
    "console.why_beside": Role.VIEWER,
    "console.imports": Role.VIEWER,
    "console.import_report": Role.VIEWER,
    "console.import_file": Role.VIEWER,
    "console.health": Role.VIEWER,
    "console.generations": Role.VIEWER,
    "console.generation_diff": Role.VIEWER,
    "console.serve_generation": Role.ADMIN,
    "console.go_back": Role.ADMIN,
    "console.rebuilds": Role.VIEWER,
    "console.rebuild_job": Role.VIEWER,
    "console.change_rebuilds": Role.ADMIN,
    "console.keys": Role.ADMIN,
    "console.change_keys": Role.ADMIN,
    "console.users": Role.ADMIN,
    "console.reset_second_factor": Role.ADMIN,
}
"""The least role for each other view; one that is not named here is an admin's."""
ENROLLING = frozenset({"console.second_factor", "console.turn_on_second_factor", "console.log_out"})
"""All that somebody can do of whom the settings demand a second factor, and who has none."""


def admit() -> ResponseReturnValue | None:
    """Let a request to the console through, ask for a login, or refuse it."""
    if request.endpoint in OPEN:
        return None
    user = current_user()
    if user is None:
        lost = None if request.method == "GET" else 1
        back = request.full_path.removesuffix("?")
        return redirect(url_for("console.login", next=back, lost=lost), 303)
    needed = NEEDED.get(request.endpoint or "", Role.ADMIN)
    if not user.role.includes(needed):
        raise Forbidden(
            f"This page is for the role {needed}, and {user.name} has the role {user.role}. "
            "Whoever looks after the archive gives roles."
        )
    if request.endpoint not in ENROLLING and second_factor_is_missing(user):
        return redirect(url_for("console.second_factor"), 303)
    return None


def register_roles(app: Flask) -> None:
    """Hold every address below the console's path to `admit`, whichever blueprint it is from."""

    @app.before_request
    def hold() -> ResponseReturnValue | None:
        """Ask only where there is a view: what is not there is not there for anybody."""
        rule = request.url_rule
        below = rule is not None and (rule.rule == PATH or rule.rule.startswith(f"{PATH}/"))
        return admit() if below else None
