"""Articles that run from right to left stand rightly in pages that run from left to right."""

from urllib.parse import quote

import pytest

from tests.archives import build, grain_articles
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.right_to_left import ARABIC, HEBREW, right_to_left_articles

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize("locale", ["en", "ru"])
PAGES = {
    "start": "/",
    "hits": f"/search?q={quote('الجسر')}&section={quote('سياسة')}",
    "hebrew": f"/search?q={quote('הגשר')}",
    "empty": f"/search?q={quote('برتقال')}&person={quote('דוד כהן')}",
    "notice": f'/search?q="{quote("الجسر")}',
    "article": "/articles/ar-2",
    "marked": f"/articles/he-0?q={quote('הגשר')}",
    "coverage": "/coverage",
    "browse": "/browse",
    "people": "/browse/people",
    "person": f"/browse/people/{quote('سامي النجار')}",
    "nobody": f"/browse/people/{quote('سامي')}",
    "help": "/help",
    "advanced": f"/advanced?q={quote('الجسر')}&section={quote('سياسة')}",
    "missing": f"/articles/{quote('مقال')}",
}
DIRECTIONS = """nodes => nodes.map(node => {
  const [letter] = node.textContent.match(/\\p{L}/u) ?? "a";
  const turns = /[\\u0590-\\u08ff]/.test(letter);
  return [node.textContent.trim(), turns ? "rtl" : "ltr", getComputedStyle(node).direction];
})"""
# Where each letter of an element is drawn: from the least to the greatest distance to the left.
DRAWN = """node => {
  const found = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (let place = 0; place < walker.currentNode.length; place++) {
      const range = document.createRange();
      range.setStart(walker.currentNode, place);
      range.setEnd(walker.currentNode, place + 1);
      const box = range.getBoundingClientRect();
      found.push([walker.currentNode.data[place], Math.round(box.left), Math.round(box.top)]);
    }
  }
  return found;
}"""
OF_ARTICLES = (
    ".hit h2, .hit h3, .hit > p:not(.when), .hit .when span:not([lang]), .facets a[dir], "
    ".chip bdi, .story h1, .story .kicker, .story .body p[dir], .standfirst[dir], "
    ".blocks li a, .running a, .meta a bdi, .subjects dd bdi, .lines a[dir], .names a[dir], "
    ".sheet h1[dir], .rules dt a"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("directions") / "home"
    build(home, right_to_left_articles() + grain_articles(30))[0].close()
    with serving(home) as address:
        yield address


@SIZES
@LANGUAGES
@pytest.mark.parametrize("name", PAGES)
def test_every_text_of_an_article_runs_its_own_way(visit, name, viewport, locale):
    page = visit(PAGES[name], viewport=viewport, locale=locale)
    assert page.locator("html").get_attribute("dir") == "ltr"
    texts = page.locator(OF_ARTICLES).evaluate_all(DIRECTIONS)
    assert [text for text, expected, found in texts if expected != found] == []
    assert texts or name in {"empty", "notice", "nobody", "advanced", "missing"}
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@SIZES
@pytest.mark.parametrize(
    ("path", "place", "headline"),
    [
        ("/articles/ar-0", "article h1", ARABIC),
        ("/articles/he-0", "article h1", HEBREW),
        ("/search?q=%D7%94%D7%AA%D7%97%D7%9C%D7%94", ".hit h2", HEBREW),
    ],
    ids=["arabic", "hebrew", "hit"],
)
def test_a_headline_begins_on_the_right_and_its_signs_stand_with_it(
    visit, path, place, headline, viewport
):
    page = visit(path, viewport=viewport)
    drawn = page.locator(place).first.evaluate(DRAWN)
    assert "".join(letter for letter, _, _ in drawn) == headline
    right = {letter: left for letter, left, _ in reversed(drawn)}
    first_line = [left for _, left, top in drawn if abs(top - drawn[0][2]) < 12]
    assert drawn[0][1] == max(first_line)
    assert right[headline[0]] > right["("]
    # A number inside runs from left to right.
    year = [left for letter, left, _ in drawn if letter.isdigit()]
    assert year == sorted(year)


@SIZES
def test_related_articles_run_their_own_way(visit, viewport):
    page = visit(PAGES["article"], viewport=viewport)
    block = page.get_by_role("complementary", name="Related articles")
    titles = block.get_by_role("listitem").get_by_role("link")
    assert titles.count() > 1
    right = block.bounding_box()["x"] + block.bounding_box()["width"]
    for title in titles.all():
        letters = [left for _, left, _ in title.evaluate(DRAWN)]
        assert letters[0] == max(letters) > right - 40


@SIZES
def test_a_passage_ends_below_its_headline(visit, viewport):
    page = visit(PAGES["hebrew"], viewport=viewport)
    for hit in page.locator("article.hit").all():
        headline, passage = (hit.locator(part).bounding_box() for part in ("h2", "p:last-child"))
        ends = [box["x"] + box["width"] for box in (headline, passage)]
        assert abs(ends[0] - ends[1]) < 1


@SIZES
def test_a_sentence_of_ours_is_not_torn_by_the_words_in_it(visit, viewport):
    page = visit(f"/advanced?q={quote('הגשר bridge')}^2+{quote('הנהר')}", viewport=viewport)
    drawn = page.locator(".notice").evaluate(DRAWN)
    text = "".join(letter for letter, _, _ in drawn)
    first, last, end = text.index("ה"), text.rindex("ר"), text.index("”")
    # The query begins on its right, and stays between the quotation marks.
    assert drawn[0][1] < drawn[last][1] < drawn[first][1] < drawn[end][1]


@SIZES
def test_charts_run_from_left_to_right_everywhere(visit, viewport):
    page = visit("/coverage", viewport=viewport)
    page.evaluate("document.documentElement.dir = 'rtl'")
    for label in page.locator(".ticks").all():
        lefts = label.locator("span").evaluate_all(
            "nodes => nodes.map(node => node.getBoundingClientRect().left)"
        )
        assert lefts == sorted(lefts)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@SIZES
@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_runs_from_right_to_left_fits_too(visit, name, viewport):
    page = visit(PAGES[name], viewport=viewport)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    # The column of filters changes sides.
    if name == "hits" and viewport is DESKTOP:
        narrow = page.locator(".narrow").bounding_box()
        hits = page.locator(".hits").bounding_box()
        assert narrow["x"] > hits["x"]


@SIZES
def test_what_is_typed_and_suggested_runs_its_own_way(visit, viewport):
    page = visit("/", viewport=viewport, java_script_enabled=True)
    box = page.get_by_role("combobox")
    box.press_sequentially("الج")
    page.get_by_role("option").first.wait_for()
    assert box.evaluate("node => getComputedStyle(node).direction") == "rtl"
    texts = page.locator("#suggestions a > span").evaluate_all(DIRECTIONS)
    assert len(texts) > 2
    assert [text for text, expected, found in texts if expected != found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
