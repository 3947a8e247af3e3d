"""The views of users."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.console.session import now
from web.console.users_page import users_page
from web.console.views import console, user_name
from web.serving import serving


@console.get("/users")
def users() -> str:
    """Show who may log in."""
    return render_template("console/users.html", page=users_page(serving().store, now()))


@console.post("/users/second-factor")
def reset_second_factor() -> AnyResponse:
    """Let a user log in by the password alone, who has lost telephone and recovery codes."""
    store, name = serving().store, request.form.get("reset", "")
    if store.second_factors.turn_off(name, by=user_name(), now=now()):
        store.users.end_sessions(name)
        flash(f"The second factor of {name} is reset: the password alone opens the console.")
    return redirect(url_for("console.users"), 303)
