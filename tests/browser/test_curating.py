"""Editors pick, order, pin and hide in a real browser: by mouse, by keyboard, without scripts."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import web
from articles.curation import PinKind
from articles.curation_edits import pick, pin, unpick
from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in, press_until
from tests.consoles import kept_password

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
SECTION = "/admin/choice/section?section=Culture"
BRIDGE = "2018-03-14-bridge-closed"
BESIDE = f"/admin/pins/article?id={BRIDGE}"
PICKED = [
    "2018-10-13-depot-first-night-review",
    "2019-08-25-film-festival-closing",
    "2021-10-23-poetry-prize-bus-driver",
    "2022-01-29-dialect-dictionary",
]
BY = {"by": "ines", "now": datetime.now(UTC)}


@pytest.fixture(scope="module")
def own_home(sample_home, tmp_path_factory):
    """A home with the sample archive, a viewer and an editor."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("curating") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        for name, role in (("vera", Role.VIEWER), ("ines", Role.EDITOR)):
            store.users.add(name, kept_password(), role, NOW)
    return home


@pytest.fixture(scope="module")
def site(own_home):
    """The address of that archive, where `visit` goes."""
    with serving(own_home) as address:
        yield address


@pytest.fixture
def store(own_home):
    """The store of that archive, in which nobody has decided anything."""
    with Store.open(f"sqlite:///{own_home}/archive.sqlite3") as store:
        curation = store.curation.read()
        for section, choice in curation.choices.items():
            for one in choice.picks:
                store.curation.change_choice(section, unpick(one.article_id), **BY)
        for article_id in curation.pins:
            store.curation.change_pins(article_id, lambda _: (), **BY)
        yield store


@pytest.fixture
def titles(store):
    """The headlines of four articles that are picked for Culture, in order."""
    for one in PICKED:
        store.curation.change_choice("Culture", pick(one), **BY)
    return [store.get(one).title for one in PICKED]


def picked(page, titles):
    """Wait for these picks, or pins and hides, in this order."""
    expect(page.locator(".entries:not(.found) h3")).to_contain_text(titles)


def entry(page, title):
    return page.locator(".entries > li").filter(has=page.get_by_role("heading", name=title))


def grip(page, title):
    return page.get_by_role("button", name=f"Move: {title}", exact=True)


def edit(visit, path, **options):
    page = visit(path, java_script_enabled=True, **options)
    log_in(page, "ines")
    return page


@SIZES
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_choice_is_made_by_buttons(visit, store, titles, viewport, scripts):
    page = visit(SECTION, viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    first, second, third, fourth = titles
    picked(page, titles)
    expect(page.locator(".grip:visible")).to_have_count(4 if scripts else 0)
    page.get_by_role("button", name=f"Down: {first}", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text(f"“{first}” is moved down.")
    picked(page, [second, first, third, fourth])
    page.get_by_role("button", name=f"Remove: {third}", exact=True).click()
    picked(page, [second, first, fourth])
    entry(page, fourth).locator("summary").click()
    entry(page, fourth).get_by_label("From (UTC)").fill("2036-01-01T09:00")
    entry(page, fourth).get_by_role("button", name="Keep the times").click()
    expect(entry(page, fourth)).to_contain_text("begins 2036-01-01 09:00 UTC")
    page.get_by_label("Pick an article").fill("bridge toll")
    page.get_by_role("button", name="Find").click()
    found = page.locator(".found li").first
    title = found.locator("h3 a").evaluate("one => one.firstChild.data")
    found.get_by_role("button", name="Pick").click()
    picked(page, [second, first, fourth, title])
    expect(page.locator(".shown li")).to_have_count(5)
    expect(page.locator(".shown li").nth(2)).to_contain_text(title)
    page.get_by_label("Size").fill("2")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".shown li")).to_have_count(2)
    expect(entry(page, title).first).to_contain_text("waiting")
    page.get_by_label("Size").fill("5")
    page.get_by_role("button", name="Keep", exact=True).click()


@SIZES
def test_entries_are_dragged(visit, store, titles, viewport):
    page = edit(visit, SECTION, viewport=viewport)
    first, second, third, fourth = titles
    drag(page, grip(page, fourth), entry(page, second))
    expect(page.get_by_role("status").first).to_have_text("The order is kept.")
    picked(page, [first, fourth, second, third])
    drag(page, grip(page, first), entry(page, third))
    expect(page.locator(".entries h3").first).to_contain_text(fourth)
    picked(page, [fourth, second, third, first])
    kept = [store.get(one.article_id).title for one in store.curation.choice("Culture").picks]
    assert kept == [fourth, second, third, first]
    # What is put down where it was is not sent.
    version = store.curation.version()
    box = grip(page, fourth).bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + 9)
    page.mouse.up()
    assert store.curation.version() == version


def drag(page, handle, over):
    """Drag by a handle to the middle of another entry and a little further, in small steps."""
    handle.evaluate("node => node.scrollIntoView({ block: 'center' })")
    start = handle.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for _ in range(200):
        target = over.bounding_box()
        middle = target["y"] + target["height"] / 2
        held = page.locator(".held").bounding_box()
        goal = middle + (3 if start["y"] < target["y"] and held["y"] < target["y"] else -3)
        if abs(goal - y) < 1 or (held["y"] > target["y"]) != (start["y"] > target["y"]):
            break
        y += max(-12, min(12, goal - y))
        page.mouse.move(x, y)
    page.mouse.up()


