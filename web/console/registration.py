"""How the console becomes a part of the application."""

from collections.abc import Iterable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_openapi3 import OpenAPI
from flask_wtf.csrf import CSRFError, CSRFProtect

from web.console import (
    account_views,
    articles_views,
    audit_views,
    best_bets_views,
    blocks_report,
    choice_views,
    drafting,
    generations_views,
    health_views,
    imports_views,
    keys_views,
    login_views,
    pins_views,
    rebuilds_views,
    searches_views,
    users_views,
    whys_views,
    words_views,
)
from web.console.roles import register_roles
from web.console.secret import console_secret
from web.console.session import Clock, current_user, register_sessions
from web.console.views import console
from web.problems import ParameterError, answer_problem
from web.settings import Settings

_MORE_VIEWS = (
    account_views,
    articles_views,
    audit_views,
    best_bets_views,
    blocks_report,
    choice_views,
    drafting,
    generations_views,
    health_views,
    imports_views,
    keys_views,
    login_views,
    pins_views,
    rebuilds_views,
    searches_views,
    users_views,
    whys_views,
    words_views,
)
"""Modules that have put views of theirs on the console's blueprint."""


def register_console(
    app: OpenAPI, settings: Settings, clock: Clock, *, without_forms: Iterable[Blueprint]
) -> None:
    """Add the console; all that is posted needs the token of a form, but to ``without_forms``.

    Raises
    ------
    SecretError
        When the key of the cookies can neither be read nor made.
    """
    register_sessions(app, console_secret(settings), clock)
    # Before the tokens: whose session has ended is asked to log in.
    register_roles(app)
    app.register_api(console)
    protection = CSRFProtect(app)
    for blueprint in without_forms:
        protection.exempt(blueprint)
    app.register_error_handler(CSRFError, answer_stale_form)
    app.jinja_env.globals.update(current_user=current_user)


def answer_stale_form(_: CSRFError) -> ResponseReturnValue:
    """Say what to do about a form that is not of this session."""
    return answer_problem(
        ParameterError(
            "form",
            "it was not made for this session, perhaps because of a login or logout in another "
            "window: go back, load the page again, and send it once more",
        )
    )
