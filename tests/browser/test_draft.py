"""Links for a draft, as an editor finds them: phone and desktop, with and without scripts."""

import re
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
TEXT = """St Brigid's bridge was closed to all traffic after inspectors found cracks in its steel.

At the Halden Paper Mill, which passed to its workers, every lorry with paper crosses the bridge."""


@pytest.fixture(scope="module")
def own_home(sample_home, tmp_path_factory):
    """A home with the sample archive and an editor."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("draft") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    return home


@pytest.fixture(scope="module")
def site(own_home):
    """The address of that archive, where `visit` goes."""
    with serving(own_home) as address:
        yield address


def find_links(page):
    page.get_by_label("Headline").fill("Lorries wait at the bridge")
    page.get_by_role("textbox", name="Text").fill(TEXT)
    page.get_by_role("button", name="Find links").click()
    expect(page.get_by_role("heading", name="To link to")).to_be_visible()


@SIZES
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_write_find_and_copy(visit, viewport, scripts):
    page = visit("/admin/draft", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    find_links(page)
    draft = page.get_by_role("region", name=re.compile("in the text"))
    expect(draft).to_contain_text("every lorry with paper crosses")
    words = draft.get_by_role("link", name="St Brigid's bridge")
    words.click()
    target = page.locator(words.get_attribute("href"))
    expect(target).to_be_in_viewport()
    code = target.locator("code")
    expect(code).to_have_text(re.compile(r"^<a href=\"https://\S+\">St Brigid's bridge</a>$"))
    code.click()
    assert page.evaluate("String(getSelection()).trim()") == code.inner_text().strip()
    sources = page.get_by_role("region", name="Should link to it")
    expect(sources.locator("mark").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(TEXT)
    expect(page.get_by_label("Headline")).to_have_value("Lorries wait at the bridge")
    page.get_by_role("link", name="Draft", exact=True).click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value("")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(visit, viewport, scheme):
    options = {"viewport": viewport, "java_script_enabled": True, "color_scheme": scheme}
    page = visit("/admin/draft", **options, bypass_csp=True)
    log_in(page, "ines")
    expect(page.get_by_role("heading", name="Links for a draft")).to_be_visible()
    faults(page, viewport)
    find_links(page)
    faults(page, viewport)
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
