"""The views of API keys."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.api_keys import ApiKeyError
from web.console.keys_page import keys_page, refused_page, wanted_key
from web.console.session import now
from web.console.views import console, user_name
from web.serving import serving


@console.get("/keys")
def keys() -> str:
    """Show the keys there are."""
    return render_template("console/keys.html", page=keys_page(serving().store, now()))


@console.post("/keys")
def change_keys() -> AnyResponse | str | tuple[str, int]:
    """Make a key, which the answer shows and nothing else ever does, or revoke one."""
    store, moment, form = serving().store, now(), request.form
    try:
        if "revoke" in form:
            store.api_keys.revoke(form["revoke"], by=user_name(), now=moment)
            flash(f"The key {form['revoke']} is good for nothing any more.")
            return redirect(url_for("console.keys"), 303)
        wanted = wanted_key(form, moment)
        _, made = store.api_keys.add(
            wanted.name, wanted.scopes, expires=wanted.expires, by=user_name(), now=moment
        )
    except ApiKeyError as error:
        page = refused_page(store, form, error, moment)
        return render_template("console/keys.html", page=page), 400
    return render_template("console/keys.html", page=keys_page(store, moment, made=made))
