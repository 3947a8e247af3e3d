"""Words that the archive hardly holds are found to be other ones, and nothing else is touched."""

from collections import Counter
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import analysis
from index.strings import StringTable
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.lookalikes import Lookalikes
from search.plain_words import plain_words
from search.slips import FIRST_LETTER, LIKELY_SLIP, SLIP, cost
from tests.archives import NOW, build, random_articles
from tests.oracles.naive_distance import distance
from tests.test_search_query import QUERIES

WORDS = st.text("abcxyü", min_size=1, max_size=8)
TEXTS = (
    *["Gorbachev met the president at the summit in Moscow"] * 30,
    *["The president opened the airport of New York"] * 20,
    *["The Airport Authority raised the tolls of the bridge"] * 10,
    *["Wheat and barley stood high on the northern fields"] * 40,
    "Airpert is how one editor wrote it once",
    "A port in the air, said the poet, as he saw the air and the port",
)


@contextmanager
def opened(home, articles):
    store, generations, _ = build(home, articles)
    generation = generations.open_current()
    yield EmbeddedEngine(generation, Visibility(generation, store)), generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    from articles.article import Article

    articles = [
        Article(
            id=f"t{number:03d}",
            title=f"{text.split()[0]} report",
            body=(f"{text}.", f"Number {number}."),
            section="Politics" if number % 2 else "World",
            people=("Mikhail Gorbachev",) if text.startswith("Gorbachev") else (),
            published=NOW,
        )
        for number, text in enumerate(TEXTS)
    ]
    with opened(tmp_path_factory.mktemp("corrections"), articles) as found:
        yield found


@pytest.fixture
def engine(archive):
    return archive[0]


def suggested(engine, text, **options):
    found = engine.search(SearchRequest(query=text, **options)).correction
    return found and found.query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gorbadhev", "gorbachev"),
        ("Gorbadhev", "Gorbachev"),
        ("GORBADHEV summit", "GORBACHEV summit"),
        ("presidnet", "president"),
        ("prsident moscow", "president moscow"),
        ("  presidemt   AND  moscow ", "  president   AND  moscow "),
        ("(presidemt OR summet) AND moscow", "(president OR summit) AND moscow"),
        ("gorbadhev presidemt", "gorbachev president"),
        ("+gorbadhev -barley", "+gorbachev -barley"),
        ("gorbadhev^2 moscow", "gorbachev^2 moscow"),
        ("gorbadhev “new york”", "gorbachev “new york”"),
        ("gorbadhev date:2026", "gorbachev date:2026"),
        ("title:gorbadhev", "title:gorbachev"),
        ("person:gorbadhev", "person:gorbachev"),
        ("newyork", "new york"),
        ("NewYork airport", "New york airport"),
        ("air port", "airport"),
        ("barley Air Port", "barley Airport"),
    ],
)
def test_words_are_put_right_where_they_stand(engine, typed, meant):
    assert suggested(engine, typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        *("gorbachev", "president", "presidents", "presidential summit", "barley wheat"),
        *('"gorbadhev"', "gorbadhev*", "gorb?chov", "gorbadhev~1", "president NOT barlex"),
        *("president -barlex", "language:gorbadhev", "1989", "3rd", "a1b2", "the", ""),
        *("zebra", "xylophone", "gor", "AND", "東京", "new york", "air and port", "title:barlex"),
        *("person:newyork", "wheat AND NOT barlex"),
    ],
)
def test_nothing_is_offered_for_what_is_meant_as_it_stands(engine, text):
    assert suggested(engine, text) is None


def test_what_finds_nothing_is_searched_as_it_was_meant(engine):
    answer = engine.search(SearchRequest(query="gorbadhev"))
    right = engine.search(SearchRequest(query="gorbachev"))
    assert answer.correction.searched
    assert answer.correction.marked == "<em>gorbachev</em>"
    assert answer.total == answer.correction.total == right.total == 30
    assert (answer.total_as_typed, right.total_as_typed) == (0, 30)
    assert (answer.hits, answer.facets) == (right.hits, right.facets)
    assert engine.rank(SearchRequest(query="gorbadhev")) == engine.rank(
        SearchRequest(query="gorbachev")
    )


def test_it_is_searched_exactly_where_that_is_asked_for(engine):
    request = SearchRequest(query="gorbadhev", spelling="exact")
    answer = engine.search(request)
    assert (answer.total, answer.hits) == (0, ())
    assert answer.correction.total == 30
    assert not answer.correction.searched
    assert engine.rank(request).ids == ()


def test_what_finds_something_is_left_as_it_is(engine):
    answer = engine.search(SearchRequest(query="gorbadhev barley"))
    assert answer.total == 40
    assert not answer.correction.searched
    assert answer.correction.total == 70
    assert suggested(engine, "gorbadhev barley", match="all") is None  # no article has both
    both = engine.search(SearchRequest(query="gorbadhev summit", match="all"))
    assert both.correction.searched
    assert both.total == 30


