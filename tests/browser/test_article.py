"""A reader reads an article: from a search, through its story, on paper, and takes a citation."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
RULING = "/articles/2019-03-07-old-port-permit-quashed"


@SIZES
def test_from_a_search_with_marks_and_back(visit, viewport):
    page = visit("/search?q=flood+port", viewport=viewport)
    page.locator(f"article.hit a[href^='{RULING}']").click()
    expect(page.get_by_role("heading", level=1).locator("mark")).to_have_text(["Port", "flood"])
    expect(page.locator(".body mark").first).to_be_visible()
    expect(page.get_by_text("Marked: Port, flood")).to_be_in_viewport()
    expect(page.get_by_role("searchbox")).to_have_value("flood port")
    page.get_by_role("link", name="Without the marks").click()
    expect(page.locator("mark")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{RULING}$"))
    page.go_back()
    page.get_by_role("link", name="Back to the search").click()
    expect(page).to_have_url(re.compile(r"/search\?q=flood\+port$"))


@SIZES
def test_through_a_story_and_back(visit, viewport):
    page = visit(RULING, viewport=viewport)
    story = page.get_by_role("navigation", name="This story")
    first = page.get_by_role("heading", level=1).inner_text()
    expect(story).to_contain_text("Earlier in this story · 12 June 2018")
    later = story.locator("a[rel=next]")
    title = later.inner_text()
    assert title not in page.locator(".blocks a").all_inner_texts()
    later.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(story.locator("a[rel=prev]")).to_have_text(first)
    story.locator("a[rel=prev]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)


def test_earlier_and_later_stand_side_by_side_where_there_is_room(visit):
    def places(viewport):
        story = visit(RULING, viewport=viewport).get_by_role("navigation", name="This story")
        return [story.locator(f"a[rel={way}]").bounding_box() for way in ("prev", "next")]

    before, after = places(DESKTOP)
    assert before["x"] + before["width"] < after["x"]
    before, after = places(PHONE)
    assert before["y"] + before["height"] < after["y"]


@SIZES
def test_a_citation_is_read_and_taken_home(visit, viewport):
    page = visit(RULING, viewport=viewport)
    citation = page.locator(".citation")
    expect(citation).to_be_hidden()
    page.get_by_text("Cite this article").click()
    expect(citation).to_have_text(
        re.compile(
            r"^Yusuf Aden\. “Judges stop Old Port development over missing flood study”\. "
            r"The Selvan Courier, 7 March 2019\. https://\S+ \(read on .+\)$"
        )
    )
    for name, start in {
        "BibTeX": "@article{aden-2019",
        "RIS": "TY  - NEWS",
        "CSL-JSON": "[\n",
    }.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert re.fullmatch(
            r"aden-2019-judges-stop-old-\w{8}\.(bib|ris|json)", download.value.suggested_filename
        )
        assert download.value.path().read_text(encoding="utf-8").startswith(start)


def test_the_keyboard_reaches_marks_story_and_citation(visit):
    page = visit(f"{RULING}?q=flood")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():
            break
        reached.append(focused.inner_text())
        if reached[-1] == "Cite this article":
            page.keyboard.press("Enter")
            break
    expect(page.locator(".citation")).to_be_visible()
    wanted = [
        "Without the marks",
        "Back to the search",
        "Cite",
        "Neighbours take Old Port permit to court",
    ]
    assert [name for name in reached if name in wanted] == wanted


def test_on_paper_stand_masthead_article_and_citation(visit, tmp_path):
    page = visit(f"{RULING}?q=flood", viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")
    for shown in (".mast .name", "h1", ".byline", ".body", ".printed"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator(".printed")).to_have_text(re.compile(r"https://\S+ \(read on .+\)$"))
    for hidden in (".blocks", ".running", ".cite", ".marks", ".ways", ".foot", ".ask", ".years"):
        expect(page.locator(hidden)).to_be_hidden()
    assert (
        page.locator(".body mark").first.evaluate("e => getComputedStyle(e).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )
    page.pdf(path=tmp_path / "article.pdf", format="A4")
    assert re.findall(rb"/Count (\d)", (tmp_path / "article.pdf").read_bytes()) in ([b"1"], [b"2"])


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(visit, viewport, scheme):
    page = visit(
        f"{RULING}?q=flood",
        viewport=viewport,
        color_scheme=scheme,
        java_script_enabled=True,
        bypass_csp=True,
    )
    page.get_by_text("Cite this article").click()
    assert Axe().run(page).response["violations"] == []


@SIZES
def test_the_page_does_not_move_while_it_loads(visit, viewport):
    page = visit(RULING, viewport=viewport, java_script_enabled=True)
    shift = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
        " for (const entry of list.getEntries()) sum += entry.value })"
        ".observe({type: 'layout-shift', buffered: true});"
        " requestAnimationFrame(() => requestAnimationFrame(() => done(sum))) })"
    )
    assert shift == 0
