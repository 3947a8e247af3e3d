"""Lists of names, and what the archive has of each, held against counting by hand."""

import random
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article
from index.columns import FacetColumn
from index.strings import StringTable
from index.visibility import Visibility
from search.collation import NO_LETTER, Collation, key, keys
from search.values import FacetValues, ValueReader, commonest
from tests.archives import NOW, build, random_articles
from tests.oracles import naive_coverage

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIELDS = {
    "section": "section",
    "author": "authors",
    "person": "people",
    "place": "places",
    "tag": "tags",
}


@given(st.lists(NAMES, max_size=30))
def test_many_names_have_the_keys_that_each_has_alone(names):
    assert keys(names) == [key(name) for name in names]


@given(st.lists(NAMES, max_size=30))
def test_every_name_stands_once_in_the_order_of_its_key(names):
    found = Collation(names)
    order = found.order.tolist()
    assert sorted(order) == list(range(len(names)))
    placed = [
        (bool(initial), found.keys[n])
        for n, initial in zip(order, found.initials.tolist(), strict=True)
    ]
    assert placed == sorted(placed)
    for number, initial in zip(order, found.initials.tolist(), strict=True):
        beginning = found.keys[number][:1]
        assert initial == (ord(beginning) if beginning.isalpha() else NO_LETTER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÉMILE ZOLA", "Emile Zola"),
        ("Wałęsa", "walesa"),
        ("Søren", "soren"),
        ("Straße", "STRASSE"),
        ("Πάτρα", "πατρα"),
        ("Ёлкин", "елкин"),
        ("“Sarafina!”", "sarafina!”"),
        ("'' ``Sarafina", "SARAFINA"),
    ],
)
def test_names_that_people_take_for_the_same_have_one_key(one, other):
    assert key(one) == key(other) == key(unicodedata.normalize("NFD", one))


def test_letters_of_other_scripts_stay_letters_of_their_own():
    assert key("Йод") != key("Иод")
    names = ["Дора", "Ägypten", "zebra", "Apfel", "3 Musketeers", "ბათუმი", "…"]
    assert [names[n] for n in Collation(names).order] == [
        "…", "3 Musketeers", "Ägypten", "Apfel", "zebra", "Дора", "ბათუმი",
    ]  # fmt: skip


@given(st.lists(st.integers(0, 4), max_size=40), st.integers(1, 12))
def test_the_commonest_are_the_first_of_all_in_order(counts, most):
    names = [f"v{n:03d}" for n in range(len(counts))]
    column = FacetColumn(StringTable.of(names), np.empty(0, np.int64), np.zeros(1, np.int64))
    wanted = sorted((-n, name) for n, name in zip(counts, names, strict=True) if n)[:most]
    found = commonest(column, np.array(counts, np.int64), most)
    assert [(-item.count, item.value) for item in found] == wanted


