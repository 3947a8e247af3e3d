"""The script and the style sheet of the blocks: small, kept as long as is right, for all."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.archives import build, random_articles
from web.app import create_app
from web.blocks.script import LARGEST, address_of_file, tight_script, tight_style
from web.settings import Settings

SOURCE = Path(__file__).parents[1] / "web" / "static" / "blocks.js"
NAMES = pytest.mark.parametrize("name", ["blocks.js", "blocks.css"])


@pytest.fixture
def app(tmp_path):
    build(tmp_path / "home", random_articles(3))[0].close()
    app = create_app(Settings(home=tmp_path / "home"))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    return app.test_client()


def test_the_script_is_small_with_its_style(client):
    content = client.get("/blocks.js").data
    assert 3_000 < len(content) <= LARGEST == 5_000
    assert b"@layer backfile{" in content
    assert b'const style = "";' not in content
    # All texts of the program are there as they were written.
    for text in re.findall(r'"[^"\n]*"', SOURCE.read_text(encoding="utf-8")):
        assert text == '""' or text.encode() in content


@NAMES
def test_a_site_pastes_an_address_that_stays(client, name):
    answer = client.get(f"/{name}")
    assert answer.status_code == 200
    kept = answer.cache_control
    assert (kept.public, kept.max_age, bool(kept.immutable)) == (True, 3_600, False)
    assert kept.stale_while_revalidate == kept.stale_if_error == 604_800
    again = client.get(f"/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.cache_control.max_age == 3_600


@NAMES
def test_the_address_with_the_checksum_is_kept_for_ever(app, client, name):
    with app.test_request_context():
        address = address_of_file(name)
    assert re.fullmatch(rf"/{name}\?v=[0-9a-f]{{12}}", address)
    answer = client.get(address)
    assert answer.cache_control.max_age == 31_536_000
    assert answer.cache_control.immutable
    assert hashlib.sha256(answer.data).hexdigest().startswith(address[-12:])
    # What was written once and is no longer so is not kept for long.
    assert client.get(f"/{name}?v=0123456789ab").cache_control.max_age == 3_600


@NAMES
def test_any_page_may_load_it_and_check_it(client, name):
    answer = client.get(f"/{name}", headers={"Origin": "https://courier.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == {"blocks.js": "text/javascript", "blocks.css": "text/css"}[name]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/blocks.txt", "/blocks.js/", "/blocksXjs"])
def test_there_is_nothing_beside_them(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("source", "tight"),
    [
        ('fetch("https://a.example/")\n', 'fetch("https://a.example/")\n'),
        ("if (a)\n  b;\n", "if (a)\nb;"),
        ("a = 1 // why\n  + 2;\n", "a = 1\n+ 2;"),
        ("// what\n\n\n  a;\n", "a;"),
    ],
)
def test_a_script_loses_nothing_but_comments_and_white_space(source, tight):
    assert tight_script(source) == tight


def test_a_style_sheet_keeps_what_separates_its_parts():
    assert tight_style("a > b c:is(d, e) { x: calc(1px + 2px) !important }\n") == (
        "a > b c:is(d,e){x:calc(1px + 2px) !important}"
    )
