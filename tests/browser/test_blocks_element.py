"""The element on a page of another origin, under the strictest policy: what readers see."""

import re
from itertools import combinations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.newspaper import EXAMPLE, STRICT
from tests.browser.newspaper import page as bare
from tests.browser.test_accessibility import TAGS

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
SAMPLES = pytest.mark.parametrize("sample", ["article.html", "included.html"])
BESIDE = '<backfile-blocks article="2018-03-14-bridge-closed"></backfile-blocks>'
INCLUDED = (
    '<backfile-blocks><!--# include virtual="/blocks?format=html&id=2018-03-14-bridge-closed" -->'
    "</backfile-blocks>"
)
HEADINGS = ["Related articles", "Editor’s choice", "Popular"]
PAGE_BLOCKS = re.compile(r"/api/v1/page-blocks\?")


def test_three_blocks_stand_beside_an_article_without_a_repeat(read):
    page, asked = read("/article.html")
    expect(page.get_by_role("heading", level=2)).to_have_text(HEADINGS)
    for name in HEADINGS:
        block = page.get_by_role("region", name=name)
        expect(block.get_by_role("list").get_by_role("listitem")).to_have_count(5)
        expect(block.locator("ol > li > a")).to_have_count(5)
    links = page.get_by_role("main").get_by_role("link")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(set(addresses)) == len(addresses) == 15
    assert all(link.startswith("https://selvancourier.example/") for link in addresses)
    titles = links.all_inner_texts()
    assert all(first not in second for first, second in combinations(titles, 2))
    expect(links.first).to_have_text(
        "Lorries barred from St Brigid's bridge after inspectors find cracks"
    )
    expect(page.locator("li").first).to_contain_text("12 October 2017 · On the same subject")
    assert len([address for address in asked if PAGE_BLOCKS.search(address)]) == 1


@pytest.mark.parametrize("given", ["", 'article="2018-03-14-bridge-closed"', "url={}"])
def test_the_page_is_known_by_its_id_its_address_or_its_canonical_link(read, paper, given):
    home = "https://selvancourier.example/politics/2018/03/bridge-closed"
    head = "" if given else f'<link rel="canonical" href="{home}">'
    paper.pages["/a"] = bare(f"<backfile-blocks {given.format(home)}></backfile-blocks>", head=head)
    page, _ = read("/a?utm_source=letter#top")
    expect(page.locator("[data-block=related] a").first).to_contain_text("Lorries barred")


def test_attributes_say_what_stands_where(read, paper):
    paper.pages["/a"] = bare(
        '<backfile-blocks article="2018-03-14-bridge-closed" blocks="popular, related" limit="3" '
        'mode="background" heading-level="3"></backfile-blocks>',
        language='lang="de"',
    )
    page, _ = read("/a")
    expect(page.get_by_role("heading", level=3)).to_have_text(["Popular", "Related articles"])
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    expect(page.get_by_role("listitem")).to_have_count(6)
    related = page.locator("[data-block=related] time")
    expect(related).to_have_count(3)
    assert all(day.get_attribute("datetime") < "2018-03-14" for day in related.all())
    expect(related.first).to_have_text("12. Oktober 2017")


def test_the_blocks_speak_the_language_of_the_page(read, paper):
    paper.pages["/a"] = bare(BESIDE, language='lang="ru-RU"')
    page, _ = read("/a")
    expect(page.get_by_role("region", name="Похожие статьи")).to_be_visible()
    expect(page.locator("li time").first).to_have_text("12 октября 2017 г.")


@pytest.mark.parametrize("language", ["", 'lang="en_GB"', 'lang="x"', 'lang=""'])
def test_a_page_whose_language_is_none_has_its_blocks(read, paper, language):
    paper.pages["/a"] = bare(BESIDE, language=language)
    page, _ = read("/a")
    expect(page.get_by_role("listitem")).to_have_count(15)
    assert all(re.search(r"\d{4}", day) for day in page.locator("time").all_inner_texts())


def test_no_block_stands_twice_however_often_the_line_is_there(read, paper):
    line = f'<script async src="{EXAMPLE}/blocks.js"></script>{BESIDE}'
    paper.pages["/a"] = bare(line, line)
    page, asked = read("/a")
    expect(page.get_by_role("heading", level=2)).to_have_text(HEADINGS)
    expect(page.locator("backfile-blocks").last).to_be_hidden()
    assert len([address for address in asked if PAGE_BLOCKS.search(address)]) == 1


def test_elements_that_come_later_or_move_are_filled_once(read, paper):
    """As on a site that makes its pages in the browser, and comes back to one."""
    paper.pages["/a"] = bare('<div id="place"></div>')
    page, asked = read("/a")
    page.evaluate("customElements.whenDefined('backfile-blocks')")
    show = """id => {
      const element = document.createElement("backfile-blocks");
      element.setAttribute("article", id);
      document.getElementById("place").replaceChildren(element);
    }"""
    for article in ("2018-03-14-bridge-closed", "2016-06-14-halden-dead-fish"):
        page.evaluate(show, article)
        expect(page.get_by_role("listitem")).to_have_count(15)
    page.evaluate(
        "document.querySelector('main').append(document.querySelector('backfile-blocks'))"
    )
    expect(page.get_by_role("listitem")).to_have_count(15)
    page.evaluate(show, "2018-03-14-bridge-closed")
    expect(page.locator("#place").get_by_role("listitem")).to_have_count(15)
    assert len([address for address in asked if PAGE_BLOCKS.search(address)]) == 2


