"""The WordPress sample in a real WordPress: what is asked, kept, cleaned, shown and left behind."""

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from tests.newsroom import EXPORT, HOSTILE, STORY, sample_articles
from tests.php_server import php
from tests.wordpress import PLUGIN

BLOCKS = ["related", "editors_choice", "popular"]
FAULTS = ["hang_up", "keep_waiting", "fail", "talk_nonsense", "say_nothing"]
HEADERS = {"Content-Type": "text/html; charset=utf-8"}


def blocks_of(page):
    """Return the blocks of a page: by name, the links of each."""
    return {
        section.get("data-block"): section.xpath(".//li/a")
        for section in html.fromstring(page).xpath("//section[@class='backfile-block']")
    }


def hrefs(page):
    return [link.get("href") for links in blocks_of(page).values() for link in links]


def in_loop(newsroom, code):
    """Return what PHP says with the post of the fire as the one that is shown."""
    start = (
        f"global $post; $post = get_page_by_path('{STORY}', OBJECT, 'post'); setup_postdata($post);"
    )
    return newsroom.wordpress.run(start + code)


def test_whole_posts_are_exported_where_readers_see_them(newsroom):
    posts = [json.loads(line) for line in newsroom.wordpress.run(EXPORT).splitlines()]
    sample = {article["title"]: article for article in sample_articles()}
    assert sorted(post["title"] for post in posts) == sorted(sample)
    for post in posts:
        article = sample[post["title"]]
        visible = article.get("status", "published") == "published"
        assert re.fullmatch(r"wp-\d+", post["id"])
        if visible and "embargo_until" not in article:
            assert post["status"] == "published"
            assert post["section"] == article["section"]
            assert post["published"].startswith(article["published"][:19])
            assert urlsplit(post["url"]).path.endswith(f"/{article['id'][11:]}/")
            assert post["summary"] == article.get("summary", "")
        else:
            assert set(post) == {"id", "title", "status"}
            assert post["status"] == "withdrawn"
    later = subprocess.run(
        [php(), EXPORT, newsroom.wordpress.folder, "2100-01-01"],
        env=newsroom.wordpress.environment,
        check=True,
        capture_output=True,
    )
    assert later.stdout == b""


def test_a_post_that_readers_no_longer_see_leaves_the_archive(newsroom, run):
    posts = newsroom.wordpress.run(EXPORT)
    post = "get_page_by_path('brisk-island-pool-reopens', OBJECT, 'post')"
    number = newsroom.wordpress.run(f"echo {post}->ID; wp_trash_post({post}->ID);")
    try:
        later = newsroom.wordpress.run(EXPORT)
    finally:
        newsroom.wordpress.run(
            f"wp_untrash_post({number});"
            f"wp_update_post(['ID' => {number}, 'post_status' => 'publish']);"
        )
    Path("posts.jsonl").write_text(posts, encoding="utf-8")
    Path("later.jsonl").write_text(later, encoding="utf-8")
    assert run("import", "posts.jsonl").exit_code == 0
    assert re.search(r"Withdrawn +1\n", run("import", "later.jsonl").output)
    assert "withdrawn" in run("show", f"wp-{number}").output


def test_an_export_from_nowhere_says_so(newsroom, tmp_path):
    done = subprocess.run([php(), EXPORT, tmp_path], check=False, capture_output=True)
    assert done.returncode == 2
    assert b"name the folder that WordPress lies in" in done.stderr


def test_a_post_has_three_full_blocks_without_repeats(newsroom):
    address = newsroom.address()
    found = blocks_of(newsroom.page(address))
    assert list(found) == BLOCKS
    assert [len(links) for links in found.values()] == [5, 5, 5]
    links = hrefs(newsroom.page(address))
    assert len(set(links)) == 15
    assert address not in links
    for link in links:
        if link.startswith(newsroom.wordpress.address):
            assert "<article" in newsroom.page(link) or "wp-block-post-title" in newsroom.page(link)


def test_a_hostile_headline_stays_text(newsroom):
    page = newsroom.page(newsroom.address())
    titles = [link.text_content() for link in blocks_of(page)["related"]]
    assert HOSTILE in titles
    assert "<script>document" not in page
    assert not html.fromstring(page).xpath("//img[@onerror] | //script[contains(., 'taken')]")


