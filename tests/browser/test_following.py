"""A reader follows a search, and takes it away."""

import re

import feedparser
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_search_can_be_followed_and_taken_away(visit, viewport):
    page = visit("/search?q=bridge&section=Politics", viewport=viewport)
    line = page.locator(".follow")
    expect(line).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]
    for label in ("RSS", "Atom"):
        link = line.get_by_role("link", name=label, exact=True).get_attribute("href")
        feed = feedparser.parse(page.request.get(link).body())
        assert not feed.bozo
        assert feed.entries
        page.goto(feed.entries[0].link)
        expect(page.get_by_role("heading", level=1)).to_have_text(feed.entries[0].title)
        page.go_back()
    with page.expect_download() as download:
        line.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "bridge.csv"
    heading = page.get_by_role("heading", level=1).inner_text()
    lines = page.request.get(line.get_by_role("link", name="JSON Lines").get_attribute("href"))
    assert lines.headers["x-total-count"] == re.match(r"\d+", heading)[0]
    assert len(lines.text().splitlines()) == int(lines.headers["x-export-count"])


def test_the_head_of_a_page_names_its_feeds_and_its_search(visit):
    page = visit("/search?q=bridge")
    kinds = page.locator("link[rel=alternate]")
    expect(kinds).to_have_count(3)
    description = page.locator("link[rel=search]").get_attribute("href")
    assert "{searchTerms}" in page.request.get(description).text()
