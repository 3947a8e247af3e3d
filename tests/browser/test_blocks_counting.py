"""What is told to the archive of a page that was seen and a link that was followed."""

import re
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from articles.readings import Span, hour_of
from articles.store import Store
from tests.browser.conftest import ARGUMENTS, CHROMIUM, serving
from tests.browser.newspaper import page as bare
from tests.browser.newspaper import published

pytestmark = pytest.mark.browser
BESIDE = '<backfile-blocks article="2018-03-14-bridge-closed"></backfile-blocks>'
FRAGMENT = '<!--# include virtual="/blocks?format=html&id=2018-03-14-bridge-closed" -->'
FAR_AWAY = "https://selvancourier.example/**"
INCLUDED = f"<backfile-blocks>{FRAGMENT}</backfile-blocks>"
READER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def told(read, paper):
    """Open a page and return it with what it tells the archive; time stands still in it."""

    def told(content, **options):
        # Nothing is counted before time stands still.
        paper.pages["/a"] = bare("")
        page, _ = read("/a", **options)
        paper.pages["/a"] = bare(content)
        facts = []
        page.context.route("**/api/v1/views*", lambda route: note(route, facts))
        page.context.route("**/api/v1/clicks", lambda route: note(route, facts))
        page.context.route(FAR_AWAY, lambda route: route.fulfill(body="<title>There</title>"))
        page.clock.install(time=datetime(2030, 1, 1, tzinfo=UTC))
        page.clock.pause_at(datetime(2030, 1, 2, tzinfo=UTC))
        page.reload()
        expect(page.get_by_role("listitem")).to_have_count(15)
        return page, facts

    def note(route, facts):
        asked = route.request
        name = re.search(r"/api/v1/([^?]+)", asked.url)[1]
        facts.append((name, asked.post_data_json if asked.method == "POST" else asked.url))
        route.fulfill(status=204)

    return told


def receipt_of(page):
    return page.locator("[data-receipt]").get_attribute("data-receipt")


def test_a_page_that_is_seen_for_a_second_is_counted_once(told):
    page, facts = told(BESIDE + BESIDE)
    page.clock.run_for(900)
    assert facts == []
    with page.expect_request("**/api/v1/views") as sent:
        page.clock.run_for(200)
    assert sent.value.headers["content-type"].startswith("text/plain")
    page.clock.run_for(60_000)
    assert facts == [("views", {"receipt": receipt_of(page)})]


def test_a_page_in_the_background_is_not_counted_until_it_is_seen(told):
    page, facts = told(BESIDE)
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.clock.run_for(500)
    page.evaluate(hide, True)
    page.clock.run_for(60_000)
    page.evaluate(hide, False)
    page.clock.run_for(900)
    assert facts == []
    with page.expect_request("**/api/v1/views"):
        page.clock.run_for(200)


@pytest.mark.parametrize("way", ["left", "middle", "control", "keyboard"])
@pytest.mark.parametrize("content", [BESIDE, INCLUDED])
def test_a_link_that_is_followed_is_counted_with_its_block_and_position(told, content, way):
    page, facts = told(content)
    receipt = receipt_of(page)
    link = page.locator("[data-block=popular] li:nth-child(4) a")
    with page.expect_request("**/api/v1/clicks"):
        match way:
            case "left":
                link.click()
            case "middle":
                link.click(button="middle")
            case "control":
                link.click(modifiers=["Control"])
            case "keyboard":
                link.press("Enter")
    clicks = [fact for name, fact in facts if name == "clicks"]
    assert clicks == [{"receipt": receipt, "block": "popular", "position": 4}]


def test_what_follows_no_link_is_not_counted(told):
    page, facts = told(BESIDE)
    page.locator("li").nth(3).click(position={"x": 2, "y": 2})
    page.get_by_role("heading", name="Popular").click()
    page.locator("li a").first.click(button="right")
    page.evaluate(
        "document.querySelector('li a').addEventListener('click', e => e.preventDefault())"
    )
    page.evaluate("document.querySelector('li a').click()")
    with page.expect_request("**/api/v1/clicks"):
        page.locator("li a").nth(1).click(modifiers=["Control"])
    assert [fact["position"] for name, fact in facts if name == "clicks"] == [2]


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_fragment_is_counted_by_its_image_alone(told, scripts):
    content = INCLUDED
    page, facts = told(content, java_script_enabled=scripts)
    if scripts:
        page.clock.run_for(60_000)
    page.wait_for_load_state("networkidle")
    ((name, address),) = facts
    assert name == "views.gif"
    assert address.endswith(f"?receipt={receipt_of(page)}")


