"""A user's own account: the password, and where somebody is logged in."""

from datetime import timedelta

import pytest
from lxml import html

from articles.users import FREE_FAILURES, FREE_FAILURES_OF_ADDRESS
from tests.consoles import PASSWORD, fields, log_in

START, ACCOUNT = "/admin/", "/admin/account"
NEW = "a new row of words"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0"}


@pytest.fixture
def app(console):
    return console[0]


@pytest.fixture
def clock(console):
    return console[1]


@pytest.fixture
def users(app):
    return app.extensions["backfile"].store.users


def entered(app, name="ines"):
    client = app.test_client()
    assert log_in(client, name).status_code == 303
    return client


def words(page):
    return " ".join(html.document_fromstring(page.text).text_content().split())


def post(client, path, **given):
    return client.post(path, data=fields(client.get(ACCOUNT), path) | given)


def change(client, password=PASSWORD, new=NEW, again=NEW):
    return post(client, f"{ACCOUNT}/password", password=password, new=new, again=again)


def test_a_changed_password_ends_the_other_sessions_and_gives_this_one_another_token(app):
    client, other = entered(app), entered(app)
    before = client.get_cookie("backfile_console", path="/admin").value
    assert change(client).location == ACCOUNT
    assert "Your password is changed" in words(client.get(ACCOUNT))
    assert other.get(START).status_code == 303
    copy = app.test_client()
    copy.set_cookie("backfile_console", before, path="/admin")
    assert copy.get(START).status_code == 303
    assert log_in(app.test_client(), "ines").status_code == 403
    assert log_in(app.test_client(), "ines", NEW).status_code == 303


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": "wrong password"}, "this is not your password"),
        ({"password": ""}, "this is not your password"),
        ({"again": "another row of words"}, "are not the same"),
        ({"new": "short", "again": "short"}, "between 12 and 1,024 characters"),
        ({"new": "", "again": ""}, "between 12 and 1,024 characters"),
    ],
)
def test_what_is_no_change_changes_nothing(app, users, given, said):
    client = entered(app)
    before = users.get("ines")
    answer = change(client, **given)
    assert answer.status_code == 400
    assert said in words(answer)
    assert not any(value and value in answer.text for value in given.values())
    assert users.get("ines").password_hash == before.password_hash
    assert client.get(START).status_code == 200


def test_whoever_sits_at_a_foreign_desk_cannot_guess_the_password(app, clock):
    client = entered(app)
    for _ in range(FREE_FAILURES + 1):
        change(client, password="wrong password")
    assert change(client).status_code == 400
    clock.now += timedelta(minutes=1)
    assert change(client).status_code == 303


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(app):
    client, second, third, vera = (entered(app, name) for name in ("ines", "ines", "ines", "vera"))
    log_in(fourth := app.test_client(), "ines")
    page = client.get(ACCOUNT, headers=FIREFOX)
    assert words(page).count("another program") == 4
    ends = html.document_fromstring(page.text).xpath("//button[@name='end']/@value")
    assert len(ends) == 5
    assert ends[-2:] == ["others", "all"]
    post(client, f"{ACCOUNT}/sessions", end=ends[0])
    alive = [one.get(START).status_code for one in (client, second, third, fourth)]
    assert sorted(alive) == [200, 200, 200, 303]
    assert alive[0] == 200
    # Another's session cannot be ended, whoever knows its id.
    (of_vera,) = app.extensions["backfile"].store.sessions.of(
        app.extensions["backfile"].store.users.get("vera"), app.extensions["clock"]()
    )
    post(client, f"{ACCOUNT}/sessions", end=of_vera.id)
    assert vera.get(START).status_code == 200
    post(client, f"{ACCOUNT}/sessions", end="others")
    assert [one.get(START).status_code for one in (client, second, third, fourth)] == [
        *(200, 303, 303, 303)
    ]
    second = entered(app)
    assert post(client, f"{ACCOUNT}/sessions", end="all").location == "/admin/login"
    assert [one.get(START).status_code for one in (client, second, vera)] == [303, 303, 200]


def test_a_session_says_which_browser_it_is(app):
    client = app.test_client()
    page = client.get("/admin/login", headers=FIREFOX)
    data = fields(page, "/admin/login") | {"name": "ines", "password": PASSWORD}
    client.post("/admin/login", data=data, headers=FIREFOX)
    assert "Firefox on Linux" in words(client.get(ACCOUNT))


def test_who_knows_a_name_cannot_keep_its_owner_out(app, clock):
    known = entered(app)
    known.post("/admin/logout", data=fields(known.get(START), "/admin/logout"))
    stranger = app.test_client()
    for _ in range(FREE_FAILURES + 1):
        log_in(stranger, "ines", "wrong password")
    assert log_in(app.test_client(), "ines").status_code == 403
    assert log_in(known, "ines").status_code == 303
    # What makes a browser known is signed, and good for no other name.
    forged = app.test_client()
    forged.set_cookie("backfile_browser", "WyJhIixbImluZXMiXV0.x.y", path="/admin")
    assert log_in(forged, "ines").status_code == 403
    cookie = entered(app, "vera").get_cookie("backfile_browser", path="/admin")
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/admin")
    forged.set_cookie("backfile_browser", cookie.value, path="/admin")
    assert log_in(forged, "ines").status_code == 403


def from_address(app, address, name="nobody", password=PASSWORD, **headers):
    client = app.test_client()
    page = client.get("/admin/login")
    data = fields(page, "/admin/login") | {"name": name, "password": password}
    environ = {"REMOTE_ADDR": address}
    return client.post("/admin/login", data=data, environ_overrides=environ, headers=headers)


def test_one_address_does_not_try_all_names(app, clock, monkeypatch):
    monkeypatch.setattr("articles.user_store.FREE_FAILURES_OF_ADDRESS", 2)
    for number in range(3):
        assert from_address(app, "5.6.7.8", f"user{number}").status_code == 403
    waiting = from_address(app, "5.6.7.8", "ines")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    assert "tried too often" in words(waiting)
    assert from_address(app, "5.6.7.9", "ines").status_code == 303
    # Only a proxy that is trusted says whom it asks for; without one a near one is nobody.
    forwarded = {"X-Forwarded-For": "5.6.7.8"}
    assert from_address(app, "127.0.0.1", "ines", **forwarded).status_code == 303
    assert from_address(app, "5.6.7.8", "ines", **forwarded).status_code == 429
    for address in ("127.0.0.1", "::1", "unix:"):
        for number in range(4):
            assert from_address(app, address, f"user{number}").status_code == 403
    clock.now += timedelta(minutes=1)
    assert from_address(app, "5.6.7.8", "ines").status_code == 303
    assert FREE_FAILURES_OF_ADDRESS == 30


def test_no_address_is_kept(app, tmp_path):
    from_address(app, "5.6.7.8")
    for file in (tmp_path / "home").glob("archive.sqlite3*"):
        assert b"5.6.7.8" not in file.read_bytes()