def test_a_rare_spelling_is_no_reason_to_leave_the_common_one_out(engine):
    answer = engine.search(SearchRequest(query="airpert", variants=False))
    assert answer.total == 1  # it stands in an article, and the common one in few more
    assert answer.correction is None


def test_what_is_another_spelling_of_a_name_is_no_slip(engine):
    answer = engine.search(SearchRequest(query="gorbachov"))
    assert answer.total == 30
    assert answer.correction is None
    assert engine.search(SearchRequest(query="gorbachov", variants=False)).correction.searched


def test_filters_hold_for_what_was_meant(engine):
    request = SearchRequest(query="gorbadhev", section=("World",))
    assert engine.search(request).total == 15
    assert suggested(engine, "gorbadhev", section=("Nowhere",)) is None
    wide = engine.search(SearchRequest(query="gorbadhev", mode="broaden"))
    assert wide.correction.searched
    assert wide.total == wide.correction.total >= 30


def test_what_was_typed_is_escaped(engine):
    found = engine.search(SearchRequest(query='<b> gorbadhev & "<i>"')).correction
    assert found.marked == "&lt;b&gt; <em>gorbachev</em> &amp; &quot;&lt;i&gt;&quot;"


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(QUERIES, st.lists(st.sampled_from(["gorbadhev", "presidemt", "air port"]), max_size=3))
def test_a_correction_finds_what_it_says(engine, text, slips):
    text = " ".join([text, *slips])
    answer = engine.search(SearchRequest(query=text, spelling="exact", snippets=False))
    if answer.correction is None:
        return
    meant = SearchRequest(query=answer.correction.query, spelling="exact", snippets=False)
    assert engine.search(meant).total == answer.correction.total
    assert answer.correction.total >= max(answer.total, 1)
    assert "<" not in answer.correction.marked.replace("<em>", "").replace("</em>", "")


@given(QUERIES)
def test_plain_words_stand_where_they_are_said_to(text):
    words = list(plain_words(text))
    for word in words:
        assert text[word.start : word.stop] == word.text
        assert not any(char.isdecimal() or char in '"*?~:()' for char in word.text)
    assert all(before.stop <= after.start for before, after in pairwise(words))


def test_every_spelling_is_counted(archive):
    _, generation = archive
    text = Counter(
        token.lower()
        for number, text in enumerate(TEXTS)
        for part in (f"{text.split()[0]} report", text, f"Number {number}")
        for token in analysis.tokens(part)
    )
    counted = dict(zip(generation.surfaces, generation.surface_totals.tolist(), strict=True))
    assert counted == text


def test_a_generation_without_these_counts_is_corrected_as_well(tmp_path):
    from tests.test_index_golden import unpacked

    generation = unpacked(tmp_path, 3).open_current()
    engine = EmbeddedEngine(generation, Visibility(generation))
    assert suggested(engine, "harbuor") == "harbour"
    assert generation.surface_totals.min() >= 1
    engine.close()


@pytest.mark.parametrize("text", ["bridge harbour", "ministre treaty", "orchestre", "brigde"])
def test_an_empty_or_tiny_archive_has_nothing_to_offer(tmp_path, text):
    with opened(tmp_path, []) as (engine, _):
        assert engine.search(SearchRequest(query=text)).correction is None
    with opened(tmp_path / "one", random_articles(1)) as (engine, _):
        engine.search(SearchRequest(query=text))


def alone(table):
    """Return as much of a generation as lookalikes are read of."""
    return SimpleNamespace(surface_tables=[(table, np.arange(len(table)))])


@given(st.lists(WORDS, unique=True, max_size=30), WORDS, st.sampled_from([1, 2]))
def test_lookalikes_are_all_that_are_near(words, word, most):
    table = StringTable.of(sorted(words, key=str.encode))
    numbers, distances = Lookalikes(alone(table)).near(word, most)
    found = {table[number]: far for number, far in zip(numbers, distances.tolist(), strict=True)}
    assert found == {
        other: distance(word, other) for other in words if distance(word, other) <= most
    }


@pytest.mark.parametrize("word", ["tests", "test's", "test1", "u.s.", "it's", "o'neill"])
def test_possessives_and_numbers_are_no_lookalikes(word):
    numbers, _ = Lookalikes(alone(StringTable.of([word]))).near(word, 2)
    assert len(numbers) == (word in {"tests", "o'neill"})


@given(WORDS, WORDS)
def test_the_cost_of_slips_is_that_of_the_fewest_or_less(typed, meant):
    slips = distance(typed, meant)
    assert cost(typed, meant) == pytest.approx(cost(meant, typed))
    assert LIKELY_SLIP * slips <= cost(typed, meant) + 1e-9
    assert cost(typed, meant) <= (SLIP + FIRST_LETTER) * slips + 1e-9


def test_slips_that_are_made_often_cost_less():
    assert cost("recieve", "receive") < cost("reczeive", "receive")
    assert cost("acommodate", "accommodate") < cost("ccommodate", "accommodate")
    assert cost("gorbavhev", "gorbachev") < cost("gorbamhev", "gorbachev")
    assert cost("xridge", "bridge") > cost("bxidge", "bridge")