def test_entries_are_moved_with_keys_and_that_is_said(visit, titles):
    page = edit(visit, SECTION)
    first, second, third, fourth = titles
    live = page.locator(".entries + [role=status]")
    grip(page, second).focus()
    page.keyboard.press("Space")
    expect(grip(page, second)).to_have_attribute("aria-pressed", "true")
    expect(live).to_have_text(
        f"{second} is taken, place 2 of 4. "
        "Arrow keys move it, Space puts it down, Escape puts it back."
    )
    for key, place in (("Down", 3), ("Down", 4), ("Down", 4), ("Up", 3)):
        page.keyboard.press(f"Arrow{key}")
        expect(live).to_have_text(f"Place {place} of 4.")
        expect(grip(page, second)).to_be_focused()
    picked(page, [first, third, second, fourth])
    page.keyboard.press("Escape")
    expect(live).to_have_text(f"{second} is back at place 2.")
    expect(grip(page, second)).to_be_focused()
    picked(page, titles)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(live).to_have_text(f"{second} is back at place 2.")
    picked(page, titles)
    grip(page, second).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.get_by_role("status").first).to_have_text("The order is kept.")
    picked(page, [second, first, third, fourth])


def test_after_a_button_the_keyboard_goes_on_where_it_was(visit, titles):
    page = edit(visit, SECTION)
    press_until(page, "Tab", page.get_by_role("button", name=f"Down: {titles[0]}", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#entry-2$"))
    expect(grip(page, titles[0])).to_be_focused()


def test_an_order_of_what_another_editor_changed_is_refused_in_words(visit, store, titles):
    page = edit(visit, SECTION)
    gone = store.curation.choice("Culture").picks[3].article_id
    store.curation.change_choice("Culture", unpick(gone), **BY)
    grip(page, titles[1]).focus()
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_role("alert")).to_contain_text("somebody has changed this choice")
    picked(page, titles[:3])


@SIZES
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_pins_and_hides_from_the_finder_to_the_log(visit, store, viewport, scripts):
    page = visit("/admin/pins", viewport=viewport, java_script_enabled=scripts)
    log_in(page, "ines")
    page.get_by_role("searchbox").fill(BRIDGE)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Open:").first.click()
    block = page.locator(".shown li")
    expect(block).to_have_count(5)
    last = block.last.locator("p a").evaluate("one => one.firstChild.data")
    gone = block.first.locator("p a").evaluate("one => one.firstChild.data")
    block.last.get_by_role("button", name="Pin").click()
    expect(block.first).to_contain_text(last)
    expect(block.first).to_contain_text("Chosen for this article")
    block.nth(1).get_by_role("button", name="Hide").click()
    expect(page.get_by_text("1 hidden")).to_be_visible()
    expect(entry(page, gone)).to_contain_text("hidden now")
    page.get_by_role("button", name=f"Unpin: {last}", exact=True).click()
    page.get_by_role("button", name=f"Show again: {gone}", exact=True).click()
    expect(block.first).to_contain_text(gone)
    page.get_by_role("link", name="Who changed what").click()
    lines = page.locator(".log li")
    for place, act in enumerate(("showed again", "unpinned", "hid", "pinned")):
        expect(lines.nth(place)).to_contain_text(act)
        expect(lines.nth(place)).to_contain_text("ines")
    page.get_by_label("By").select_option("ines")
    page.get_by_label("Of").select_option("Editor’s choice")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("user=ines.*kind=choice|kind=choice.*user=ines"))


PAGES = ["/admin/choice", f"{SECTION}&q=bridge", "/admin/pins?q=bridge", f"{BESIDE}&q=toll"]
PAGES += ["/admin/pins/article?q=bridge", "/admin/audit"]


@pytest.fixture
def decided(store, titles):
    others = [one.article_id for one in store.curation.choice("Culture").picks]
    for number, one in enumerate(others):
        kind = PinKind.HIDE if number == 3 else PinKind.PIN
        store.curation.change_pins(BRIDGE, pin(BRIDGE, one, kind), **BY)
    store.curation.change_pins("", pin("", others[0], PinKind.HIDE), **BY)


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_too_wide_and_all_of_it_can_be_read(visit, decided, viewport, scheme):
    page = edit(visit, "/admin/choice", viewport=viewport, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        for more in page.locator("summary").all():
            more.click()
        faults(page, viewport)
    narrow = {"width": 320, "height": 700}
    page.set_viewport_size(narrow)
    for path in PAGES:
        page.goto(path)
        faults(page, narrow)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)
def test_no_rule_is_violated(visit, decided, viewport, scheme):
    page = edit(visit, "/admin/choice", viewport=viewport, color_scheme=scheme, bypass_csp=True)
    axe = Axe()
    for path in PAGES:
        page.goto(path)
        for opened in page.locator("details").all():
            opened.evaluate("element => element.open = true")
        found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        assert found.violations_count == 0, (path, found.generate_report())
    page.goto(SECTION)
    page.locator(".grip").first.focus()
    page.keyboard.press("Space")
    found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_viewer_sees_all_and_can_change_nothing(visit, decided):
    page = visit(SECTION, java_script_enabled=True)
    log_in(page, "vera")
    for path in PAGES:
        page.goto(path)
        expect(page.locator("main button:not(.ask button, .filters button)")).to_have_count(0)


def test_the_script_is_small():
    assert len((Path(web.__file__).parent / "static" / "ordering.js").read_bytes()) <= 3_000