def test_a_page_that_the_archive_does_not_know_has_what_fits_every_page(read, paper):
    paper.pages["/a"] = bare("<backfile-blocks></backfile-blocks>")
    page, _ = read("/a", expected="404")
    expect(page.get_by_role("heading", level=2)).to_have_text(HEADINGS[1:])


@SAMPLES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_and_colours_are_those_of_the_page(read, sample, scheme):
    page, _ = read(f"/{sample}", color_scheme=scheme)
    expect(page.get_by_role("listitem")).to_have_count(15)
    style = """(node, name) => getComputedStyle(node)[name]"""
    body, link = page.locator("body"), page.locator(".backfile-block a").first
    assert link.evaluate(style, "fontFamily") == body.evaluate(style, "fontFamily")
    # The page says what colour its links and headings have; what it does not say is inherited.
    accent = {"light": "rgb(122, 31, 43)", "dark": "rgb(240, 154, 140)"}[scheme]
    soft = {"light": "rgb(98, 92, 80)", "dark": "rgb(170, 163, 151)"}[scheme]
    assert link.evaluate(style, "color") == accent
    assert page.locator(".backfile-block h2").first.evaluate(style, "color") == accent
    assert page.locator(".backfile-meta").first.evaluate(style, "color") == soft
    item = page.locator(".backfile-block li").first
    assert item.evaluate(style, "color") == body.evaluate(style, "color")
    assert item.evaluate(style, "fontSize") == body.evaluate(style, "fontSize")
    assert item.evaluate(style, "listStyleType") == "none"


def test_a_page_that_says_nothing_has_its_own_letters_and_colours(read, paper):
    paper.pages["/own.css"] = (
        "body { color: rgb(1, 60, 2); font: 17px monospace } li { color: teal }"
    )
    paper.pages["/a"] = bare(BESIDE, head='<link rel="stylesheet" href="own.css">')
    page, _ = read("/a")
    style = "(node, name) => getComputedStyle(node)[name]"
    link = page.locator(".backfile-block a").first
    expect(link).to_have_css("font-size", "17px")
    expect(link).to_have_css("font-family", "monospace")
    assert page.locator(".backfile-block h2").first.evaluate(style, "color") == "rgb(1, 60, 2)"
    assert link.evaluate(style, "color") == "rgb(0, 128, 128)"


def test_a_page_all_of_whose_rules_are_in_layers_names_ours_first(read, paper):
    paper.pages["/own.css"] = (
        "@layer backfile, own; @layer own { .backfile-block ol { list-style: square } }"
    )
    paper.pages["/a"] = bare(BESIDE, head='<link rel="stylesheet" href="own.css">')
    page, _ = read("/a")
    expect(page.locator(".backfile-block ol").first).to_have_css("list-style-type", "square")
    expect(page.locator(".backfile-meta").first).to_have_css("display", "block")


@pytest.mark.parametrize("content", [BESIDE, INCLUDED], ids=["script", "fragment"])
def test_a_page_that_is_isolated_and_trusts_no_text_has_its_blocks(read, paper, content):
    paper.pages["/a"] = bare(content)
    paper.headers |= {
        "Content-Security-Policy": f"{STRICT}; require-trusted-types-for 'script'; trusted-types",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    page, _ = read("/a")
    expect(page.get_by_role("listitem")).to_have_count(15)
    assert page.evaluate("crossOriginIsolated") is True
    for image in page.locator("backfile-blocks img").all():
        expect(image).to_have_js_property("naturalWidth", 1)


@SAMPLES
@SIZES
def test_nothing_moves_when_the_blocks_come(read, sample, viewport):
    page, _ = read("/article.html", viewport=viewport)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => { window.moved += entry.value })).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(page.url.replace("article.html", sample))
    expect(page.get_by_role("listitem")).to_have_count(15)
    page.mouse.wheel(0, 4_000)
    expect(page.get_by_role("contentinfo")).to_be_in_viewport()
    assert page.evaluate("window.moved") == 0


@SAMPLES
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
def test_no_rule_of_accessibility_is_violated(read, axe, sample, viewport, scheme):
    page, _ = read(f"/{sample}", viewport=viewport, color_scheme=scheme, bypass_csp=True)
    expect(page.get_by_role("listitem")).to_have_count(15)
    found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@SAMPLES
@pytest.mark.parametrize(("width", "size"), [(320, 16), (1280, 32)], ids=["narrow", "large"])
def test_nobody_has_to_scroll_sideways(read, sample, width, size):
    page, _ = read(f"/{sample}", viewport={"width": width, "height": 640})
    expect(page.get_by_role("listitem")).to_have_count(15)
    page.evaluate(f"document.documentElement.style.fontSize = '{size}px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_every_link_in_order(read):
    page, _ = read("/article.html")
    expect(page.get_by_role("listitem")).to_have_count(15)
    for link in page.get_by_role("main").get_by_role("link").all():
        page.keyboard.press("Tab")
        expect(link).to_be_focused()


@SIZES
def test_on_a_page_from_right_to_left_the_headlines_run_their_own_way(read, paper, viewport):
    paper.pages["/a"] = bare(BESIDE, language='lang="ar" dir="rtl"')
    page, _ = read("/a", viewport=viewport)
    expect(page.get_by_role("listitem")).to_have_count(15)
    item, link = page.locator("li").first, page.locator("li a").first
    assert item.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert link.evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
