"""A reader types and is shown what may be meant: by mouse, finger, keyboard, or without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def box(visit):
    """Open a page with its script and return it with the search box."""

    def box(path="/", **options):
        page = visit(path, java_script_enabled=True, **options)
        return page, page.get_by_role("combobox", name="Search the archive")

    return box


def article(page):
    return page.locator("h2 a").first.get_attribute("href")


@SIZES
@pytest.mark.parametrize("place", ["front", "masthead"])
def test_a_headline_opens_its_article(box, viewport, place):
    page, field = box(viewport=viewport)
    if place == "masthead":
        page.goto(article(page))
    field.press_sequentially("Bridge toll to g")
    option = page.get_by_role(
        "option", name="Bridge toll to go on 1 May as council buys out the loan"
    )
    expect(option).to_be_visible()
    expect(option).to_contain_text("article")
    option.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bridge toll to go on 1 May")


@SIZES
def test_the_list_fits_and_moves_nothing(box, viewport):
    page, field = box(viewport=viewport)
    for path in ("/", article(page)):
        page.goto(path)
        before = page.locator("main").bounding_box()
        field.press_sequentially("b")
        expect(page.get_by_role("option")).to_have_count(8)
        assert page.locator("main").bounding_box() == before
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        for option in page.get_by_role("option").all():
            area = option.bounding_box()
            assert area["height"] >= 24
            assert area["x"] >= 0
            assert area["x"] + area["width"] <= viewport["width"]


def test_the_keyboard_is_enough(box):
    page, field = box()
    field.focus()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("mar")
    options = page.get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    last = options.count() - 1

    def active():
        chosen = page.locator("[role=option][aria-selected=true]")
        if not chosen.count():
            assert field.get_attribute("aria-activedescendant") is None
            return None
        assert chosen.count() == 1
        assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        expect(chosen).to_be_in_viewport()
        return [option.get_attribute("id") for option in options.all()].index(
            chosen.get_attribute("id")
        )

    places = [0, 1, 0, None, last, None, 0, last, 0]
    keys = [*(["ArrowDown"] * 2), *(["ArrowUp"] * 3), *(["ArrowDown"] * 2), "End", "Home"]
    for key, place in zip(keys, places, strict=True):
        page.keyboard.press(key)
        assert active() == place, key
        expect(field).to_be_focused()
        expect(field).to_have_value("mar")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("mar")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(options).to_have_count(0)
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_contain_text("Marta Kessel")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?author=Marta\+Kessel$"))


def test_enter_without_a_choice_searches_what_was_typed(box):
    page, field = box()
    field.press_sequentially("trout lake")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=trout\+lake$"))


def test_a_screen_reader_is_told(box):
    page, field = box()
    expect(field).to_have_attribute("aria-autocomplete", "list")
    expect(field).to_have_attribute("aria-controls", "suggestions")
    status = page.locator(".ask [role=status]")
    expect(status).to_have_text("")
    field.press_sequentially("mar")
    listbox = page.get_by_role("listbox", name="Suggestions")
    expect(listbox).to_be_visible()
    expect(status).to_have_text(f"Suggestions: {page.get_by_role('option').count()}")
    expect(page.get_by_role("option", name="Marta Kessel author · 18")).to_be_visible()
    expect(page.get_by_role("option", name="Ivo Marsh person · 4")).to_be_visible()
    # Nothing in the list is reached by Tab; the box alone is.
    assert page.locator("#suggestions a:not([tabindex='-1'])").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    field.press_sequentially("zzzz")
    expect(listbox).to_be_hidden()
    expect(status).to_have_text("")


def test_a_finger_is_enough(box):
    page, field = box(viewport=PHONE, has_touch=True, is_mobile=True)
    field.tap()
    field.press_sequentially("brisk")
    page.get_by_role("option", name="Brisk Island").first.tap()
    expect(page).to_have_url(re.compile("/search"))
    expect(page.locator("article.hit").first).to_be_visible()


def test_an_answer_that_comes_too_late_is_not_shown(box):
    page, field = box()
    held = []
    page.route(re.compile(r"suggest\?q=b$"), lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request(re.compile(r"suggest\?q=b$")):
        field.press_sequentially("b")
    field.press_sequentially("risk")
    expect(page.get_by_role("option").first).to_contain_text("Brisk Island")
    shown = page.get_by_role("option").all_inner_texts()
    # The page has given the first question up, and takes no answer to it.
    for route in held:
        route.fulfill(json={"suggestions": []})
    field.press_sequentially(" ")
    expect(page.get_by_role("option").first).to_contain_text("Brisk Island")
    assert page.get_by_role("option").all_inner_texts() == shown


@pytest.mark.parametrize("fault", ["empty", "nonsense"])
def test_where_nothing_answers_the_box_is_a_box(box, fault):
    page, field = box()

    def answer(route):
        body = "{}" if fault == "empty" else "<html>"
        route.fulfill(status=200, content_type="application/json", body=body)

    page.route("**/api/v1/suggest?*", answer)
    with page.expect_response("**/api/v1/suggest?*"):
        field.press_sequentially("trout")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=trout$"))


def test_without_a_script_the_box_is_a_box(visit):
    page = visit("/")
    field = page.get_by_role("searchbox", name="Search the archive")
    field.press_sequentially("trout")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=trout$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_the_list_can_be_read(box, scheme):
    page, field = box(color_scheme=scheme)
    field.press_sequentially("mar")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    seen = page.evaluate(
        """[...document.querySelectorAll('#suggestions span, #suggestions small')].map(e => [
          getComputedStyle(e).color,
          getComputedStyle(e.parentElement).backgroundColor.startsWith('rgba(0')
            ? getComputedStyle(e.closest('#suggestions')).backgroundColor
            : getComputedStyle(e.parentElement).backgroundColor])"""
    )
    assert len(seen) >= 10
    for ink, ground in seen:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def contrast(first, second):
    """Return the contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour):
        channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
