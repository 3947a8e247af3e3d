"""Pages of a real WordPress and of the Twig sample, as a reader and an administrator see them."""

import json
from urllib.parse import urlencode

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import TAGS
from tests.newsroom import HOSTILE, STORY
from tests.twig_site import running_twig

pytestmark = pytest.mark.browser
BLOCKS = ["Related articles", "Editor’s choice", "Popular"]
SETTINGS = "/wp-admin/options-general.php?page=backfile-blocks"
PASSWORD = "the tests own password"


@pytest.fixture
def see(chromium, newsroom):
    """Open a page of the WordPress; the test fails when a page complains or asks a stranger."""
    contexts, complaints = [], []
    ours = (newsroom.wordpress.address, newsroom.service.address, "data:", "blob:")

    def see(address="", *, viewport=DESKTOP, scripts=False, beside=()):
        contexts.append(chromium.new_context(viewport=viewport, java_script_enabled=scripts))
        page = contexts[-1].new_page()
        page.on("console", note_message)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: note_stranger(request.url, (*ours, *beside)))
        page.goto(address or newsroom.address())
        return page

    def note_message(message):
        away = newsroom.service.fault and message.location["url"].startswith(
            newsroom.service.address
        )
        if message.type in ("error", "warning") and not away:
            complaints.append(f"{message.text} {message.location['url']}")

    def note_stranger(address, known):
        if not address.startswith(known):
            complaints.append(f"asked a stranger: {address}")

    yield see
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_post_shows_three_blocks_that_lead_to_posts(newsroom, see, viewport, scripts):
    page = see(viewport=viewport, scripts=scripts)
    blocks = page.get_by_role("region").filter(has=page.locator("ol"))
    assert page.locator(".backfile-blocks h2").all_inner_texts() == BLOCKS
    assert [block.get_by_role("listitem").count() for block in blocks.all()] == [5, 5, 5]
    links = page.locator(".backfile-blocks a")
    found = links.evaluate_all("links => links.map(a => a.href)")
    assert len(set(found)) == 15
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    post = next(link for link in links.all() if link.inner_text() != HOSTILE)
    address = post.get_attribute("href")
    post.click()
    page.wait_for_url(address)
    page.locator("h1").wait_for()


def test_a_hostile_headline_stays_text(see):
    page = see(scripts=True)
    assert page.locator(".backfile-blocks").get_by_text(HOSTILE, exact=True).count() == 1
    assert "taken" not in page.title()
    assert page.locator(".backfile-blocks script").count() == 0


@pytest.mark.parametrize("delivery", ["server", "both", "script"])
def test_a_page_is_whole_while_the_service_is_away(newsroom, see, delivery):
    newsroom.choose(delivery=delivery, style=False, service="http://127.0.0.1:9")
    page = see()
    assert page.locator(".backfile-blocks li").count() == 0
    assert "organ blower" in page.locator("h1").inner_text()
    assert page.locator("footer").is_visible()


def test_the_last_good_blocks_stay_while_the_service_is_away(newsroom, see):
    first = see().locator(".backfile-blocks a").all_inner_texts()
    newsroom.expire()
    newsroom.service.fault = newsroom.service.hang_up
    newsroom.wordpress.run(
        "update_option('backfile_blocks', ['style' => false] + get_option('backfile_blocks'));"
    )
    page = see()
    assert page.locator(".backfile-blocks a").all_inner_texts() == first != []
    assert len(newsroom.service.asked) > 1


def test_an_administrator_sets_the_plugin_up(newsroom, see):
    newsroom.choose(service="")
    page = see(newsroom.wordpress.address + SETTINGS, scripts=True)
    log_in(page)
    address = page.get_by_label("Address of the service")
    assert page.get_by_text("Nothing is shown before").is_visible()
    for fault, said in (
        (newsroom.service.hang_up, "The service cannot be reached"),
        (newsroom.service.talk_nonsense, "not as a Backfile service does"),
        (None, "The service answers, with"),
    ):
        newsroom.service.fault = fault
        address.fill(newsroom.service.address + "/")
        page.get_by_role("button", name="Save Changes").click()
        page.get_by_text(said).wait_for()
    page.get_by_label("Editor's choice").uncheck()
    page.get_by_label("Items of Related and of Popular").fill("3")
    page.get_by_label("clicks are counted, too").check()
    page.get_by_role("button", name="Save Changes").click()
    page.get_by_text("Settings saved.").first.wait_for()
    page.wait_for_load_state()
    assert not page.get_by_label("Editor's choice").is_checked()
    assert page.get_by_label("clicks are counted, too").is_checked()
    shown = see()
    assert shown.locator(".backfile-blocks h2").all_inner_texts() == ["Related articles", "Popular"]
    assert shown.locator("backfile-blocks .backfile-blocks li").count() == 6


