"""A search for a name finds its other spellings, says which, and leaves all other words alone."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from index.names import FIELD, LIKELY, SURE, UNTOLD
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import NameVariants, SearchRequest
from search.name_list import NameList
from tests.archives import NOW, build, random_articles

NOTHING = NameList()
ROOT = Path(__file__).parent.parent


def article(number, text, **fields):
    return Article(
        id=f"a{number:03d}",
        title=fields.pop("title", f"Report {number}"),
        body=(text,),
        language=fields.pop("language", "en"),
        published=NOW - timedelta(days=number + 1),
        **fields,
    )


def sentences(*words, times=3):
    """Return a text in which each word stands some times in the middle of a sentence."""
    return " ".join(f"On that day {word} was there." for word in words for _ in range(times))


@contextmanager
def searching(articles, names=NOTHING):
    with tempfile.TemporaryDirectory() as folder:
        store, generations, _ = build(Path(folder), articles)
        generation = generations.open_current()
        engine = EmbeddedEngine(generation, Visibility(generation), names=names)
        yield engine
        engine.close()
        store.close()


def found(engine, query, **options):
    return {hit.id for hit in engine.search(SearchRequest(query=query, limit=100, **options)).hits}


def variants(engine, query):
    answer = engine.search(SearchRequest(query=query))
    return {name.asked: list(name.others) for name in answer.variants}


TEXTS = (
    sentences("Pashinyan", "wine", "the winning team", "bill"),
    sentences("Pashinian", "the wining team"),
    sentences("Hillary", "their house"),
    sentences("Hilary", "there"),
    sentences("Gorbachev", "treaty"),
    sentences("Gorbatchev", "bridge"),
    sentences("Горбачёв", "мост"),
    sentences("Փաշինյան"),
    sentences("თბილისი"),
    sentences("Tbilisi"),
    sentences("Smith") + sentences("Smyth"),
    sentences("Barry", "Berry"),
)


@pytest.fixture(scope="module")
def engine():
    names = NameList((("Peking", "Beijing"),), (("Smith", "Smyth"),))
    articles = [article(number, text) for number, text in enumerate(TEXTS)]
    articles.append(article(90, sentences("Peking")))
    articles.append(article(91, "The mayor spoke.", people=("Nikol Pachinyan",)))
    articles.append(article(92, "Nothing else.", authors=("Hilary Sands",), places=("Tiflis",)))
    articles.append(article(93, "Nothing at all.", authors=("Hillary Sands",)))
    with searching(articles, names) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Pashinyan", {"Pashinyan": ["Pashinian", "Փաշինյան"]}),
        ("pashinian", {"pashinian": ["Pashinyan", "Փաշինյան"]}),
        ("Пашинян", {"Пашинян": ["Pashinian", "Pashinyan", "Փաշինյան"]}),
        ("Pashinyan’s", {"Pashinyan’s": ["Pashinian", "Փաշինյան"]}),
        ("hilary", {"hilary": ["Hillary"]}),
        ("Gorbachev treaty", {"Gorbachev": ["Gorbatchev", "Горбачёв"]}),
        ("Горбачёв", {"Горбачёв": ["Gorbachev", "Gorbatchev"]}),
        ("Tbilisi", {"Tbilisi": ["თბილისი"]}),
        ("თბილისი", {"თბილისი": ["Tbilisi"]}),
        ("Beijing", {"Beijing": ["Peking"]}),
        ("title:Pashinyan", {}),
        ("person:Pachinian", {"Pachinian": ["Pachinyan"]}),
        ("author:hillary", {"hillary": ["Hilary"]}),
        ("place:Peking", {}),
        # What is no name, what the list says, what is quoted or a pattern.
        ("winning", {}),
        ("wining", {}),
        ("their", {}),
        ("Barry", {}),
        ("Smith", {}),
        ("Smyth", {}),
        ('"Pashinyan"', {}),
        ('"Pashinyan wine"~5', {}),
        ("pashin*", {}),
        ("pashinyan~", {}),
        ("section:Pashinyan", {}),
        ("Pashinyan Gorbachev Pashinyan", {
            "Pashinyan": ["Pashinian", "Փաշինյան"], "Gorbachev": ["Gorbatchev", "Горбачёв"],
        }),
        ("treaty -Gorbachev", {"Gorbachev": ["Gorbatchev", "Горбачёв"]}),
    ],
)  # fmt: skip
def test_what_is_searched_besides(engine, query, expected):
    found = {asked: sorted(others) for asked, others in variants(engine, query).items()}
    assert found == {asked: sorted(others) for asked, others in expected.items()}


def test_a_name_finds_its_other_spellings(engine):
    assert found(engine, "Pashinyan") == {"a000", "a001", "a007"}
    assert found(engine, "Gorbachev") == {"a004", "a005", "a006"}
    assert found(engine, "Gorbachev AND bridge") == {"a005"}
    assert found(engine, "Gorbachev treaty", match="all") == {"a004"}
    assert found(engine, "bridge -Gorbachev") == set()
    assert found(engine, "bridge -Gorbachev", variants=False) == {"a005"}
    assert found(engine, "author:hillary") == {"a092", "a093"}


def test_without_variants_a_name_is_searched_as_written(engine):
    assert found(engine, "Pashinyan", variants=False) == {"a000"}
    answer = engine.search(SearchRequest(query="Pashinyan", variants=False))
    assert answer.variants == ()
    assert found(engine, "Beijing", variants=False) == set()


def test_spellings_are_marked(engine):
    answer = engine.search(SearchRequest(query="Gorbachev"))
    marked = {hit.id: hit.snippet for hit in answer.hits}
    for number, spelling in (("a004", "Gorbachev"), ("a005", "Gorbatchev"), ("a006", "Горбачёв")):
        assert f"<mark>{spelling}</mark>" in marked[number]


def test_a_name_is_a_word_with_its_forms(engine):
    answer = engine.search(SearchRequest(query="Gorbachev bridge", explain=True))
    for hit in answer.hits:
        assert sum(r.score for r in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
    (one,) = (hit for hit in answer.hits if hit.id == "a005")
    (reason,) = (reason for reason in one.explanation if reason.text == "Gorbachev")
    assert (reason.kind, reason.words, reason.articles) == ("word", ("Gorbatchev",), 3)
    assert [(field.field, field.count) for field in reason.fields] == [("text", 3)]
    assert any(reason.kind == "pair_close" for reason in one.explanation)


def test_a_broader_search_adds_no_spelling_as_a_related_word(engine):
    answer = engine.search(SearchRequest(query="Gorbachev", mode="broaden", explain=True))
    assert {"a004", "a005", "a006"} <= {hit.id for hit in answer.hits}
    notice = " ".join(answer.notices)
    assert "Gorb" not in notice
    for hit in answer.hits:
        assert sum(r.score for r in hit.explanation) == pytest.approx(hit.score, rel=1e-5)


def test_kinds_of_terms():
    words = sentences("Erevan", "river", "NATO", "თბილისი") + sentences("Rustavi", times=1)
    german = sentences("Brücke", "Fluss")
    articles = [article(0, words), article(1, german, language="de", people=("Ana Rustavi",))]
    with searching(articles) as engine:
        generation = engine._generation
        kinds = {
            word: generation.names.kind(generation.terms.find(term))
            for word, term in [
                ("Erevan", "erevan"), ("river", "river"), ("NATO", "nato"), ("თბილისი", "თბილის"),
                ("Rustavi", "rustavi"), ("Ana", "ana"), ("Brücke", "bruck"),
            ]
        }  # fmt: skip
    assert kinds == {
        "Erevan": SURE, "river": 0, "NATO": UNTOLD, "თბილისი": LIKELY, "Rustavi": LIKELY | FIELD,
        "Ana": FIELD, "Brücke": LIKELY,
    }  # fmt: skip


def test_rare_names_are_spellings_of_sure_ones_only():
    articles = [
        article(0, sentences("Sokolov")),
        article(1, sentences("Sokolow", times=1)),
        article(2, sentences("Sokoloff", times=1)),
    ]
    with searching(articles) as engine:
        assert sorted(variants(engine, "Sokolov")["Sokolov"]) == ["Sokoloff", "Sokolow"]
        assert variants(engine, "Sokolow") == {"Sokolow": ["Sokolov"]}
        assert variants(engine, "Socolow") == {"Socolow": ["Sokolov"]}


def test_slips_of_a_common_name_are_not_searched(monkeypatch):
    articles = [article(number, sentences("Sokolov")) for number in range(6)]
    articles.append(article(90, sentences("Sokoloff")))
    articles.append(article(91, sentences("Соколов")))
    names = NameList((("Sokolov", "Соколов"),))
    with searching(articles, names) as engine:
        assert sorted(variants(engine, "Sokolov")["Sokolov"]) == ["Sokoloff", "Соколов"]
    monkeypatch.setattr("search.variants.SLIP", 5)
    with searching(articles, names) as engine:
        assert variants(engine, "Sokolov") == {"Sokolov": ["Соколов"]}
        assert variants(engine, "Sokoloff")["Sokoloff"][0] == "Sokolov"


def test_twelve_others_at_most_the_commonest():
    spellings = [f"Karapet{'abcdefghijklmnop'[n]}" for n in range(15)]
    names = NameList((tuple(spellings),))
    articles = [
        article(10 * number + copy, sentences(word))
        for number, word in enumerate(spellings)
        for copy in range(1 + (number != 3))
    ]
    with searching(articles, names) as engine:
        (others,) = variants(engine, spellings[0]).values()
    assert len(others) == 12
    assert spellings[3] not in others


def test_ordinary_words_take_no_part_in_the_list():
    names = NameList((("Bush", "Busch"),))
    articles = [article(0, sentences("bush")), article(1, sentences("Busch"))]
    with searching(articles, names) as engine:
        assert variants(engine, "bush") == {}
        assert variants(engine, "Busch") == {}


def test_several_languages_in_one_archive():
    articles = [
        article(0, sentences("Gorbachev", "Putin"), language="en"),
        article(1, "Вчера Горбачёва видели. О Горбачёве писали. Был Горбачёв.", language="ru"),
        article(2, sentences("Gorbatschow"), language="de"),
    ]
    with searching(articles, NameList.shipped()) as engine:
        assert found(engine, "Gorbachev") == {"a000", "a001", "a002"}
        assert found(engine, "Горбачёв") == {"a000", "a001", "a002"}
        assert found(engine, "Gorbatschow") == {"a000", "a001", "a002"}
        assert found(engine, "Путин") == {"a000"}


names_of_words = st.lists(
    st.sampled_from(["Pashinyan", "Pashinian", "river", "toll"]), min_size=1, max_size=10
)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(names_of_words, min_size=2, max_size=8),
    st.lists(
        st.sampled_from(["Pashinyan", "Pashinian", "river", "toll"]), min_size=1, max_size=3
    ).map(" ".join),
)
def test_two_spellings_score_like_one(bodies, query):
    """An archive with one spelling in the place of both answers the same."""
    texts = [" ".join(body) for body in bodies]
    sure = sentences("Pashinyan") + sentences("Pashinian")
    mixed = [article(number, text) for number, text in enumerate([*texts, sure])]
    united = [
        replace(one, body=tuple(text.replace("Pashinian", "Pashinyan") for text in one.body))
        for one in mixed
    ]
    with searching(mixed) as engine, searching(united) as expected:
        for match in ("any", "all"):
            request = SearchRequest(query=query, match=match, limit=100)
            one = SearchRequest(
                query=query.replace("Pashinian", "Pashinyan"), match=match, limit=100
            )
            answer, wanted = engine.search(request), expected.search(one)
            scores = {hit.id: hit.score for hit in answer.hits}
            assert scores == pytest.approx({hit.id: hit.score for hit in wanted.hits}, rel=1e-3)
            less = engine.search(replace(request, variants=False))
            assert {hit.id for hit in less.hits} <= set(scores)


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from('Pashinyan ГорбачёвԵկ"*~:-+^()’.\0\ud800'), max_size=40))
def test_no_text_of_a_reader_raises(engine, text):
    answer = engine.search(SearchRequest(query=text))
    for name in answer.variants:
        assert isinstance(name, NameVariants)
        assert 1 <= len(name.others) <= 12
    assert answer.total >= len(answer.hits)


def test_an_archive_without_names_searches_as_before():
    with searching(random_articles(60)) as engine:
        for query in ("bridge toll", "bridge AND river", "trout"):
            request = SearchRequest(query=query, limit=60)
            asked, less = engine.search(request), engine.search(replace(request, variants=False))
            assert asked.hits == less.hits
            assert asked.variants == ()


PAIRS = (
    "Pashinyan Pashinian Пашинян Փաշինյան", "Karabakh Qarabagh Gharabagh Карабах Ղարաբաղ",
    "Gorbachev Gorbatchev Gorbatschow Горбачёв", "Gaddafi Qaddafi Khadafy Kadhafi",
    "Khomeini Khomeiny Chomeini", "Beijing Peking Пекин", "Tbilisi Tiflis თბილისი Тбилиси",
    "Yerevan Erevan Երևան Jerewan", "Sargsyan Sarkisian Sarkissian Саргсян",
    "Chernobyl Chornobyl Чернобыль", "Kiev Kyiv Київ", "Mohammed Muhammad Mohamed Mohammad",
    "Hillary Hilary", "Yeltsin Eltsin Jelzin Ельцин", "Khrushchev Khruschev Chruschtschow Хрущёв",
    "Tchaikovsky Chaikovsky Tschaikowsky Чайковский", "Dostoevsky Dostoyevsky Достоевский",
    "Tolstoy Tolstoi Толстой", "Aliyev Aliev Əliyev Алиев", "Erdogan Erdoğan Эрдоган",
    "Saakashvili Саакашвили სააკაშვილი", "Shevardnadze Schewardnadse Шеварднадзе",
    "Milosevic Miloshevich Милошевић", "Mitsotakis Μητσοτάκης", "Papandreou Παπανδρέου",
    "Hussein Hussain Husayn Хусейн", "Suleiman Suleyman Soleiman", "Mansour Mansur",
    "Schroeder Schröder", "Mueller Müller", "Rachmaninoff Rachmaninov Рахманинов",
    "Prokofiev Prokofieff Прокофьев", "Medvedev Medvedyev Медведев", "Brezhnev Breschnew Брежнев",
    "Kharkiv Kharkov Харків", "Ahmadinejad Ахмадинежад", "Tehran Teheran Тегеран",
    "Hezbollah Hizbullah Hizbollah", "Kocharyan Kocharian Քոչարյան", "Petrosyan Petrossian",
    "Solzhenitsyn Solschenizyn Солженицын", "Nabokov Nabokoff Набоков", "Mikoyan Mikoian Միկոյան",
    "Lukashenko Loukachenko Лукашенко", "Abdullah Abdulla Abdallah", "Osama Usama",
)  # fmt: skip


def test_known_spellings_are_found():
    """Each spelling finds all others, by sound or by the list."""
    lines = [line.split() for line in PAIRS]
    articles = [
        article(100 * number + place, sentences(word))
        for number, words in enumerate(lines)
        for place, word in enumerate(words)
    ]
    with searching(articles, NameList.shipped()) as engine:
        missed = [
            (word, words[place])
            for number, words in enumerate(lines)
            for word in words
            for place in range(len(words))
            if f"a{100 * number + place:03d}" not in found(engine, word)
        ]
    assert sum(len(words) * (len(words) - 1) // 2 for words in lines) > 120
    assert missed == []


def test_the_same_bytes_under_two_hash_seeds(tmp_path):
    articles = [article(number, text) for number, text in enumerate(TEXTS)]
    store, _, _ = build(tmp_path, articles)
    store.close()
    code = (
        "from tests.archives import *; from pathlib import Path; import sys\n"
        "home = Path(sys.argv[1])\n"
        "store = Store.open(f\"sqlite:///{home / 'archive.sqlite3'}\")\n"
        "rebuild(store, Generations(home / 'generations'), now=NOW, processes=int(sys.argv[2]),\n"
        "        steps=[related_lists])\n"
        "store.close()\n"
    )
    for seed, processes in (("1", "1"), ("2", "2")):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), processes],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
        )
    first, second, third = (
        (tmp_path / "generations" / f"00000{n}" / "archive.arrays").read_bytes() for n in (1, 2, 3)
    )
    assert first == second == third
