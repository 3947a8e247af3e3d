"""A word is found by its synonyms as if both were one word, and nothing else changes."""

from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from articles.word_lists import MOST_WORDS, WordKind, line_of
from index.analysis import term_of, tokens
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest, Synonyms
from search.name_list import NameList
from search.proximity import PairWeights
from search.query import MOST_SYNONYMS
from search.synonyms import MOST_MEANINGS
from search.word_checks import WordChecker, checked
from tests.archives import WORDS, build, random_articles
from tests.oracles.naive_synonyms import NaiveSynonyms

NAMES = NameList((("Gaddafi", "Qaddafi"),))
TEXTS = {
    "car": "The car stopped. A car again.",
    "automobile": "An automobile stopped at the toll.",
    "motor car": "The motor car of the minister. A motor.",
    "pm": "The prime minister spoke about us.",
    "usa": "United States of America voted for us.",
    "news": "Newspaper says bridge toll.",
    "boat": "The motor of the boat.",
    "name": "On that day Gaddafi was there. So Gaddafi and Gaddafi and Gaddafi spoke to us.",
    "other": "On that day Qaddafi was there. So Qaddafi and Qaddafi and Qaddafi spoke to us.",
    "wagen": "Das Auto hielt an der Brücke, ein Wagen kam nicht mehr vor dem Abend an.",
}


def line(text, kind=WordKind.SYNONYMS, **more):
    return checked(line_of(kind, text, **more))


LINES = (
    line("automobile, motor car, vehicle"),
    line("pm => prime minister"),
    line("us, United States"),
    line("Gaddafi, colonel, boat"),
    line("auto, wagen", language="de"),
    line("newspaper", WordKind.STOP),
    line("abend", WordKind.STOP, language="de"),
)


@contextmanager
def searching(folder, articles, **options):
    store, generations, _ = build(folder, articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation), names=NAMES, **options)
    yield engine
    engine.close()
    store.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    articles = [
        Article(id=name, title="Report", body=(text,), language="de" if name == "wagen" else "en")
        for name, text in TEXTS.items()
    ]
    with searching(tmp_path_factory.mktemp("words"), articles) as engine:
        yield engine


@pytest.fixture(scope="module")
def worded(plain):
    return plain.worded(LINES)


def found(engine, query, **options):
    return {
        hit.id for hit in engine.search(SearchRequest(query=query, limit=1_000, **options)).hits
    }


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [
        ("automobile", {"automobile"}, {"automobile", "motor car"}),
        ("motor car", {"motor car", "car", "boat"}, {"motor car", "car", "boat", "automobile"}),
        ("vehicle", set(), {"automobile", "motor car"}),
        ("pm", set(), {"pm"}),
        ("prime minister", {"pm", "motor car"}, {"pm", "motor car"}),
        ("us", {"pm", "usa", "name", "other"}, {"usa"}),
        ("newspaper bridge", {"news"}, {"news"}),
        ("newspaper toll", {"news", "automobile"}, {"news", "automobile"}),
        ("newspaper", {"news"}, {"news"}),
        ("newspaper spoke", {"news", "pm", "name", "other"}, {"pm", "name", "other"}),
        ("+newspaper spoke", {"news"}, {"pm", "name", "other"}),
        ('"newspaper" spoke', {"news", "pm", "name", "other"}, {"news", "pm", "name", "other"}),
        ('"automobile"', {"automobile"}, {"automobile"}),
        ('"motor car"', {"motor car"}, {"motor car"}),
        ("automob*", {"automobile"}, {"automobile"}),
        ("motor -car", {"boat"}, {"boat"}),
        ("stopped -automobile", {"car"}, {"car"}),
        ("(motor car) AND stopped", {"car"}, {"car", "automobile"}),
        ("(motor car) AND NOT toll", {"motor car", "car", "boat"}, {"motor car", "car", "boat"}),
        ("title:automobile", set(), set()),
        ("person:pm", set(), set()),
        ("auto", {"wagen"}, {"wagen"}),
        ("wagen", {"wagen"}, {"wagen"}),
        ("Gaddafi", {"name", "other"}, {"name", "other", "boat"}),
    ],
)
def test_what_a_query_finds_with_and_without_lists(plain, worded, query, before, after):
    assert found(plain, query, spelling="exact") == before
    assert found(worded, query, spelling="exact") == after
    assert found(worded, query, spelling="exact", variants=False) <= before | after


