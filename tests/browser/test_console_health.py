"""The page of health in a real browser: it stays true by itself, and works without scripts."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.article import Article
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="module")
def home(sample_home, tmp_path_factory):
    """A home with the sample archive and a user."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("health") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("vera", kept_password(), Role.VIEWER, NOW)
    return home


@pytest.fixture(scope="module")
def site(home):
    """The address of that archive, where `visit` goes."""
    with serving(home) as address:
        yield address


def add_article(home):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.upsert([Article(id=f"a{store.last_sequence()}", title="Late")], NOW)


def changes(page):
    return page.locator("dl > div", has_text="Changes since").locator("b")


def test_the_page_stays_true_by_itself_and_keeps_what_is_open(visit, home):
    page = visit("/search?q=bridge", java_script_enabled=True)
    page.goto("/admin/health")
    log_in(page, "vera")
    before = int(changes(page).inner_text())
    numbers = page.get_by_text("Search in numbers")
    numbers.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Search in numbers")).to_be_visible()
    add_article(home)
    expect(changes(page)).to_have_text(str(before + 1), timeout=20_000)
    expect(page.get_by_role("region", name="Search in numbers")).to_be_visible()
    expect(numbers).to_be_focused()
    page.context.clear_cookies()
    expect(page.get_by_role("status")).to_have_text(
        "The session has ended: log in again.", timeout=20_000
    )


def test_without_scripts_a_link_shows_it_as_it_is_now(visit, home):
    page = visit("/admin/health?span=day")
    log_in(page, "vera")
    before = int(changes(page).inner_text())
    add_article(home)
    page.get_by_role("link", name="Show it as it is now").click()
    expect(changes(page)).to_have_text(str(before + 1))
    assert page.url.endswith("/admin/health?span=day")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violations(visit, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/search?q=bridge", java_script_enabled=True, **options)
    page.goto("/admin/health")
    log_in(page, "vera")
    expect(page.get_by_role("img", name="Search")).to_be_visible()
    faults(page, viewport)
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
