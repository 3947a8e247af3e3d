"""Measuring related articles: its arithmetic by hand, and a run on an archive of few subjects."""

import doctest
import gzip
import importlib
import json
import lzma
import pkgutil

import numpy as np
import pytest

import benchmarks.related
from articles.article import Article
from benchmarks import related
from benchmarks.command import main
from benchmarks.related import cost, graded, judged, people, reliability, sizes, systems
from benchmarks.related.graded import Labels
from benchmarks.related.systems import BASE, COLLAPSED, PLAIN, SITE, Opened
from recommender.neighbours import all_neighbours
from recommender.similarity import calibrated
from tests.archives import build, storied_articles

LABELLED = [
    (["grain"], ["usa"]),
    (["grain", "corn"], ["usa", "canada"]),
    (["grain"], ["ussr"]),
    ([], ["usa"]),
    (["ship"], []),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    articles = storied_articles(80, subjects=8)
    text = articles[0].body
    articles += [Article(id=f"copy{n}", title="Again", body=text) for n in range(3)]
    store, generations, _ = build(tmp_path_factory.mktemp("related"), articles)
    store.close()
    return Opened.of(generations.open_current())


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(related.__path__)])
def test_examples_are_true(module):
    failed, _ = doctest.testmod(importlib.import_module(f"{benchmarks.related.__name__}.{module}"))
    assert not failed


def test_gains_count_a_topic_in_common_and_more_with_a_place():
    labels = Labels.of(LABELLED)
    assert labels.having_topics().tolist() == [0, 1, 2, 4]
    assert labels.gains(0).tolist() == [0, 3, 1, 0, 0]
    assert labels.gains(3).tolist() == [0] * 5
    assert labels.jaccard(0) == pytest.approx([0, 2 / 4, 1 / 3, 1 / 2, 0])
    ideal = 3 + 1 / np.log2(3)
    assert graded.quality(labels, {0: [2, 3, 1]}) == pytest.approx((1 + 3 / 2) / ideal)
    assert graded.quality(labels, {0: [1, 2], 4: [0, 1]}) == pytest.approx(0.5)
    assert graded.ndcg(np.array([0.0, 1.0]), []) == 0


@pytest.mark.parametrize(
    ("name", "opener"),
    [("a.jsonl", open), ("a.jsonl.gz", gzip.open), ("a.jsonl.xz", lzma.open)],
)
def test_labels_are_read_from_lines_however_they_are_packed(tmp_path, name, opener):
    with opener(tmp_path / name, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "1", "topics": ["grain"], "places": None}) + "\n")
        file.write(json.dumps({"id": "2"}) + "\n")
    assert graded.read_labels(tmp_path / name) == {"1": (["grain"], []), "2": ([], [])}
    assert graded.read_labels(tmp_path) == {}


def test_a_corpus_without_topics_has_no_labels(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "1", "places": ["usa"]}\n', encoding="utf-8")
    assert graded.read_labels(tmp_path / "a.jsonl") == {}


def test_the_base_is_scikit_learn_s_tf_idf():
    rows = systems.base_rows(["the river and the river", "a river bank", "bank toll"])
    idf = np.log(4 / 3) + 1, np.log(4 / 2) + 1  # of bank and river, and of toll
    assert rows[0].toarray()[0].tolist() == pytest.approx([0, 1, 0])
    assert rows[1].toarray()[0] == pytest.approx([0.5**0.5, 0.5**0.5, 0])
    expected = np.array([idf[0], 0, idf[1]]) / np.hypot(*idf)
    assert rows[2].toarray()[0] == pytest.approx(expected)
    assert systems.by_cosine(rows, [1, 0], 5) == [[0, 2], [1]]


def test_exact_lists_are_those_of_all_pairs(opened):
    archive = cost.archive_of(opened)
    words = (archive.rows @ archive.rows.T).toarray()
    np.fill_diagonal(words, 0)
    for document in (0, 17, 82):
        found = systems.exact(opened, document, 5)
        assert words[document, found] == pytest.approx(np.sort(words[document])[::-1][:5])


def test_copies_are_in_lists_until_they_are_collapsed(opened):
    first = opened.document("copy0")
    ways = systems.systems(opened)
    lists = {name: judged.listed(way, [first], 6) for name, way in ways.items()}
    assert lists.keys() == {BASE, PLAIN, COLLAPSED, SITE}
    assert all(first not in found[first] for found in lists.values())
    counted = {name: judged.copies(opened, found) for name, found in lists.items()}
    # Four articles are alike: six pairs. Collapsed, one of them stands beside the seed.
    assert (counted[PLAIN], counted[COLLAPSED], counted[SITE]) == (6, 1, 0)


