"""The search report in a real browser: at both sizes, without scripts, and as axe-core sees it."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.asked_queries import AskedQuery
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
TODAY = datetime.now(UTC).date()
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
TEXTS = ("bridge toll", "мост через реку", "ferry timetable of the outer islands", "مرفأ", "x" * 80)


@pytest.fixture(scope="module")
def site(sample_home, tmp_path_factory):
    """The address of a sample archive that was searched, where `visit` goes."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("searches") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("vera", kept_password(), Role.VIEWER, NOW)
        store.queries.add(
            [
                AskedQuery(text, TODAY - timedelta(days=age), 90 - place, place, place, 900)
                for place, text in enumerate(TEXTS)
                for age in range(0, 40, 5)
            ]
        )
    with serving(home) as address:
        yield address


@SIZES
def test_queries_are_read_and_run(visit, viewport):
    page = visit("/admin/searches", viewport=viewport)
    log_in(page, "vera")
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Without hits").click()
    expect(page.locator("tbody th").first).to_have_text("x" * 80)
    faults(page, viewport)
    page.get_by_role("link", name="Asked most").click()
    page.get_by_role("link", name="bridge toll").click()
    expect(page.get_by_role("searchbox")).to_have_value("bridge toll")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violations(visit, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/searches", java_script_enabled=True, **options)
    log_in(page, "vera")
    expect(page.locator("tbody tr")).to_have_count(5)
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
