"""Articles that are not like others are set as well: empty, endless, from right to left."""

import pytest
from playwright.sync_api import expect

from articles.article import Article
from tests.archives import NOW, build
from tests.browser.conftest import DESKTOP, PHONE, serving

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
ODD = [
    Article(id="bare", title=""),
    Article(
        id="long",
        title=LONG,
        summary=LONG,
        body=(f"{LONG}. The bridge is open.",) * 300,
        section=LONG,
        tags=(LONG,) * 20,
        authors=(LONG,),
        source=LONG,
        caption=LONG,
        url=f"https://courier.example/{LONG}",
        published=NOW,
    ),
    Article(
        id="ar",
        title="افتتاح الجسر في المدينة القديمة",
        body=("افتتح رئيس البلدية الجسر يوم الاثنين.", "The mayor spoke English, too."),
        language="ar",
        authors=("ليلى حداد",),
        tags=("جسور",),
        published=NOW,
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of an archive of odd articles."""
    home = tmp_path_factory.mktemp("odd") / "home"
    build(home, ODD)[0].close()
    with serving(home) as address:
        yield address


@SIZES
@pytest.mark.parametrize("name", ["bare", "long", "long?q=bridge", "ar"])
def test_odd_articles_fit_the_page(visit, viewport, name):
    page = visit(f"/articles/{name}", viewport=viewport, java_script_enabled=True)
    page.get_by_text("Cite this article").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_what_runs_from_right_to_left_is_set_so(visit):
    page = visit("/articles/ar", java_script_enabled=True)
    directions = page.locator("h1, .body p").evaluate_all(
        "all => all.map(e => [getComputedStyle(e).direction, e.closest('[lang]').lang])"
    )
    assert directions == [["rtl", "ar"], ["rtl", "ar"], ["ltr", "ar"]]
    first, column = page.locator(".body p").first, page.locator(".body")
    edge = column.bounding_box()["x"] + column.bounding_box()["width"]
    text = first.evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e);"
        " return r.getBoundingClientRect().right }"
    )
    assert abs(text - edge) < 2
