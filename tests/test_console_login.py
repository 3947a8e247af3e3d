"""Who gets into the console, for how long, and what an intruder learns."""

from datetime import timedelta

import pytest
from flask import session
from lxml import html

from articles.users import FREE_FAILURES, Role
from tests.archives import NOW
from tests.consoles import PASSWORD, USERS, fields, log_in, open_console, send
from web.app import HEADERS
from web.console.passwords import hashed
from web.console.roles import NEEDED, OPEN
from web.console.session import IDLE, LIFE, PATH

SECOND = timedelta(seconds=1)
START = "/admin/"


@pytest.fixture
def app(console):
    return console[0]


@pytest.fixture
def clock(console):
    return console[1]


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def users(app):
    return app.extensions["backfile"].store.users


def words(page):
    return " ".join(html.document_fromstring(page.text).text_content().split())


def asks_for_login(answer):
    return answer.status_code == 303 and answer.location.startswith("/admin/login?next=")


def refused(answer):
    return answer.status_code == 403 and "do not open the console" in answer.text


def test_login_leads_to_where_one_was_going_and_logout_ends_it(client):
    asked = client.get("/admin/judge?q=bridge")
    assert asks_for_login(asked)
    page = client.get(asked.location)
    data = fields(page, "/admin/login") | {"name": " Ines ", "password": PASSWORD}
    action = html.document_fromstring(page.text).forms[-1].action
    entered = client.post(action, data=data)
    assert (entered.status_code, entered.location) == (303, "/admin/judge?q=bridge")
    assert "ines, editor" in words(client.get(START))
    assert client.get("/admin/login").location == START
    left = client.post("/admin/logout", data=fields(client.get(START), "/admin/logout"))
    assert left.location == "/admin/login"
    assert asks_for_login(client.get(START))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/admin.evil",
        "/search",
        "/admin\\\\evil",
        "/admin/\r\nX: y",
    ],
)
def test_login_leads_nowhere_else(client, address):
    entered = log_in(client, "ines", next=address)
    assert (entered.status_code, entered.location) == (303, START)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ines", "another password"),
        ("ines", ""),
        ("ines", "x" * 100_000),
        ("ines", PASSWORD + "\0"),
        ("nobody", PASSWORD),
        ("", ""),
        ("a\0b", PASSWORD),
        ("<script>alert(1)</script>", PASSWORD),
    ],
)
def test_every_refusal_says_the_same(client, name, password):
    answer = log_in(client, name, password)
    assert refused(answer)
    assert words(answer) == words(log_in(client, "ines", "wrong password"))
    assert "<script" not in answer.text
    assert password not in answer.text or not password
    assert asks_for_login(client.get(START))


def test_after_wrong_passwords_the_right_one_is_refused_until_the_wait_is_over(
    client, clock, users
):
    for _ in range(FREE_FAILURES + 1):
        assert refused(log_in(client, "ines", "wrong password"))
    assert words(log_in(client, "ines")) == words(log_in(client, "nobody"))
    assert log_in(client, "vera").status_code == 303
    other = client.application.test_client()
    clock.now += timedelta(minutes=1)
    assert log_in(other, "ines").status_code == 303
    assert users.get("ines").failures == 0


def test_without_users_the_login_says_how_to_make_one(tmp_path):
    with open_console(tmp_path / "home", users=False) as (app, _):
        assert "backfile user add NAME --role admin" in words(app.test_client().get("/admin/login"))


def test_a_session_ends_when_nothing_is_asked_for_an_hour(client, clock):
    log_in(client, "ines")
    for _ in range(5):
        clock.now += IDLE - SECOND
        assert client.get(START).status_code == 200
    clock.now += IDLE
    assert asks_for_login(client.get(START))


def test_a_session_ends_after_its_life_whatever_is_asked(client, clock):
    log_in(client, "ines")
    begun = clock.now
    while clock.now + IDLE / 2 < begun + LIFE:
        clock.now += IDLE / 2
        assert client.get(START).status_code == 200
    clock.now = begun + LIFE
    assert asks_for_login(client.get(START))


def test_a_clock_that_goes_back_ends_a_session(client, clock):
    log_in(client, "ines")
    clock.now -= timedelta(days=1)
    assert asks_for_login(client.get(START))


def cookie(client):
    return client.get_cookie("backfile_console", path=PATH)


def test_a_copied_cookie_is_worth_nothing_after_logout(app, client):
    log_in(client, "ines")
    thief = app.test_client()
    thief.set_cookie("backfile_console", cookie(client).value, path=PATH)
    assert thief.get(START).status_code == 200
    client.post("/admin/logout", data=fields(client.get(START), "/admin/logout"))
    assert asks_for_login(thief.get(START))


@pytest.mark.parametrize("change", ["password", "removal", "both"])
def test_a_changed_user_has_no_sessions(client, users, change):
    log_in(client, "ines")
    if change == "password":
        users.change_password("ines", hashed("a new password"), NOW)
    else:
        users.remove("ines", NOW)
    if change == "both":
        users.add("ines", hashed("a new password"), Role.EDITOR, users.get("vera").created)
    assert asks_for_login(client.get(START))


