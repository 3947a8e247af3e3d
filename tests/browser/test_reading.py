"""A reader searches, narrows, pages and reads, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@SIZES
def test_search_read_and_follow_a_related_article(visit, viewport):
    page = visit("/", viewport=viewport)
    expect(page.get_by_role("heading", level=1)).to_have_text("Newest articles")
    page.get_by_role("searchbox").fill("bridge cracks")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_title("bridge cracks · The Selvan Courier")
    first = page.locator("article.hit").first
    expect(first.locator("mark").first).to_be_visible()
    headline = first.locator("h2").inner_text()
    first.locator("h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    block = page.get_by_role("complementary", name="Related articles")
    expect(block.locator("li").first).to_contain_text("shares")
    related = block.get_by_role("link").first
    title = related.inner_text()
    related.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("searchbox").fill("orchestra")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=orchestra$"))


@SIZES
@pytest.mark.parametrize(
    "path", ["/", "/search?q=bridge+-toll&section=Politics", "/none", "article"]
)
def test_no_page_is_wider_than_the_window(visit, viewport, path):
    page = visit("/", viewport=viewport, java_script_enabled=True)
    page.goto(page.locator("h2 a").first.get_attribute("href") if path == "article" else path)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]
    unnamed = page.evaluate(
        "[...document.querySelectorAll('a, button')].filter(e => !e.textContent.trim()).length"
    )
    assert unnamed == 0


def test_narrow_and_widen_again(visit):
    page = visit("/search?q=bridge")
    whole = page.get_by_role("heading", level=1).inner_text()
    facets = page.get_by_role("navigation", name="Narrow the search")
    facets.get_by_role("link", name="Politics", exact=True).click()
    narrowed = page.get_by_role("heading", level=1).inner_text()
    assert number(narrowed) < number(whole)
    expect(page.locator("article.hit .when").first).to_contain_text("Politics")
    page.locator(".chip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(whole)
    page.get_by_text("Choose the days").click()
    page.get_by_label("From").fill("2018-01-01")
    page.get_by_label("To").fill("2018-12-31")
    page.get_by_role("button", name="Show these days").click()
    assert number(page.get_by_role("heading", level=1).inner_text()) < number(whole)
    for day in page.locator("article.hit time").all_inner_texts():
        assert day.endswith("2018")
    expect(page.locator(".chip")).to_have_text(re.compile("2018"))
    page.locator(".chip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(whole)


def number(heading):
    return int(heading.split()[0].replace(",", ""))


def test_on_a_phone_the_facets_are_a_disclosure_above_the_hits(visit):
    page = visit("/search?q=bridge", viewport=PHONE)
    politics = page.get_by_role("link", name="Politics", exact=True).first
    expect(politics).to_be_hidden()
    disclosure = page.get_by_text("Narrow by section")
    assert disclosure.bounding_box()["y"] < page.locator("article.hit").first.bounding_box()["y"]
    disclosure.click()
    expect(politics).to_be_visible()
    politics.click()
    expect(page.locator(".chip")).to_have_text(re.compile("Politics"))


def test_on_a_desktop_the_facets_stand_open_beside_the_hits(visit):
    page = visit("/search?q=bridge")
    expect(page.get_by_text("Narrow by section")).to_be_hidden()
    facets = page.get_by_role("navigation", name="Narrow the search").bounding_box()
    hit = page.locator("article.hit").first.bounding_box()
    assert facets["x"] + facets["width"] < hit["x"]
    assert abs(facets["y"] - hit["y"]) < 40


def test_page_through_and_sort(visit):
    page = visit("/search?q=the+bridge+council&sort=newest")
    expect(page.locator(".pages")).to_contain_text(re.compile(r"^\s*Next page\s+1 to 10 of \d+"))
    first = page.locator("article.hit h2").all_inner_texts()
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".pages")).to_contain_text("11 to 20 of")
    assert not set(first) & set(page.locator("article.hit h2").all_inner_texts())
    page.get_by_role("link", name="Previous page").click()
    assert page.locator("article.hit h2").all_inner_texts() == first
    page.get_by_role("link", name="Oldest").click()
    expect(page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    assert page.locator("article.hit h2").all_inner_texts() != first


def test_the_keyboard_is_enough(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    for name in ("The Selvan Courier", "Browse", "Coverage", "Help"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("banner").get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("trout lake")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=trout\+lake"))
    page.locator("article.hit h2 a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/articles/"))


def test_the_query_is_the_largest_thing(visit):
    page = visit("/search?q=bridge", java_script_enabled=True)
    sizes = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility())"
        ".map(e => [e.tagName, parseFloat(getComputedStyle(e).fontSize)])"
    )
    largest = max(size for _, size in sizes)
    assert ["INPUT", largest] in sizes


def test_it_is_dark_where_the_reader_wants_it_dark(visit):
    def colours(scheme):
        page = visit("/search?q=bridge", color_scheme=scheme, java_script_enabled=True)
        style = page.evaluate(
            "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
        )
        return [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in style]

    light_paper, light_ink = colours("light")
    dark_paper, dark_ink = colours("dark")
    assert light_paper - light_ink > 400
    assert dark_ink - dark_paper > 400


def test_in_print_only_the_article_is_left(visit):
    page = visit("/search?q=bridge")
    page.locator("h2 a").first.click()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".body")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.locator(".blocks")).to_be_hidden()


def test_the_article_in_another_script_says_its_language(visit):
    page = visit("/search?language=ru")
    page.locator("h2 a").first.click()
    expect(page.locator(".body")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("[а-я]"))
