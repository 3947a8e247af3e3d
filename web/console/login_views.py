"""The views of logging in, in one step or two, and of logging out."""

import re

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.users import User
from web.console.authentication import begin_half, begin_login, code_opens, half_user
from web.console.browsers import remember_browser
from web.console.parameters import LoginParameters
from web.console.session import PATH, begin_session, current_user, end_session, users
from web.console.views import console
from web.serving import serving

OWN_ADDRESS = re.compile(rf"{PATH}(?:[/?][!-~]*)?")


@console.get("/login")
def login(query: LoginParameters) -> str | AnyResponse:
    """Ask for name and password."""
    if current_user() is not None:
        return redirect(url_for("console.start"), 303)
    nobody = not users().all()
    return render_template("console/login.html", asked=query, nobody=nobody, name="")


@console.post("/login")
def log_in(query: LoginParameters) -> AnyResponse | tuple[str, int]:
    """Begin a session and go where the reader was going, ask for a code, or say no."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    user = begin_login(name, password)
    if user is None:
        page = render_template(
            "console/login.html", asked=query, nobody=not users().all(), name=name, refused=True
        )
        return page, 403
    if serving().store.second_factors.get(user.name) is None:
        return _enter(user, query)
    begin_half(user)
    return redirect(url_for("console.login_code", next=query.next or None), 303)


@console.get("/login/code")
def login_code(query: LoginParameters) -> str | AnyResponse:
    """Ask for the code of whom has given the right password."""
    if half_user() is None:
        return redirect(url_for("console.login", next=query.next or None), 303)
    return render_template("console/login_code.html", asked=query)


@console.post("/login/code")
def log_in_by_code(query: LoginParameters) -> AnyResponse | tuple[str, int]:
    """Begin a session, or say no; who waits too long begins anew."""
    user = half_user()
    if user is None:
        return redirect(url_for("console.login", next=query.next or None), 303)
    if not code_opens(user, request.form.get("code", "")[:100]):
        return render_template("console/login_code.html", asked=query, refused=True), 403
    return _enter(user, query)


@console.post("/logout")
def log_out() -> AnyResponse:
    """End this session of the user."""
    end_session()
    return redirect(url_for("console.login"), 303)


def _enter(user: User, query: LoginParameters) -> AnyResponse:
    """Begin a session and lead to where the reader was going, if that is in the console."""
    begin_session(user)
    inside = OWN_ADDRESS.fullmatch(query.next)
    response = redirect(query.next if inside else url_for("console.start"), 303)
    remember_browser(response, user.name)
    return response
