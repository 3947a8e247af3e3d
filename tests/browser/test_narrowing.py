"""A reader narrows and widens a search, on any screen, with JavaScript or without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(
    params=[(PHONE, False), (PHONE, True), (DESKTOP, False), (DESKTOP, True)],
    ids=["phone, no script", "phone", "desktop, no script", "desktop"],
)
def look(visit, request):
    """Open a page as one of four readers does; the facets are open."""
    viewport, script = request.param

    def look(path):
        page = visit(path, viewport=viewport, java_script_enabled=script)
        return opened(page)

    return look


def opened(page):
    disclosure = page.get_by_text("Narrow by section")
    if disclosure.is_visible():
        disclosure.click()
    return page


def heading(page):
    return page.get_by_role("heading", level=1)


def count(page):
    return int(heading(page).inner_text().split()[0].replace(",", ""))


def test_bars_lead_from_years_to_months_to_days_and_back(look):
    page = look("/search?q=bridge")
    timeline = page.get_by_role("navigation", name="Articles over time")
    whole = count(page)
    for pattern, unit in ((r"^2018: (\d+)", "2018"), (r"^March 2018: (\d+)", "March 2018")):
        bar = timeline.get_by_role("link", name=re.compile(pattern))
        said = int(re.match(pattern, bar.get_attribute("aria-label"))[1])
        bar.click()
        expect(page.locator(".chip")).to_have_text(re.compile(unit))
        assert count(page) == said
    for day in page.locator("article.hit time").all_inner_texts():
        assert day.endswith("March 2018")
    bars = timeline.get_by_role("link", name=re.compile(r"^\d+ March 2018: "))
    assert sum(int(bar.get_attribute("aria-label").split()[3]) for bar in bars.all()) == count(page)
    timeline.get_by_role("link", name="2018", exact=True).click()
    expect(page.locator(".chip")).to_have_text(re.compile(r"^\D*2018\D*$"))
    timeline.get_by_role("link", name="All years").click()
    expect(page.locator(".chip")).to_have_count(0)
    assert count(page) == whole


def test_bars_are_reached_and_named_by_the_keyboard(visit):
    page = visit("/search?q=bridge", java_script_enabled=True)
    page.get_by_role("link", name="Oldest").focus()
    page.keyboard.press("Tab")
    bar = page.get_by_role("navigation", name="Articles over time").get_by_role("link").first
    expect(bar).to_be_focused()
    said = bar.get_attribute("aria-label")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_text(re.compile(said.partition(":")[0]))


def test_values_are_combined_and_removed_one_by_one(look):
    page = look("/search?q=bridge")
    whole = count(page)
    facets = page.get_by_role("navigation", name="Narrow the search")
    facets.get_by_role("link", name="Politics", exact=True).click()
    opened(page)
    one = count(page)
    expect(facets.get_by_role("link", name="Politics", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    facets.get_by_role("link", name="Economy", exact=True).click()
    opened(page)
    assert one < count(page) <= whole
    facets.get_by_role("link", name="2018", exact=True).click()
    opened(page)
    expect(page.locator(".chip")).to_have_count(3)
    both = count(page)
    page.locator(".chip", has_text="Economy").click()
    opened(page)
    assert count(page) <= both
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("link", name="Clear all").click()
    assert count(page) == whole


def test_a_span_up_to_today_moves_with_today(look):
    page = look("/search?q=bridge")
    page.get_by_role("link", name="Past month").click()
    expect(page).to_have_url(re.compile("within=month"))
    expect(page.locator(".chip")).to_have_text(re.compile("Past month"))
    opened(page)
    page.get_by_role("link", name="Any time").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_what_keeps_the_hits_away_is_told(look):
    page = look("/search?q=bridge&section=Sport&year=2018")
    assert count(page) == 0
    page.get_by_role("link", name="Search without “Sport”").click()
    assert count(page) > 0
    expect(page.locator(".chip")).to_have_count(1)


def test_a_slip_is_searched_as_it_was_meant_and_may_be_searched_as_it_is(look):
    page = look("/search?q=brigde")
    expect(page.locator(".notice")).to_contain_text("Nothing holds “brigde”; searched as bridge.")
    expect(page.locator("article.hit mark").first).to_have_text(re.compile("bridge", re.IGNORECASE))
    page.get_by_role("link", name="Search exactly for “brigde”").click()
    assert count(page) == 0
    expect(page.locator(".notice")).to_contain_text("Did you mean bridge?")
    page.locator(".meant").click()
    assert count(page) > 0


def test_recent_articles_and_all_of_the_words(look):
    page = look("/search?q=bridge+toll")
    whole = count(page)
    page.get_by_role("link", name="rather recent").click()
    assert count(page) == whole
    expect(page.get_by_role("link", name="rather recent")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="all of the words").click()
    assert 0 < count(page) < whole


def test_pages_go_on_behind_the_last_hit(look):
    page = look("/search?q=bridge+council")
    first = page.locator("article.hit h2").all_inner_texts()
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("after="))
    second = page.locator("article.hit h2").all_inner_texts()
    assert not set(first) & set(second)
    page.get_by_role("link", name="Previous page").click()
    assert page.locator("article.hit h2").all_inner_texts() == first


def test_a_name_is_found_in_another_script_and_may_be_searched_as_it_is(look):
    page = look("/search?q=Ortega")
    whole = count(page)
    expect(page.locator(".notice")).to_contain_text("“Ortega” is also searched as Ортега.")
    page.get_by_role("link", name="Search only what I wrote").click()
    assert 0 < count(page) < whole
    page.get_by_role("link", name="Search other spellings and synonyms, too").click()
    assert count(page) == whole
    found = look("/search?q=Ortega&language=ru")
    expect(found.locator("article.hit mark").first).to_have_text(re.compile("Ортег"))
