"""Every page as axe-core sees it: WCAG 2.2 at level AA and its best practices, none violated."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "start": "/",
    "hits": "/search?q=bridge+toll&section=Politics&year=2018",
    "months": "/search?q=bridge&from=2018-01-01&to=2018-12-31&recent=true",
    "notice": '/search?q="bridge',
    "empty": "/search?q=bridge&section=Sport&year=2015&match=all",
    "repaired": "/search?q=brigde",
    "meant": "/search?q=orchestra+brigde",
    "names": "/search?q=Ortega",
    "help": "/help",
    "advanced": "/advanced?q=bridge+AND+NOT+toll&section=Politics",
    "unread": "/advanced?q=bridge^2",
    "article": "/articles/2018-03-14-bridge-closed",
    "marked": "/articles/2018-03-14-bridge-closed?q=bridge",
    "other script": "/search?language=ru",
    "coverage": "/coverage",
    "browse": "/browse",
    "people": "/browse/people",
    "some people": "/browse/people?q=ana&order=count",
    "person": "/browse/people/Ana%20Verdi",
    "section": "/browse/sections/Politics",
    "nobody": "/browse/people/ana%20verdi",
    "missing": "/articles/none",
    "refused": "/search?q=bridge&from=x",
    "login": "/admin/login",
}


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_violated(visit, axe, name, viewport, scheme):
    # The policy of our pages allows no script that is put into them, as axe-core is.
    page = visit(
        PAGES[name],
        viewport=viewport,
        color_scheme=scheme,
        java_script_enabled=True,
        bypass_csp=True,
    )
    for opened in page.locator("details").all():
        opened.evaluate("element => element.open = true")
    found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
@pytest.mark.parametrize("name", ["start", "article"])
def test_no_rule_is_violated_by_suggestions(visit, axe, name, viewport, scheme):
    page = visit(
        PAGES[name],
        viewport=viewport,
        color_scheme=scheme,
        java_script_enabled=True,
        bypass_csp=True,
    )
    page.get_by_role("combobox").press_sequentially("mar")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", ["start", "hits", "article", "coverage", "people", "person"])
def test_nothing_moves_while_a_page_is_shown(visit, name):
    page = visit("/none", java_script_enabled=True)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => { window.moved += entry.value })).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(PAGES[name])
    page.mouse.wheel(0, 4_000)
    page.wait_for_function("window.scrollY > 0 || document.body.scrollHeight <= innerHeight")
    assert page.evaluate("window.moved") == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_light_and_needs_nobody_else(visit, name):
    page = visit("/none", java_script_enabled=True)
    weights = []
    page.on("response", lambda response: weights.append(len(response.body())))
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert 0 < sum(weights) <= 60_000


@pytest.mark.parametrize(("width", "size"), [(320, 16), (1280, 32)], ids=["narrow", "large"])
@pytest.mark.parametrize("name", PAGES)
def test_nobody_has_to_scroll_sideways(visit, name, width, size):
    """WCAG 1.4.10 and 1.4.4: in a window of 320 pixels, and with letters of twice the size."""
    page = visit(PAGES[name], viewport={"width": width, "height": 640}, java_script_enabled=True)
    page.evaluate(f"document.documentElement.style.fontSize = '{size}px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
