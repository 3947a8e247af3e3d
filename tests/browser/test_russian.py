"""Every page in Russian, whose words are longer: nothing is lost, cut or wrongly said."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import PAGES, TAGS

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
OURS = {name: path for name, path in PAGES.items() if not path.startswith("/admin")}
# Letters that are drawn where nobody can see them: a box that hides what it cannot hold.
CUT = """() => [...document.querySelectorAll('body *')].filter(node => {
  const style = getComputedStyle(node);
  return !node.closest('.unseen, thead.unseen, .wide, svg') && node.clientWidth
    && style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1;
}).map(node => node.outerHTML.slice(0, 200))"""
PLACEHOLDERS = """nodes => nodes.filter(node => {
  const drawing = document.createElement('canvas').getContext('2d');
  const style = getComputedStyle(node);
  drawing.font = style.font;
  const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return drawing.measureText(node.placeholder).width > room;
}).map(node => node.placeholder)"""


@SIZES
@pytest.mark.parametrize("name", OURS)
def test_a_page_in_russian_fits_and_no_rule_is_violated(visit, name, viewport):
    page = visit(
        OURS[name], viewport=viewport, locale="ru", java_script_enabled=True, bypass_csp=True
    )
    assert page.locator("html").get_attribute("lang") == "ru"
    for opened in page.locator("details").all():
        opened.evaluate("element => element.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate(CUT) == []
    assert page.locator("[placeholder]").evaluate_all(PLACEHOLDERS) == []
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "size"), [(320, 16), (1280, 32)], ids=["narrow", "large"])
@pytest.mark.parametrize("name", OURS)
def test_nobody_has_to_scroll_sideways_in_russian(visit, name, width, size):
    window = {"width": width, "height": 640}
    page = visit(OURS[name], viewport=window, locale="ru", java_script_enabled=True)
    page.evaluate(f"document.documentElement.style.fontSize = '{size}px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@SIZES
def test_a_reader_searches_in_russian(visit, viewport):
    page = visit("/", viewport=viewport, locale="ru-RU")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Новые статьи")
    page.get_by_role("searchbox", name="Поиск по архиву").fill("озеро")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"^\d+ стат(ья|ьи|ей)"))
    expect(page.locator("article.hit time").first).to_have_text(
        re.compile(r"^\d+ [а-я]+ \d{4}\sг\.$")
    )
    page.locator("article.hit h2 a").first.click()
    expect(page.get_by_role("complementary", name="Похожие статьи")).to_be_visible()
    page.get_by_text("Как сослаться на эту статью").click()
    expect(page.locator(".citation")).to_have_text(re.compile("^[^“”]*«.+»\\..*дата обращения: "))


@SIZES
def test_the_language_is_chosen_at_the_foot_and_kept(visit, viewport):
    page = visit("/search?q=bridge&section=Politics", viewport=viewport)
    page.get_by_role("link", name="Русский").click()
    expect(page).to_have_url(re.compile(r"/search\?q=bridge&section=Politics$"))
    expect(page.get_by_role("button", name="Найти")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("link", name="Справка").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Как искать")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to ask")


@SIZES
def test_suggestions_are_said_in_russian(visit, viewport):
    page = visit("/", viewport=viewport, locale="ru", java_script_enabled=True)
    box = page.get_by_role("combobox", name="Поиск по архиву")
    box.press_sequentially("mar")
    page.get_by_role("option").first.wait_for()
    expect(page.get_by_role("listbox", name="Подсказки")).to_be_visible()
    expect(page.get_by_role("status").last).to_have_text(re.compile(r"^Подсказок: \d+$"))
    kinds = page.locator("#suggestions small").all_inner_texts()
    known = {"запрос", "человек", "место", "рубрика", "автор", "источник", "тема", "статья"}
    assert {kind.split(" · ")[0] for kind in kinds} <= known