def test_a_forged_cookie_is_none(client):
    log_in(client, "ines")
    signed = cookie(client).value
    for forged in (signed[:-1], signed + "x", "", "x", signed[::-1]):
        client.set_cookie("backfile_console", forged, path=PATH)
        assert asks_for_login(client.get(START))


def test_nothing_of_the_session_before_the_login_goes_over(app):
    with app.test_client() as client:
        client.get("/admin/login")
        client.get("/admin/login")
        planted, token = cookie(client).value, fields(client.get("/admin/login"), "/admin/login")
        log_in(client, "ines")
        assert set(session) == {"session"}
        assert cookie(client).value != planted
        stale = client.post("/admin/judge?q=bridge", data=token)
        assert stale.status_code == 400
        assert "load the page again" in words(stale)


@pytest.mark.parametrize("site", ["", "http://courier.example", "https://courier.example"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_secret_to_scripts_other_sites_and_readers_pages(tmp_path, site, scheme):
    with open_console(tmp_path / "home", site_url=site) as (app, _):
        client = app.test_client()
        answer = client.get("/admin/login", base_url=f"{scheme}://localhost")
        kept = answer.headers["Set-Cookie"].split("; ")
        assert {"HttpOnly", "SameSite=Lax", "Path=/admin"} <= set(kept)
        assert ("Secure" in kept) == (scheme == "https" or site.startswith("https"))
        for path in ("/", "/search?q=bridge", "/articles/bridge%201%2F%C3%A4", "/healthz"):
            page = client.get(path)
            assert page.status_code == 200
            assert "Set-Cookie" not in page.headers
            # For the language of the page, which a cookie of its own may name.
            assert page.headers.get("Vary", "") in ("", "Accept-Language, Cookie")
            assert "/admin" not in page.text


def test_no_page_of_the_console_is_kept_or_framed_or_runs_a_script(client):
    log_in(client, "ines")
    for path in (START, "/admin/login", "/admin/judge?q=bridge", "/admin/judgments.qrels"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "<script" not in answer.text


def test_posts_need_the_token_of_their_form_but_the_api_none(client):
    login = {"name": "ines", "password": PASSWORD}
    assert client.post("/admin/login", data=login).status_code == 400
    log_in(client, "ines")
    for path in ("/admin/judge?q=bridge", "/admin/judge/related?id=x", "/admin/logout"):
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": ""}):
            assert client.post(path, data=data).status_code == 400
    assert client.get(START).status_code == 200
    related = client.post("/api/v1/related", json={"text": "bridge treaty"})
    assert related.status_code == 200
    assert related.json["related"]


def addresses(app):
    """Return method, address and view of everything below the console's path."""
    samples = {"/admin/judge": "?q=bridge", "/admin/judge/related": "?id=bridge+1%2F%C3%A4"}
    for rule in app.url_map.iter_rules():
        if rule.rule == PATH or rule.rule.startswith(f"{PATH}/"):
            for method in sorted(rule.methods - {"OPTIONS"}):
                yield method, rule.rule + samples.get(rule.rule, ""), rule.endpoint


def test_every_view_of_the_console_has_its_role(app):
    endpoints = {endpoint for _, _, endpoint in addresses(app)}
    assert endpoints == NEEDED.keys() | OPEN
    assert not NEEDED.keys() & OPEN


def test_every_view_asks_for_a_login(app, client):
    for method, address, endpoint in addresses(app):
        answer = client.open(address, method=method)
        assert asks_for_login(answer) != (endpoint in OPEN), (method, address)
        assert "Bridge treaty" not in answer.text


@pytest.mark.parametrize("name", USERS)
def test_every_view_is_refused_to_a_lesser_role(app, client, name):
    log_in(client, name)
    for method, address, endpoint in addresses(app):
        if endpoint in OPEN or endpoint == "console.log_out":
            continue
        answer = client.open(address, method=method)
        allowed = USERS[name].includes(NEEDED[endpoint])
        assert (answer.status_code == 403) != allowed, (method, address)
        if not allowed and method == "GET":
            assert f"for the role {NEEDED[endpoint]}, and {name} has the role" in words(answer)


def test_a_view_that_nobody_gave_a_role_is_an_admins(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        app.add_url_rule("/admin/new", "new", lambda: "secret")
        for name, role in USERS.items():
            client = app.test_client()
            assert asks_for_login(client.get("/admin/new"))
            log_in(client, name)
            answer = client.get("/admin/new")
            assert answer.status_code == (200 if role is Role.ADMIN else 403)


def test_what_was_sent_after_the_session_ended_is_said_to_be_lost(client, clock):
    log_in(client, "ines")
    client.get("/admin/judge?q=bridge")
    clock.now += LIFE
    answer = client.post("/admin/judge?q=bridge", data={})
    assert asks_for_login(answer)
    assert "what you sent last was not kept" in words(client.get(answer.location))


def test_the_logout_of_one_is_not_that_of_another(app, client):
    other = app.test_client()
    log_in(client, "ines")
    log_in(other, "ada")
    client.post("/admin/logout", data=fields(client.get(START), "/admin/logout"))
    assert other.get(START).status_code == 200
    assert send(other, "/admin/judge?q=bridge").status_code == 303
