"""A reader who mistypes, looks for help or types no operators, in a browser without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@SIZES
def test_a_slip_is_put_right_and_can_be_searched_exactly(visit, viewport):
    page = visit("/", viewport=viewport)
    page.get_by_role("searchbox").fill("brigde")
    page.get_by_role("button", name="Search").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Nothing holds “brigde”; searched as bridge.")
    expect(page.locator("article.hit mark").first).to_have_text(re.compile("bridge", re.IGNORECASE))
    page.get_by_role("link", name="Search exactly for “brigde”").click()
    expect(page.locator("article.hit")).to_have_count(0)
    expect(status).to_contain_text("Did you mean bridge?")
    status.get_by_role("link", name="bridge").click()
    expect(page.get_by_role("searchbox")).to_have_value("bridge")
    expect(page.get_by_role("status")).to_have_count(0)
    expect(page.locator("article.hit").first).to_be_visible()


@SIZES
def test_the_form_becomes_a_query_and_the_query_the_form(visit, viewport):
    page = visit("/search?q=bridge+toll", viewport=viewport)
    page.get_by_role("link", name="Advanced search").click()
    expect(page.get_by_label("Any of these words")).to_have_value("bridge toll")
    page.get_by_label("All of these words").fill("council")
    page.get_by_label("None of these words").fill("ferry")
    page.get_by_label("Section").select_option("Politics")
    page.get_by_label("From").fill("2017-01-01")
    page.get_by_label("Order").select_option("Oldest")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/search\?q=council\+AND\+\(bridge\+OR\+toll\)"))
    box = page.get_by_role("searchbox")
    expect(box).to_have_value("council AND (bridge OR toll) AND NOT ferry")
    expect(page.locator("article.hit").first).to_contain_text("Politics")
    page.get_by_role("link", name="Advanced search").click()
    expect(page.get_by_label("All of these words")).to_have_value("council")
    expect(page.get_by_label("None of these words")).to_have_value("ferry")
    expect(page.get_by_label("Section")).to_have_value("Politics")
    expect(page.get_by_label("From")).to_have_value("2017-01-01")


def test_the_form_is_filled_in_from_the_keyboard(visit):
    page = visit("/advanced")
    page.get_by_label("All of these words").focus()
    for text in ("bridge", "", "", "", "toll council"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    expect(page.get_by_role("searchbox")).to_have_value(
        'bridge AND ("toll council"~5 OR "council toll"~5)'
    )


@SIZES
def test_the_help_shows_and_searches_examples(visit, viewport):
    page = visit("/search?q=bridge", viewport=viewport)
    page.get_by_role("link", name="How to ask").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to ask")
    joining = page.get_by_role("region", name="Joining words")
    example = joining.get_by_role("link").first
    query = example.inner_text()
    example.click()
    expect(page.get_by_role("searchbox")).to_have_value(query)
    expect(page.locator("article.hit").first).to_be_visible()


@SIZES
@pytest.mark.parametrize("path", ["/help", "/advanced", "/search?q=brigde"])
def test_no_page_is_too_wide(visit, viewport, path):
    page = visit(path, viewport=viewport, java_script_enabled=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_the_help_is_printed_on_paper(visit):
    page = visit("/help")
    page.emulate_media(media="print")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("contentinfo")).to_be_hidden()
    expect(page.get_by_role("region", name="Dates")).to_be_visible()
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= pages <= 2
