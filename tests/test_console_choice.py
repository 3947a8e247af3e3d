"""Editor's choice, pins and the audit log in the console: what is shown, kept, refused."""

from datetime import UTC, timedelta
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.article import Article, Status
from articles.audit import AuditKind
from articles.curation import Choice, Pick, PinKind, Span
from articles.curation_edits import moment_of, pick, pin, unpick
from tests.archives import NOW
from tests.consoles import fields, log_in
from web.console.curated import field_of_moment
from web.console.curation_form import choice_edit, pins_edit
from web.console.finder import field_of, hidden_because
from web.problems import ParameterError

POLITICS = "/admin/choice/section?section=Politics"
FIRST, SECOND, THIRD = (f"bridge {number}/ä" for number in (1, 2, 3))
BESIDE = f"/admin/pins/article?id={quote(FIRST, safe='')}"
EVERYWHERE = "/admin/pins/article"
TITLES = {
    one: f"Bridge treaty, part {number}" for number, one in enumerate((FIRST, SECOND, THIRD), 1)
}
DAY = timedelta(days=1)


@pytest.fixture
def client(console):
    client = console[0].test_client()
    log_in(client, "ines")
    return client


@pytest.fixture
def store(console):
    return console[0].extensions["backfile"].store


def tree(page, status=200):
    assert page.status_code == status
    return html.document_fromstring(page.text)


def words(element):
    return " ".join(element.text_content().split())


def entries(page, under="ol"):
    """Return headline and state of each entry that is decided about."""
    found = []
    for one in page.xpath(f"//{under}[contains(@class, 'entries')]/li[.//h3]"):
        title = words(one.find(".//h3")).removesuffix(" (opens a new tab)")
        found.append((title, words(one.xpath(".//p[@class='when']/span[last()]")[0])))
    return found


def now_shown(page):
    """Return headline and reason of each item of the block that readers see."""
    return [
        (
            words(one.find("p")).removesuffix(" (opens a new tab)"),
            words(one.xpath(".//p[@class='when']/span[last()]")[0]),
        )
        for one in page.xpath("//ol[@class='shown']/li")
    ]


def said(page):
    return [
        words(one) for one in page.xpath("//p[@role='status' or @role='alert'][@class='notice']")
    ]


def send(client, address, **chosen):
    """Send what one of the buttons of a page would, and return the page that follows."""
    token = fields(client.get(address), "/admin/logout")
    answer = client.post(address, data=token | chosen)
    assert answer.status_code == 303
    parts = urlsplit(answer.location)
    assert parts.path == urlsplit(address).path
    return tree(client.get(answer.location))


def do(client, what, article_id, address=POLITICS, **values):
    return send(client, address, do=what, id=field_of(article_id), **values)


def looked_for(client, text):
    asked = {"section": "Politics", "q": text}
    return tree(client.get("/admin/choice/section", query_string=asked))


def test_a_choice_is_made_ordered_timed_and_taken_back(client, store):
    assert "Nothing is picked, so all of the block is filled up." in words(
        tree(client.get(POLITICS))
    )
    for one in (FIRST, SECOND, THIRD):
        page = do(client, "pick", one)
        assert said(page) == [f"“{TITLES[one]}” is picked."]
    assert entries(page) == [(TITLES[one], "shown now") for one in (FIRST, SECOND, THIRD)]
    page = do(client, "up", THIRD)
    assert entries(page)[1][0] == TITLES[THIRD]
    page = do(client, "down", FIRST)
    assert [title for title, _ in entries(page)] == [TITLES[one] for one in (THIRD, FIRST, SECOND)]
    page = do(client, "time", FIRST, begins="2026-01-03T09:30")
    assert entries(page)[1] == (TITLES[FIRST], "begins 2026-01-03 09:30 UTC")
    page = do(client, "time", SECOND, ends="2025-12-01T00:00")
    assert entries(page)[2] == (TITLES[SECOND], "ended 2025-12-01 00:00 UTC")
    page = do(client, "remove", THIRD)
    assert said(page) == [f"“{TITLES[THIRD]}” is no longer picked."]
    begins, ends = NOW + 2 * DAY + timedelta(hours=9.5), NOW - 31 * DAY
    assert store.curation.choice("Politics").picks == (
        Pick(FIRST, Span(begins)),
        Pick(SECOND, Span(ends=ends)),
    )
    edits = [one for one in store.audit.entries() if one.kind is not AuditKind.USERS]
    assert {edit.user for edit in edits} == {"ines"}
    assert {entry.at for entry in store.audit.entries()} == {NOW}