def test_an_answer_is_asked_for_once_a_minute(newsroom):
    address = newsroom.address()
    first = newsroom.page(address)
    asked = len(newsroom.service.asked)
    assert asked == 1
    assert hrefs(newsroom.page(address)) == hrefs(first)
    assert len(newsroom.service.asked) == asked
    newsroom.expire()
    assert hrefs(newsroom.page(address)) == hrefs(first)
    assert len(newsroom.service.asked) == asked + 1


def test_what_has_not_changed_is_not_sent_again(newsroom):
    address = newsroom.address()
    first = hrefs(newsroom.page(address))
    for _ in range(2):
        newsroom.expire()
        assert hrefs(newsroom.page(address)) == first != []
    assert newsroom.service.answered == [200, 304, 304]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_answer_stays_while_the_service_is_away(newsroom, fault):
    address = newsroom.address()
    good = hrefs(newsroom.page(address))
    newsroom.expire()
    newsroom.service.fault = getattr(newsroom.service, fault)
    assert hrefs(newsroom.page(address)) == good
    assert len(newsroom.service.asked) == 2
    newsroom.service.reset()
    newsroom.expire()
    assert hrefs(newsroom.page(address)) == good
    assert len(newsroom.service.asked) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_empty_is_kept_and_the_page_is_whole(newsroom, fault):
    address = newsroom.address()
    newsroom.service.fault = getattr(newsroom.service, fault)
    page = newsroom.page(address)
    assert blocks_of(page) == {}
    assert "backfile-block" not in page.replace("/blocks.css", "").replace(
        "backfile-blocks-css", ""
    )
    assert "organ blower" in html.fromstring(page).text_content()
    assert page.rstrip().endswith("</html>")
    assert newsroom.kept() == 0
    newsroom.service.reset()
    newsroom.expire()
    assert len(hrefs(newsroom.page(address))) == 15


def test_a_service_that_is_away_is_left_alone_for_a_while(newsroom):
    newsroom.service.fault = newsroom.service.hang_up
    for slug in (STORY, "linden-hall-fire", "linden-hall-reopens"):
        newsroom.page(newsroom.address(slug))
    assert len(newsroom.service.asked) == 1


def test_an_answer_is_cleaned_of_what_no_block_holds(newsroom):
    evil = (
        b'<div class="backfile-blocks" data-receipt="r" onclick="a()" style="position:fixed">'
        b'<section class="backfile-block" data-block="related"><h2>Related</h2><ol>'
        b'<li data-position="1"><a href="javascript:alert(1)" onfocus=a()>One</a>'
        b"<script>document.title='taken'</script><iframe src=//evil.example></iframe>"
        b'<img src="https://evil.example/pixel.gif" onerror=a()><form action=/><b>Two</b></li>'
        b'<li><a href="&#106;avascript:alert(1)">Three</a><style>*{display:none}</style></li>'
        b"<li><a href=data:text/html,x>Four</a></ol></section></div></div><p>"
        b'<section class="backfile-block" data-block="popular"><li>Five</section>'
        b'<img src="https://a.example/api/v1/views.gif?receipt=r" width="1" alt=""></div>'
    )
    newsroom.service.fault = lambda *_: (200, HEADERS, evil)
    page = newsroom.page(newsroom.address())
    tree = html.fromstring(page)
    (block,) = tree.xpath("//div[@class='backfile-blocks']")
    names = {name for node in block.iter() for name in node.attrib}
    assert not [name for name in names if name.startswith(("on", "style"))]
    assert not block.xpath(".//script | .//iframe | .//form | .//style | .//b")
    assert [image.get("src") for image in tree.xpath("//img[contains(@src, 'example')]")] == [
        "https://a.example/api/v1/views.gif?receipt=r"
    ]
    assert not [link for link in hrefs(page) if link and re.match(r"\s*(javascript|data):", link)]
    # What was left open is closed: the page goes on behind it.
    assert tree.xpath("//footer")
    assert not block.xpath(".//footer")


