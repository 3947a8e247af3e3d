"""Judging: what is shown, what is kept, what comes out of it, and that nothing breaks it."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from articles.article import Article
from articles.judgments import Grade, Judgment, JudgmentKind
from articles.store import Store
from articles.users import Role
from tests.archives import NOW, build
from tests.consoles import SECRET, fields, kept_password, log_in, open_console, send
from web.app import create_app
from web.console.downloads import qrels_lines, topic_of
from web.console.judging import field_of
from web.settings import Settings

SEARCH, RELATED = JudgmentKind
QUERY = "/admin/judge?q=bridge+treaty"
FIRST, SECOND = "bridge 1/ä", "bridge 2/ä"
BESIDE = f"/admin/judge/related?id={quote(FIRST, safe='')}"


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


def titles(page):
    return [words(title).removesuffix(" (opens a new tab)") for title in page.xpath("//h3")]


def chosen(page):
    return {box.get("name"): box.get("value") for box in page.xpath("//input[@checked]")}


def test_a_query_is_judged_and_taken_back(client, store, console):
    page = tree(client.get(QUERY))
    reader = html.document_fromstring(client.get("/search?q=bridge+treaty").text)
    assert titles(page) == [words(title) for title in reader.xpath("//article//h2")]
    assert set(chosen(page).values()) == {"none"}
    assert "0 of 10 results judged by you" in words(page)
    good, bad = {field_of(FIRST): "good"}, {field_of(SECOND): "bad"}
    assert send(client, QUERY, **good, **bad).location == QUERY
    page = tree(client.get(QUERY))
    assert "2 judgments kept." in words(page)
    assert "2 of 10 results judged by you" in words(page)
    assert chosen(page)[field_of(FIRST)] == "good"
    given_first = {"kind": SEARCH, "question": "bridge treaty", "judge": "ines", "at": NOW}
    assert list(store.judgments.all(SEARCH)) == [
        Judgment(article_id=FIRST, grade=Grade.GOOD, **given_first),
        Judgment(article_id=SECOND, grade=Grade.BAD, **given_first),
    ]
    console[1].now += timedelta(minutes=5)
    send(client, QUERY, **{field_of(FIRST): "fair", field_of(SECOND): "none"})
    assert "1 judgment kept, 1 judgment taken back." in words(tree(client.get(QUERY)))
    (kept,) = store.judgments.all(SEARCH)
    assert (kept.article_id, kept.grade) == (FIRST, Grade.FAIR)
    assert kept.at == NOW + timedelta(minutes=5)


def test_what_does_not_change_is_not_written(client, store, console):
    send(client, QUERY, **{field_of(FIRST): "good"})
    console[1].now += timedelta(minutes=5)
    send(client, QUERY)
    assert [one.at for one in store.judgments.all(SEARCH)] == [NOW]
    assert "0 judgments kept." in words(tree(client.get(QUERY)))


def test_judges_do_not_see_or_change_each_others_grades(client, store, console):
    send(client, QUERY, **{field_of(FIRST): "good"})
    ada = console[0].test_client()
    log_in(ada, "ada")
    assert set(chosen(tree(ada.get(QUERY))).values()) == {"none"}
    send(ada, QUERY, **{field_of(FIRST): "bad"})
    assert [(one.judge, one.grade.name) for one in store.judgments.all(SEARCH)] == [
        ("ada", "BAD"),
        ("ines", "GOOD"),
    ]


def test_related_articles_are_judged(client, store):
    page = tree(client.get(BESIDE))
    assert words(page.find(".//h1")).startswith("Bridge treaty, part 1")
    assert "shares" in words(page)
    assert FIRST not in [box.get("name") for box in page.xpath("//input")]
    send(client, BESIDE, **{field_of(SECOND): "good"})
    (kept,) = store.judgments.all(RELATED)
    assert (kept.question, kept.article_id, kept.grade) == (FIRST, SECOND, Grade.GOOD)
    assert chosen(tree(client.get(BESIDE)))[field_of(SECOND)] == "good"
    assert list(store.judgments.all(SEARCH)) == []


def test_shuffled_results_are_the_same_in_an_order_of_the_judge_and_the_question(client, console):
    ada = console[0].test_client()
    log_in(ada, "ada")

    def shown(asked, path):
        return titles(tree(asked.get(path)))

    for path in (f"{QUERY}&size=20", f"{BESIDE}&size=20"):
        ranked, shuffled = shown(client, path), shown(client, f"{path}&order=shuffled")
        assert sorted(ranked) == sorted(shuffled)
        assert ranked != shuffled == shown(client, f"{path}&order=shuffled")
        assert shuffled != shown(ada, f"{path}&order=shuffled")
    few, many = (shown(client, f"{QUERY}&order=shuffled&size={size}") for size in (10, 20))
    assert few == [title for title in many if title in few]


def test_mode_sort_and_size_are_those_of_the_reader(client):
    newest = tree(client.get("/admin/judge?q=bridge&sort=newest&size=3"))
    assert titles(newest) == [f"Bridge treaty, part {number}" for number in (1, 2, 3)]
    broader = tree(client.get("/admin/judge?q=bridge&mode=broaden"))
    assert "Also searched for" in words(broader)
    address = "/admin/judge?q=bridge&sort=newest&size=3&mode=broaden"
    kept = parse_qs(urlsplit(send(client, address).location).query)
    assert kept == parse_qs(urlsplit(address).query)


def test_judgments_of_what_no_longer_stands_there_are_counted_apart(client):
    send(client, f"{QUERY}&sort=oldest&size=1", **{field_of("bridge 12/ä"): "good"})
    page = tree(client.get(f"{QUERY}&sort=newest&size=1"))
    assert "0 of 1 result judged by you, and 1 that no longer stand here" in words(page)


def test_an_article_without_related_ones_and_a_query_without_hits_say_so(client):
    assert "nothing to judge" in words(tree(client.get("/admin/judge?q=zeppelin")))


def test_the_start_page_lists_what_is_judged_last_first(client, console, store):
    assert "Nothing is judged yet." in words(tree(client.get("/admin/")))
    send(client, QUERY, **{field_of(FIRST): "good", field_of(SECOND): "fair"})
    console[1].now += timedelta(days=1)
    log_in(client, "ines")
    send(client, BESIDE, **{field_of(SECOND): "bad"})
    page = tree(client.get("/admin/"))
    assert "3 judgments of 2 questions" in words(page)
    rows = [[words(cell) for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows == [
        ["beside Bridge treaty, part 1", "0", "0", "1", "1", "ines", "2 January 2026"],
        ["bridge treaty", "1", "1", "0", "2", "ines", "1 January 2026"],
    ]
    for link in page.xpath("//tbody//a/@href"):
        assert client.get(link).status_code == 200


def test_a_long_list_has_pages_and_a_viewer_no_links(client, console, store):
    for number in range(60):
        store.judgments.give(
            Judgment(
                kind=SEARCH,
                question=f"query {number:02}",
                article_id=FIRST,
                grade=Grade.GOOD,
                judge="tomas",
                at=NOW + timedelta(minutes=number),
            )
        )
    first = tree(client.get("/admin/"))
    assert [words(row[0]) for row in first.xpath("//tbody/tr")] == [
        f"query {number}" for number in range(59, 9, -1)
    ]
    second = tree(client.get(first.xpath("//a[@rel='next']/@href")[0]))
    assert len(second.xpath("//tbody/tr")) == 10
    assert "Go to the first page" in words(tree(client.get("/admin/?page=9")))
    vera = console[0].test_client()
    log_in(vera, "vera")
    page = tree(vera.get("/admin/"))
    assert "60 judgments of 60 questions" in words(page)
    assert not page.xpath("//tbody//a | //input[@name='q']")


def test_downloads_are_topics_and_qrels(client, console, store):
    ada = console[0].test_client()
    log_in(ada, "ada")
    send(client, QUERY, **{field_of(FIRST): "good", field_of(SECOND): "bad"})
    send(ada, QUERY, **{field_of(FIRST): "fair"})
    send(client, BESIDE, **{field_of(SECOND): "good"})
    topic = topic_of(SEARCH, "bridge treaty")
    qrels = client.get("/admin/judgments.qrels")
    assert qrels.text == f"{topic} 0 bridge%201/ä 1\n{topic} 0 bridge%202/ä 0\n"
    assert qrels.mimetype == "text/plain"
    assert qrels.headers["Content-Disposition"] == "attachment; filename=search.qrels"
    assert client.get("/admin/judgments.tsv").text == f"{topic}\tbridge treaty\n"
    beside = client.get("/admin/judgments.qrels?kind=related")
    assert beside.text == "bridge%201/ä 0 bridge%202/ä 2\n"
    assert client.get("/admin/judgments.tsv?kind=related").text == f"{FIRST}\n"
    assert client.get("/admin/judgments.qrels?kind=other").status_code == 400


@given(st.lists(st.sampled_from(Grade), min_size=1))
def test_the_middle_grade_has_as_many_judges_above_as_below(grades):
    judgments = [
        Judgment(
            kind=JudgmentKind.SEARCH,
            question="q",
            article_id="a",
            grade=grade,
            judge=f"{n}",
            at=NOW,
        )
        for n, grade in enumerate(grades)
    ]
    (line,) = qrels_lines(JudgmentKind.SEARCH, judgments)
    found = int(line.split()[-1])
    assert sum(grade < found for grade in grades) * 2 <= len(grades) - 1
    assert sum(grade > found for grade in grades) * 2 <= len(grades)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        (QUERY, {field_of(FIRST): "excellent"}, "choose one of good, fair, bad, none"),
        (QUERY, {field_of("nowhere"): "good"}, "the archive has no article"),
        (QUERY, {field_of("a\0b"): "good"}, "the archive has no article"),
        (QUERY, {field_of(str(n)): "good" for n in range(21)}, "at most 20 results"),
        ("/admin/judge?q=a%00b", {}, "cannot be judged"),
        (f"/admin/judge?q={'x' * 2001}", {}, "cannot be judged"),
        ("/admin/judge?q=", {}, "give the words"),
        ("/admin/judge?q=bridge&size=21", {}, "less than or equal to 20"),
        ("/admin/judge?q=bridge&order=random", {}, "ranked"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(client, store, path, data, said):
    token = fields(client.get(QUERY), "/admin/judge")["csrf_token"]
    answer = client.post(path, data={"csrf_token": token, **data})
    assert answer.status_code == 400
    assert said in words(tree(answer, 400))
    assert list(store.judgments.all(SEARCH)) == []


def test_every_hit_says_why_it_was_found(client):
    page = tree(client.get(QUERY))
    for hit in page.xpath("//article"):
        reasons = [[words(cell) for cell in row] for row in hit.xpath(".//details//tr")]
        assert {"bridge", "treaty"} <= {text.lower() for _, text, _ in reasons}
        scores = [float(score) for score, _, _ in reasons]
        assert scores == sorted(scores, reverse=True)
        assert "in title" in reasons[0][2]


def test_articles_that_readers_may_not_see_are_not_judged(client):
    for path in ("/admin/judge/related?id=nowhere", "/admin/judge/related?id=%00"):
        assert client.get(path).status_code == 404


EVIL = "<script>alert('x')</script> & \"quotes\""


def test_nothing_that_came_from_outside_is_markup(tmp_path):
    article = Article(id="evil/<b>", title=EVIL, body=(EVIL,), section=EVIL, source=EVIL)
    twin = Article(id='"><script>', title=EVIL, body=(EVIL,), section=EVIL)
    build(tmp_path / "home", [article, twin])[0].close()
    app = create_app(Settings(home=tmp_path / "home", secret_key=SECRET, related_minimum_score=0))
    app.extensions["backfile"].store.users.add("ines", kept_password(), Role.EDITOR, NOW)
    client = app.test_client()
    log_in(client, "ines")
    paths = [f"/admin/judge?q={quote(EVIL)}", f"/admin/judge/related?id={quote(article.id)}"]
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
    answer = send(client, paths[0], **{field_of(twin.id): "good", field_of(article.id): "bad"})
    assert answer.status_code == 303
    start = client.get("/admin/")
    assert EVIL in words(tree(start))
    assert "<script" not in start.text
    app.extensions["backfile"].close()


OWN_SCRIPT = re.compile(r'<script defer src="/static/suggest\.js\?v=\w+"></script>')
"""That of the search box, which a page that says what is wrong has."""


texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.just("\0"), max_size=20
) | st.sampled_from(
    ["<script>alert(1)</script>", "(((", "NOT", "*", "%00", "\u202e", "bridge", "1", "shuffled"]
)
queries = st.dictionaries(
    st.sampled_from(["q", "id", "order", "size", "mode", "sort", "match", "page", "kind", "next"]),
    texts,
)
forms = st.dictionaries(
    texts.map(field_of) | st.just(field_of(FIRST)) | texts,
    st.sampled_from(["good", "none"]) | texts,
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(queries, forms)
def test_nothing_that_is_asked_or_sent_breaks_the_console(client, query, form):
    paths = ("/admin/", "/admin/judge", "/admin/judge/related", "/admin/login")
    paths += ("/admin/judgments.qrels", "/admin/judgments.tsv")
    for path in paths:
        answer = client.get(path, query_string=query)
        assert answer.status_code in (200, 303, 400, 404)
        assert "<script" not in OWN_SCRIPT.sub("", answer.text)
    token = fields(client.get(QUERY), "/admin/judge")["csrf_token"]
    for path in ("/admin/judge", "/admin/judge/related"):
        answer = client.post(path, query_string=query, data=form | {"csrf_token": token})
        assert answer.status_code in (303, 400, 404)
        assert "<script" not in OWN_SCRIPT.sub("", answer.text)


def test_the_judgments_outlive_the_process(tmp_path):
    with open_console(tmp_path / "home") as (app, _):
        client = app.test_client()
        log_in(client, "ines")
        send(client, QUERY, **{field_of(FIRST): "good"})
    with Store.open(f"sqlite:///{tmp_path}/home/archive.sqlite3") as store:
        assert [one.article_id for one in store.judgments.all(SEARCH)] == [FIRST]