def test_a_fragment_whose_image_was_taken_out_is_counted_by_the_script(told, paper):
    """As a site may do that lets no foreign image into its texts."""
    asked = f"{paper.archive}/api/v1/page-blocks?format=html&id=2018-03-14-bridge-closed"
    with urlopen(asked) as answer:
        fragment = re.sub("<img[^>]*>", "", answer.read().decode())
    page, facts = told(f"<backfile-blocks>{fragment}</backfile-blocks>")
    with page.expect_request("**/api/v1/views"):
        page.clock.run_for(1_100)
    assert facts == [("views", {"receipt": receipt_of(page)})]


def test_a_fragment_is_not_asked_for_again(read, paper):
    page, asked = read("/included.html")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("listitem")).to_have_count(15)
    assert not [address for address in asked if "page-blocks" in address]


def test_without_scripts_the_fragment_has_three_blocks(read):
    page, asked = read("/included.html", java_script_enabled=False)
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    expect(page.get_by_role("listitem")).to_have_count(15)
    assert not [address for address in asked if address.endswith(".js")]


def test_whoever_goes_back_is_not_counted_again(playwright_of_its_own, paper):
    """The browser keeps the page as it was left."""
    paper.pages["/a"] = bare(BESIDE)
    paper.pages["/b"] = "<!doctype html><title>Another</title>"
    page = playwright_of_its_own.new_page(base_url=paper.address)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("addEventListener('pageshow', event => { window.kept = event.persisted })")
    with page.expect_request("**/api/v1/views"):
        page.goto("/a")
    page.goto("/b")
    page.go_back(wait_until="commit")
    expect(page.get_by_role("listitem")).to_have_count(15)
    assert page.evaluate("window.kept") is True
    for name in ("page-blocks", "views"):
        assert len([address for address in asked if name in address]) == 1, name


@pytest.fixture
def playwright_of_its_own(chromium):
    """A browser that keeps the pages one may go back to, as everybody's does."""
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.mark.parametrize("content", [BESIDE, INCLUDED], ids=["script", "fragment"])
def test_the_store_knows_what_was_seen_and_followed(chromium, home, content):
    """By a browser that says it is one; what counts is written when the server is told to stop."""
    statuses = []

    def deliver(route):
        answer = route.fetch()
        statuses.append(answer.status)
        route.fulfill(response=answer)

    with published() as paper, serving(home, site_origins=paper.address) as paper.archive:
        paper.pages["/a"] = bare(content)
        page = chromium.new_page(base_url=paper.address, user_agent=READER)
        page.route(re.compile("/api/v1/(views|clicks)"), deliver)
        page.route(FAR_AWAY, lambda route: route.fulfill(body="<title>There</title>"))
        with page.expect_request("**/api/v1/views*"):
            page.goto("/a")
        with page.expect_request("**/api/v1/clicks"):
            page.locator("[data-block=related] li:nth-child(2) a").click()
        expect(page).to_have_title("There")
        page.close()
    assert statuses == [200 if content == INCLUDED else 204, 204]
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        days, hour = store.impressions.days(), hour_of(datetime.now(UTC))
        counted = store.impressions.items(*days) if days else {}
        views = store.readings.most_read(Span.HOUR, hour - 1, hour, most=9)
    assert views == [("2018-03-14-bridge-closed", 1)]
    shown = {(place.block, place.position): tally for place, tally in counted.items()}
    blocks = ("related", "editors_choice", "popular")
    assert shown.keys() == {(name, number) for name in blocks for number in range(1, 6)}
    followed = [place for place, tally in shown.items() if tally.clicks]
    assert followed == [("related", 2)]
    assert all((tally.shown, tally.clicks <= 1) == (1, True) for tally in shown.values())
