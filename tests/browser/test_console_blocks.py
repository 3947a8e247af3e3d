"""The block report in a real browser: at both sizes, without scripts, and as axe-core sees it."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.impressions import ArticlePlace, ItemPlace, Tally
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
TODAY = datetime.now(UTC).date()
BEGINS = TODAY - timedelta(days=30)
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
REASONS = ("pinned", "similar", "similar", "same_section", "newest")
SETTINGS = f"""
experiment = ["standard", "recent"]
experiment_begins = {BEGINS}
[recipes.recent]
half_life = 30
"""


@pytest.fixture(scope="module")
def site(sample_home, tmp_path_factory):
    """The address of a sample archive of which blocks were shown, where `visit` goes."""
    folder = tmp_path_factory.mktemp("blocks")
    home = shutil.copytree(sample_home, folder / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("vera", kept_password(), Role.VIEWER, NOW)
        items = {
            ItemPlace(TODAY - timedelta(days=age), block, position, reason, "standard"): Tally(
                900 + 31 * age % 97, 80 // position + age % 5
            )
            for age in range(28)
            for block in ("related", "editors_choice", "popular")
            for position, reason in enumerate(REASONS, 1)
        }
        articles = {
            ArticlePlace(BEGINS, f"a{number}", "related", recipe): Tally(100, clicks + number % 2)
            for number in range(40)
            for recipe, clicks in (("standard", 3), ("recent", 6))
        }
        store.impressions.add(items, articles)
    (folder / "backfile.toml").write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKFILE_CONFIG", str(folder / "backfile.toml"))
        with serving(home) as address:
            yield address


@SIZES
def test_the_report_is_read_narrowed_and_left_for_thin_articles(visit, viewport):
    page = visit("/admin/blocks", viewport=viewport)
    log_in(page, "vera")
    expect(page.get_by_role("heading", name="By position")).to_be_visible()
    expect(page.get_by_text("recent is followed more often than standard")).to_be_visible()
    rows = page.get_by_role("region", name="By reason").get_by_role("row")
    expect(rows).to_have_count(1 + 3 * 4)
    page.get_by_label("From").fill((TODAY - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.locator("figure svg a")).to_have_count(2)
    page.locator("figure svg a").first.click()
    expect(page.get_by_label("To", exact=True)).to_have_value(
        (TODAY - timedelta(days=1)).isoformat()
    )
    page.get_by_role("link", name="Thin articles").click()
    expect(page.get_by_role("heading", name="What fills all blocks")).to_be_visible()
    page.get_by_label("Similar, at most").fill("3")
    page.get_by_role("textbox", name="Section").fill("Sport")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("at most 3 similar in Sport")
    thin = page.get_by_role("region", name="Thin articles").get_by_role("link").first
    title = thin.inner_text()
    thin.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_file_is_downloaded(visit):
    page = visit("/admin/blocks")
    log_in(page, "vera")
    with page.expect_download() as started:
        page.get_by_role("link", name="Every count as CSV").click()
    assert started.value.suggested_filename == "blocks.csv"
    assert len(started.value.path().read_text().splitlines()) == 1 + 28 * 3 * 5


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(visit, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/blocks", java_script_enabled=True, **options)
    log_in(page, "vera")
    for path in (
        "/admin/blocks",
        "/admin/blocks?from=2020-01-01&to=2020-01-02",
        "/admin/blocks/thin?similar=4",
        "/admin/blocks/thin?section=None",
    ):
        page.goto(path)
        faults(page, viewport)
        found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