def test_times_that_are_shown_are_those_that_are_kept(client, store):
    span = {"begins": "2026-01-03T09:30", "ends": "2026-02-03T09:30"}
    page = do(client, "pick", FIRST, **span)
    assert "Holds from 2026-01-03 09:30 UTC until 2026-02-03 09:30 UTC" in words(page)
    form = next(form for form in page.forms if "begins" in form.fields)
    assert {name: form.fields[name] for name in span} == span
    version = store.curation.version()
    do(client, "time", FIRST, **span)
    assert store.curation.version() == version


def test_size_and_filling_up_change_what_readers_see(client, store):
    do(client, "pick", SECOND)
    page = send(client, POLITICS, do="settle", size="3", backfill="on")
    assert now_shown(page)[0] == (TITLES[SECOND], "Chosen by the editors")
    assert len(now_shown(page)) == 3
    assert [reason for _, reason in now_shown(page)[1:]] == ["More from Politics"] * 2
    page = send(client, POLITICS, do="settle", size="3")
    assert now_shown(page) == [(TITLES[SECOND], "Chosen by the editors")]
    assert said(page) == ["Size and filling up are kept."]
    assert store.curation.choice("Politics").backfill is False
    do(client, "pick", FIRST)
    page = send(client, POLITICS, do="settle", size="1")
    assert entries(page) == [
        (TITLES[SECOND], "shown now"),
        (TITLES[FIRST], "waiting: others stand in its place"),
    ]


def test_an_order_is_sent_by_the_places_that_were_seen(client, store):
    for one in (FIRST, SECOND, THIRD):
        do(client, "pick", one)
    page = tree(client.get(POLITICS))
    form = next(form for form in page.forms if form.get("id") == "entry-order")
    seen = form.fields["seen"]
    page = send(client, POLITICS, do="order", seen=seen, order="3 1 2")
    assert said(page) == ["The order is kept."]
    assert [title for title, _ in entries(page)] == [TITLES[one] for one in (THIRD, FIRST, SECOND)]
    page = send(client, POLITICS, do="order", seen=seen, order="2 1 3")
    assert said(page)[0].startswith("This was not done: somebody has changed this choice since")
    assert [title for title, _ in entries(page)] == [TITLES[one] for one in (THIRD, FIRST, SECOND)]
    seen = store.curation.choice("Politics").edition
    for wrong in ("1 2", "1 2 2", "1 2 4", "0 1 2", "-1 2 3", "x y z", "", "1 2 3 4", "٣ 1 2"):
        page = send(client, POLITICS, do="order", seen=seen, order=wrong)
        assert said(page)[0].startswith("This was not done: the order"), wrong
    assert store.curation.choice("Politics").edition == seen


def test_two_editors_at_once_lose_nothing(client, console, store):
    ada = console[0].test_client()
    log_in(ada, "ada")
    do(client, "pick", FIRST)
    seen = store.curation.choice("Politics").edition
    do(ada, "pick", SECOND)
    do(client, "pick", THIRD)
    page = send(client, POLITICS, do="order", seen=seen, order="1")
    assert "look at how it stands now" in said(page)[0]
    assert [title for title, _ in entries(page)] == [TITLES[one] for one in (FIRST, SECOND, THIRD)]
    do(ada, "remove", FIRST)
    page = do(client, "up", FIRST)
    assert "perhaps somebody has removed it" in said(page)[0]