def test_all_words_must_be_there_in_one_meaning_or_another(plain, worded):
    assert found(plain, "motor car stopped", match="all", spelling="exact") == set()
    assert found(worded, "motor car stopped", match="all") == {"automobile"}
    assert found(worded, "motor minister", match="all") == {"motor car"}


def test_readers_are_told_what_else_was_searched(plain, worded):
    answer = worded.search(SearchRequest(query="PM automobile"))
    assert answer.synonyms == (
        Synonyms("PM", ("prime minister",)),
        Synonyms("automobile", ("motor car",)),
    )
    assert plain.search(SearchRequest(query="PM automobile")).synonyms == ()
    assert worded.search(SearchRequest(query="PM", variants=False)).synonyms == ()
    both = worded.search(SearchRequest(query="Gaddafi"))
    assert [name.others for name in both.variants] == [("Qaddafi",)]
    assert [word.others for word in both.synonyms] == [("boat",)]


def test_what_is_found_is_marked_and_explained_to_the_last_digit(worded):
    for query in ("automobile", "motor car toll", "pm us", "us", "vehicle stopped"):
        answer = worded.search(SearchRequest(query=query, explain=True))
        assert answer.hits
        for hit in answer.hits:
            assert "<mark>" in hit.snippet, (query, hit.id)
            assert sum(one.score for one in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
    (hit,) = worded.search(SearchRequest(query="pm", explain=True)).hits
    assert "<mark>prime minister</mark>" in hit.snippet
    (reason,) = hit.explanation
    assert (reason.kind, reason.text, reason.words) == ("word", "pm", ("prime minister",))


def test_lists_change_nothing_of_an_engine_that_has_none(plain):
    assert plain.reads_alike(plain.worded(()), SearchRequest(query="motor car toll"))
    assert not plain.reads_alike(plain.worded(LINES), SearchRequest(query="motor car toll"))
    assert plain.reads_alike(plain.worded(LINES), SearchRequest(query="bridge of sighs"))


def test_a_broader_search_takes_synonyms_for_words_that_were_asked(worded):
    answer = worded.search(SearchRequest(query="automobile", mode="broaden", explain=True))
    assert {"automobile", "motor car"} <= {hit.id for hit in answer.hits}


def test_lists_lead_nowhere_in_a_circle(plain):
    circle = plain.worded(
        [line("car => boat"), line("boat => automobile"), line("automobile => car")]
    )
    assert found(circle, "car") == {"car", "motor car", "boat"}
    assert found(circle, "boat") == {"boat", "automobile"}
    loop = plain.worded([line("car, boat"), line("boat, car, automobile")])
    assert found(loop, "car") == {"car", "motor car", "boat", "automobile"}


def test_only_so_many_words_of_a_query_have_synonyms(worded):
    query = " ".join(["automobile"] * (MOST_SYNONYMS + 1))
    answer = worded.search(SearchRequest(query=query))
    assert answer.synonyms == ()
    assert [hit.id for hit in answer.hits] == ["automobile"]
    assert "have synonyms; only what was written was searched" in answer.notices[-1]
    assert worded.search(SearchRequest(query=" ".join(["pm"] * MOST_SYNONYMS))).synonyms


def test_a_word_of_many_lines_has_only_so_many_synonyms(plain):
    known = [word for text in TEXTS.values() for word in tokens(text) if len(word) > 2]
    lines = [line(f"xylophone => {word}") for word in dict.fromkeys(map(str.lower, known))]
    (one,) = plain.worded(lines).search(SearchRequest(query="xylophone")).synonyms
    assert len(lines) > MOST_MEANINGS >= len(one.others)


@pytest.fixture(scope="module")
def random(tmp_path_factory):
    """Random articles without the weights of pairs, and the oracle that knows them."""
    articles = [one for one in random_articles(120) if one.published]
    folder = tmp_path_factory.mktemp("random")
    with searching(folder, articles, pairs=PairWeights(0, 0)) as engine:
        yield engine, NaiveSynonyms(articles)


def terms(text):
    return tuple(map(term_of("en"), tokens(text)))


PHRASES = st.lists(st.sampled_from(WORDS[:12]), min_size=1, max_size=2).map(" ".join)


@given(words=st.lists(PHRASES, min_size=2, max_size=4, unique=True))
@settings(max_examples=30, deadline=None)
def test_scores_are_those_of_the_book(random, words):
    engine, oracle = random
    asked = words[0]
    worded = engine.worded([line(", ".join(words))])
    said = [terms(word) for word in words]
    # What holds another meaning adds nothing to it.
    distinct = [
        one
        for one in dict.fromkeys(said)
        if not any(other != one and any(part == other for part in zip(one)) for other in said)
    ]
    expected = oracle.group(distinct)
    if len(said[0]) == 2:
        # Each of the words has its own synonyms, too.
        apart = [oracle.group(distinct if (term,) in said else [(term,)]) for term in said[0]]
        for key in {key for part in apart for key in part}:
            together = sum(part.get(key, 0) for part in apart)
            expected[key] = max(expected.get(key, 0), together)
    elif distinct == [said[0]]:
        expected = oracle.group([said[0]])
    ranking = worded.rank(SearchRequest(query=asked, limit=400))
    assert set(ranking.ids) == expected.keys()
    for key, score in zip(ranking.ids, ranking.scores, strict=True):
        assert score == pytest.approx(expected[key], rel=2e-4)


@given(
    query=st.lists(
        st.sampled_from(["motor", "car", "automobile", "pm", "us", "AND", "OR", "NOT", "newspaper"])
        | st.sampled_from(['"', "(", ")", "+", "-", "*", "~2", "^3", "title:", "vehicle", "the"]),
        max_size=12,
    ).map(" ".join)
)
@settings(max_examples=60, deadline=None)
def test_no_query_breaks_on_lists(worded, query):
    answer = worded.search(SearchRequest(query=query, explain=True))
    for hit in answer.hits:
        assert sum(one.score for one in hit.explanation) == pytest.approx(
            hit.score, rel=1e-4, abs=1e-4
        )


@given(
    lines=st.lists(
        st.lists(PHRASES, min_size=2, max_size=MOST_WORDS, unique_by=str.casefold).map(", ".join),
        max_size=6,
    ),
    query=st.lists(PHRASES, min_size=1, max_size=4).map(" ".join),
)
@settings(max_examples=30, deadline=None)
def test_lists_of_synonyms_never_lose_an_article(random, lines, query):
    engine, _ = random
    with_lists = engine.worded([line(one) for one in lines])
    assert found(engine, query) <= found(with_lists, query)


def test_editors_are_told_what_a_line_does_not_do(worded, plain):
    generation = plain._generation
    lines = (
        *LINES,
        line("automobile, zeppelin"),
        line("the", WordKind.STOP, language="en"),
        line("car, newspaper"),
        line("toll, maut", language="fr"),
        line("Gaddafi, bridge", WordKind.NAMES),
    )
    checker = WordChecker(generation, lines)
    said = {one.text: " ".join(checker.remarks(one)) for one in lines}
    assert "Not in the archive: “zeppelin”." in said["automobile, zeppelin"]
    assert (
        "stands in another line, too: “automobile, motor car, vehicle”"
        in (said["automobile, zeppelin"])
    )
    assert "skipped anyway" in said["the"]
    assert "“newspaper” is a stop word, too" in said["car, newspaper"]
    assert "no articles in “fr”" in said["toll, maut"]
    assert "An ordinary word of the archive: “bridge”" in said["Gaddafi, bridge"]
    assert said["pm => prime minister"] == "Not in the archive: “pm”."