def test_quality_is_a_mean_of_topics_not_of_seeds(opened, tmp_path):
    ids = opened.generation.columns.ids(range(opened.generation.articles))
    qrels = tmp_path / "qrels"
    lines = [f"many 0 {name} 1" for name in ids[:20]] + [f"few 0 {name} 1" for name in ids[20:25]]
    qrels.write_text("\n".join([*lines, f"many 0 {ids[30]} 0", f"tiny 0 {ids[0]} 1"]), "utf-8")
    chosen = judged.choices(opened, qrels)
    assert {name: len(one.questions) for name, one in chosen.items()} == {
        "seeds spread": 20,
        "seeds drawn": 20,
    }
    documents = {seed: place for place, seed in enumerate(judged.seeds_of(opened, chosen))}
    right = {seed: [n for n in range(20) if n != seed][:5] for seed in documents}
    found = judged.quality(opened, chosen["seeds spread"], right)
    assert found.topics[judged.FIRST] == {"many": pytest.approx(1), "few": 0}
    assert (found.first, found.judged) == pytest.approx((0.5, 0.5))
    assert judged.p_values(found, found) == (1, 1)
    unjudged = {seed: [50, *others] for seed, others in right.items()}
    found = judged.quality(opened, chosen["seeds spread"], unjudged)
    assert found.first < 0.4
    assert found.judged == pytest.approx(0.5)
    pairs = reliability.listed(opened, chosen["seeds spread"], right)
    assert pairs.related.mean() == 0.75  # the lists of "few", 5 of 20 seeds, hold none
    assert pairs.places[:6].tolist() == [0, 1, 2, 3, 4, 0]


def test_a_refit_finds_the_curve_that_made_the_pairs():
    generator = np.random.default_rng(3)
    similarities = generator.uniform(0, 1, 40_000)
    related = generator.uniform(0, 1, 40_000) < calibrated(similarities)
    groups = np.arange(40_000) % 20
    pairs = reliability.Listed(similarities, np.zeros(40_000), related, groups)
    curve = reliability.refitted(pairs)
    assert curve.slope == pytest.approx(4.84, abs=0.15)
    assert curve.bias == pytest.approx(-2.99, abs=0.1)
    found = reliability.bins(reliability.stored_scores(pairs), related)
    assert sum(one.pairs for one in found) == 40_000
    assert reliability.calibration_error(found) < 0.02
    assert reliability.brier(np.array([0.5, 1.0]), np.array([True, False])) == 0.625
    assert reliability.brier(curve.crossed, related) < related.var()


def test_stored_lists_of_a_small_archive_are_exact(opened):
    assert cost.recall_of_lists(opened) == 1
    archive = cost.archive_of(opened)
    listed = np.concatenate([found.documents for found, _ in all_neighbours(archive, 5)])
    assert [int(other) for other in listed[7]] == systems.exact(opened, 7, 5)
    calls = []
    cost.times([lambda: calls.append(1), lambda: calls.append(2)])
    assert calls == [1, 1, 2]


def test_lists_by_the_right_similarity_are_worth_more(opened, tmp_path):
    labels = Labels.of([([str(n % 4)], []) for n in range(40)])
    same = np.array([[float(n % 4 == seed % 4) for n in range(40)] for seed in (0, 1)])
    assert sizes.worth(labels, [0, 1], same) == 1
    assert sizes.worth(labels, [0, 1], 1 - same) == 0
    ids = opened.generation.columns.ids(range(opened.generation.articles))
    labelled = {name: ([str(place % 3)], []) for place, name in enumerate(ids)}
    found = sizes.size(tmp_path, opened, labelled, 60)
    assert found.themes.keys() == set(sizes.SHARES)
    assert 0 < found.words < 1


def test_people_s_pairs_are_those_above_the_diagonal():
    ones = np.array([[1, 0.2, 0.4], [9, 1, 0.9], [9, 9, 1]])
    others = np.array([[5, 0.1, 0.2], [0, 5, 0.45], [0, 0, 5]])
    assert people.pearson_of_pairs(ones, others) == pytest.approx(1)


def test_people_agree_with_a_small_archive_of_their_texts(tmp_path):
    for name, texts in (("lee.cor", ["river toll", "river bank", "opera night"]),):
        (tmp_path / name).write_text("\n".join(texts) + "\n", encoding="latin-1")
    human = np.array([[1, 0.9, 0.1], [0, 1, 0.1], [0, 0, 1]])
    np.savetxt(tmp_path / "similarities0-1.txt", human)
    (tmp_path / "home").mkdir()
    found = people.correlation(tmp_path / "home", tmp_path, background=False)
    assert found == pytest.approx(1)


def test_a_run_prints_figures_and_targets(tmp_path, monkeypatch, capsys):
    articles = storied_articles(120, subjects=6)
    corpus, qrels = tmp_path / "small.jsonl", tmp_path / "qrels"
    records = [
        {"id": a.id, "title": a.title, "body": "\n".join(a.body), "topics": [str(n % 2)]}
        for n, a in enumerate(articles)
    ]
    corpus.write_text("\n".join(map(json.dumps, records)), "utf-8")
    judgments = [f"{n % 12} 0 {a.id} 1" for n, a in enumerate(articles)]
    qrels.write_text("\n".join(judgments), "utf-8")
    words = ["benchmarks", corpus, "--part", "related", "--qrels", qrels, "--folder", tmp_path]
    monkeypatch.setattr("sys.argv", list(map(str, words)))
    monkeypatch.setattr("benchmarks.related.people.folder", lambda: None)
    main()
    said = capsys.readouterr().out
    assert all(name in said for name in (BASE, PLAIN, COLLAPSED, SITE, "seeds drawn", "gensim"))
    targets = said[said.index("Targets") :].splitlines()[1:]
    assert all(line.endswith((" met", " MISSED")) for line in targets)
    assert len(targets) == 13
    assert sum("0.0000 pairs  met" in line for line in targets) == 2
