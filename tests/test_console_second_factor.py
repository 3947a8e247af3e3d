"""The second factor in the console: turned on, asked for, lost, reset, demanded."""

from datetime import timedelta

import pytest
from lxml import html

from articles.users import FREE_FAILURES
from tests.consoles import PASSWORD, fields, log_in, open_console, send
from tests.telephone import PAGE, enrol, secret_on, shown
from web.app import create_app
from web.console.authentication import HALF
from web.settings import Settings

STEP = timedelta(seconds=30)
START = "/admin/"
CODE = "/admin/login/code"


@pytest.fixture
def app(console):
    return console[0]


@pytest.fixture
def clock(console):
    return console[1]


@pytest.fixture
def store(app):
    return app.extensions["backfile"].store


@pytest.fixture
def client(app):
    client = app.test_client()
    log_in(client, "ines")
    return client


@pytest.fixture
def telephone(client, clock):
    """The secret and the recovery codes of ines, a step after they were taken over."""
    taken = enrol(client, clock.now)
    clock.now += STEP
    return taken


def words(page):
    return " ".join(html.document_fromstring(page.text).text_content().split())


def give_code(client, code, **query):
    return client.post(
        CODE, data=fields(client.get(CODE), CODE) | {"code": code}, query_string=query
    )


def refused(answer):
    return answer.status_code == 403 and "does not open the console" in answer.text


def test_a_login_takes_the_code_too_and_leads_to_where_one_was_going(app, clock, store, telephone):
    secret, _ = telephone
    stranger = app.test_client()
    asked = log_in(stranger, "ines", next="/admin/judge?q=bridge")
    assert asked.location == f"{CODE}?next=/admin/judge?q%3Dbridge"
    # The password alone opens nothing.
    assert stranger.get(START).location.startswith("/admin/login?next=")
    assert "six digits" in words(stranger.get(asked.location))
    assert refused(give_code(stranger, "000000"))
    half = stranger.get_cookie("backfile_console", path="/admin").value
    entered = give_code(stranger, shown(secret, clock.now), next="/admin/judge?q=bridge")
    assert (entered.status_code, entered.location) == (303, "/admin/judge?q=bridge")
    assert stranger.get(START).status_code == 200
    assert store.users.get("ines").failures == 0
    # The step between is over by that, whoever kept its cookie.
    stranger.set_cookie("backfile_console", half, path="/admin")
    assert stranger.get(CODE).location == "/admin/login"


def test_a_code_leads_nowhere_else(app, clock, telephone):
    stranger = app.test_client()
    log_in(stranger, "ines", next="//evil.example")
    entered = give_code(stranger, shown(telephone[0], clock.now), next="//evil.example")
    assert entered.location == START


def test_a_code_is_good_once_and_so_is_the_one_that_turned_it_on(app, clock, telephone):
    secret, _ = telephone
    used = shown(secret, clock.now - STEP)
    stranger = app.test_client()
    log_in(stranger, "ines")
    assert refused(give_code(stranger, used))
    code = shown(secret, clock.now)
    assert give_code(stranger, code).status_code == 303
    other = app.test_client()
    log_in(other, "ines")
    assert refused(give_code(other, code))
    assert give_code(other, shown(secret, clock.now + STEP)).status_code == 303


def test_a_recovery_code_is_good_once(app, telephone):
    _, codes = telephone
    assert len(set(codes)) == 10
    for number in range(2):
        stranger = app.test_client()
        log_in(stranger, "ines")
        answer = give_code(stranger, codes[0].upper())
        assert answer.status_code == (303 if number == 0 else 403)
    log_in(other := app.test_client(), "ines")
    assert give_code(other, codes[1]).status_code == 303
    assert "8 recovery codes left" in words(other.get("/admin/account"))


def test_wrong_codes_make_the_name_wait_whatever_the_password(app, clock, telephone):
    secret, _ = telephone
    stranger = app.test_client()
    for _ in range(FREE_FAILURES + 1):
        log_in(stranger, "ines")
        assert refused(give_code(stranger, "000000"))
    right = shown(secret, clock.now)
    assert refused(give_code(stranger, right))
    assert log_in(stranger, "ines").status_code == 403
    clock.now += timedelta(minutes=1)
    log_in(stranger, "ines")
    assert give_code(stranger, shown(secret, clock.now)).status_code == 303


def test_without_a_password_nobody_is_asked_for_a_code(app, client, telephone):
    stranger = app.test_client()
    for _ in range(2):
        assert stranger.get(CODE).location == "/admin/login"
        log_in(stranger, "ines", "wrong password")
    token = fields(stranger.get("/admin/login"), "/admin/login")
    assert stranger.post(CODE, data=token | {"code": "000000"}).location == "/admin/login"


@pytest.mark.parametrize("change", ["too late", "new password"])
def test_a_password_is_worth_a_code_only_for_a_while(app, clock, store, telephone, change):
    stranger = app.test_client()
    log_in(stranger, "ines")
    token = fields(stranger.get(CODE), CODE)
    if change == "too late":
        clock.now += HALF
    else:
        store.users.change_password("ines", "another hash", clock.now)
    answer = stranger.post(CODE, data=token | {"code": shown(telephone[0], clock.now)})
    assert answer.location == "/admin/login"
    assert stranger.get(START).status_code == 303


