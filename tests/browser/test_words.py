"""Word lists in a real browser: a draft, its preview, going live, with and without scripts."""

import shutil
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.asked_queries import AskedQuery
from articles.store import Store
from articles.users import Role
from articles.word_lists import WordKind, imported, line_of
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
LINE = "ferry, boat, river crossing"


@pytest.fixture(scope="module")
def own_home(sample_home, tmp_path_factory):
    """A home with the sample archive, an editor, and queries of readers."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("words") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.users.add("ines", kept_password(), Role.EDITOR, NOW)
        today = datetime.now(UTC).date()
        store.queries.add([AskedQuery(q, today, 9, 0, 9, 9) for q in ("ferry", "the bridge")])
    return home


@pytest.fixture(scope="module")
def site(own_home):
    """The address of that archive, where `visit` goes."""
    with serving(own_home) as address:
        yield address


@pytest.fixture
def store(own_home):
    """The store of that archive, with no lines and no draft."""
    with Store.open(f"sqlite:///{own_home}/archive.sqlite3") as store:
        nothing = imported([], by="ines", at=NOW, replace=True)
        if store.word_lists.change(nothing, by="ines", now=NOW).changed:
            store.word_lists.go_live(by="ines", now=NOW)
        yield store


@pytest.mark.parametrize(
    ("viewport", "scripts"), [(PHONE, False), (DESKTOP, True)], ids=["phone", "desktop"]
)
def test_an_editor_previews_a_line_and_readers_find_by_it(visit, store, viewport, scripts):
    page = visit("/admin/words", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    page.get_by_label("Add to this list").fill(LINE)
    page.get_by_label("Note").fill("asked for by the desk")
    page.get_by_role("button", name="Add to the draft").press("Enter")
    expect(page.get_by_role("status").first).to_have_text("It is in the draft.")
    expect(page.get_by_text("new in the draft")).to_be_visible()
    page.get_by_role("link", name="Preview, and go live").press("Enter")
    expect(page.get_by_text("1 would be answered differently")).to_be_visible()
    page.get_by_label("Queries to compare").fill("boat\nmuseum")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".compared").nth(1)).to_contain_text("nothing changes")
    expect(page.locator(".compared").nth(0).locator(".sides li")).not_to_have_count(0)
    page.get_by_role("button", name="Go live").press("Enter")
    expect(page.get_by_text("is live: searches use it from now on.")).to_be_visible()
    page.goto("/search?q=boat")
    expect(page.locator(".notice")).to_contain_text("“boat” is also searched as ferry")
    page.goto("/admin/words")
    page.get_by_role("button", name=f"Remove: {LINE}").click()
    expect(page.get_by_text("removed in the draft")).to_be_visible()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_text("The draft is what is live.")).to_be_visible()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
def test_all_of_it_can_be_read(visit, store, viewport, scheme):
    long = "x" * 80
    lines = [
        line_of(WordKind.SYNONYMS, LINE, note="asked for by the desk"),
        line_of(WordKind.SYNONYMS, f"bridge => {long}, boat"),
        line_of(WordKind.STOP, "ferry"),
    ]
    store.word_lists.change(imported(lines[:1], by="ines", at=NOW), by="ines", now=NOW)
    store.word_lists.go_live(by="ines", now=NOW)
    kept = imported(lines[1:], by="ines", at=NOW, replace=True)
    store.word_lists.change(kept, by="ines", now=NOW)
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/words", java_script_enabled=True, **options)
    log_in(page, "ines")
    paths = ("/admin/words", "/admin/words?kind=stop", f"/admin/words/preview?q=boat%0A{long}")
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        faults(page, viewport)
        found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
