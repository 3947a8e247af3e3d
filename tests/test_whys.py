"""Why an article is found or stands beside another, or not: asked of archives of known content."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.curation import PinKind
from articles.curation_edits import pin
from recommender.related import RelatedRequest
from search.engine import SearchRequest
from search.errors import SearchError
from search.placement import parts_of, placement
from tests.archives import NOW, build, grain_articles
from web.problems import ParameterError
from web.serving import Serving
from web.settings import Settings
from web.whys import Moment, asked_search, why_beside, why_found

TREATIES = [
    Article(
        id=f"treaty{number}",
        title=f"Bridge treaty, part {number}",
        body=(f"The bridge treaty opens the river to ferries. Delegation {number} spoke.",),
        section="Politics",
        source="Newsroom",
        published=NOW - timedelta(days=40 * number),
    )
    for number in range(1, 9)
]
FERRY = Article(
    id="ferry",
    title="Ferry timetable",
    body=("The harbour office prints its timetable on yellow paper.",),
    section="Service",
    people=("Nora Fell",),
    language="en",
    published=NOW - timedelta(days=3),
)
UNDATED = Article(id="undated", title="Anvils and hammers", body=("A smith strikes anvils.",))
FRENCH = replace(TREATIES[0], id="french", language="fr", published=NOW - timedelta(days=5))
COPY = replace(TREATIES[1], id="copy")
ARTICLES = [*TREATIES, FERRY, UNDATED, FRENCH, COPY, *grain_articles(20)]


@contextmanager
def opened(home, **options):
    build(home, ARTICLES)[0].close()
    kept = Serving(Settings(home=home, **options), now=lambda: NOW)
    kept.release(kept.current())  # open from now on
    try:
        yield kept
    finally:
        kept.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("whys") / "home") as kept:
        yield kept


@pytest.fixture
def own(tmp_path):
    """An archive that a test may change."""
    with opened(tmp_path / "home") as kept:
        yield kept


def moment(kept):
    return Moment(served=kept._served, store=kept.store, settings=kept.settings, now=NOW)


def found(archive, article, query="", **options):
    asked = SearchRequest(query=query, **options)
    return why_found(archive.store.get(article.id) or article, asked, moment(archive))


def beside(archive, article, other):
    with archive._served.deciding(NOW) as basis:
        here, there = (archive.store.get(one.id) or one for one in (article, other))
        return why_beside(here, there, basis, moment(archive))


def test_what_is_found_has_the_place_and_the_score_of_the_search(archive):
    engine = archive._served.engine
    asked = SearchRequest(query="bridge treaty delegation", limit=50, explain=True)
    hits = engine.search(asked).hits
    assert len(hits) > 5
    for place, hit in enumerate(hits, 1):
        (article,) = [one for one in ARTICLES if one.id == hit.id]
        placed = placement(engine, article, asked)
        assert (placed.place, placed.hit.score) == (place, hit.score)
        assert placed.hit.explanation == hit.explanation
    why = found(archive, TREATIES[0], "bridge tunnel")
    assert why.holds
    assert why.verdict.startswith("Found, at place ")
    assert why.details == ("tunnel: it does not have that.",)
    assert sum(reason.score for reason in why.reasons) == pytest.approx(
        float(why.verdict.rstrip(".").rpartition(" ")[2]), abs=0.01
    )


def test_words_that_are_missing_are_named_and_how_they_are_read(archive):
    why = found(archive, FERRY, "treaties anvils")
    assert not why.holds
    assert why.verdict == "Not found: it does not have any of the words of the query."
    assert why.details == (
        "treaties (read as treati): it does not have that.",
        "anvils (read as anvil): it does not have that.",
    )
    assert found(archive, FERRY, "harbours").holds
    assert found(archive, FERRY, "treaty").verdict == "Not found: it does not have treaty."
    every = found(archive, FERRY, "harbour treaty", match="all")
    assert every.verdict == "Not found: the query needs all of its words, and it has not treaty."
    assert found(archive, FERRY, "harbour AND treaty").verdict == every.verdict
    phrase = found(archive, FERRY, '"paper yellow"')
    assert phrase.verdict == 'Not found: it does not have "paper yellow".'
    left_out = found(archive, FERRY, "harbour -yellow")
    assert "leaves out what has yellow" in left_out.verdict


def test_filters_that_leave_it_out_are_named(archive):
    day = FERRY.published.astimezone(UTC).date()
    for wrong, name in (
        ({"section": ("Sport",)}, "section"),
        ({"year": (1999,), "person": ("Somebody",)}, "year and person"),
        ({"published_to": day - timedelta(days=1)}, "days"),
        ({"published_from": day + timedelta(days=1)}, "days"),
        ({"language": ("de",)}, "language"),
    ):
        why = found(archive, FERRY, "harbour", **wrong)
        assert why.verdict.startswith("Not found: left out by the filter of ")
        assert all(word in why.verdict for word in name.split(" and "))
    right = {"section": ("Service",), "person": ("Nora Fell",), "published_from": day}
    assert found(archive, FERRY, "harbour", published_to=day, **right).holds
    assert "days" in found(archive, UNDATED, "anvils", published_from=date.min).verdict
    assert found(archive, UNDATED, "anvil").holds
    assert found(archive, UNDATED, "harbour").verdict == "Not found: it does not have harbour."


def test_what_answers_but_stands_too_deep_is_said(archive, monkeypatch):
    monkeypatch.setattr("search.placement.MAXIMUM_WINDOW", 3)
    monkeypatch.setattr("web.whys.MAXIMUM_WINDOW", 3)
    why = found(archive, TREATIES[7], "treaty", sort="newest")
    assert "answers the search, but stands behind the first 3 of" in why.verdict


def test_what_readers_do_not_see_is_not_found_and_it_is_said_why(own):
    store = own.store
    late = replace(FERRY, embargo_until=NOW + timedelta(days=1))
    new = Article(id="new", title="Harbour news", published=NOW)
    changed = replace(UNDATED, title="Tongs", body=("Nothing but tongs.",))
    store.upsert([replace(TREATIES[0], status=Status.WITHDRAWN), late, new, changed], NOW)
    gone = found(own, TREATIES[0], "bridge")
    assert gone.verdict == "Readers do not see it: withdrawn."
    assert gone.details == ("It is in generation 1, and nothing shows it.",)
    assert "its embargo holds until 2026-01-02 00:00 UTC" in found(own, late, "harbour").verdict
    assert found(own, new, "harbour").verdict.startswith("In the store, but not yet in the index")
    assert "as it was when generation 1 was built" in found(own, changed, "tongs").details[-1]
    nothing = Moment(served=None, store=store, settings=own.settings, now=NOW)
    assert "There is no index" in why_found(new, SearchRequest(query="x"), nothing).verdict


def test_what_stands_beside_an_article_does_so_by_the_block(archive):
    with archive._served.deciding(NOW) as basis:
        asked = RelatedRequest(limit=archive.settings.related_limit)
        items = archive._served.blocks.related(TREATIES[0], asked, basis)
    for place, item in enumerate(items, 1):
        why = beside(archive, TREATIES[0], archive.store.get(item.article.id))
        assert why.holds
        assert f"at place {place} of {len(items)}" in why.verdict
        assert len(why.shown) == len(items)
    assert (
        f"Its score is {items[0].article.score:.2f} and"
        in beside(archive, TREATIES[0], archive.store.get(items[0].article.id)).details[0]
    )


def test_what_keeps_an_article_away_is_named(archive):
    assert "not similar enough" in beside(archive, TREATIES[0], UNDATED).verdict
    assert "different languages" in beside(archive, TREATIES[2], FRENCH).verdict
    assert "versions of one story" in beside(archive, TREATIES[1], COPY).verdict
    assert beside(archive, FERRY, FERRY).verdict == "No article stands beside itself."


def test_others_that_are_nearer_and_versions_that_stand_for_it_are_named(tmp_path):
    with opened(tmp_path / "home", related_limit=1, related_minimum_score=0.0) as archive:
        verdicts = {beside(archive, TREATIES[0], one).verdict for one in TREATIES[1:]}
        pair = [beside(archive, TREATIES[0], one).verdict for one in (TREATIES[1], COPY)]
    assert "It does not stand there: others are nearer." in verdicts
    assert sum("tells the same story in its place" in verdict for verdict in pair) == 1


def test_what_editors_decide_is_said(own):
    curation = own.store.curation
    curation.change_pins("ferry", pin("ferry", "undated", PinKind.PIN), by="ines", now=NOW)
    why = beside(own, FERRY, UNDATED)
    assert why.holds
    assert why.details[0] == "An editor has pinned it beside this article."
    curation.change_pins("", pin("", "undated", PinKind.HIDE), by="ines", now=NOW)
    why = beside(own, FERRY, UNDATED)
    assert why.verdict == "It does not stand there: an editor has hidden it."
    assert "An editor has hidden it everywhere." in why.details


def test_who_is_not_public_stands_nowhere(own):
    own.store.upsert([replace(FERRY, status=Status.DRAFT)], NOW)
    assert "It is not public." in beside(own, UNDATED, FERRY).verdict
    assert "beside which it would stand is not public." in beside(own, FERRY, UNDATED).verdict


def test_a_search_is_meant_by_its_words_or_by_the_address_of_its_page(archive):
    settings = archive.settings
    address = "https://x.example/search?q=bridge&section=Sport&section=Politics&year=2020&match=all"
    asked = asked_search(address, settings)
    assert (asked.query, asked.match) == ("bridge", "all")
    assert (asked.section, asked.year) == (("Sport", "Politics"), (2020,))
    assert asked_search("/search?q=a&page=2&unknown=1", settings).query == "a"
    assert asked_search("https://x.example/", settings).query == "https://x.example/"
    for wrong in ("/search?q=a&year=x", "/search?q=a&from=2020", "x" * 10_000):
        with pytest.raises(ParameterError):
            asked_search(wrong, settings)


def test_a_query_falls_into_its_parts():
    assert parts_of('+bridge AND (toll* OR "the ferry"~3) -section:Sport ! ~') == [
        *("+bridge", "toll*", '"the ferry"~3', "-section:Sport")
    ]
    assert parts_of("date:[2010 TO 2011] x") == ["date:[2010 TO 2011]", "x"]
    assert parts_of("word " * 100) == ["word"] * 20


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60) | st.text('ab"():*?~^-+& AND[]', max_size=30))
def test_no_query_breaks_it_and_what_is_found_is_what_the_search_finds(archive, query):
    try:
        why = found(archive, FERRY, query)
        ids = archive._served.engine.rank(SearchRequest(query=query, limit=100)).ids
    except SearchError:
        return
    assert why.holds == ("ferry" in ids)
