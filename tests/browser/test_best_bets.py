"""Best bets in a real browser: an editor decides, a reader sees it, with and without scripts."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.best_bets import BetKind, place, remove
from articles.curation import Span
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
QUERY = "film festival"
BRIDGE = "2018-03-14-bridge-closed"


@pytest.fixture(scope="module")
def own_home(sample_home, tmp_path_factory):
    """A home with the sample archive and an editor."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("bets") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    return home


@pytest.fixture(scope="module")
def site(own_home):
    """The address of that archive, where `visit` goes."""
    with serving(own_home) as address:
        yield address


@pytest.fixture
def store(own_home):
    """The store of that archive, in which nothing is decided about a query."""
    with Store.open(f"sqlite:///{own_home}/archive.sqlite3") as store:
        for bet in (bet for bets in store.best_bets.listed() for bet in bets):
            store.best_bets.change(bet.query, remove(bet.target), by="ines", now=NOW)
        yield store


def decide(store, kind, target):
    store.best_bets.change(QUERY, place(QUERY, kind, target, Span()), by="ines", now=NOW)


@SIZES
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_an_editor_decides_and_a_reader_sees_it(visit, store, viewport, scripts):
    page = visit("/admin/best-bets", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    page.get_by_label("The query that is decided about").fill("Film  FESTIVAL")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUERY)
    page.get_by_label("Put an article first").fill(BRIDGE)
    page.get_by_role("button", name="Find").click()
    page.locator(".found").get_by_role("button", name="Put first").first.click()
    expect(page.get_by_role("status").first).to_have_text("The article stands first.")
    expect(page.locator(".grip")).to_have_count(0)
    page.goto(f"/search?q={QUERY}")
    first = page.locator(".hit").first
    expect(first).to_contain_text("Chosen for this search")
    expect(first.get_by_role("heading")).to_have_text(store.get(BRIDGE).title)
    expect(page.locator(".hit .when b")).to_have_count(1)
    page.goto(f"/admin/best-bets/query?query={QUERY}")
    page.get_by_text("Send readers to a page").click()
    page.get_by_label("Address").fill("/coverage")
    page.get_by_role("button", name="Send readers there").click()
    expect(page.get_by_text("readers go there now")).to_be_visible()
    page.goto(f"/search?q={QUERY}")
    assert page.url.endswith("/coverage")
    page.goto(f"/admin/best-bets/query?query={QUERY}")
    page.get_by_role("button", name="Remove: /coverage").click()
    expect(page.get_by_text("Readers stay on the search page.")).to_be_visible()


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(visit, store, viewport, scheme):
    decide(store, BetKind.ARTICLE, BRIDGE)
    decide(store, BetKind.ARTICLE, "2019-08-25-film-festival-closing")
    decide(store, BetKind.REDIRECT, "/" + "coverage" * 30)
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/best-bets", java_script_enabled=True, **options)
    log_in(page, "ines")
    for path in (
        "/admin/best-bets",
        f"/admin/best-bets/query?query={QUERY}&q=tram",
        f"/search?q={QUERY}&match=all",
    ):
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if path.startswith("/admin"):
            faults(page, viewport)
        found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()


def test_readers_in_russian_are_told_in_russian(visit, store):
    decide(store, BetKind.ARTICLE, BRIDGE)
    page = visit(f"/search?q={QUERY}", locale="ru-RU")
    expect(page.locator(".hit").first).to_contain_text("Выбрано редакцией по этому запросу")