def people(number):
    """Return some of forty people, the first of them most often."""
    chance = random.Random(number)
    return tuple(f"Person {int(chance.random() ** 2 * 40):02d}" for _ in range(chance.randrange(4)))


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A reader of an archive with people, its articles and its store."""
    articles = [
        Article.from_record(
            article.to_record()
            | {"people": people(number), "places": [f"Place {number % 3}"], "tags": ["all"]}
        )
        for number, article in enumerate(random_articles(200))
    ]
    store, generations, _ = build(tmp_path_factory.mktemp("values") / "home", articles)
    generation = generations.open_current()
    yield ValueReader(generation, Visibility(generation, store)), articles, store
    generation.close()
    store.close()


def listed(reader, name, **options):
    return [(item.value, item.count) for item in reader.listed(name, **options).counts]


@pytest.mark.parametrize("name", FIELDS)
def test_lists_have_every_value_with_its_articles(archive, name):
    reader, articles, _ = archive
    counts = naive_coverage.values(articles, FIELDS[name])
    assert dict(listed(reader, name)) == counts
    assert reader.numbers()[name] == len(counts)
    by_count = listed(reader, name, order="count")
    assert by_count == sorted(by_count, key=lambda item: (-item[1], key(item[0])))


def test_lists_come_in_parts_and_by_words(archive):
    reader, _, _ = archive
    whole = listed(reader, "person")
    parts = [listed(reader, "person", offset=start, limit=7) for start in range(0, 49, 7)]
    assert [item for part in parts for item in part] == whole
    some = reader.listed("person", words=" SON 1 ")
    assert [item.value for item in some.counts] == [v for v, _ in whole if v[:8] == "Person 1"]
    assert some.total == len(some.counts)
    assert reader.listed("person", words="\ud800").total == 0
    assert reader.listed("person", offset=10**9).counts == ()


@pytest.mark.parametrize("name", FIELDS)
def test_a_portrait_is_what_its_articles_say(archive, name):
    reader, articles, _ = archive
    field = FIELDS[name]
    for value in naive_coverage.values(articles, field):
        own = [a for a in articles if value in (getattr(a, field), *getattr(a, field))]
        found = reader.portrait(name, value)
        dated = sorted(article.published for article in own if article.published)
        assert (found.articles, found.undated) == (len(own), len(own) - len(dated))
        assert found.first == (dated[0].date() if dated else None)
        assert found.last == (dated[-1].date() if dated else None)
        assert sum(bucket.count for bucket in found.timeline.buckets) == len(dated)
        shown = [article.published for article in found.newest if article.published]
        assert shown == dated[::-1][:10]
        assert len(found.newest) == min(len(own), 10)
        for facet in found.beside:
            counts = naive_coverage.values(own, FIELDS[facet.name])
            if facet.name == name:
                del counts[value]
            best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8]
            assert [(item.value, item.count) for item in facet.counts] == best


@given(st.text())
def test_any_text_may_be_asked_for(archive, value):
    reader = archive[0]
    portrait = reader.portrait("person", value)
    assert portrait is None or portrait.value == value
    assert len(reader.near("person", value)) <= 5
    assert reader.kinds_of(value) in ((), ("tag",))


def test_who_is_not_there_has_neighbours(archive):
    reader, _, _ = archive
    assert reader.near("person", "PERSON 01")[0] == "Person 01"
    assert "Person 01" in reader.near("person", "Persn 01")
    assert reader.near("place", "place") == ("Place 0", "Place 1", "Place 2")
    assert reader.near("person", "Nobody whom anybody knows") == ()
    assert reader.kinds_of("all") == ("tag",)


def test_who_is_only_in_hidden_articles_is_unknown(tmp_path, make_article):
    one = make_article(people=("Ana Verdi", "Levan Ortega"), published=NOW)
    other = make_article(people=("Levan Ortega",), published=NOW)
    store, generations, _ = build(tmp_path / "home", [one, other])
    generation = generations.open_current()
    reader = ValueReader(generation, Visibility(generation, store))
    assert reader.portrait("person", "Ana Verdi").articles == 1
    assert reader.listed("person").total == 2
    store.upsert([Article.from_record(one.to_record() | {"status": "withdrawn"})], NOW)
    assert reader.portrait("person", "Ana Verdi") is None
    assert listed(reader, "person") == [("Levan Ortega", 1)]
    assert reader.near("person", "Ana Verdi") == ()
    assert reader.numbers()["person"] == 1
    portrait = reader.portrait("person", "Levan Ortega")
    assert [article.id for article in portrait.newest] == [other.id]
    assert portrait.beside == ()
    generation.close()
    store.close()


def test_letters_lead_into_a_long_list():
    names = sorted([f"{letter}{n:03d}" for letter in "ABÉЖ" for n in range(30)] + ["1984"])
    codes = np.arange(len(names))
    column = FacetColumn(
        StringTable.of(sorted(names, key=str.encode)), codes, np.array([0, len(names)])
    )
    shown = FacetValues(column).shown(np.empty(0, np.int64))
    assert [chr(code) for code in dict.fromkeys(shown.initials.tolist()) if code] == list("abeж")
    assert shown.initials.tolist().count(NO_LETTER) == 1
