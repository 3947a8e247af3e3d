"""What is suggested to somebody who types, held against loops over all articles."""

import html
import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.asked_queries import PastQuery
from articles.store import Store
from index.publish import Generations
from index.visibility import Visibility
from index.word_index import WordIndex, words_of
from search.embedded import EmbeddedEngine
from search.engine import Suggestion
from search.past_queries import PastQueries
from search.suggestions import marked, mixed
from tests.archives import NOW, build, open_engine, random_articles
from tests.oracles.naive_suggestions import suggestions

if TYPE_CHECKING:
    from index.generation import Generation

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(engine, typed, limit=8):
    return [
        (item.kind, item.text, item.count, item.article_id) for item in engine.suggest(typed, limit)
    ]


def texts(engine, typed, limit=8):
    return [item.text for item in engine.suggest(typed, limit)]


def plain(marked):
    return html.unescape(re.sub("</?mark>", "", marked))


@pytest.fixture(scope="module")
def sample_engine(sample_home):
    with Store.open(f"sqlite:///{sample_home}/archive.sqlite3"):
        generation = Generations(sample_home / "generations").open_current()
        engine = EmbeddedEngine(generation, Visibility(generation))
        articles = generation.documents.articles(range(generation.articles))
        engine.suggest("bridge", 8)
        yield engine, articles
        engine.close()


def test_every_beginning_of_every_headline_of_the_sample(sample_engine):
    engine, articles = sample_engine
    for article in articles[::3]:
        for length in {1, 2, 3, 5, 8, 13, 21, 34, len(article.title)}:
            typed = article.title[:length]
            if not re.search(r"(?:^|\s)-\w|[^\W\d]:\S", typed):
                assert found(engine, typed) == suggestions(articles, typed, 8), typed


def test_every_name_of_the_sample_is_suggested_when_it_is_typed_whole(sample_engine):
    engine, articles = sample_engine
    names = {name for article in articles for name in (*article.people, *article.places)}
    for name in sorted(names):
        for typed in (name.upper(), name.split()[-1].lower(), name[:4]):
            assert found(engine, typed) == suggestions(articles, typed, 8), typed
        assert name in texts(engine, name)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8, 13, 20])
def test_no_more_than_were_asked_for_are_suggested(sample_engine, limit):
    engine, articles = sample_engine
    for typed in ("b", "s", "мо", "the br"):
        assert found(engine, typed, limit) == suggestions(articles, typed, limit)
        assert len(engine.suggest(typed, limit)) <= limit


WORDS = st.sampled_from([
    "bridge", "Bridgé", "brid", "Brücke", "o'Neill", "O’Neil", "U.S.", "мост", "Ёлка", "елки",
    "東京都", "1,014", "-", "ß", "Wałęsa", "wale", "Łódź", "news-room", "İzmir", "news",
])  # fmt: skip
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
ARTICLES = st.lists(
    st.builds(
        Article,
        id=st.just(""),
        title=TEXTS,
        section=TEXTS,
        source=TEXTS,
        people=st.lists(TEXTS, max_size=2).map(tuple),
        places=st.lists(TEXTS, max_size=2).map(tuple),
        tags=st.lists(TEXTS, max_size=2).map(tuple),
        published=st.integers(1, 9).map(lambda day: NOW - timedelta(days=day)),
        language=st.sampled_from(["en", "ru", "ja", "tr"]),
    ),
    max_size=12,
)
TYPED = st.lists(WORDS, min_size=1, max_size=2).map(" ".join)


@settings(SLOW, max_examples=40)
@given(ARTICLES, st.lists(st.tuples(TYPED, st.integers(1, 9)), min_size=1), st.integers(1, 9))
def test_any_archive_against_loops(articles, typed, limit):
    articles = [replace(article, id=f"a{place}") for place, article in enumerate(articles)]
    in_order = sorted(articles, key=lambda article: (article.published, article.id))
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder), articles) as engine:
        for text, length in typed:
            begun = text[:length]
            if not begun.lstrip().startswith("-"):
                assert found(engine, begun, limit) == suggestions(in_order, begun, limit), begun


