"""Rebuilds and generations in a real browser: by keys alone, without scripts, by two admins."""

import shutil
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.jobs import (
    Finding,
    JobKind,
    JobOptions,
    JobProgress,
    JobReport,
    JobState,
    this_process,
)
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
PATIENCE = 90_000
"""Milliseconds that a rebuild of the sample archive may take on a busy machine."""


@pytest.fixture(scope="module")
def home(sample_home, tmp_path_factory):
    """A home with the sample archive and two admins."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("rebuilds") / "home")
    with opened(home) as store:
        for name in ("ada", "ben"):
            store.users.add(name, kept_password(), Role.ADMIN, NOW)
    return home


@pytest.fixture(scope="module")
def site(home):
    """The address of that archive, where `visit` goes; its rebuilds wait for nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKFILE_BUILD_NICENESS", "0")
        with serving(home) as address:
            yield address


def opened(home):
    return Store.open(f"sqlite:///{home}/archive.sqlite3")


def claimed(store, by):
    """Return a job that is at work in this process."""
    now = datetime.now(UTC)
    asked = store.jobs.ask(JobKind.REBUILD, JobOptions(), this_process(), by=by, now=now)
    return store.jobs.claim(asked.id, this_process(), now)


def go(page, control):
    """Reach a control by the Tab key and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if control.evaluate("node => node === document.activeElement"):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no key reaches {control}")


def test_with_keys_alone_one_rebuilds_watches_and_goes_back(visit):
    page = visit("/admin/rebuilds", java_script_enabled=True)
    log_in(page, "ada")
    go(page, page.get_by_role("button", name="Rebuild now"))
    # The page is not loaded again: what it shows comes by itself.
    page.evaluate("window.same = true")
    first = page.locator("ol.log li").first
    expect(first).to_contain_text("Rebuild done", timeout=PATIENCE)
    expect(first).to_contain_text("by ada")
    expect(page.get_by_role("button", name="Rebuild now")).to_be_visible()
    assert page.evaluate("window.same")
    go(page, page.get_by_role("link", name="Generations"))
    expect(page.locator("ol.kept li").first).to_contain_text("served")
    go(page, page.get_by_role("link", name="What changed since generation 1"))
    expect(page.get_by_role("heading", level=1)).to_have_text("From generation 1 to 2")
    go(page, page.get_by_role("link", name="All generations"))
    go(page, page.get_by_role("link", name="Serve generation 1"))
    go(page, page.get_by_role("button", name="Serve generation 1"))
    expect(first).to_contain_text("Rollback to generation 1 done", timeout=PATIENCE)
    go(page, first.get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Rollback to generation 1: done")


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_two_admins_see_one_rebuild_and_either_cancels_it(visit, home, scripts):
    ada = visit("/admin/rebuilds", java_script_enabled=scripts)
    log_in(ada, "ada")
    ben = visit("/admin/rebuilds", java_script_enabled=False, viewport=PHONE)
    log_in(ben, "ben")
    with opened(home) as store:
        job = claimed(store, "ada")
        ben.get_by_role("button", name="Rebuild now").click()
        expect(ben.get_by_role("alert")).to_contain_text("because ada was first")
        expect(ben.get_by_text("asked for by ada").first).to_be_visible()
        half = JobProgress(stage="relating articles", done=60, total=120, fraction=0.5)
        store.jobs.beat(job, half, datetime.now(UTC))
        if not scripts:
            ada.get_by_role("link", name="Show it as it is now").click()
        expect(ada.get_by_role("progressbar")).to_have_attribute("value", "50", timeout=20_000)
        cancel = ada.get_by_role("button", name="Cancel this rebuild")
        if scripts:
            cancel.focus()
            most = JobProgress(stage="relating articles", done=110, total=120, fraction=0.9)
            store.jobs.beat(job, most, datetime.now(UTC))
            expect(ada.get_by_role("progressbar")).to_have_attribute("value", "90", timeout=20_000)
            expect(cancel).to_be_focused()
            ada.keyboard.press("Enter")
        else:
            cancel.click()
        expect(ada.get_by_text("what is served stays as it is")).to_be_visible()
        assert store.jobs.get(job.id, datetime.now(UTC)).state is JobState.CANCELLING
        store.jobs.end(job, JobState.CANCELLED, JobReport(), datetime.now(UTC))
    ben.get_by_role("link", name="Show it as it is now").click()
    expect(ben.locator("ol.log li").first).to_contain_text("cancelled")


def test_what_was_refused_needs_a_yes(visit, home):
    with opened(home) as store:
        findings = (Finding(passed=False, lines=("1 article differs.", "a1 is missing.")),)
        report = JobReport(findings=findings)
        store.jobs.end(claimed(store, "ben"), JobState.REFUSED, report, datetime.now(UTC))
    page = visit("/admin/rebuilds", viewport=PHONE)
    log_in(page, "ada")
    page.get_by_role("link", name="Read why").click()
    expect(page.get_by_text("a1 is missing.")).to_be_visible()
    page.get_by_role("button", name="Rebuild and serve it all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rebuild: refused by the checks")
    with opened(home) as store:
        assert store.jobs.current(datetime.now(UTC)) is None


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violations(visit, home, viewport, scheme):
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/admin/rebuilds", java_script_enabled=True, **options)
    log_in(page, "ada")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rebuilds")
    pages = ["generations", "generations/serve?number=1", "generations/diff?before=1&after=1"]
    pages += ["rebuilds", "rebuilds/job?number=1"]
    with opened(home) as store:
        job = claimed(store, "ada")
        half = JobProgress(stage="relating articles", done=60, total=120, fraction=0.5)
        store.jobs.beat(job, half, datetime.now(UTC))
        for path in pages:
            page.goto(f"/admin/{path}")
            faults(page, viewport)
            found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        store.jobs.end(job, JobState.CANCELLED, JobReport(), datetime.now(UTC))
