"""The second factor in a browser: turned on and asked for by the keyboard, at both sizes."""

import re
import shutil
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.store import Store
from articles.users import Role
from tests.archives import NOW
from tests.browser.conftest import DESKTOP, PHONE, serving
from tests.browser.test_accessibility import TAGS
from tests.browser.test_console import faults, log_in, press_until
from tests.consoles import PASSWORD, kept_password
from tests.telephone import PAGE, secret_on, shown

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"]
)


@pytest.fixture(scope="module")
def home(sample_home, tmp_path_factory):
    """A home with the sample archive, in which there are users."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("factor") / "home")
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        for name in ("ada", "zoe", "ines", "tomas"):
            store.users.add(name, kept_password(), Role.ADMIN, NOW)
    return home


@pytest.fixture(scope="module")
def site(home):
    """The address of that archive, where `visit` goes."""
    with serving(home) as address:
        yield address


def type_into(page, target, text):
    press_until(page, "Tab", target)
    page.keyboard.type(text)


@SIZES
def test_it_is_turned_on_and_asked_for_by_the_keyboard(visit, home, viewport, scheme):
    name = "ada" if viewport is PHONE else "zoe"
    page = visit(PAGE, viewport=viewport, color_scheme=scheme, java_script_enabled=True)
    log_in(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Turn on the second factor")
    picture = page.get_by_role("img", name="QR code")
    assert picture.bounding_box()["width"] > 150
    faults(page, viewport)
    assert violations(page) == []
    secret = secret_on(page.content())
    type_into(page, page.get_by_label("Code", exact=True), shown(secret, datetime.now(UTC)))
    type_into(page, page.get_by_label("Your password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    faults(page, viewport)
    assert violations(page) == []
    codes = page.get_by_role("list", name="Recovery codes").locator("code").all_inner_texts()
    press_until(page, "Tab", page.get_by_role("link", name="I have kept them"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    faults(page, viewport)
    assert violations(page) == []
    page.get_by_role("link", name="Users").click()
    faults(page, viewport)
    assert violations(page) == []
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    type_into(page, page.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")
    field = page.get_by_label("The six digits")
    expect(field).to_be_focused()
    page.keyboard.type("no code at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not open the console")
    faults(page, viewport)
    assert violations(page) == []
    expect(field).to_be_focused()
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=f"{name}, admin")).to_be_visible()


def violations(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


def test_wrong_passwords_make_a_stranger_wait_and_no_known_browser(visit):
    page = visit("/admin/")
    log_in(page, "ines")
    page.get_by_role("button", name="Log out").click()
    stranger = visit("/admin/")
    for _ in range(5):
        log_in(stranger, "ines", "not the password")
        expect(stranger.get_by_role("alert")).to_contain_text("do not open the console")
    log_in(stranger, "ines")
    expect(stranger.get_by_role("alert")).to_contain_text("do not open the console")
    log_in(page, "ines")
    expect(page.get_by_role("link", name="ines, admin")).to_be_visible()


def test_a_session_that_another_ends_asks_for_a_login_and_leads_back(visit):
    page, other = visit("/admin/draft"), visit("/admin/account")
    for one in (page, other):
        log_in(one, "tomas")
    other.get_by_role("button", name="End all others").click()
    expect(other.get_by_role("status")).to_contain_text("have ended")
    page.get_by_role("link", name="Draft").click()
    expect(page).to_have_url(re.compile("/admin/login"))
    log_in(page, "tomas")
    expect(page).to_have_url(re.compile("/admin/draft$"))
