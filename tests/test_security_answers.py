"""What every answer says to browsers, on every page and error, whatever was asked."""

import gzip
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.api_keys import Scope
from articles.database import StoreError
from tests.archives import NOW
from tests.consoles import PASSWORD, fields, log_in, open_console
from tests.routes import calls
from web.app import create_app
from web.settings import Settings
from web.writing.views import LONGEST_BODY

SITE = "https://archive.courier.example"
EVIL = "evil.example"
NAMES = (
    *("q", "next", "back", "id", "url", "section", "query", "kind", "format", "page", "lang"),
    *("from", "to", "sort", "mode", "cursor", "about", "user", "callback", "receipt", "lost"),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("answers") / "home"
    with open_console(
        home,
        counting=False,
        query_log_days=0,
        site_url=SITE,
        site_origins="https://courier.example",
    ) as (app, _):
        app.add_url_rule("/broken", "broken", lambda: 1 / 0)
        app.add_url_rule("/api/v1/broken", "broken_api", lambda: 1 / 0)
        app.add_url_rule("/storeless", "storeless", storeless)
        for call in calls_of(app):  # opens every file once
            app.test_client().get(call.address, buffered=True)
        yield app


def storeless():
    raise StoreError("the archive's database at /srv/secret-place is away")


def calls_of(app):
    ours = {"broken", "broken_api", "storeless"}
    return [call for call in calls(app) if call.method == "GET" and call.endpoint not in ours]


@pytest.fixture(scope="module")
def admin(app):
    client = app.test_client()
    log_in(client, "ada")
    return client


def words(answer):
    return answer.data.decode("utf-8", "replace")


def check(answer):
    """Hold an answer to what is promised of all of them."""
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert re.fullmatch(r"[A-Za-z0-9._:-]{8,64}", answer.headers["X-Request-ID"])
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not {"Server", "X-Powered-By"} & set(answer.headers.keys())
    assert "Traceback" not in words(answer)
    assert "secret-place" not in words(answer)
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; ")), cookie
    if answer.mimetype == "text/html" and answer.data:
        page = html.document_fromstring(answer.data)
        assert not page.xpath("//style | //@style | //iframe | //object | //base")
        assert not page.xpath("//@*[starts-with(name(), 'on')]")
        for script in page.iter("script"):
            assert script.get("src") or script.get("type") == "application/ld+json"
        for form in page.iter("form"):
            assert (form.get("action") or "/").startswith("/")
        for address in page.xpath("//@href | //@src | //@action"):
            assert not address.strip().lower().startswith(("javascript:", "data:", "vbscript:"))
    if answer.status_code >= 400:
        assert answer.headers["Cache-Control"] == "no-store"


def test_every_page_and_call_of_everybody_and_of_an_admin(app, admin):
    for client in (app.test_client(), admin):
        for call in calls_of(app):
            check(client.get(call.address, buffered=True))


def test_every_error(app, admin):
    client = app.test_client()
    tried = {
        400: [("GET", "/search?page=x"), ("GET", "/api/v1/search?page=x"), ("POST", "/admin/keys")],
        401: [("POST", "/api/v1/articles"), ("POST", "/api/v1/webhooks/x")],
        404: [
            ("GET", "/nothing"),
            ("GET", "/api/v1/nothing"),
            ("GET", "/static/no"),
            ("GET", "/%00"),
        ],
        405: [
            ("POST", "/search"),
            ("TRACE", "/"),
            ("DELETE", "/api/v1/search"),
            ("PUT", "/admin/"),
        ],
        500: [("GET", "/broken"), ("GET", "/api/v1/broken")],
        503: [("GET", "/storeless")],
    }
    for status, asked in tried.items():
        for method, path in asked:
            answer = (admin if path.startswith("/admin") else client).open(path, method=method)
            assert answer.status_code == status, (method, path)
            check(answer)
    much = b" " * (app.config["MAX_CONTENT_LENGTH"] + 1)
    long = client.post("/api/v1/related", data=much, content_type="application/json")
    assert long.status_code == 413
    check(long)
    refused = log_in(client, "ada", "wrong password")
    assert refused.status_code == 403
    check(refused)


def test_without_an_index_and_with_a_clean_start(tmp_path):
    app = create_app(Settings(home=tmp_path / "home", counting=False))
    client = app.test_client()
    for path in ("/", "/search?q=x", "/api/v1/search?q=x", "/readyz", "/admin/login"):
        check(client.get(path))
    app.extensions["backfile"].close()


def test_only_named_sites_read_only_what_is_made_for_them(app, admin):
    for call in calls_of(app):
        for origin, allowed in (("https://courier.example", True), (f"https://{EVIL}", False)):
            answer = admin.get(call.address, headers={"Origin": origin}, buffered=True)
            granted = answer.headers.get("Access-Control-Allow-Origin")
            if call.address.startswith("/admin"):
                assert granted is None, call
            # The script and the style sheet of blocks are everybody's, and the same for all.
            public = call.endpoint == "block_files.block_file"
            assert granted == "*" if public else granted in (None, origin if allowed else None), (
                call
            )


BREAKS = (
    "\r\nX-Evil: 1",
    "\n\nevil",
    "%0d%0aX-Evil: 1",
    "\u560a\u560dX-Evil: 1",
    "\x00",
    "\x85evil",
)


@pytest.mark.parametrize("text", BREAKS)
def test_no_parameter_becomes_a_header(app, admin, text):
    for call in calls_of(app):
        answer = admin.get(call.address, query_string=dict.fromkeys(NAMES, text), buffered=True)
        assert answer.status_code < 500, call
        assert "X-Evil" not in answer.headers
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())
        check(answer)
    for path in ("/articles/", "/api/v1/articles/", "/browse/sections/", "/language/", "/static/"):
        answer = app.test_client().get(f"{path}a%0D%0AX-Evil:%201", buffered=True)
        assert answer.status_code < 500
        assert "X-Evil" not in answer.headers


