"""What audits of pages look for, as far as it can be seen without a network."""

from urllib.parse import urljoin

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import PAGES

pytestmark = pytest.mark.browser
LEAST_LETTER = 12
"""Pixels of the smallest letters."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_named_described_and_legible(visit, name):
    page = visit(PAGES[name], viewport=PHONE, java_script_enabled=True)
    assert len(page.title()) > 5
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert page.evaluate("document.characterSet") == "UTF-8"
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    assert "initial-scale=1" in page.locator("meta[name=viewport]").get_attribute("content")
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && "
        "[...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= LEAST_LETTER
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    described = page.locator("meta[name=description]")
    hidden = page.locator("meta[name=robots]")
    assert described.count() or "noindex" in hidden.get_attribute("content")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_holds_up_a_page(visit, name):
    """No script runs before the page is there, no style is asked for twice, files stay for long."""
    page = visit("/none", java_script_enabled=True)
    page.wait_for_load_state("networkidle")
    answers = []
    page.on("response", lambda answer: answers.extend([answer]))
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.locator("script[src]:not([defer]):not([type=module])").count() == 0
    assert len({answer.url for answer in answers}) == len(answers)
    for answer in answers[1:]:
        assert answer.status == 200
        if "/static/" in answer.url:
            assert "immutable" in answer.headers["cache-control"]
    assert page.evaluate("document.querySelectorAll('*').length") < 1_500


@pytest.mark.parametrize("name", ["start", "hits", "article", "coverage", "person", "help"])
def test_no_link_leads_nowhere(visit, name):
    page = visit(PAGES[name], java_script_enabled=True)
    found = page.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    links = {urljoin(page.url, link).split("#")[0] for link in found}
    ours = sorted(link for link in links if link.startswith(urljoin(page.url, "/")))
    assert ours
    for link in ours[:60]:
        answer = page.request.get(link, max_redirects=0)
        assert answer.status in (200, 303), link
