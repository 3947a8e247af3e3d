"""What makes no articles related: lines of a house, datelines, marks, common sentences."""

from dataclasses import replace
from pathlib import Path

import pytest

from articles.article import Article
from articles.importers.importing import ImportOptions, import_paths
from articles.store import Store
from index.boilerplate import find_boilerplate, sentences
from index.builder import rebuild
from index.publish import Generations
from index.strings import StringTable
from index.visibility import Visibility
from recommender.lists import RelatedLists, related_lists
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from tests.archives import NOW, build, storied_articles

SAMPLE = Path(__file__).resolve().parents[1] / "articles" / "sample"

SOURCE = "source: commonspace.eu newsroom; additional sources: Mediamax.am"
CAPTION = "picture: The Foreign Ministers of Russia, Armenia and Azerbaijan at a recent meeting"
HOUSE = "This story was first printed in the morning edition of our paper."
ALL = RelatedRequest(limit=20, minimum_score=0.0)


def related(home, articles, chosen):
    """Return ids and scores of the lists of some articles."""
    store, generations, report = build(home, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    lists = {
        name: [(item.id, round(item.score, 5)) for item in recommender.for_article(name, ALL)]
        for name in chosen
    }
    generation.close()
    store.close()
    return lists, report


def test_lines_of_a_house_change_no_list(tmp_path):
    plain = storied_articles(1_000)
    chosen = [article.id for article in plain[::50]]
    marked = [
        replace(article, body=(*article.body, HOUSE, SOURCE), title=f"{article.title} (UPDATED)")
        for article in plain
    ]
    without, report = related(tmp_path / "plain", plain, chosen)
    assert report.boilerplate == ()
    with_lines, report = related(tmp_path / "marked", marked, chosen)
    assert with_lines == without
    assert all(len(found) == 20 for found in without.values())
    assert {(s.text, s.articles) for s in report.boilerplate} == {(HOUSE, 1_000), (SOURCE, 1_000)}
    assert report.boilerplate_found == 2


def test_they_can_still_be_searched(tmp_path):
    from search.embedded import EmbeddedEngine
    from search.engine import SearchRequest

    articles = [replace(a, body=(*a.body, HOUSE)) for a in storied_articles(30)]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    assert engine.search(SearchRequest(query='"morning edition of our paper"')).total == 30
    engine.close()
    store.close()


def test_a_page_with_its_furniture_among_a_thousand_of_its_source(tmp_path, shared):
    page = (shared / "fixtures" / "article-page.txt").read_text(encoding="utf-8")
    body = page.split("source:")[0].replace(" (UPDATED)", "").replace("Updated 11 July 2011\n", "")
    lists = []
    for name, text in (("whole", page), ("bare", body)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "karabakh.txt").write_text(text, encoding="utf-8")
        with Store.open(f"sqlite:///{folder}/archive.sqlite3") as store:
            options = ImportOptions()
            import_paths(
                store, [folder / "karabakh.txt"], options, now=NOW,
                on_problem=lambda _: None, on_progress=lambda _: None,
            )  # fmt: skip
            (own,) = store.articles()
            words = " ".join(own.body).split()
            others = [
                replace(
                    article,
                    source="commonspace.eu newsroom",
                    additional_sources=("Mediamax.am",),
                    caption=CAPTION.removeprefix("picture: "),
                    body=(*article.body, " ".join(words[n % 60 : n % 60 + 25])),
                )
                for n, article in enumerate(storied_articles(1_000))
            ]
            if name == "bare":
                others = [replace(a, source="", additional_sources=(), caption="") for a in others]
            store.upsert(others, NOW)
            generations = Generations(folder / "generations")
            rebuild(store, generations, now=NOW, steps=[related_lists])
            generation = generations.open_current()
            recommender = Recommender(generation, Visibility(generation, store))
            asked = [own.id, *(article.id for article in others[::100])]
            lists.append(
                [
                    [(item.id.replace(own.id, "own"), round(item.score, 5)) for item in found]
                    for found in (recommender.for_article(one, ALL) for one in asked)
                ]
            )
            generation.close()
    assert len(lists[0][0]) == 20
    assert lists[0] == lists[1]


def test_the_sample_archive_keeps_its_lists_without_sources_and_captions(tmp_path):
    lists = []
    for name in ("whole", "bare"):
        with Store.open(f"sqlite:///{tmp_path}/{name}.sqlite3") as store:
            import_paths(
                store, [SAMPLE], ImportOptions(), now=NOW,
                on_problem=lambda _: None, on_progress=lambda _: None,
            )  # fmt: skip
            articles = list(store.articles())
            assert sum(bool(article.caption) for article in articles) > 10
            if name == "bare":
                bare = {
                    "source": "", "additional_sources": (), "caption": "", "authors": (),
                    "updated": None,
                }  # fmt: skip
                store.upsert([replace(article, **bare) for article in articles], NOW)
            generations = Generations(tmp_path / name)
            rebuild(store, generations, now=NOW, steps=[related_lists])
            generation = generations.open_current()
            recommender = Recommender(generation, Visibility(generation, store))
            public = generation.columns.ids(range(generation.articles))
            lists.append({one: [i.id for i in recommender.for_article(one, ALL)] for one in public})
            generation.close()
    assert lists[0] == lists[1]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("He did not elaborate. Smith said. Rain fell.", ["He did not elaborate."]),
        ("“No injuries were reported.” The bridge is closed today!", [
            "“No injuries were reported.", "The bridge is closed today!"]),
        ("Это предложение стоит во многих статьях. Да.", [
            "Это предложение стоит во многих статьях."]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences(paragraph, expected):
    found = sentences(paragraph)
    assert [text.rstrip("”") for text in found] == expected


def counts_of(articles, least=3):
    words = sorted({w for a in articles for p in (a.title, *a.body) for w in words_of(p)})
    terms = StringTable.of(sorted(words, key=str.encode))
    found = find_boilerplate([a.to_json() for a in articles], terms, least_articles=least)
    lines = found.counts.toarray()
    return found, [{words[c]: n for c, n in enumerate(line) if n} for line in lines]


def words_of(text):
    from index.analysis import terms

    return terms(text, "en")


def test_counts_by_hand():
    common = "He did not elaborate further."
    other = "The ferry sails again on {} at noon."
    articles = [
        Article(
            id="1",
            title="Ferry (Updated)",
            body=(f"LONDON (AP) -- Ferries. {other.format('Monday')} {common}",),
        ),
        Article(
            id="2",
            title="Storm [corrected]",
            body=(f"{other.format('Sunday')} {common} {common} {other.format('Friday')}",),
        ),
        Article(
            id="3", title="Trout", body=(common, f"FORT BRAGG, N.C. -- {other.format('Tuesday')}")
        ),
        Article(id="4", title="A copy", body=(common, common, other.format("Saturday"))),
    ]
    found, counts = counts_of(articles)
    assert [(s.text, s.articles) for s in found.sentences] == [(common, 4)]
    once = dict.fromkeys(words_of(common), 1)
    twice = dict.fromkeys(words_of(common), 2)
    assert counts == [{**once, "london": 1, "ap": 1, "updat": 1}, twice, once, {}]
    found, counts = counts_of(articles, least=5)
    assert found.sentences == ()
    assert counts[2] == {}


def test_the_number_of_articles_is_a_setting(tmp_path):
    articles = [
        replace(a, body=(*a.body, HOUSE) if n < 12 else a.body)
        for n, a in enumerate(storied_articles(60))
    ]
    with Store.open(f"sqlite:///{tmp_path}/a.sqlite3") as store:
        store.upsert(articles, NOW)
        for least, expected in ((12, 1), (13, 0)):
            steps = [RelatedLists(boilerplate_articles=least)]
            report = rebuild(store, Generations(tmp_path / "g"), now=NOW, steps=steps)
            assert report.boilerplate_found == expected
