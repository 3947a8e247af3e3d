"""The address of a search carries all of it, and equal searches have equal addresses."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from tests.archives import build, open_engine, random_articles
from web.app import create_app
from web.feeds.feed import FeedParameters
from web.parameters import SearchParameters, search_request
from web.permalinks import OF_ONE_PAGE, canonical, permalink, without
from web.search_links import SearchLinks, query_string
from web.settings import Settings

FIELDS = {field.alias or name: name for name, field in SearchParameters.model_fields.items()}
HOW = ("sort", "match", "mode", "recent", "variants", "spelling")
NO_SEARCH = SearchParameters()
MANY = [alias for alias, name in FIELDS.items() if isinstance(getattr(NO_SEARCH, name), tuple)]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.lists(texts.filter(bool) | st.sampled_from(["Politics", "Sport", "en"]), max_size=4)
days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str)
searches = st.fixed_dictionaries(
    {},
    optional={
        "q": texts | st.sampled_from(["bridge", " bridge toll ", "\u3000"]),
        "sort": st.sampled_from(["relevance", "newest", "oldest"]),
        "match": st.sampled_from(["any", "all"]),
        "mode": st.sampled_from(["exact", "broaden"]),
        "year": st.lists(st.integers(1, 9999), max_size=4),
        "within": st.sampled_from([None, "today", "week", "month", "year"]),
        "recent": st.booleans(),
        "variants": st.booleans(),
        "spelling": st.sampled_from(["repair", "exact"]),
        "from": days,
        "to": days,
        "page": st.integers(1, 10**20),
        "size": st.none() | st.integers(1, 10**20),
        "after": texts,
        "before": texts,
        "facets": st.booleans(),
        "timeline": st.booleans(),
        "explain": st.booleans(),
    }
    | {name: values for name in MANY if name != "year"},
).map(SearchParameters.model_validate)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("permalinks") / "home"
    build(home, random_articles(30))[0].close()
    return home


@pytest.fixture
def app(home):
    app = create_app(Settings(home=home, site_url="https://archive.example"))
    yield app
    app.extensions["backfile"].close()


def read(link):
    """Return the parameters that the application reads from an address."""
    said = parse_qs(urlsplit(link).query, keep_blank_values=True)
    single = {name: texts if name in MANY else texts[-1] for name, texts in said.items()}
    return SearchParameters.model_validate(single)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(searches)
def test_an_address_carries_the_whole_search(app, asked):
    sorted_values = {name: tuple(sorted(set(getattr(asked, name)))) for name in MANY}
    assert read(f"?{query_string(asked)}") == asked.model_copy(update=sorted_values)
    with app.test_request_context():
        link = permalink(asked)
        assert link.isascii()
        assert read(link) == canonical(asked)
        assert permalink(read(link)) == link
        assert permalink(canonical(asked)) == link
        first = asked.model_copy(update={"page": 1, "after": "", "before": ""})
        assert SearchLinks(asked).to() == f"/search?{query_string(first)}".rstrip("?")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(searches, st.randoms(use_true_random=False), st.sampled_from(["", " ", "\n\t"]))
def test_equal_searches_have_equal_addresses(app, asked, random, blanks):
    changed = {}
    for name in MANY:
        shuffled = [*getattr(asked, name), *getattr(asked, name)[:1]]
        random.shuffle(shuffled)
        changed[name] = tuple(shuffled)
    with app.test_request_context():
        other = asked.model_copy(update=changed)
        assert SearchLinks(other).to(match="any") == SearchLinks(asked).to(match="any")
        changed["q"] = f"{blanks}{asked.q}{blanks}"
        if not asked.q.strip():
            changed |= {"match": "all", "mode": "broaden", "recent": True}
            changed |= {"variants": False, "spelling": "exact"}
            changed |= {"sort": "newest"} if asked.sort == "relevance" else {}
        assert permalink(asked.model_copy(update=changed)) == permalink(asked)


def test_the_canonical_search_finds_the_same_articles(tmp_path):
    words = st.sampled_from(["", " ", " bridge ", "treaty river", "-toll\n", "bridge  toll\t"])
    sections = st.lists(st.sampled_from(["Sport", "Politics"])).map(tuple)
    with open_engine(tmp_path, random_articles(200)) as engine:

        @settings(deadline=None)
        @given(searches, words, sections)
        def same(asked, q, section):
            plain = {alias: getattr(asked, alias) for alias in HOW}
            whole = SearchParameters(q=q, section=section, size=100, facets=False, **plain)
            first, second = (search_request(one, Settings()) for one in (whole, canonical(whole)))
            assert engine.rank(first) == engine.rank(second)

        same()


def test_nothing_of_a_search_is_forgotten_in_its_feeds_and_exports():
    given = {"q": "bridge", "sort": "oldest", "match": "all", "mode": "broaden", "page": "3",
             "size": "7", "facets": "false", "explain": "true", "timeline": "true",
             "after": "x", "before": "y", "from": "2011-07-01", "to": "2011-07-31",
             "within": "week", "recent": "true", "variants": "false",
             "spelling": "exact"} | {name: ["1", "2"] for name in MANY}  # fmt: skip
    assert given.keys() == FIELDS.keys()
    asked = SearchParameters.model_validate(given)
    for kind in (FeedParameters, SearchParameters):
        said = parse_qs(query_string(without(asked, OF_ONE_PAGE, kind)))
        assert said.keys() == FIELDS.keys() - OF_ONE_PAGE


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/", "/"),
        ("/search", "/"),
        ("/search?sort=newest&match=all&q=+", "/"),
        ("/search?sort=newest&q=bridge", "/search?q=bridge&sort=newest"),
        ("/search?q=bridge&section=B&section=A&nothing=1", "/search?q=bridge&section=A&section=B"),
        ("/search?page=2&size=5&q=", "/search?page=2&size=5"),
    ],
)
def test_a_page_names_its_permalink(app, path, link):
    page = html.document_fromstring(app.test_client().get(path).text)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"https://archive.example{link}"]
