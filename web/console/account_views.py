"""The views of a user's own account: password, second factor, sessions."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from articles.second_factors import new_recovery_codes
from articles.users import User
from web.console.account_page import EnrolmentPage, account_page
from web.console.authentication import owns_password
from web.console.passwords import PasswordError, hashed
from web.console.second_factor import confirmed, enrolment, second_factor_is_missing
from web.console.session import begin_session, current_user, end_all_sessions, now, users
from web.console.views import console
from web.serving import serving

Answer = AnyResponse | str | tuple[str, int]
_WRONG = (
    "this is not your password, or it was tried too often and has to wait for a quarter of an hour"
)


@console.get("/account")
def account() -> str:
    """Show what can be changed, and where the user is logged in."""
    return render_template("console/account.html", page=account_page(_user()))


@console.post("/account/password")
def change_password() -> Answer:
    """Change the password, which ends all other sessions."""
    user, given = _user(), request.form
    if not owns_password(user, given.get("password", "")):
        return _refused(_WRONG)
    if given.get("new", "") != given.get("again", ""):
        return _refused("the new password and its repetition are not the same")
    try:
        users().change_password(user.name, hashed(given.get("new", "")), now(), by=user.name)
    except PasswordError as error:
        return _refused(str(error))
    begin_session(users().get(user.name) or user)
    flash("Your password is changed. Every other session of yours has ended.")
    return _back()


@console.post("/account/sessions")
def end_sessions() -> AnyResponse:
    """End one other session, all others, or all."""
    user, chosen = _user(), request.form.get("end", "")
    if chosen == "all":
        end_all_sessions(user)
        return redirect(url_for("console.login"), 303)
    if chosen == "others":
        end_all_sessions(user)
        begin_session(users().get(user.name) or user)
        flash("All your other sessions have ended.")
    else:
        serving().store.sessions.end(user.name, chosen)
        flash("That session has ended.")
    return _back()


@console.get("/account/second-factor")
def second_factor() -> str:
    """Show what a telephone takes over."""
    return render_template("console/second_factor.html", page=_enrolment_page())


@console.post("/account/second-factor")
def turn_on_second_factor() -> Answer:
    """Turn the second factor on and show the recovery codes, which nothing ever shows again."""
    user, codes = _user(), new_recovery_codes()
    if not owns_password(user, request.form.get("password", "")):
        refused = _WRONG
    elif not confirmed(user, request.form.get("code", "")[:100], codes):
        refused = (
            "this is not the code that the app shows for this archive now; is the clock of the "
            "telephone right?"
        )
    else:
        end_all_sessions(user)
        begin_session(users().get(user.name) or user)
        return render_template("console/recovery_codes.html", codes=codes)
    return render_template("console/second_factor.html", page=_enrolment_page(refused)), 400


@console.post("/account/second-factor/off")
def turn_off_second_factor() -> Answer:
    """Turn the second factor off."""
    user = _user()
    if not owns_password(user, request.form.get("password", "")):
        return _refused(_WRONG)
    serving().store.second_factors.turn_off(user.name, by=user.name, now=now())
    flash("The second factor is off. Your password alone opens the console.")
    return _back()


@console.post("/account/recovery-codes")
def renew_recovery() -> Answer:
    """Make new recovery codes; the old ones are good for nothing any more."""
    user, codes = _user(), new_recovery_codes()
    if not owns_password(user, request.form.get("password", "")):
        return _refused(_WRONG)
    if not serving().store.second_factors.renew_recovery(user.name, codes, now()):
        return _refused("there is no second factor for which they would be")
    return render_template("console/recovery_codes.html", codes=codes)


def _user() -> User:
    """Return who asks; `web.console.roles` lets nobody in without a login."""
    user = current_user()
    if user is None:
        raise Unauthorized
    return user


def _enrolment_page(refused: str = "") -> EnrolmentPage:
    user = _user()
    factor = serving().store.second_factors.get(user.name)
    return EnrolmentPage(
        enrolment=enrolment(user),
        since=factor.since if factor else None,
        demanded=second_factor_is_missing(user),
        refused=refused,
    )


def _refused(reason: str) -> tuple[str, int]:
    return render_template("console/account.html", page=account_page(_user(), reason)), 400


def _back() -> AnyResponse:
    return redirect(url_for("console.account"), 303)