ADDRESSES = (
    *(f"//{EVIL}", f"https://{EVIL}/", f"\\\\{EVIL}", f"/\\{EVIL}", f"/admin//../..//{EVIL}"),
    *(
        f"/admin\\@{EVIL}",
        f"/admin/\t//{EVIL}",
        f"javascript://{EVIL}/%0aalert(1)",
        f"/admin@{EVIL}",
    ),
    *(f" //{EVIL}", f"http:{EVIL}", f"/admin/..//{EVIL}", f"///{EVIL}"),
)


LEADING = {
    *("console.login", "console.login_code", "pages.advanced_search", "pages.language"),
    "pages.search",
}
"""The views that may send somebody on."""


def leads_away(location):
    """Say whether a browser that is sent there leaves the site, as browsers read addresses."""
    plain = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    return not plain.startswith("/") or plain.startswith("//")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_is_led_away(app, address):
    client = app.test_client()
    entered = log_in(client, "vera", next=address)
    assert entered.status_code == 303
    assert not leads_away(entered.location)
    leading = [call for call in calls_of(app) if call.endpoint in LEADING]
    for call in calls_of(app) if address == ADDRESSES[0] else leading:
        answer = client.get(call.address, query_string=dict.fromkeys(NAMES, address), buffered=True)
        assert answer.status_code not in range(300, 400) or call.endpoint in LEADING, call
        if answer.status_code in range(300, 400):
            assert not leads_away(answer.location), (call, answer.location)


HOSTS = (EVIL, f"{EVIL}:80", f"archive.courier.example@{EVIL}", f"{EVIL}/archive", f'{EVIL}"><x>')


@pytest.mark.parametrize("host", HOSTS)
def test_with_an_address_of_the_site_no_other_is_believed(app, admin, host):
    said = [{"Host": host}]
    if host == EVIL:
        said += [{"X-Forwarded-Host": host}, {"Forwarded": f"host={host}"}]
    for headers in said:
        for call in calls_of(app):
            answer = admin.get(call.address, headers=headers, buffered=True)
            assert answer.status_code < 500, call
            assert EVIL not in words(answer), call
            assert EVIL not in str(answer.headers), call


names = st.sampled_from(NAMES)
values = st.text(max_size=30) | st.sampled_from(
    [*BREAKS, *ADDRESSES, '"><script>alert(1)</script>']
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), asked=st.dictionaries(names, values, max_size=4))
def test_every_page_of_the_console_holds_whatever_it_is_asked(app, admin, data, asked):
    console = [call for call in calls_of(app) if call.endpoint.startswith("console")]
    call = data.draw(st.sampled_from(console))
    answer = admin.get(call.address, query_string=asked)
    assert answer.status_code < 500
    check(answer)


def test_what_is_compressed_is_not_unpacked(app):
    store = app.extensions["backfile"].store
    _, key = store.api_keys.add("gzip", [Scope.WRITE_ARTICLES], by="ada", now=NOW)
    client, before = app.test_client(), store.last_sequence()
    bomb = gzip.compress(b"[" + b" " * (4 * LONGEST_BODY) + b"]")
    assert len(bomb) < 2**20
    for encoding in ("gzip", "deflate", "br", "gzip, gzip"):
        headers = {"Authorization": f"Bearer {key}", "Content-Encoding": encoding}
        for path in ("/api/v1/articles", "/api/v1/webhooks/x", "/api/v1/related"):
            answer = client.post(path, data=bomb[:100_000], headers=headers)
            assert answer.status_code in (400, 401, 415), path
    assert store.last_sequence() == before


@pytest.mark.parametrize("size", [1, 8])
def test_forms_of_the_console_have_an_end(app, admin, size):
    page = admin.get("/admin/account")
    token = fields(page, "/admin/account/password")
    many = token | {f"field{number}": "x" for number in range(2_000)}
    long = token | {"password": PASSWORD, "new": "x" * (size * 2**20)}
    for data in (many, long):
        answer = admin.post("/admin/account/password", data=data)
        assert answer.status_code in (400, 413)
        check(answer)
