"""Whatever is typed into the advanced form becomes a query that means all of it."""

from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from pydantic import ValidationError

from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.grammar import OPERATORS
from tests.archives import WORDS, build, random_articles
from tests.test_search_query import PIECES
from web.advanced import (
    MOST_WORDS,
    AdvancedParameters,
    form_of,
    query_of,
    searched,
    words_of,
)
from web.app import create_app
from web.parameters import SearchParameters
from web.settings import Settings

FIELDS = ("all", "phrase", "any", "none", "near", "title", "person", "place", "author")
SLOW = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
KNOWN = st.lists(st.sampled_from(WORDS[:12]), max_size=3).map(" ".join)
ANYTHING = st.one_of(
    st.text(max_size=30),
    st.lists(PIECES.filter(str.isprintable), max_size=6).map(" ".join),
    st.lists(st.sampled_from([*sorted(OPERATORS), "the", "bridge", "title:"]), max_size=6).map(
        " ".join
    ),
).filter(lambda text: len(words_of(text)) <= MOST_WORDS)
COUNT = 150


def forms(values, names=FIELDS):
    fields = st.fixed_dictionaries({}, optional=dict.fromkeys(names, values))
    return st.builds(
        lambda fields, within: AdvancedParameters.model_validate({**fields, "within": within}),
        fields,
        st.integers(1, 6),
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    articles = random_articles(COUNT)
    store, generations, _ = build(tmp_path_factory.mktemp("advanced"), articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    yield engine, {article.id: article for article in articles}
    engine.close()
    store.close()


def found(engine, text):
    ranking = engine.rank(SearchRequest(query=text, limit=COUNT, spelling="exact"))
    return set(ranking.ids)


@SLOW
@given(form=forms(KNOWN, FIELDS[:6]))
def test_it_finds_just_what_the_form_asks_for(archive, form):
    engine, articles = archive
    assert found(engine, query_of(form)) == {
        name for name, article in articles.items() if fits(form, article)
    }


def fits(form, article):
    """Say by loops whether an article is what a form asks for; these words have no other forms."""
    parts = [text.lower().split() for text in (article.title, *article.body)]
    held = {word for part in parts for word in part}
    phrase, near = form.phrase.split(), form.near.split()
    some, without = form.some.split(), form.without.split()
    return (
        held.issuperset(form.words.split())
        and (not phrase or any(is_part(phrase, part) for part in parts))
        and (not some or not held.isdisjoint(some))
        and held.isdisjoint(without)
        and set(parts[0]).issuperset(form.title.split())
        and (not near or any(is_near(near, part, form.within) for part in parts))
    )


def is_part(words, part):
    return any(part[place:][: len(words)] == words for place in range(len(part)))


def is_near(words, part, within):
    """Say whether the words stand in some order, each at most so many places behind another."""
    places = [
        chosen
        for chosen in combinations(range(len(part)), len(words))
        if sorted(part[place] for place in chosen) == sorted(words)
    ]
    return any(all(0 < b - a <= within for a, b in pairwise(chosen)) for chosen in places)


@SLOW
@given(form=forms(ANYTHING))
def test_whatever_is_typed_is_a_query(archive, form):
    engine, _ = archive
    answer = engine.search(SearchRequest(query=query_of(form), spelling="exact"))
    assert all("stands for more than" in notice for notice in answer.notices)


@SLOW
@given(form=forms(ANYTHING))
def test_a_query_of_the_form_fills_it_again(form):
    query = query_of(form)
    back = form_of(SearchParameters.model_validate({"q": query}))
    words = sum(len(words_of(text)) for text in (form.words, form.some, form.near))
    if words <= MOST_WORDS:  # a single word of any of these is one of all
        assert back is not None
        assert sorted(query_of(back).split(" AND ")) == sorted(query.split(" AND "))


@SLOW
@given(st.one_of(ANYTHING, st.lists(PIECES, max_size=9).map("".join)))
def test_any_other_query_fills_it_rightly_or_not_at_all(text):
    parameters = SearchParameters.model_validate({"q": text})
    form = form_of(parameters)
    plain = " ".join(text.split())
    if form is not None and sorted(query_of(form).split(" AND ")) != sorted(plain.split(" AND ")):
        assert words_of(plain) == plain.split() == (form.some or form.words).split()


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({}, ""),
        ({"all": " Bridge  toll! "}, "Bridge AND toll"),
        ({"all": "AND or NOT"}, "and AND or AND not"),
        ({"phrase": 'the "old" bridge)'}, '"the old bridge"'),
        ({"any": "toll fee"}, "(toll OR fee)"),
        ({"none": "toll"}, "NOT toll"),
        ({"all": "bridge", "none": "toll fee"}, "bridge AND NOT (toll OR fee)"),
        ({"near": "bridge treaty"}, '("bridge treaty"~5 OR "treaty bridge"~5)'),
        ({"near": "bridge bridge", "within": "2"}, '"bridge bridge"~2'),
        ({"near": "a b c d"}, '"a b c d"~5'),
        ({"near": "bridge"}, "bridge"),
        ({"title": "bridge date:2011"}, "title:bridge AND title:date AND title:2011"),
        ({"person": "Ana Verdi", "tag": "x"}, 'person:"Ana Verdi" AND tag:"x"'),
    ],
)
def test_the_query_is_the_plainest_that_says_it(fields, query):
    assert query_of(AdvancedParameters.model_validate(fields)) == query


