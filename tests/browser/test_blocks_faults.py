"""Whatever the archive does, the page of the newspaper stays what it was."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.newspaper import page as bare

pytestmark = pytest.mark.browser
BESIDE = '<backfile-blocks article="2018-03-14-bridge-closed">{}</backfile-blocks>'
KEPT = '<p>Read <a href="/politics">more in Politics</a>.</p>'
CALL = "**/api/v1/page-blocks?*"
BROWSERS_OWN = r"^Failed to load resource|blocked by CORS policy"
"""What the browser itself says of an answer that failed; no script can prevent it."""
ITEM = {
    "position": 1,
    "id": "a",
    "url": "https://selvancourier.example/a",
    "title": "A headline",
    "published": "2018-03-14T07:30:00Z",
    "reason": "similar",
    "reason_text": "On the same subject",
}


def answer_of(*items):
    block = {"title": "Related articles", "items": [{**ITEM, **item} for item in items]}
    return {"receipt": "r", "blocks": {"related": block}}


NONSENSE = {
    "nothing": "",
    "a page": "<!doctype html><title>Sorry</title>",
    "half": '{"blocks": {"related"',
    "null": "null",
    "a number": "7",
    "a list": "[]",
    "no blocks": '{"receipt": "r"}',
    "blocks of text": '{"receipt": "r", "blocks": "related"}',
    "items of text": '{"receipt": "r", "blocks": {"related": {"title": "R", "items": "abc"}}}',
    "items of null": '{"receipt": "r", "blocks": {"related": {"title": "R", "items": [null]}}}',
    "empty": '{"receipt": "r", "blocks": {"related": {"title": "R", "items": []}}}',
    "a receipt that is none": '{"receipt": "\\"]<", "blocks": {"related": {"items": [{}]}}}',
    "dates of numbers": json.dumps(answer_of({"published": 7})),
}


@pytest.fixture
def hurt(read, paper):
    """Open a page whose element holds some content, with the archive's answer as given."""

    def hurt(content, **answer):
        paper.pages["/empty"] = bare()
        paper.pages["/a"] = bare(BESIDE.format(content), "<p>The end.</p>")
        page, _ = read("/empty", expected=BROWSERS_OWN)
        if answer.pop("abort", False):
            page.route(CALL, lambda route: route.abort("connectionrefused"))
        else:
            page.route(CALL, lambda route: route.fulfill(**answer))
        with page.expect_event("requestfinished" if answer else "requestfailed", is_call):
            page.goto("/a")
        return page

    return hurt


def is_call(request):
    return "/api/v1/page-blocks?" in request.url


@pytest.mark.parametrize("content", ["", KEPT], ids=["empty", "with content"])
@pytest.mark.parametrize("name", NONSENSE)
def test_an_answer_that_makes_no_sense_changes_nothing(hurt, name, content):
    allowed = {"Access-Control-Allow-Origin": "*"}
    stays_what_it_was(hurt(content, body=NONSENSE[name], headers=allowed), content)


@pytest.mark.parametrize("content", ["", KEPT], ids=["empty", "with content"])
def test_without_the_service_the_page_is_whole(hurt, content):
    stays_what_it_was(hurt(content, abort=True), content)


@pytest.mark.parametrize("content", ["", KEPT], ids=["empty", "with content"])
def test_an_archive_that_does_not_allow_this_page_changes_nothing(read, paper, content):
    """To a browser, this machine's name is another origin than its number."""
    paper.pages["/empty"] = bare()
    paper.pages["/a"] = bare(BESIDE.format(content), "<p>The end.</p>")
    address = paper.address.replace("127.0.0.1", "localhost")
    page, _ = read("/empty", expected=BROWSERS_OWN, base_url=address)
    with page.expect_event("requestfailed", is_call):
        page.goto("/a")
    stays_what_it_was(page, content)


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_without_blocks_changes_nothing(hurt, status):
    problem = '{"type": "about:blank", "title": "No", "detail": "No"}'
    allowed = {"Access-Control-Allow-Origin": "*"}
    stays_what_it_was(hurt(KEPT, status=status, body=problem, headers=allowed), KEPT)


def test_the_page_waits_three_seconds_and_no_longer(read, paper):
    paper.pages["/empty"], paper.pages["/a"] = bare(), bare(BESIDE.format(""), "<p>The end.</p>")
    page, _ = read("/empty", expected=BROWSERS_OWN)
    page.route(CALL, lambda _: None)  # nobody ever answers
    with page.expect_event("requestfailed", is_call, timeout=30_000):
        page.goto("/a")
    stays_what_it_was(page, "")


def test_without_the_script_the_page_is_whole(read, paper):
    paper.pages["/a"] = bare(BESIDE.format(KEPT), "<p>The end.</p>")
    page, _ = read("/a", java_script_enabled=False)
    expect(page.locator("backfile-blocks")).to_be_visible()
    expect(page.get_by_role("main")).to_have_text("An articleRead more in Politics.The end.")


def stays_what_it_was(page, content):
    element = page.locator("backfile-blocks")
    if content:
        expect(element.get_by_role("link", name="more in Politics")).to_be_visible()
        assert element.inner_html() == content
    else:
        expect(element).to_have_attribute("hidden", "")
        expect(element).to_be_hidden()
        assert element.inner_html() == ""
    expect(page.get_by_text("The end.")).to_be_visible()
    assert page.locator(".backfile-block").count() == 0


HOSTILE = "<img src=x onerror=alert(1)>\"'&amp;<script>alert(2)</script>\u202e{{7*7}}"


def test_hostile_texts_stay_text(hurt):
    item = {"title": HOSTILE, "reason_text": HOSTILE, "reason": HOSTILE, "position": HOSTILE}
    answer = answer_of({}, {**item, "published": HOSTILE})
    answer["blocks"]["related"]["title"] = HOSTILE
    allowed = {"Access-Control-Allow-Origin": "*"}
    page = hurt("", body=json.dumps(answer), headers=allowed)
    links = page.locator("li a")
    expect(links).to_have_text(["A headline", HOSTILE], use_inner_text=False)
    assert page.get_by_role("heading", level=2).text_content() == HOSTILE
    assert page.locator("backfile-blocks :is(img, script)").count() == 0


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example", "", None, "file:///x"]
)
def test_only_the_web_is_followed(hurt, url):
    answer = answer_of({"url": url, "title": "No"}, {"position": 2}, {"url": "HTTPS://a.example/"})
    allowed = {"Access-Control-Allow-Origin": "*"}
    page = hurt("", body=json.dumps(answer), headers=allowed)
    expect(page.locator("li a")).to_have_text(["A headline", "A headline"])
    expect(page.locator("li").first).to_have_attribute("data-position", "2")


def test_a_service_may_stand_elsewhere_than_its_script(read, paper):
    """As where the script is kept by a network of caches, or was loaded as a module."""
    element = BESIDE.format("").replace(" article", f' src="{paper.archive}" article')
    paper.pages["/a"] = re.sub("<script async", '<script type="module"', bare(element))
    page, _ = read("/a")
    expect(page.get_by_role("listitem")).to_have_count(15)