def test_an_archive_of_several_segments(tmp_path):
    articles = sorted(
        random_articles(2_200), key=lambda a: (a.published is not None, a.published, a.id)
    )
    store, generations, _ = build(tmp_path, articles, memory=1)
    store.close()
    generation = generations.open_current()
    assert len(generation.segments) > 1
    engine = EmbeddedEngine(generation, Visibility(generation))
    for typed in ("b", "br", "bridge to", "tr tr", "mayor council h", "ines", "sp", "x"):
        assert found(engine, typed) == suggestions(articles, typed, 8)
    engine.close()


def test_capitals_accents_and_apostrophes_make_no_difference(tmp_path):
    people = ("Lech Wałęsa", "Conan O’Neill", "Éva Kovács", "Семён Ёлкин")
    article = Article(id="a", title="ŁÓDŹ: U.S. envoy’s visit", people=people, published=NOW)
    with open_engine(tmp_path, [article]) as engine:
        for typed in ("walesa", "WAŁ", "wałę l", "lech w"):
            assert texts(engine, typed) == ["Lech Wałęsa"]
        assert texts(engine, "o'ne") == texts(engine, "O’NEI") == ["Conan O’Neill"]
        assert texts(engine, "eva") == ["Éva Kovács"]
        assert texts(engine, "елк") == texts(engine, "Ёлк") == ["Семён Ёлкин"]
        assert texts(engine, "lodz u.s") == texts(engine, "envoy lo") == [article.title]


def test_letters_without_spaces_are_begun_anywhere(tmp_path):
    article = Article(id="a", title="東京都知事が会見", published=NOW, language="ja")
    with open_engine(tmp_path, [article]) as engine:
        for typed in ("東", "東京", "東京都", "知事", "京都知"):
            assert texts(engine, typed) == [article.title]
        assert texts(engine, "京東") == []
        assert engine.suggest("東京都", 8)[0].marked == "<mark>東京都</mark>知事が会見"


def test_nothing_is_suggested_for_what_excludes_or_names_a_field(sample_engine):
    engine, _ = sample_engine
    assert texts(engine, "bridge")
    for typed in ("", "  ", "-bridge", "toll -bri", "title:bri", "…", "(((", "\0"):
        assert texts(engine, typed) == []
    assert texts(engine, '"bridge to')
    assert texts(engine, "bridge", 0) == []


def test_equal_headlines_and_names_stand_there_once(tmp_path):
    articles = [
        Article(id=f"a{day}", title="Bridge News", people=("Ann Bridge",), authors=("Ann Bridge",),
                published=NOW - timedelta(days=day))
        for day in range(1, 100)
    ]  # fmt: skip
    articles[0] = replace(articles[0], people=())
    articles.append(Article(id="old", title="Bridge opens", published=NOW - timedelta(days=200)))
    with open_engine(tmp_path, articles) as engine:
        names, *titles = found(engine, "bridge")
        assert names == ("author", "Ann Bridge", 99, "")
        # That there is another headline, too, is not worth reading all of them.
        assert titles == [("title", "Bridge News", 1, "a1")]


