"""A reader looks at what the archive covers and goes by names, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])


@SIZES
@SCRIPTS
def test_from_the_foot_of_the_page_to_a_person_and_a_search_inside(visit, viewport, scripts):
    page = visit("/", viewport=viewport, java_script_enabled=scripts)
    page.get_by_role("contentinfo").get_by_role("link", name="Browse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Browse the archive")
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_label("Only names with").fill("verdi")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".names li")).to_have_count(1)
    page.get_by_role("link", name="Ana Verdi", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Verdi")
    expect(page.locator("article.hit")).to_have_count(10)
    page.get_by_role("searchbox", name="Search in these articles: Ana Verdi").fill("recount")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=recount&person=Ana\+Verdi"))
    expect(page.locator(".chip")).to_contain_text("Ana Verdi")
    expect(page.locator("article.hit").first).to_be_visible()


@SIZES
def test_a_bar_leads_to_the_articles_of_its_month(visit, viewport):
    page = visit("/coverage", viewport=viewport)
    bar = page.get_by_role("link", name=re.compile(r"^March 2018: 6 articles$"))
    box = bar.bounding_box()
    assert box["width"] >= 4
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 3)
    expect(page).to_have_url(re.compile(r"from=2018-03-01&to=2018-03-31"))
    expect(page.get_by_role("heading", level=1)).to_have_text("6 articles")


@SIZES
def test_a_low_bar_can_be_met_above_itself(visit, viewport):
    page = visit("/coverage", viewport=viewport)
    bar = page.get_by_role("link", name=re.compile(r"^September 2017: 1 article$"))
    box = bar.bounding_box()
    assert box["height"] >= 90
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    expect(page).to_have_url(re.compile(r"from=2017-09-01"))


@SIZES
def test_the_chart_stands_in_its_years(visit, viewport):
    page = visit("/coverage", viewport=viewport)
    bands = page.locator("figure .chart")
    ticks = page.locator("figure .ticks")
    for number in range(bands.count()):
        left = bands.nth(number).bounding_box()["x"]
        width = bands.nth(number).bounding_box()["width"]
        spans = ticks.nth(number).locator("span")
        assert spans.count() == 4
        for place in range(4):
            year = spans.nth(place).inner_text()
            begins = left + width * place / 4
            assert abs(spans.nth(place).bounding_box()["x"] - begins) < 2
            for bar in bands.nth(number).get_by_role("link", name=year).all():
                assert begins - 1 <= bar.bounding_box()["x"] < begins + width / 4


def test_the_table_says_what_the_chart_shows(visit):
    page = visit("/coverage")
    table = page.get_by_role("table", name="Articles a month")
    expect(table).to_be_hidden()
    page.get_by_text("The same as a table").click()
    expect(table.get_by_role("row")).to_have_count(13)
    row = table.get_by_role("row", name=re.compile("^2018"))
    expect(row.get_by_role("cell").nth(2)).to_have_text("6")
    row.get_by_role("link", name="2018").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("20 articles")


def test_the_bars_can_be_walked_through_by_keyboard(visit):
    page = visit("/coverage", java_script_enabled=True)
    first = page.locator("figure .chart a").first
    first.focus()
    page.keyboard.press("Tab")
    second = page.locator("figure .chart a").nth(1)
    expect(second).to_be_focused()
    assert second.evaluate("e => getComputedStyle(e).fill") != page.locator("figure .chart a").nth(
        2
    ).evaluate("e => getComputedStyle(e).fill")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search\\?from="))


def test_letters_lead_down_the_page(visit):
    page = visit("/browse/people")
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="V").click()
    expect(page.locator("#letter-V")).to_be_in_viewport()


def test_the_pages_speak_russian(visit):
    page = visit("/coverage", extra_http_headers={"Accept-Language": "ru"})
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("link", name=re.compile("март 2018"))).to_have_count(1)
