"""Articles and imports in the console: by keyboard, without scripts, for two at once."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.import_reports import ImportCounts, ImportState
from articles.importers.problem import Problem
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
MARCH = "2019-09-21-toll-march"


@pytest.fixture(scope="module")
def site(sample_home, tmp_path_factory):
    """The address of a sample archive with two editors and a report, where `visit` goes."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("articles") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        for name in ("ines", "otto"):
            store.users.add(name, kept_password(), Role.EDITOR, NOW)
        problem = Problem("/a/" + "long/" * 40 + "wire.jsonl", 7, "rejected", "w" * 200, "no title")
        counts = ImportCounts(rejected=1)
        number = store.import_reports.begin([problem.file], by="ines", now=NOW)
        store.import_reports.note(number, counts, [problem], now=NOW, state=ImportState.DONE)
    with serving(home) as address:
        yield address


def enter(page, name):
    page.get_by_role(name[0], name=name[1]).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("viewport", "scripts"), [(PHONE, False), (DESKTOP, True)], ids=["phone plain", "desktop"]
)
def test_an_article_is_found_and_decided_about_by_the_keyboard(visit, viewport, scripts):
    page = visit("/admin/articles", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    page.get_by_label("Headline, id or address").fill("march against toll")
    page.keyboard.press("Enter")
    enter(page, ("link", "Three thousand march against bridge toll"))
    expect(page.get_by_text("Readers see it since")).to_be_visible()
    page.get_by_label("It is").select_option("withdrawn")
    enter(page, ("button", "See what that changes"))
    expect(page.get_by_text("Readers do not see it: withdrawn.")).to_be_visible()
    faults(page, viewport)
    enter(page, ("button", "Take it away from readers"))
    expect(page.get_by_role("status")).to_contain_text("Readers do not see it: withdrawn.")
    page.get_by_label("It is").select_option("published")
    enter(page, ("button", "See what that changes"))
    enter(page, ("button", "Do it"))
    expect(page.get_by_role("status")).to_contain_text("Readers see it since")
    enter(page, ("link", "Why is it found, or not?"))
    page.get_by_label("Why is it found, or not?").fill("toll tunnel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/articles/found?*")
    for _ in range(100):  # the server searches a change within a second
        if "not yet in the index" not in page.get_by_role("status").inner_text():
            break
        page.reload()
    expect(page.get_by_role("status")).to_contain_text("Found, at place")


def test_the_slower_of_two_editors_is_told(visit):
    address = f"/admin/articles/article?id={MARCH}"
    pages = []
    for name in ("ines", "otto"):
        page = visit(address, viewport=DESKTOP)
        log_in(page, name)
        page.get_by_label("It is").select_option("draft" if name == "ines" else "private")
        page.get_by_role("button", name="See what that changes").click()
        pages.append(page)
    first, second = pages
    first.get_by_role("button", name="Take it away from readers").click()
    expect(first.get_by_role("status")).to_contain_text("This is done.")
    second.get_by_role("button", name="Take it away from readers").click()
    expect(second.get_by_role("alert")).to_contain_text(
        "ines changed the status from published to draft since you loaded this page"
    )
    expect(second.get_by_label("It is")).to_have_value("draft")


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
def test_all_of_it_can_be_read(visit, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/articles", java_script_enabled=True, **options)
    log_in(page, "ines")
    for path in (
        "/admin/articles",
        f"/admin/articles/article?id={MARCH}",
        f"/admin/articles/found?id={MARCH}&q=bridge+toll",
        f"/admin/articles/beside?id={MARCH}&q=2022-05-12-ortega-stands",
        "/admin/imports",
        "/admin/imports/report?number=2",
    ):
        page.goto(path)
        faults(page, viewport)
        found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert found.violations_count == 0, (path, found.generate_report())
