"""What comes from outside reaches nothing outside: no connection, no file, no endless memory.

The server fetches nothing, so nobody can have it fetch from a network that only it can reach. A
guard stands before every way out while all routes are called and pages are imported. Zips are held
to theirs in `test_import_paths`.
"""

import socket
from datetime import UTC, datetime
from html import escape
from io import BytesIO

import pytest

from articles.importers.folders import file_kind
from articles.importers.kinds import read_stream
from articles.importers.source import ImportOptions, SourceFile
from tests.consoles import log_in, open_console, send
from tests.routes import calls

NOW = datetime(2026, 9, 1, tzinfo=UTC)
INSIDE = (
    *("http://127.0.0.1:8000/admin", "http://[::1]/", "http://169.254.169.254/latest/meta-data/"),
    *("http://10.0.0.1/", "http://localhost/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_"),
    *("http://0x7f000001/", "http://2130706433/", "ftp://internal.example/x", "//intranet/x"),
)
SECRET = "what lies outside and must stay there"


@pytest.fixture
def guard(monkeypatch):
    """Note every attempt to leave this process by a socket, and refuse it."""
    attempts = []

    def refuse(what):
        def attempt(*words, **_):
            attempts.append((what, words))
            raise OSError("no way out")

        return attempt

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse(name))
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse(name))
    yield attempts
    assert attempts == []


def read(name, data):
    file = SourceFile(label=name, name=name, options=ImportOptions(), now=NOW)
    return list(read_stream(file_kind(name), BytesIO(data), file))


def test_the_guard_sees_who_leaves(guard):
    from urllib.request import urlopen

    with pytest.raises(OSError, match="no way out"):
        urlopen("http://127.0.0.1:9/", timeout=1)
    assert guard
    guard.clear()


def test_no_route_asks_anybody_whatever_address_it_is_given(tmp_path, guard):
    names = ("q", "id", "url", "next", "back", "receipt", "about", "section", "query", "callback")
    with open_console(tmp_path / "home", counting=False, query_log_days=0) as (app, _):
        client = app.test_client()
        log_in(client, "ada")
        for number, call in enumerate(calls(app)):
            address = INSIDE[number % len(INSIDE)]
            asked = dict.fromkeys(names, address)
            given = {"json": asked | {"text": address}} if call.method in ("POST", "PUT") else {}
            headers = {"Referer": address, "Origin": address, "X-Forwarded-For": address}
            client.open(
                call.address,
                method=call.method,
                query_string=asked,
                headers=headers,
                buffered=True,
                **given,
            )
        text = " ".join(f'<a href="{address}">x</a><img src="{address}">' for address in INSIDE)
        send(client, "/admin/draft", title="Bridge treaty", text=text)


def page_of(address):
    quoted = escape(address)
    return f"""<!DOCTYPE html PUBLIC "-//X//DTD//EN" "{quoted}">
    <html><head><title>Bridge</title><base href="{quoted}"><link rel="canonical" href="{quoted}">
    <link rel="stylesheet" href="{quoted}"><meta property="og:image" content="{quoted}">
    <script src="{quoted}"></script></head><body><article><h1>Bridge opens to its first ferry</h1>
    <p>The bridge was opened on Monday, and the first ferry went under it at noon.</p>
    <img src="{quoted}"><iframe src="{quoted}"></iframe><object data="{quoted}"></object>
    </article></body></html>""".encode()


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_that_a_page_names_is_fetched(guard, address):
    (record,) = read("page.html", page_of(address))
    assert "first ferry went under it" in " ".join(record.article.body)


LAUGHS = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))


@pytest.mark.parametrize("wrap", ["html", "svg", "xml"])
def test_entities_are_not_expanded_nor_read_from_files(tmp_path, guard, wrap):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    start = '<?xml version="1.0"?>' if wrap == "xml" else ""
    declared = (
        f'{start}<!DOCTYPE {wrap} [<!ENTITY a0 "HAHAHAHAHA">{LAUGHS}'
        f'<!ENTITY stolen SYSTEM "file://{secret}">'
        f'<!ENTITY % remote SYSTEM "http://127.0.0.1:1/x.dtd"> %remote;]>'
    )
    body = (
        f"{declared}<html><head><title>Bridge</title></head><body><article>"
        "<h1>Bridge opens to its first ferry</h1><p>&a11; &stolen; The bridge was opened on "
        "Monday, and the first ferry went under it at noon.</p></article></body></html>"
    )
    for record in read("page.html", body.encode()):
        kept = str(record.article)
        assert SECRET not in kept
        assert kept.count("HAHA") <= 10
        assert len(kept) < 10_000