def test_articles_are_found_by_words_id_and_address(client, store):
    draft = Article(id="draft/1", title="A draft", url="https://c.example/d", status=Status.DRAFT)
    store.upsert([draft], NOW)
    for asked, expected in (
        ("part 2", TITLES[SECOND]),
        (SECOND, TITLES[SECOND]),
        (f"http://localhost/articles/{quote(SECOND, safe='')}", TITLES[SECOND]),
        ("draft/1", "A draft"),
        ("  draft/1 ", "A draft"),
    ):
        page = looked_for(client, asked)
        assert entries(page, "ul")[0][0] == expected, asked
    assert entries(page, "ul")[0] == ("A draft", "not public: a draft")
    for nothing in ("zeppelin", "https://c.example/none", "http://localhost/articles/none"):
        page = looked_for(client, nothing)
        assert "Nothing was found." in words(page), nothing
    assert client.get("/admin/choice/section", query_string={"q": "x" * 3000}).status_code == 400
    page = do(client, "pick", "draft/1")
    assert entries(page) == [("A draft", "not public: a draft")]
    do(client, "pick", SECOND)
    page = looked_for(client, SECOND)
    (found,) = page.xpath("//ul[contains(@class, 'found')]/li[1]")
    assert "stands there" in words(found)
    assert found.xpath(".//button") == []


@pytest.mark.parametrize(
    ("article", "state"),
    [
        (Article(id="a", title="t"), ""),
        (Article(id="a", title="t", status=Status.WITHDRAWN), "withdrawn"),
        (Article(id="a", title="t", status=Status.PRIVATE), "not public: private"),
        (
            Article(id="a", title="t", published=NOW - DAY, embargo_until=NOW + DAY),
            "not public yet: from 2026-01-02 00:00 UTC",
        ),
        (
            Article(id="a", title="t", published=NOW + DAY),
            "not public yet: from 2026-01-02 00:00 UTC",
        ),
        (Article(id="a", title="t", expires=NOW), "not public since 2026-01-01 00:00 UTC"),
    ],
)
def test_a_pick_says_why_readers_do_not_see_it(article, state):
    assert hidden_because(article, NOW) == state


