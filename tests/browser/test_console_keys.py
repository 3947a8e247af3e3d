"""The page of API keys in a browser: at both sizes, without scripts, and as axe-core sees it."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

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
def site(sample_home, tmp_path_factory):
    """The address of a sample archive with an admin, where `visit` goes."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("keys") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("ada", kept_password(), Role.ADMIN, NOW)
    with serving(home) as address:
        yield address


@SIZES
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_key_is_made_and_revoked_by_the_keyboard(visit, viewport, scripts):
    name = f"cms-{viewport['width']}-{scripts}".lower()
    page = visit("/admin/keys", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ada")
    page.get_by_label("Name of the new key").fill(name)
    page.get_by_label("add, change and withdraw articles").focus()
    page.keyboard.press("Space")
    page.get_by_label("Days for which it is good").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("shown this once")
    expect(page.get_by_role("status")).to_contain_text("bf_")
    page.get_by_role("button", name=f"Revoke {name}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"The key {name} is good for nothing any more.")).to_be_visible()
    expect(page.get_by_role("row", name=name)).to_contain_text("revoked")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(visit, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/keys", java_script_enabled=True, **options)
    log_in(page, "ada")
    page.get_by_label("Name of the new key").fill(f"axe-{viewport['width']}-{scheme}")
    page.get_by_label("say what readers open").check()
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status")).to_contain_text("bf_")
    faults(page, viewport)
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    page.goto("/admin/audit?kind=keys")
    faults(page, viewport)