def test_an_answer_without_end_is_no_answer(newsroom):
    newsroom.service.fault = lambda *_: (
        200,
        HEADERS,
        b'<div class="backfile-blocks" data-receipt="r"><section data-block="related">'
        + b"<li>more</li>" * 100_000
        + b"</section></div>",
    )
    assert blocks_of(newsroom.page(newsroom.address())) == {}


def test_a_shortcode_says_which_blocks_and_how_many(newsroom):
    shown = in_loop(
        newsroom, "echo do_shortcode('[backfile_blocks blocks=\"popular related\" limit=2]');"
    )
    found = blocks_of(shown)
    assert list(found) == ["popular", "related"]
    assert [len(links) for links in found.values()] == [2, 2]


@pytest.mark.parametrize("given", ["limit=-3", "limit=many", 'blocks="none"', 'blocks="<script>"'])
def test_a_shortcode_of_nonsense_shows_what_the_settings_say(newsroom, given):
    shown = in_loop(newsroom, f"echo do_shortcode('[backfile_blocks {given}]');")
    assert list(blocks_of(shown)) == BLOCKS
    assert "<script>" not in shown


def test_no_more_is_asked_for_than_the_service_gives(newsroom):
    in_loop(newsroom, "echo do_shortcode('[backfile_blocks limit=1e99]');")
    assert parse_qs(urlsplit(newsroom.service.asked[0][0]).query)["limit"] == ["50"]


def test_the_block_shows_what_its_attributes_say(newsroom):
    shown = in_loop(
        newsroom,
        'echo do_blocks(\'<!-- wp:backfile/blocks {"blocks":["popular"],"limit":3} /-->\');',
    )
    assert {name: len(links) for name, links in blocks_of(shown).items()} == {"popular": 3}
    assert "wp-block-backfile-blocks" in shown


def test_a_post_that_places_the_blocks_has_them_once(newsroom):
    for number, content in enumerate(("[backfile_blocks]", "<!-- wp:backfile/blocks /-->")):
        address = newsroom.wordpress.run(
            f"echo get_permalink(wp_insert_post(['post_title' => 'Placed {number}', "
            f"'post_status' => 'publish', 'post_content' => 'Before. {content} After.']));"
        )
        page = newsroom.page(address)
        # The archive does not know this post yet; it gets what goes with any article.
        assert page.count('class="backfile-blocks"') == 1
        assert "related" not in blocks_of(page) or blocks_of(page)["related"]
        assert len(hrefs(page)) >= 5
        shown = html.fromstring(page).text_content()
        assert shown.index("Before.") < shown.index(hrefs_text(page)) < shown.index("After.")
        newsroom.wordpress.run(f"wp_delete_post(url_to_postid('{address}'), true);")


def hrefs_text(page):
    return next(link.text_content() for links in blocks_of(page).values() for link in links)


def test_nothing_is_shown_by_itself_where_that_is_not_wanted(newsroom):
    newsroom.choose(automatic=False)
    assert blocks_of(newsroom.page(newsroom.address())) == {}
    newsroom.choose(service="")
    assert blocks_of(newsroom.page(newsroom.address())) == {}
    assert newsroom.service.asked == []
    newsroom.choose()
    assert blocks_of(newsroom.page(newsroom.wordpress.address)) == {}
    assert "backfile-block" not in newsroom.page(newsroom.wordpress.address + "/feed/")


@pytest.mark.parametrize(
    "change", ["'post_status' => 'draft'", "'post_status' => 'private'", "'post_password' => 'x'"]
)
def test_nothing_is_asked_about_what_readers_do_not_see(newsroom, change):
    shown = in_loop(
        newsroom,
        f"$hidden = get_post(wp_insert_post(['post_title' => 'Secret', 'post_status' => 'publish', "
        f"{change}])); echo Backfile\\Blocks\\render($hidden); wp_delete_post($hidden->ID, true);",
    )
    assert shown == ""
    assert newsroom.service.asked == []


