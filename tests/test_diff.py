"""What differs between two generations: by hand, against sets, and on the command line."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article, Status
from articles.store import Store
from index.builder import rebuild
from index.diff import difference, shared
from index.publish import Generations
from index.strings import StringTable
from recommender.lists import related_lists
from tests.archives import NOW, build, random_articles
from tests.oracles.naive_diff import naive_diff
from web.generation_diff import changed_articles, diff_model, opened, words_of

tables = st.sets(st.text(st.characters(codec="utf-8"), max_size=3)).map(
    lambda texts: sorted(texts, key=str.encode)
)


@given(tables, tables)
def test_sorted_tables_share_what_sets_do(before, after):
    found = shared(StringTable.of(before), StringTable.of(after))
    assert [before[place] for place in found.only_before] == [
        text for text in before if text not in after
    ]
    assert [after[place] for place in found.only_after] == [
        text for text in after if text not in before
    ]
    both = [text for text in before if text in after]
    assert [before[place] for place in found.both_before] == both
    assert [after[place] for place in found.both_after] == both


@pytest.fixture
def archive(tmp_path):
    """A store with some articles and its first generation."""
    store, generations, _ = build(tmp_path, random_articles(60))
    yield store, generations
    store.close()


def build_again(store, generations):
    return rebuild(store, generations, now=NOW, steps=[related_lists]).number


def ids(generation, documents):
    return generation.columns.ids(documents.tolist())


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 70),
        st.sampled_from(["title", "withdrawn", "embargo", "date", "same", "words"]),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None)
@given(changes=CHANGES)
def test_a_difference_is_that_of_sets(tmp_path_factory, changes):
    store, generations, _ = build(tmp_path_factory.mktemp("diff"), random_articles(60))
    for number, what in changes:
        name = f"a{number:05d}"
        article = store.get(name) or Article(id=name, title="Newcomer", body=("harbour",))
        altered = {
            "title": {"title": f"{article.title} anew"},
            "withdrawn": {"status": Status.WITHDRAWN},
            "embargo": {"embargo_until": NOW - timedelta(days=1)},
            "date": {"published": NOW - timedelta(days=number)},
            "same": {},
            "words": {"body": (f"word{number} stood here", "bridge")},
        }[what]
        store.upsert([replace(article, **altered)], NOW)
    second = build_again(store, generations)
    with opened(generations, 1, second) as (before, after):
        found = difference(before, after)
        gained, lost = ids_of_terms(after, found.gained), ids_of_terms(before, found.lost)
        sets = naive_diff(before, after)
        assert [
            *(set(ids(after, found.added)), set(ids(before, found.removed))),
            *(set(ids(after, found.changed)), set(gained), set(lost)),
        ] == list(sets)
        for documents in (found.added, found.removed, found.changed):
            assert documents.tolist() == sorted(documents.tolist(), reverse=True)
        counts = [word.articles for word in words_of(after, found.gained)]
        assert counts == sorted(counts, reverse=True)
        back = difference(after, before)
        assert ids(before, back.added) == ids(before, found.removed)
        assert ids_of_terms(before, back.gained) == lost
        assert set(ids(before, back.changed)) == set(ids(after, found.changed))
    store.close()


def ids_of_terms(generation, codes):
    return [generation.terms[code] for code in codes]


def test_a_generation_does_not_differ_from_itself(archive):
    store, generations = archive
    second = build_again(store, generations)
    with opened(generations, 1, second) as (before, after):
        found = diff_model(difference(before, after), before, after, 10)
    assert not found.settings
    assert {file.before - file.after for file in found.files} == {0}
    totals = [value for name, value in found.model_dump().items() if name.endswith("_total")]
    assert totals == [0] * 5


def test_what_changed_of_an_article_is_named(archive):
    store, generations = archive
    article = store.get("a00007")
    store.upsert([replace(article, title="A zither", tags=("music",))], NOW)
    store.upsert([Article(id="ru", title="Мост", language="ru")], NOW)
    second = build_again(store, generations)
    with opened(generations, 1, second) as (before, after):
        found = difference(before, after)
        (changed,) = changed_articles(before, after, found.changed)
        assert (changed.id, changed.changed) == ("a00007", ["title", "tags"])
        model = diff_model(found, before, after, 1)
        assert (model.gained_total, len(model.gained)) == (len(found.gained), 1)
    (languages,) = model.settings
    assert (languages.name, languages.before) == ("languages", "en")
    assert "ru" in languages.after


def test_the_command_tells_people_and_programs(run, home, make_article):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        store.upsert([make_article(title=f"Zither {n}", body=("zither",)) for n in range(3)], NOW)
        ferry = store.get("2018-04-09-ferry-swallow")
        store.upsert([replace(ferry, title="The Swallow")], NOW)
    run("--home", home, "rebuild")
    shown = run("--home", home, "generations", "--diff", "1", "2", "--limit", "2").stdout
    assert "Generations       1 → 2" in shown
    assert "Articles in, 2 of 3:" in shown
    assert "2018-04-09-ferry-swallow  The Swallow (title)" in shown
    assert "3  Zither" in shown
    found = json.loads(run("--home", home, "generations", "--diff", "2", "1", "--json").stdout)
    assert (found["removed_total"], found["lost"][0]) == (3, {"word": "Zither", "articles": 3})
    assert len(found["files"]) == len(Generations(home / "generations").open(1).manifest.files)


def test_what_cannot_be_compared_is_said(run, home):
    result = run("--home", home, "generations", "--diff", "1", "7")
    assert result.exit_code == 1
    assert "there is no generation 7; kept are: 1" in result.stderr
    archive = home / "generations" / "000001" / "archive.arrays"
    archive.write_bytes(archive.read_bytes()[:-9])
    result = run("--home", home, "generations", "--diff", "1", "1")
    assert result.exit_code == 1
    assert "archive.arrays" in result.stderr