def test_the_sections_are_listed_with_their_picks(client, store):
    by = {"by": "ines", "now": NOW}
    store.curation.change_choice("Markets", pick(FIRST, Span(NOW + DAY)), **by)
    store.curation.change_choice("Markets", pick(SECOND, Span(ends=NOW)), **by)
    store.curation.change_choice("No such section", pick(SECOND), **by)
    store.curation.change_choice("", pick(SECOND), **by)
    page = tree(client.get("/admin/choice"))
    rows = [[words(cell) for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows == [
        ["The whole archive", "1", "0", "0", "5", "yes", ""],
        ["Markets", "0", "1", "1", "5", "yes", "20"],
        ["No such section", "1", "0", "0", "5", "yes", "0"],
        ["Politics", "0", "0", "0", "5", "yes", "12"],
    ]
    for link in page.xpath("//tbody//a/@href"):
        assert client.get(link).status_code == 200


def test_pins_and_hides_change_what_stands_beside_an_article(client, store):
    page = tree(client.get(BESIDE))
    before = [title for title, _ in now_shown(page)]
    assert len(before) == 5
    assert {reason for _, reason in now_shown(page)} == {"On the same subject"}
    page = do(client, "pin", "grain-3", BESIDE)
    assert now_shown(page)[0] == ("Grain prices, week 3", "Chosen for this article")
    assert entries(page) == [("Grain prices, week 3", "shown now")]
    page = do(client, "hide", SECOND, BESIDE)
    assert TITLES[SECOND] not in [title for title, _ in now_shown(page)]
    assert (TITLES[SECOND], "hidden now") in entries(page)
    page = do(client, "pin", "grain-4", BESIDE)
    page = do(client, "up", "grain-4", BESIDE)
    assert [title for title, _ in now_shown(page)[:2]] == [
        "Grain prices, week 4",
        "Grain prices, week 3",
    ]
    form = next(form for form in page.forms if form.get("id") == "entry-order")
    page = send(client, BESIDE, do="order", seen=form.fields["seen"], order="2 1")
    assert [one.target_id for one in store.curation.pins(FIRST)] == ["grain-3", "grain-4", SECOND]
    page = do(client, "time", SECOND, BESIDE, begins="2026-01-03T00:00")
    assert (TITLES[SECOND], "begins 2026-01-03 00:00 UTC") in entries(page)
    assert TITLES[SECOND] in [title for title, _ in now_shown(page)]
    for one in ("grain-3", "grain-4", SECOND):
        page = do(client, "remove", one, BESIDE)
    assert [title for title, _ in now_shown(page)] == before
    assert store.curation.read().pins == {}


def test_what_is_hidden_everywhere_stands_nowhere(client, store):
    page = do(client, "hide", SECOND, EVERYWHERE)
    assert entries(page) == [(TITLES[SECOND], "hidden now")]
    assert TITLES[SECOND] not in words(tree(client.get(BESIDE)))
    page = do(client, "pin", SECOND, BESIDE)
    assert entries(page)[0][1].startswith("not shown: hidden everywhere")
    page = do(client, "pin", THIRD, EVERYWHERE)
    assert said(page)[0].startswith("This was not done: an article is hidden everywhere")
    assert "Hidden beside every article: 1" in words(tree(client.get("/admin/pins")))


def test_articles_with_pins_are_listed_and_found(client, store):
    by = {"by": "ines", "now": NOW}
    for number in range(1, 13):
        one = f"bridge {number}/ä"
        store.curation.change_pins(one, pin(one, "grain-1", PinKind.PIN), **by)
    page = tree(client.get("/admin/pins?q=part+12"))
    assert "12 articles with pins or hides" in words(page)
    rows = [[words(cell) for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows[0] == ["Bridge treaty, part 1", "1", "0"]
    (link, *_) = page.xpath("//ul[contains(@class, 'found')]//a[text() = 'Open']/@href")
    assert "Bridge treaty, part 12" in words(tree(client.get(link)))
    assert "The list ends before this page." in words(tree(client.get("/admin/pins?page=9")))


def test_pins_of_an_article_that_is_not_public_can_be_made(client, store):
    store.upsert([Article(id="d", title="A draft of bridges", status=Status.DRAFT)], NOW)
    page = do(client, "pin", SECOND, "/admin/pins/article?id=d")
    assert entries(page) == [(TITLES[SECOND], "shown now")]
    assert "not public: a draft" in words(page)


def test_unknown_articles_and_forms_are_refused_in_words(client):
    page = do(client, "pick", "none")
    assert said(page)[0].startswith("This was not done: the archive has no article 'none'")
    assert client.get("/admin/pins/article?id=none").status_code == 404
    token = fields(client.get(POLITICS), "/admin/logout")
    assert client.post("/admin/pins/article?id=none", data=token).status_code == 404
    for address in (POLITICS, BESIDE):
        for form in ({}, {"do": ""}, {"do": "<script>"}, {"do": "order", "order": "1"}):
            answer = client.post(address, data=token | form)
            assert answer.status_code == 400
            assert "<script>" not in answer.text
    for when in ("tomorrow", "2026-13-01T00:00", "9999-12-31T23:59-05:00", "<b>", "1"):
        page = do(client, "pick", FIRST, begins=when)
        assert said(page)[0].startswith("This was not done: "), when
    page = do(client, "pick", FIRST, begins="2026-01-03T00:00", ends="2026-01-02T00:00")
    assert "it would end before it begins" in said(page)[0]
    for size in ("0", "21", "-1", "x", "", "1e9", "٣", "9" * 5000):
        page = send(client, POLITICS, do="settle", size=size)
        number = size if size in ("0", "21") else "0"
        assert said(page)[0].endswith(f"a choice shows from 1 to 20 articles, not {number}.")


def test_the_log_is_shown_filtered_and_paged(client, console, store):
    ada = console[0].test_client()
    log_in(ada, "ada")
    do(ada, "pin", "grain-1", BESIDE)
    for _ in range(30):
        do(client, "pick", FIRST)
        do(client, "remove", FIRST)
    page = tree(client.get("/admin/audit"))
    lines = [words(one) for one in page.xpath("//ol[@class='log']/li")]
    assert len(lines) == 50
    assert lines[0] == (
        "2026-01-01 00:00 UTC ines Editor’s choice: Politics "
        "removed Bridge treaty, part 1 before: always"
    )
    (older,) = page.xpath("//a[@rel='next']/@href")
    rest = tree(client.get(older))
    lines = [words(one) for one in rest.xpath("//ol[@class='log']/li")]
    lines = [line for line in lines if "command line" not in line]  # who may log in
    assert len(lines) == 11
    assert lines[-1].startswith(
        "2026-01-01 00:00 UTC ada Pins and hides: Bridge treaty, part 1 pin"
    )
    assert rest.xpath("//a[@rel='next']") == []
    for asked, count in (
        ({"user": "ada"}, 1),
        ({"kind": "pins"}, 1),
        ({"kind": "choice", "user": "ada"}, 0),
        ({"about": "grain-1"}, 1),
        ({"about": FIRST, "user": "ines"}, 50),
        ({"about": "none"}, 0),
        ({"about": "\0"}, 0),
        ({"before": "3"}, 2),
    ):
        page = tree(client.get("/admin/audit", query_string=asked))
        assert len(page.xpath("//ol[@class='log']/li")) == count, asked
    for wrong in ({"kind": "x"}, {"before": "0"}, {"before": "9" * 30}, {"user": "x" * 101}):
        assert client.get("/admin/audit", query_string=wrong).status_code == 400
    assert {entry.kind for entry in store.audit.entries(user="ada")} == {AuditKind.PINS}


def test_a_viewer_reads_and_is_offered_nothing_to_change(console, client):
    do(client, "pick", FIRST)
    do(client, "pin", SECOND, BESIDE)
    vera = console[0].test_client()
    log_in(vera, "vera")
    for address in (POLITICS, BESIDE, EVERYWHERE, "/admin/choice", "/admin/pins", "/admin/audit"):
        page = tree(vera.get(f"{address}{'&' if '?' in address else '?'}q=bridge"))
        assert page.xpath("//main//form[@method='post']") == []
        assert page.xpath("//script") == []
        token = fields(vera.get(address), "/admin/logout")
        assert vera.post(address, data=token | {"do": "pick"}).status_code in (403, 405)


def test_hostile_headlines_and_sections_stay_text(client, store):
    hostile = "</script><img src=x onerror=alert(1)>\"' {title}"
    store.upsert([Article(id=hostile, title=hostile, section=hostile, language="x\"'")], NOW)
    address = f"/admin/choice/section?section={quote(hostile)}&q={quote(hostile)}"
    pins = f"/admin/pins/article?id={quote(hostile)}&q=bridge"
    page = do(client, "pick", hostile, address)
    assert entries(page)[0][0] == hostile
    do(client, "pick", FIRST, address)
    do(client, "pin", SECOND, pins)
    do(client, "pin", hostile, BESIDE)
    everything = (address, pins, BESIDE, "/admin/choice", "/admin/pins", "/admin/audit")
    for path in everything:
        page = tree(client.get(path))
        assert hostile in words(page)
        assert page.xpath("//img") == []
        assert all("ordering.js" in one for one in page.xpath("//script/@src"))
        assert page.xpath("//script[not(@src)] | //@onerror | //@style") == []


anything = st.text(max_size=30) | st.sampled_from(
    ["%00", "%ff", "\0", "\ud800", "1", field_of(FIRST)]
)
forms = st.fixed_dictionaries(
    {
        "do": st.sampled_from(
            ["pick", "remove", "up", "down", "time", "order", "settle", "pin", "hide", "x"]
        )
    },
    optional=dict.fromkeys(["id", "begins", "ends", "size", "order", "seen", "backfill"], anything),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(form=forms, address=st.sampled_from([POLITICS, BESIDE, EVERYWHERE]), section=anything)
def test_no_form_breaks_anything(client, form, address, section):
    token = fields(client.get("/admin/audit"), "/admin/logout")
    sendable = {name: value.encode(errors="replace").decode() for name, value in form.items()}
    answer = client.post(address, data=sendable | token)
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:
        assert client.get(answer.location).status_code == 200
    for path in ("/admin/choice/section", "/admin/pins", "/admin/audit"):
        asked = {"section": section, "q": section, "about": section, "user": section}
        asked = {name: value.encode(errors="replace").decode() for name, value in asked.items()}
        assert client.get(path, query_string=asked).status_code == 200


@given(st.datetimes())
def test_a_time_in_a_field_is_the_minute_of_the_time(when):
    aware = when.replace(tzinfo=UTC)
    assert moment_of(field_of_moment(aware)) == aware.replace(second=0, microsecond=0)


def test_edits_of_forms_are_those_of_the_store():
    choice = Choice("News", picks=(Pick("a"), Pick("b")))
    form = {"do": "order", "seen": choice.edition, "order": "2 1"}
    assert choice_edit(form)(choice).picks == (Pick("b"), Pick("a"))
    assert choice_edit({"do": "remove", "id": "a"})(choice) == unpick("a")(choice)
    (made,) = pins_edit("a", {"do": "hide", "id": "b"})(())
    assert (made.article_id, made.target_id, made.kind) == ("a", "b", PinKind.HIDE)
    with pytest.raises(ParameterError, match="longer than any list"):
        choice_edit(form | {"order": "1 " * 600})


def test_an_article_that_came_in_after_the_build_is_picked_and_pinned_at_once(client, store):
    new = Article(id="new", title="A ferry sinks", section="Sport", published=NOW - DAY)
    store.upsert([new], NOW)
    page = do(client, "pick", "new")
    assert entries(page) == [("A ferry sinks", "shown now")]
    assert now_shown(page)[0] == ("A ferry sinks", "Chosen by the editors")
    page = do(client, "pin", "new", BESIDE)
    assert now_shown(page)[0] == ("A ferry sinks", "Chosen for this article")
    store.upsert([Article(id="new", title="A ferry sinks", status=Status.WITHDRAWN)], NOW)
    assert entries(tree(client.get(BESIDE))) == [("A ferry sinks", "withdrawn")]
    assert "A ferry sinks" not in [title for title, _ in now_shown(tree(client.get(POLITICS)))]


def test_the_site_gets_what_editors_decide_with_its_next_request(client):
    address = f"/api/v1/page-blocks?id={quote(FIRST, safe='')}"
    before = client.get(address)
    again = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
    do(client, "pin", "grain-1", BESIDE)
    do(client, "pick", "grain-2")
    do(client, "hide", SECOND, EVERYWHERE)
    answer = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 200
    blocks = answer.json["blocks"]
    first = blocks["related"]["items"][0]
    assert (first["id"], first["reason"]) == ("grain-1", "pinned")
    first = blocks["editors_choice"]["items"][0]
    assert (first["id"], first["reason"]) == ("grain-2", "editors_choice")
    assert SECOND not in [item["id"] for block in blocks.values() for item in block["items"]]