def test_a_value_of_the_archive_is_a_filter_and_any_other_one_words():
    form = AdvancedParameters.model_validate(
        {
            "all": "bridge",
            "section": "Politics",
            "source": "radio",
            "language": "xx",
            "to": "2020-01-31",
        }
    )
    search = searched(form, lambda name, value: (name, value) == ("section", "Politics"))
    assert search.q == 'bridge AND source:"radio"'
    assert (search.section, search.source, search.language) == (("Politics",), (), ("xx",))
    assert search.published_to.isoformat() == "2020-01-31"
    back = form_of(search)
    assert (back.words, back.section, back.source) == ("bridge", "Politics", "radio")


def test_more_words_than_fit_are_refused():
    with pytest.raises(ValidationError, match="at most 8 words"):
        AdvancedParameters.model_validate({"all": "a " * (MOST_WORDS + 1)})


@pytest.fixture(scope="module")
def client(sample_home):
    app = create_app(Settings(home=sample_home))
    client = app.test_client()
    client.get("/search?q=bridge")
    client.get("/help")
    client.get("/advanced")
    yield client
    app.extensions["backfile"].close()


def tree(answer, status=200):
    assert answer.status_code == status, answer.text
    return html.document_fromstring(answer.text)


def test_the_form_leads_to_a_search_and_back(client):
    answer = client.get(
        "/advanced/search?all=bridge&none=toll&section=Politics&sort=newest&phrase="
    )
    assert answer.status_code == 303
    assert answer.location == "/search?q=bridge+AND+NOT+toll&sort=newest&section=Politics"
    page = tree(client.get(answer.location))
    (back,) = page.xpath("//a[text()='Advanced search']/@href")
    form = tree(client.get(back))
    fields = {
        field.get("name"): field.value for field in form.xpath("//main//input|//main//select")
    }
    assert fields["all"] == "bridge"
    assert fields["none"] == "toll"
    assert fields["section"] == "Politics"
    assert fields["sort"] == "newest"


def test_a_query_that_does_not_fit_is_said_so(client):
    page = tree(client.get("/advanced?q=<b>%5E2"))
    assert "“<b>^2” does not fit" in page.text_content()
    assert not any(field.value for field in page.xpath("//main//input[@maxlength]"))


@pytest.mark.parametrize("query", ["all=" + "a+" * 20, "within=0", "from=x", "phrase=" + "x" * 300])
def test_what_does_not_fit_is_refused_with_help(client, query):
    page = tree(client.get(f"/advanced/search?{query}"), 400)
    assert query.partition("=")[0] in page.text_content()


@SLOW
@given(st.lists(st.tuples(st.sampled_from([*FIELDS, "section", "tag", "to", "within"]), st.text())))
def test_the_form_may_be_sent_with_anything(client, pairs):
    answer = client.get("/advanced/search", query_string=pairs)
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:
        assert answer.location.startswith("/search")
        assert client.get(answer.location).status_code in (200, 400)


def test_every_example_of_the_help_finds_something(client):
    page = tree(client.get("/help"))
    links = page.xpath("//dt/a/@href")
    assert len(links) > 30
    for link in links:
        found = tree(client.get(link))
        assert found.xpath("//article"), link
        for notice in found.xpath("//p[@class='notice']"):
            assert "is also searched as" in notice.text_content(), link


def test_what_was_meant_stands_on_the_page(client):
    page = tree(client.get("/search?q=brigde%20%26%20%3Cb%3E&match=all&sort=newest"))
    assert not page.xpath("//main//b")
    page = tree(client.get("/search?q=brigde&sort=newest"))
    (notice,) = page.xpath("//p[@class='notice']")
    assert " ".join(notice.text_content().split()) == (
        "Nothing holds “brigde”; searched as bridge. Search exactly for “brigde”"
    )
    meant, exact = notice.xpath(".//a/@href")
    assert (meant, exact) == (
        "/search?q=bridge&sort=newest",
        "/search?q=brigde&sort=newest&spelling=exact",
    )
    page = tree(client.get(exact))
    (notice,) = page.xpath("//p[@class='notice']")
    assert notice.text_content().split()[:4] == ["Did", "you", "mean", "bridge?"]
    assert not page.xpath("//article")
    assert not page.xpath("//form[@role='search']//input[@name='spelling']")
    page = tree(client.get("/search?q=orchestra+brigde"))
    (notice,) = page.xpath("//p[@class='notice']")
    assert notice.xpath(".//em/text()") == ["bridge"]
    assert page.xpath("//article")


def test_the_api_says_what_was_meant(client):
    answer = client.get("/api/v1/search?q=brigde").json
    assert answer["correction"] == {
        "query": "bridge",
        "marked": "<em>bridge</em>",
        "total": answer["total"],
        "searched": True,
    }
    assert client.get("/api/v1/search?q=brigde&spelling=exact").json["total"] == 0
    assert client.get("/api/v1/search?q=bridge").json["correction"] is None
