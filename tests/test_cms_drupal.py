"""The Drupal and Twig samples: what PHP, YAML and Twig take, and a client that keeps its word.

Drupal's core is in no package of Debian, so that what needs it (the block and the form of settings)
is read by PHP alone; the client and the template do their work with real Guzzle and Twig.
"""

import re
import subprocess
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml
from lxml import html

from tests.newsroom import HOSTILE
from tests.php_server import php
from tests.twig_site import running_twig
from tests.wordpress import ROOT

SAMPLES = ROOT / "docs" / "cms"
MODULE = SAMPLES / "drupal" / "backfile"
PHP_FILES = sorted(
    path for path in SAMPLES.rglob("*") if path.suffix in (".php", ".module", ".install")
)
FAULTS = ["hang_up", "keep_waiting", "fail", "talk_nonsense", "say_nothing"]
NOW = 1_800_000_000


@pytest.fixture
def page(newsroom, tmp_path):
    """Open the page of the post about the fire, some seconds after the first moment."""
    with running_twig(newsroom.service.address, tmp_path) as address:
        post = newsroom.address()

        def page(seconds=0):
            asked = urlencode({"url": post, "now": NOW + seconds})
            with urlopen(f"{address}/?{asked}", timeout=60) as answer:
                return html.fromstring(answer.read().decode())

        yield page


def links(tree):
    return tree.xpath("//section[@class='backfile-block']//li/a/@href")


@pytest.mark.parametrize("path", PHP_FILES, ids=lambda path: path.name)
def test_php_reads_every_file(path):
    done = subprocess.run([php(), "-l", path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def load(name):
    return yaml.safe_load((MODULE / name).read_text(encoding="utf-8"))


def test_every_class_that_is_named_is_there():
    named = re.findall(
        r"Drupal\\backfile\\[\w\\]+",
        "".join(path.read_text(encoding="utf-8") for path in MODULE.rglob("*") if path.is_file()),
    )
    classes = {name.removeprefix("Drupal\\backfile\\").replace("\\", "/") for name in named}
    classes -= {"Form", "Plugin/Block"}  # name spaces
    assert {"BlocksClient", "Form/SettingsForm"} <= classes
    for name in classes:
        text = (MODULE / "src" / f"{name}.php").read_text(encoding="utf-8")
        assert f"class {name.rpartition('/')[2]} " in text


def test_the_module_fits_together():
    info, routes = load("backfile.info.yml"), load("backfile.routing.yml")
    assert info["type"] == "module"
    assert "^11" in info["core_version_requirement"]
    assert set(routes) == {info["configure"]}
    links = load("backfile.links.menu.yml")
    assert {link["route_name"] for link in links.values()} <= set(routes)
    assert all(route["requirements"]["_permission"] for route in routes.values())
    installed = load("config/install/backfile.settings.yml")
    schema = load("config/schema/backfile.schema.yml")
    assert set(installed) == set(schema["backfile.settings"]["mapping"])
    service = load("backfile.services.yml")["services"]["backfile.client"]
    constructor = re.search(
        r"function __construct\((.*?)\) \{",
        (MODULE / "src/BlocksClient.php").read_text(),
        re.DOTALL,
    )
    assert len(service["arguments"]) == constructor[1].count("private")
    block = (MODULE / "src/Plugin/Block/BackfileBlock.php").read_text(encoding="utf-8")
    assert f"id: '{next(n for n in schema if n.startswith('block.')).rpartition('.')[2]}'" in block
    assert set(load("backfile.libraries.yml")) == {"style", "script"}
    template = (MODULE / "templates" / "backfile-blocks.html.twig").read_text(encoding="utf-8")
    theme = (MODULE / "backfile.module").read_text(encoding="utf-8")
    for name in ("service", "receipt", "blocks", "script"):
        assert f"'{name}' => " in theme
        assert f"'#{name}' => " in block
        assert re.search(rf"\b{name}\b", template.partition("#}")[2])


def test_the_template_shows_three_blocks_and_a_hostile_headline_as_text(page):
    tree = page()
    found = links(tree)
    assert len(found) == len(set(found)) == 15
    assert [section.get("data-block") for section in tree.xpath("//section")] == [
        "related",
        "editors_choice",
        "popular",
    ]
    assert HOSTILE in [link.text for link in tree.xpath("//li/a")]
    assert not tree.xpath("//script")
    (image,) = tree.xpath("//img")
    receipt = tree.xpath("//@data-receipt")[0]
    assert image.get("src").endswith(f"/api/v1/views.gif?receipt={receipt}")
    assert tree.xpath("//time/text()")[0].count("-") == 2


def test_an_answer_is_asked_for_once_a_minute(newsroom, page):
    first = links(page())
    assert links(page(59)) == first
    assert len(newsroom.service.asked) == 1
    assert links(page(60)) == first
    assert len(newsroom.service.asked) == 2


def test_what_has_not_changed_is_not_sent_again(newsroom, page):
    assert links(page()) == links(page(60)) == links(page(120)) != []
    assert newsroom.service.answered == [200, 304, 304]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_answer_stays_for_a_day(newsroom, page, fault):
    good = links(page())
    newsroom.service.fault = getattr(newsroom.service, fault)
    assert links(page(60)) == good != []
    assert len(newsroom.service.asked) == 2
    assert links(page(65)) == good
    assert links(page(86_401)) == []
    newsroom.service.reset()
    assert links(page(86_500)) == good


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_empty_is_kept_and_the_page_is_whole(newsroom, page, fault):
    newsroom.service.fault = getattr(newsroom.service, fault)
    tree = page()
    assert links(tree) == []
    assert tree.xpath("//article/p/text()") == ["What it says."]
    newsroom.service.reset()
    assert len(links(page(16))) == 15


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b'{"blocks": 7, "receipt": "r"}',
        b'{"blocks": {"related": []}, "receipt": "r"}',
        b'{"blocks": {"related": {"items": []}}, "receipt": "r"}',
        b'{"blocks": {"related": {"items": [{}]}}}',
        b'{"blocks": ' + b"[" * 200_000,
        b" " * 300_000 + b'{"blocks": {"related": {"items": [{}]}}, "receipt": "r"}',
    ],
    ids=["list", "number", "no items", "empty", "no receipt", "deep", "long"],
)
def test_what_is_no_answer_leaves_the_page_whole(newsroom, page, answer):
    newsroom.service.fault = lambda *_: (200, {"Content-Type": "application/json"}, answer)
    assert page().xpath("//article") != []
    assert links(page()) == []


def test_only_the_web_is_linked(newsroom, page):
    answer = (
        b'{"receipt": "\\"><b>", "blocks": {"related": {"title": "<i>", "items": ['
        b'{"position": 1, "reason": "\\"x", "url": "javascript:alert(1)", "title": "a", '
        b'"published": null, "reason_text": ""}, '
        b'{"position": 2, "reason": "similar", "url": "HTTPS://a.example/?\\"><b>", '
        b'"title": "<b>", "published": "2026-01-31T23:59:00+00:00", "reason_text": "<b>"}]}}}'
    )
    newsroom.service.fault = lambda *_: (200, {"Content-Type": "application/json"}, answer)
    tree = page()
    assert links(tree) == ['HTTPS://a.example/?"><b>']
    assert not tree.xpath("//b | //i")
    assert tree.xpath("//time/text()") == ["2026-01-31"]