def test_what_is_hidden_is_not_suggested(tmp_path):
    expires = datetime.now(UTC) + timedelta(days=30)
    articles = [
        Article(
            id="a", title="Bridge one", people=("Bridget A",), tags=("bridges",), published=NOW
        ),
        Article(
            id="b", title="Bridge two", people=("Bridget B",), tags=("bridges",), published=NOW
        ),
        Article(id="c", title="Bridge three", published=NOW, expires=expires),
        Article(id="d", title="Bridge four", published=NOW, status=Status.DRAFT),
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    before = texts(engine, "bri")
    assert set(before) == {"bridges", "Bridget A", "Bridget B", *(a.title for a in articles[:3])}
    assert engine.suggest("bridges", 8)[0].count == 2
    store.upsert([replace(articles[0], status=Status.WITHDRAWN)], NOW)
    store.upsert([replace(articles[2], expires=NOW - timedelta(days=1))], NOW)
    assert set(texts(engine, "bri")) == {"bridges", "Bridget B", "Bridge two"}
    assert engine.suggest("bridges", 8)[0].count == 1
    store.upsert([replace(articles[1], status=Status.WITHDRAWN)], NOW)
    assert texts(engine, "bri") == []
    store.upsert(articles[:3], NOW)
    assert texts(engine, "bri") == before
    engine.close()
    store.close()


def test_a_generation_of_before_suggests_nothing(tmp_path):
    store, generations, _ = build(tmp_path, random_articles(5))
    generation = generations.open_current()
    generation.suggestible = None
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    assert engine.suggest("bridge", 8) == ()
    engine.close()
    store.close()


def test_an_archive_without_articles_suggests_nothing(tmp_path):
    store, generations, _ = build(tmp_path, [])
    generation: Generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    assert engine.suggest("bridge", 8) == ()
    engine.close()
    store.close()


@SLOW
@given(st.text(max_size=300), st.integers(-1, 30))
def test_no_text_breaks_anything(sample_engine, typed, limit):
    for item in sample_engine[0].suggest(typed, limit):
        assert plain(item.marked) == item.text


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_what_is_marked_is_the_text_and_no_markup_of_others(text, typed):
    words = tuple(word for part in typed for word in words_of(part))
    result = marked(text, words)
    assert plain(result) == text
    outside = re.sub("</?mark>", "", result)
    assert "<" not in outside
    assert '"' not in outside
    assert "<mark></mark>" not in result
    assert result.count("<mark>") == result.count("</mark>")


def test_a_long_headline_is_cut_and_a_long_name_left_out(tmp_path):
    article = Article(id="a", title="bridge " * 100, tags=("bridge " * 100,), published=NOW)
    with open_engine(tmp_path, [article]) as engine:
        (item,) = engine.suggest("bri", 8)
        assert (item.kind, len(item.text), item.text[-1]) == ("title", 300, "…")


def test_a_hundred_thousand_names():
    rng = np.random.default_rng(3)
    syllables = np.array(["ba", "cé", "di", "fo", "gü", "ka", "le", "mi", "no", "ru", "sa", "te"])
    parts = ["".join(part) for part in rng.choice(syllables, (400, 3))]
    names = [" ".join(pair) for pair in rng.choice(parts, (100_000, 2))]
    index = WordIndex.of(names)
    folded = [words_of(name) for name in names]
    for typed in (("b",), ("gu", "sa"), ("dif",), ("cefoka",), ("x",), ("ba", "ba", "zz")):
        fitting, leading = index.find(typed)
        expected = [
            place
            for place, words in enumerate(folded)
            if all(any(word.startswith(begun) for word in words) for begun in typed)
        ]
        assert np.flatnonzero(fitting).tolist() == expected
        begins = [place for place in expected if folded[place][0].startswith(typed[0])]
        assert np.flatnonzero(leading).tolist() == begins


def item(kind, text):
    return Suggestion(kind=kind, text=text, marked=text, count=1)


def test_each_kind_has_its_place_in_the_mix():
    queries = [item("query", f"query {letter}") for letter in "abcdefghij"]
    names = [item("person", f"name {letter}") for letter in "abcdefghij"]
    titles = [item("title", f"title {letter}") for letter in "abcdefghij"]

    def kinds(*given, limit=8):
        return "".join(one.kind[0] for one in mixed(*given, limit))

    assert kinds(queries, names, titles) == "qqqppttt"
    assert kinds([], names, titles) == "pppppttt"
    assert kinds(queries, [], titles) == "qqqttttt"
    assert kinds(queries, names[:1], titles[:1]) == "qqqqqqpt"
    assert kinds(queries[:1], names, []) == "qppppppp"
    assert kinds(queries, [], []) == "qqqqqqqq"
    assert kinds(queries, names, titles, limit=1) == "p"
    assert kinds([], [], [], limit=8) == ""
    same = item("query", "NAME a")
    assert mixed([same], names[:1], [], 8) == names[:1]


def test_past_queries_are_suggested_by_their_success():
    past = PastQueries(
        [PastQuery("bridge toll", 9, 20), PastQuery("old bridge", 5, 7), PastQuery("tôll", 3, 1)]
    )
    assert [one.text for one in past.suggest("bri", 5)] == ["bridge toll", "old bridge"]
    assert [one.text for one in past.suggest("TOLL", 5)] == ["bridge toll"]
    (first,) = past.suggest("bri", 1)
    assert (first.kind, first.marked, first.count) == ("query", "<mark>bri</mark>dge toll", 20)
    for typed in ("", "bridge toll", "bridge -t", "zz"):
        assert past.suggest(typed, 5) == []
    assert PastQueries().suggest("bri", 5) == []
