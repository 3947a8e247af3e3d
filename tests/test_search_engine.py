"""What any engine must answer: one suite, run over every implementation of `Engine`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from articles.article import Article, Status
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import MAXIMUM_WINDOW, SearchRequest
from search.errors import SearchError
from tests.archives import NOW, build, open_engine


def at(year, month=1, day=1):
    return datetime(year, month, day, 12, tzinfo=UTC)


ARTICLES = [
    Article(
        id="toll",
        title="What the toll on the north bridge would cost a grocer",
        body=("A lorry that crosses twice a day would pay more than its driver earns.",),
        section="Economy",
        source="Newsroom",
        authors=("Ines Dovrak",),
        published=at(2009, 3, 2),
    ),
    Article(
        id="summit",
        title="Summit ends without a signature",
        body=(
            "After nine hours the three delegations left by separate doors.",
            "“The bridge treaty is not dead, it is resting”, one of the mediators said.",
        ),
        section="Politics",
        source="Agency",
        additional_sources=("Radio",),
        authors=("Tomas Hale", "Ines Dovrak"),
        published=at(2011, 6, 24),
    ),
    Article(
        id="letters",
        title="Minister carries letters to both banks",
        summary="Nobody would say what the letters on the treaty of the old bridge held.",
        body=("The talk was of an answer before the harvest. U.S. officials were silent.",),
        section="Politics",
        source="Newsroom",
        tags=("diplomacy",),
        people=("Ana Verdi",),
        places=("Old Port",),
        caption="The three ministers at their last meeting.",
        published=at(2011, 7, 11),
    ),
    Article(
        id="мост",
        title="Мост закрыт до осени",
        body=("Старые мосты города осмотрят инженеры, сказала мэр.",),
        section="Politics",
        source="Newsroom",
        language="ru",
        published=at(2018, 5, 1),
    ),
    Article(id="undated", title="A photograph of the bridge", section="Culture"),
    Article(id="draft", title="Draft about a bridge", status=Status.DRAFT, published=at(2012)),
    Article(id="future", title="Bridge reopens", published=NOW + timedelta(days=1)),
    Article(id="embargo", title="Bridge embargo", embargo_until=NOW + timedelta(days=1)),
    Article(id="expired", title="Bridge expired", expires=NOW - timedelta(days=1)),
]


@pytest.fixture(scope="module", params=["embedded"])
def engine(request, tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp(request.param), ARTICLES) as engine:
        yield engine


@pytest.fixture
def found(engine):
    """Return the ids that a query finds."""

    def search(text="", **options):
        return [hit.id for hit in engine.search(SearchRequest(query=text, **options)).hits]

    return search


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("grocer", {"toll"}),
        ("GROCERS", {"toll"}),
        ("treaty", {"summit", "letters"}),
        ("treaties signatures", {"summit", "letters"}),
        ('"bridge treaty"', {"summit"}),
        ('"old bridge"', {"letters"}),
        ("“old bridge”", {"letters"}),
        ("„old bridge“", {"letters"}),
        ("«old bridge»", {"letters"}),
        ('"treaty bridge"', set()),
        ('"treaty bridge"~4', {"letters"}),
        ('"separate doors the bridge"', set()),  # no phrase reaches across paragraphs
        ("bridge AND treaty", {"summit", "letters"}),
        ("bridge AND NOT treaty", {"toll", "undated"}),
        ("bridge NOT treaty", {"toll", "undated"}),
        ("+bridge -treaty", {"toll", "undated"}),
        ("-bridge -мост", set()),
        ("-bridge", {"мост"}),
        ("(grocer OR harvest) AND bridge", {"toll", "letters"}),
        ("treat*", {"summit", "letters"}),
        ("tr?aty", {"summit", "letters"}),
        ("*ster*", {"letters"}),
        ("signat*", {"summit"}),
        ("title:bridge", {"toll", "undated"}),
        ("title:treaty", set()),
        ("author:hale", {"summit"}),
        ('author:"Ines Dovrak"', {"toll", "summit"}),
        ("section:politics AND bridge", {"summit", "letters"}),
        ("source:radio", {"summit"}),
        ("tag:diplomacy", {"letters"}),
        ("person:verdi", {"letters"}),
        ('place:"old port"', {"letters"}),
        ("caption:meeting", {"letters"}),
        ("meeting", set()),  # a caption is no part of the text
        ("date:2011", {"summit", "letters"}),
        ("date:2011-07", {"letters"}),
        ("date:2011-07-11", {"letters"}),
        ("date:[2009 TO 2011-06]", {"toll", "summit"}),
        ("date:{2009 TO 2018}", {"summit", "letters"}),
        ("date:[2012 TO]", {"мост"}),
        ("bridge date:2011", {"summit", "letters"}),
        ("bridge -date:2011", {"toll", "undated"}),
        ("language:ru", {"мост"}),
        ("мостами", {"мост"}),
        ("u.s.", {"letters"}),
        ("U.S", {"letters"}),
        ("the of", {"toll", "summit", "letters", "undated"}),
        ("of bridge", {"toll", "summit", "letters", "undated"}),
        ("embargo", set()),
        ("expired", set()),
        ("draft", set()),
        ("reopens", set()),
    ],
)
def test_finds_just(found, text, ids):
    assert set(found(text)) == ids


def test_all_words(found):
    assert set(found("bridge treaty", match="all")) == {"summit", "letters"}
    assert set(found("bridge grocer", match="any")) >= {"toll", "summit"}


def test_nothing_asked_is_everything_public(found):
    assert found(sort="newest") == ["мост", "letters", "summit", "toll", "undated"]


def test_orders(found):
    assert found("bridge", sort="newest") == ["letters", "summit", "toll", "undated"]
    assert found("bridge", sort="oldest") == ["toll", "summit", "letters", "undated"]
    assert found("bridge toll")[0] == "toll"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"section": ("Politics",)}, {"summit", "letters", "мост"}),
        ({"section": ("Politics", "Economy")}, {"summit", "letters", "мост", "toll"}),
        ({"section": ("Politics",), "author": ("Tomas Hale",)}, {"summit"}),
        ({"source": ("Radio",)}, {"summit"}),
        ({"language": ("ru",)}, {"мост"}),
        ({"section": ("politics",)}, set()),
        ({"published_from": date(2011, 6, 24)}, {"summit", "letters", "мост"}),
        ({"published_to": date(2011, 6, 24)}, {"toll", "summit"}),
        ({"published_from": date(2011, 7, 11), "published_to": date(2011, 7, 11)}, {"letters"}),
        ({"published_from": date(1, 1, 1)}, {"toll", "summit", "letters", "мост"}),
        ({"published_to": date(9999, 12, 31)}, {"toll", "summit", "letters", "мост"}),
    ],
)
def test_filters(found, filters, ids):
    assert set(found(**filters)) == ids


def test_facets_count_the_hits(engine):
    answer = engine.search(SearchRequest(query="bridge"))
    counts = {facet.name: [(c.value, c.count) for c in facet.counts] for facet in answer.facets}
    assert counts == {
        "section": [("Politics", 2), ("Culture", 1), ("Economy", 1)],
        "year": [("2011", 2), ("2009", 1)],
        "source": [("Newsroom", 2), ("Agency", 1), ("Radio", 1)],
        "author": [("Ines Dovrak", 2), ("Tomas Hale", 1)],
        "person": [("Ana Verdi", 1)],
        "place": [("Old Port", 1)],
        "tag": [("diplomacy", 1)],
        "language": [("en", 4)],
    }


def test_pages_neither_repeat_nor_skip(engine):
    request = SearchRequest(query="bridge OR мост", limit=2)
    whole = engine.search(replace(request, limit=100))
    pages = [engine.search(replace(request, offset=offset)) for offset in (0, 2, 4, 6)]
    assert [hit.id for page in pages for hit in page.hits] == [hit.id for hit in whole.hits]
    assert {page.total for page in pages} == {whole.total} == {5}


def test_window_is_bounded():
    with pytest.raises(SearchError, match="Only the first 10,000"):
        SearchRequest(offset=MAXIMUM_WINDOW, limit=1)


def test_hit_tells_what_a_list_shows(engine):
    hit = engine.search(SearchRequest(query='"bridge treaty" summit')).hits[0]
    assert hit.id == "summit"
    assert hit.marked_title == "<mark>Summit</mark> ends without a signature"
    assert hit.snippet == (
        "“The <mark>bridge treaty</mark> is not dead, it is resting”, one of the mediators said."
    )
    assert (hit.section, hit.source, hit.authors) == (
        "Politics",
        "Agency",
        ("Tomas Hale", "Ines Dovrak"),
    )
    assert hit.published == at(2011, 6, 24)
    assert hit.score > 0


def test_article_is_whole_and_public(engine):
    assert engine.article("letters").article == ARTICLES[2]
    for hidden in ("draft", "future", "embargo", "expired", "nobody", "\ud800"):
        assert engine.article(hidden) is None


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ('"bridge', "a quotation mark is not closed: bridge"),
        ("bridge AND", "AND has nothing to join: bridge"),
        ("(bridge", "a bracket is not closed: bridge"),
        ("bridge)", "a bracket is closed that was not opened: bridge"),
        ("title:[a TO bridge]", "only dates have ranges"),
        ("date:soon bridge", "“soon” is no date"),
        ("(" * 50 + "bridge" + ")" * 50, "it is nested too deeply: bridge"),
        (" OR ".join(["bridge"] * 101), "it has more than 100 parts"),
        ("bridge " + "x" * 3000, "Only the first 2,000 characters were searched."),
        ("…!", "no word in the query"),
    ],
)
def test_odd_queries_are_searched_as_words_and_said_so(engine, text, notice):
    answer = engine.search(SearchRequest(query=text))
    assert any(notice in said for said in answer.notices)
    assert answer.total == (0 if text == "…!" else 4)


def test_withdrawal_counts_at_once(tmp_path):
    store, generations, _ = build(tmp_path, ARTICLES)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    request = SearchRequest(query="treaty")
    assert engine.search(request).total == 2
    store.upsert([replace(ARTICLES[1], status=Status.WITHDRAWN)], NOW)
    assert [hit.id for hit in engine.search(request).hits] == ["letters"]
    assert engine.article("summit") is None
    engine.close()
    store.close()


def test_empty_archive(tmp_path):
    store, generations, report = build(tmp_path, [])
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    for text in ("", "bridge", '"a bridge"', "brid*", "-bridge", "date:2011", "language:en"):
        assert engine.search(SearchRequest(query=text)).total == 0
    assert report.articles == 0
    engine.close()
    store.close()