def test_a_post_can_be_found_by_its_id(newsroom):
    newsroom.choose(id_pattern="wp-{id}", blocks=["related"], limit=3)
    page = newsroom.page(newsroom.address())
    assert {name: len(links) for name, links in blocks_of(page).items()} == {"related": 3}
    asked = parse_qs(urlsplit(newsroom.service.asked[0][0]).query)
    assert re.fullmatch(r"wp-\d+", asked["id"][0])
    assert "url" not in asked


def test_the_element_is_written_for_the_script(newsroom):
    newsroom.choose(delivery="script", blocks=["popular", "related"], limit=4)
    address = newsroom.address()
    tree = html.fromstring(newsroom.page(address))
    (element,) = tree.xpath("//backfile-blocks")
    assert dict(element.attrib) == {
        "src": newsroom.service.address,
        "blocks": "popular related",
        "limit": "4",
        "url": address,
    }
    assert len(element) == 0
    (script,) = tree.xpath("//script[contains(@src, '/blocks.js')]")
    assert script.get("src") == newsroom.service.address + "/blocks.js"
    assert "async" in script.attrib
    assert newsroom.service.asked == []
    newsroom.choose(delivery="both")
    tree = html.fromstring(newsroom.page(address))
    assert len(tree.xpath("//backfile-blocks//section")) == 3
    styles = "//link[contains(@href, '/blocks.css')]"
    assert len(tree.xpath(styles)) == 1
    newsroom.choose(delivery="both", style=False)
    assert not html.fromstring(newsroom.page(address)).xpath(styles)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://archive.example/", "https://archive.example"),
        (" http://10.0.0.7:8000/news/ ", "http://10.0.0.7:8000/news"),
        ("archive.example", "http://archive.example"),
        ("", ""),
        ("javascript:alert(1)", "OLD"),
        ("https://", "OLD"),
        ("file:///etc/passwd", "OLD"),
    ],
)
def test_only_an_address_of_the_web_is_kept(newsroom, given, kept):
    told = newsroom.wordpress.run(
        "require ABSPATH . 'wp-admin/includes/template.php';"
        "$given = json_decode(stream_get_contents(STDIN), true);"
        "echo json_encode(Backfile\\Blocks\\sanitize($given));",
        given=json.dumps(
            {"service": given, "delivery": "x", "limit": "999", "blocks": ["x"]}
        ).encode(),
    )
    assert json.loads(told) == {
        "service": newsroom.service.address if kept == "OLD" else kept,
        "delivery": "server",
        "blocks": [],
        "limit": 50,
        "automatic": False,
        "style": False,
        "id_pattern": "",
    }


def test_settings_are_for_administrators_with_a_nonce(newsroom):
    sent = {"option_page": "backfile_blocks", "action": "update", "backfile_blocks[service]": "x"}
    assert newsroom.send("/wp-admin/options.php", **sent) in (
        200,
        403,
    )  # the login page, or refused
    told = newsroom.wordpress.run(
        "wp_set_current_user(1); $ines = wp_get_current_user(); $ines->set_role('editor');"
        "Backfile\\Blocks\\page(); echo current_user_can('manage_options') ? 'may' : 'may not';"
        "$ines->set_role('administrator');"
    )
    assert told == "may not"
    kept = newsroom.wordpress.run("echo get_option('backfile_blocks')['service'];")
    assert kept == newsroom.service.address


def test_nothing_is_left_behind(newsroom):
    newsroom.page(newsroom.address())
    count = (
        'global $wpdb; echo $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->options '
        "WHERE option_name LIKE '%backfile\\_blocks%'\");"
    )
    assert int(newsroom.wordpress.run(count)) >= 3
    newsroom.wordpress.run("Backfile\\Blocks\\uninstall();")
    assert newsroom.wordpress.run(count) == "0"


def test_the_plugin_is_one_file_that_says_what_it_is():
    text = PLUGIN.read_text(encoding="utf-8")
    head = text.partition("*/")[0]
    for name in ("Plugin Name", "Version", "Requires at least", "License", "Text Domain"):
        assert re.search(rf"^ \* {name}: +\S", head, re.MULTILINE), name
    assert "ABSPATH" in text.partition("const")[0]
    assert not re.search(r"\b(eval|base64_decode|extract|unserialize)\s*\(", text)
