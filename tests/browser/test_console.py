"""A judge logs in, judges and leaves, in a real browser: by mouse, by keyboard, without scripts."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.consoles import PASSWORD, kept_password

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])


@pytest.fixture(scope="module")
def own_home(sample_home, tmp_path_factory):
    """A home with the sample archive, in which there may be users."""
    return shutil.copytree(sample_home, tmp_path_factory.mktemp("console") / "home")


@pytest.fixture(scope="module")
def site(own_home):
    """The address of that archive, where `visit` goes."""
    with serving(own_home) as address:
        yield address


@pytest.fixture
def judge(own_home):
    """The name of an editor, who has judged nothing."""
    with Store.open(f"sqlite:///{own_home}/archive.sqlite3") as store:
        name = f"judge{len(store.users.all())}"
        store.users.add(name, kept_password(), Role.EDITOR, NOW)
    return name


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def grades(page, number):
    return page.get_by_role("radiogroup").nth(number)


def choose(page, number, grade):
    grades(page, number).get_by_label(grade, exact=True).check()


@SIZES
@SCRIPTS
def test_log_in_judge_take_back_and_leave(visit, judge, viewport, scripts):
    page = visit("/admin/", viewport=viewport, java_script_enabled=scripts)
    log_in(page, judge, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not open the console")
    expect(page.get_by_label("Name")).to_have_value(judge)
    log_in(page, judge)
    page.get_by_role("searchbox").fill("bridge toll")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("bridge toll")
    expect(page.get_by_text("0 of 10 results judged by you")).to_be_visible()
    titles = page.locator(".hit h3").all_inner_texts()
    for number, grade in enumerate(("Good", "Fair", "Bad")):
        choose(page, number, grade)
    page.get_by_role("button", name="Keep these judgments").click()
    expect(page.get_by_role("status")).to_have_text("3 judgments kept.")
    assert page.locator(".hit h3").all_inner_texts() == titles
    for number, grade in enumerate(("Good", "Fair", "Bad", "Not judged")):
        expect(grades(page, number).get_by_label(grade, exact=True)).to_be_checked()
    choose(page, 1, "Not judged")
    page.get_by_role("button", name="Keep these judgments").click()
    expect(page.get_by_role("status")).to_have_text("1 judgment taken back.")
    page.get_by_role("link", name="Judge what belongs beside it").first.click()
    choose(page, 0, "Good")
    page.get_by_role("button", name="Keep these judgments").click()
    page.get_by_role("link", name="Judgments").click()
    asked = page.get_by_role("link", name="bridge toll", exact=True)
    expect(page.get_by_role("row").filter(has=asked)).to_contain_text(judge)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/login"))


def test_the_whole_way_by_keyboard(visit, judge):
    page = visit("/admin/judge?q=orchestra&size=2", java_script_enabled=True)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(judge)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    first = grades(page, 0)
    expect(first).to_be_visible()
    press_until(page, "Tab", first.get_by_label("Not judged"))
    page.keyboard.press("ArrowRight")
    expect(first.get_by_label("Good")).to_be_checked()
    shown = first.locator("input:focus-visible + span")
    assert "solid 3px" in shown.evaluate("e => getComputedStyle(e).outline")
    page.keyboard.press("ArrowRight")
    expect(first.get_by_label("Fair")).to_be_checked()
    press_until(page, "Tab", grades(page, 1).get_by_label("Not judged"))
    page.keyboard.press("ArrowLeft")
    expect(grades(page, 1).get_by_label("Bad")).to_be_checked()
    press_until(page, "Tab", page.get_by_role("button", name="Keep these judgments"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 judgments kept.")
    press_until(page, "Tab", page.get_by_role("button", name="Log out"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def press_until(page, key, target):
    """Press a key until something has the focus, in a window that shows it."""
    for _ in range(60):
        page.keyboard.press(key)
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{key} never leads to {target}")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_too_wide_and_all_of_it_can_be_read(visit, judge, viewport, scheme):
    options = {"viewport": viewport, "java_script_enabled": True, "color_scheme": scheme}
    page = visit("/admin/", **options)
    faults(page, viewport)
    log_in(page, judge)
    for path in ("/admin/", "/admin/judge?q=bridge+toll&mode=broaden", "/admin/judge?q=zeppelinx"):
        page.goto(path)
        for why in page.locator("summary").all():
            why.click()
        faults(page, viewport)
    page.goto("/admin/judge?q=bridge+toll")
    choose(page, 0, "Good")
    page.get_by_role("link", name="Judge what belongs beside it").first.click()
    page.wait_for_url("**/admin/judge/related?*")
    faults(page, viewport)


CONTRAST = """
() => {
  const channels = c => c.match(/[\\d.]+/g).slice(0, 4).map(Number);
  const light = c => channels(c).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (channels(c).length < 4 || channels(c)[3] > 0) return c;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak = [];
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.getClientRects().length) continue;
    if (e.closest('.skip')) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) weak.push(`${walker.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""


def faults(page, viewport):
    """Fail when the page is wider than the window, too pale, or has controls without names."""
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate(CONTRAST) == []
    unnamed = """[...document.querySelectorAll('input:not([type=hidden])')]
        .filter(e => !e.labels.length).length"""
    assert page.evaluate(unnamed) == 0