def test_the_names_of_those_who_have_one_are_not_told(app, telephone):
    stranger = app.test_client()
    answers = [
        words(log_in(stranger, name, "wrong password")) for name in ("ines", "vera", "nobody")
    ]
    assert len(set(answers)) == 1


def test_it_is_turned_on_by_password_and_code_and_by_nothing_less(client, clock, store):
    secret = secret_on(client.get(PAGE).text)
    assert secret_on(client.get(PAGE).text) == secret
    code = shown(secret, clock.now)
    for given in (
        {"code": code},
        {"password": PASSWORD},
        {"code": code, "password": "wrong password"},
        {"code": "000000", "password": PASSWORD},
        {"code": "\0", "password": PASSWORD},
    ):
        answer = send(client, PAGE, **given)
        assert answer.status_code == 400
        assert "Nothing was turned on" in words(answer)
        assert store.second_factors.get("ines") is None
    assert secret_on(client.get(PAGE).text) == secret


def test_neither_the_store_nor_its_copy_gives_codes(client, clock, store, tmp_path):
    secret, _ = enrol(client, clock.now)
    kept = store.second_factors.get("ines")
    assert kept.salt != secret
    assert secret not in (tmp_path / "home" / "archive.sqlite3").read_bytes()
    # With another key it makes other codes; the recovery codes stay good.
    other = create_app(Settings(home=tmp_path / "home", secret_key="x" * 40), clock=clock)
    clock.now += STEP
    stranger = other.test_client()
    log_in(stranger, "ines")
    assert refused(give_code(stranger, shown(secret, clock.now)))
    other.extensions["backfile"].close()


def test_turning_it_on_ends_other_sessions_and_turning_it_off_takes_the_password(
    app, client, clock, store
):
    log_in(thief := app.test_client(), "ines")
    _, codes = enrol(client, clock.now)
    assert thief.get(START).status_code == 303
    assert client.get(START).status_code == 200
    off, renew = "/admin/account/second-factor/off", "/admin/account/recovery-codes"
    token = fields(client.get("/admin/account"), off)
    for path in (off, renew):
        answer = client.post(path, data=token | {"password": "wrong password"})
        assert "Nothing was changed: this is not your password" in words(answer)
    made = client.post(renew, data=token | {"password": PASSWORD})
    assert made.headers["Cache-Control"] == "no-store"
    assert not store.second_factors.use_recovery("ines", codes[0], clock.now)
    client.post(off, data=token | {"password": PASSWORD})
    assert "Off: your password alone" in words(client.get("/admin/account"))
    assert log_in(app.test_client(), "ines").location == START
    assert client.post(renew, data=token | {"password": PASSWORD}).status_code == 400


def test_another_telephone_takes_the_place_of_the_first(app, client, clock, telephone):
    first, _ = telephone
    second, _ = enrol(client, clock.now)
    assert second != first
    clock.now += STEP
    log_in(stranger := app.test_client(), "ines")
    assert refused(give_code(stranger, shown(first, clock.now)))
    assert give_code(stranger, shown(second, clock.now)).status_code == 303


def test_an_admin_resets_anothers_and_the_log_says_so(app, client, clock, store, telephone):
    log_in(ada := app.test_client(), "ada")
    page = ada.get("/admin/users")
    assert "on Reset" in words(page)
    token = fields(page, "/admin/users/second-factor")
    for name in ("ines", "nobody", "\0"):
        ada.post("/admin/users/second-factor", data=token | {"reset": name})
    assert store.second_factors.get("ines") is None
    assert client.get(START).status_code == 303
    assert log_in(app.test_client(), "ines").location == START
    log = words(ada.get("/admin/audit?kind=users"))
    assert "ada Users: ines reset the second factor" in log
    assert "ines Users: ines turned on the second factor" in log


@pytest.mark.parametrize(("demanded", "of"), [("admins", {"ada"}), ("everybody", {"ada", "vera"})])
def test_where_it_is_demanded_nothing_else_can_be_done_before(tmp_path, demanded, of):
    with open_console(tmp_path / "home", second_factor_for=demanded) as (app, clock):
        for name in ("ada", "vera"):
            client = app.test_client()
            log_in(client, name)
            answer = client.get(START)
            assert (answer.location == PAGE) == (name in of)
            if name in of:
                assert client.get("/admin/account").location == PAGE
                assert "demands a second factor" in words(client.get(PAGE))
                enrol(client, clock.now)
            assert client.get(START).status_code == 200


def test_the_command_line_resets_it(run, client, clock, store, telephone, tmp_path):
    reset = ("--home", tmp_path / "home", "user", "reset-second-factor")
    listed = run("--home", tmp_path / "home", "user", "list").stdout
    assert [line.split()[-2:] for line in listed.splitlines() if "ines" in line] == [["on", "-"]]
    assert "The password of ines alone" in run(*reset, "ines").stdout
    assert "ines has no second factor" in run(*reset, "ines").stdout
    assert "there is no user 'zoe'" in run(*reset, "zoe").stderr
    assert store.second_factors.get("ines") is None
    assert client.get(START).status_code == 303
