"""A console to test: an archive with users, and a browser's part in talking to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from lxml import html
from werkzeug.test import TestResponse

from articles.article import Article
from articles.users import Role
from tests.archives import NOW, build, grain_articles
from web.app import create_app
from web.settings import Settings

PASSWORD = "a few words in a row"
USERS = {"vera": Role.VIEWER, "ines": Role.EDITOR, "ada": Role.ADMIN}
ARTICLES = [
    Article(
        id=f"bridge {number}/ä",
        title=f"Bridge treaty, part {number}",
        body=(f"The bridge treaty opens the river to ferries. Delegation {number} spoke.",),
        section="Politics",
        source="Newsroom",
        published=NOW - timedelta(days=number),
    )
    for number in range(1, 13)
]
SECRET = "of the tests, and long enough for them"


class TestClock:
    """A clock that stands still until it is told otherwise."""

    __test__ = False

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


@cache
def kept_password() -> str:
    """Return what is kept of the password of every user, made to be checked in no time."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@contextmanager
def open_console(
    home: Path, *, users: bool = True, **settings: object
) -> Iterator[tuple[OpenAPI, TestClock]]:
    """Serve a small archive with a user of each role, by a clock of the test's."""
    build(home, ARTICLES + grain_articles(20))[0].close()
    clock = TestClock()
    app = create_app(Settings(home=home, secret_key=SECRET, **settings), clock=clock)  # type: ignore[arg-type]
    store = app.extensions["backfile"].store
    for name, role in USERS.items() if users else ():
        store.users.add(name, kept_password(), role, NOW)
    yield app, clock
    app.extensions["backfile"].close()


def fields(page: TestResponse, action: str) -> dict[str, str]:
    """Return what a browser would send of the form with that action."""
    forms = html.document_fromstring(page.text).forms
    form = next(form for form in forms if urlsplit(form.action or "").path == action)
    return {name: value for name, value in form.form_values() if value is not None}


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, **query: str) -> TestResponse:
    """Log in by the form of the login page."""
    page = client.get("/admin/login", query_string=query)
    asked = fields(page, "/admin/login") | {"name": name, "password": password}
    return client.post("/admin/login", data=asked, query_string=query)


def send(client: FlaskClient, address: str, **chosen: str) -> TestResponse:
    """Load a page and send its form with some choices changed."""
    page = client.get(address)
    asked = fields(page, urlsplit(address).path) | chosen
    return client.post(address, data=asked)