def log_in(page):
    for _ in range(3):  # a script of that page takes the focus for itself, sometimes in between
        page.get_by_label("Username").fill("ines")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Log In").click()
        if "wp-login.php" not in page.url:
            break
    page.get_by_role("heading", name="Backfile blocks").wait_for()


def test_an_author_places_the_block_in_the_editor(newsroom, see):
    post = newsroom.wordpress.run(f"echo get_page_by_path('{STORY}', OBJECT, 'post')->ID;")
    page = see(newsroom.wordpress.address + SETTINGS, scripts=True)
    log_in(page)
    # Without the guide that a first visitor is shown, whose pictures lie on the servers of others.
    newsroom.wordpress.run(
        "global $wpdb; update_user_meta(1, $wpdb->get_blog_prefix() . 'persisted_preferences', "
        "['core/edit-post' => ['welcomeGuide' => false], '_modified' => gmdate('c')]);"
    )
    page.goto(f"{newsroom.wordpress.address}/wp-admin/post.php?post={post}&action=edit")
    page.get_by_role("button", name="Toggle block inserter").click()
    page.get_by_placeholder("Search").fill("Backfile")
    page.get_by_role("option", name="Backfile blocks").click()
    preview = page.locator(".wp-block-backfile-blocks .backfile-blocks")
    preview.wait_for()
    assert preview.locator("h2").all_inner_texts() == BLOCKS
    page.keyboard.press("Escape")
    choices = page.get_by_role("checkbox", name="Related articles")
    if not choices.is_visible():
        page.get_by_role("button", name="Settings", exact=True).click()
    choices.uncheck()
    page.get_by_role("checkbox", name="Editor's choice").uncheck()
    page.locator(".wp-block-backfile-blocks h2").nth(1).wait_for(state="detached")
    assert preview.locator("h2").all_inner_texts() == ["Popular"]
    page.get_by_role("button", name="Update").click()
    page.get_by_text("Post updated.").first.wait_for()
    shown = see()
    assert shown.locator(".backfile-blocks h2").all_inner_texts() == ["Popular"]
    newsroom.wordpress.run(
        f"$post = get_post({post}); wp_update_post(wp_slash(['ID' => {post}, 'post_content' => "
        "preg_replace('~<!-- wp:backfile.*?-->~', '', $post->post_content)]));"
    )


@pytest.mark.parametrize("delivery", ["both", "script"])
def test_the_script_counts_what_is_followed(newsroom, see, delivery):
    newsroom.choose(delivery=delivery)
    page = see(scripts=True)
    link = page.locator("backfile-blocks [data-block=related] li").nth(2).get_by_role("link")
    address = link.get_attribute("href")
    page.evaluate("customElements.whenDefined('backfile-blocks').then(() => true)")
    assert page.locator("backfile-blocks h2").all_inner_texts() == BLOCKS
    assert page.locator("backfile-blocks li").count() == 15
    receipt = page.locator("[data-receipt]").get_attribute("data-receipt")
    with page.expect_request("**/api/v1/clicks"):
        link.click()
    page.wait_for_url(address)
    sent = dict(newsroom.service.posted)["/api/v1/clicks"]
    assert json.loads(sent) == {"receipt": receipt, "block": "related", "position": 3}


def test_no_rule_of_accessibility_is_violated(newsroom, see, axe, tmp_path):
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    with running_twig(newsroom.service.address, tmp_path) as address:
        asked = urlencode({"url": newsroom.address(), "now": 1_800_000_000})
        page = see(f"{address}/?{asked}", scripts=True, beside=[address])
        found = axe.run(page, options=options)
        assert found.violations_count == 0, found.generate_report()
        page.close()
    found = axe.run(see(scripts=True), context=".backfile-blocks", options=options)
    assert found.violations_count == 0, found.generate_report()
    page = see(newsroom.wordpress.address + SETTINGS, scripts=True)
    log_in(page)
    found = axe.run(page, context=".wrap", options=options)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_of_twig_shows_three_blocks(newsroom, see, tmp_path, viewport):
    with running_twig(newsroom.service.address, tmp_path) as address:
        asked = urlencode({"url": newsroom.address(), "now": 1_800_000_000})
        page = see(f"{address}/?{asked}", viewport=viewport, beside=[address])
        assert page.locator(".backfile-blocks h2").all_inner_texts() == BLOCKS
        assert page.locator(".backfile-blocks li a").count() == 15
        assert page.get_by_text(HOSTILE, exact=True).is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        newsroom.service.fault = newsroom.service.hang_up
        page = see(f"{address}/?{asked}9", beside=[address])
        assert page.locator("article h1").is_visible()
        page.close()
