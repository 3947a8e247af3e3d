"""The comparison with other engines is fair, and its figures say what was measured."""

import xml.etree.ElementTree as ET
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.command import main
from benchmarks.compare import latency
from benchmarks.corpus import articles_of, read_corpus, synthesised
from benchmarks.figures import BuildFigures, PeerFigures, Run, SearchFigures, SizeFigures
from benchmarks.peers.field import ENTRIES, OURS
from benchmarks.questions import Family, Question, content_words, phrases, questions
from benchmarks.relevance import asked, engines, table
from benchmarks.targets import targets

SAMPLE = Path(__file__).parent.parent / "articles" / "sample"
ALIKE = [
    Question(Family.ANY, ("ferry",)),
    Question(Family.ANY, ("river", "orchestra", "toll")),
    Question(Family.TYPED, ("the", "river")),
    Question(Family.ALL, ("river", "bridge")),
    Question(Family.PHRASE, ("south", "bank")),
    Question(Family.PREFIX, ("orch",)),
    Question(Family.DATES, ("river", "bridge"), date(2019, 1, 1), date(2021, 6, 30)),
    Question(Family.FACETS, ("river", "bridge")),
    Question(Family.SNIPPETS, ("river", "bridge")),
]
"""Words that all stemmers treat alike, and that make no difference where function words count."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return read_corpus(SAMPLE, tmp_path_factory.mktemp("corpus") / "corpus.jsonl")


def test_the_engines_agree_on_what_answers_a_question(corpus, tmp_path):
    counts, facets = {}, {}
    for key, entry in ENTRIES.items():
        if key == "opensearch" or entry.missing() or not entry.searches:
            continue
        with closing(entry.peer(tmp_path / key)) as peer:
            peer.build(articles_of(corpus, 60))
        with closing(entry.peer(tmp_path / key)) as peer:
            peer.open()
            for question in ALIKE:
                if question.family not in peer.families:
                    continue
                answer = peer.prepare(question)()
                counts.setdefault(question, {})[key] = peer.count(question)
                assert len(answer.ids) == min(10, peer.count(question)), (key, question)
                if question.family is Family.FACETS:
                    facets[key] = answer.facets["section"]
    for question, found in counts.items():
        if question.family is Family.TYPED:  # only Backfile leaves function words out
            assert found[OURS] < min(count for key, count in found.items() if key != OURS)
        else:
            assert set(found.values()) == {found[OURS]}, question
            assert 0 < found[OURS] < 60, question
    assert all(values == facets[OURS] for values in facets.values())
    assert {"whoosh", "sqlite"} <= facets.keys()


def test_a_run_prints_every_table_and_leaves_figures_and_plots(tmp_path, monkeypatch, capsys):
    figures, plots = tmp_path / "figures.json", tmp_path / "plots"
    words = ["benchmarks", SAMPLE, "--part", "engines", "--articles", 12, "--builds", 1]
    words += ["--peers", "sqlite", "--folder", tmp_path, "--save", figures, "--plots", plots]
    monkeypatch.setattr("sys.argv", list(map(str, words)))
    main()
    said = capsys.readouterr().out
    assert all(family in said for family in Family if family is not Family.DEEP)
    run = Run.read(figures)
    (size,) = run.sizes
    assert size.peers.keys() == {OURS, "sqlite"}
    assert not size.skipped
    assert size.serving.hostile_query in said
    assert all(peer.build.seconds > 0 and peer.build.size > 0 for peer in size.peers.values())
    assert {path.name for path in plots.iterdir()} == {"build-12.svg", "queries-12.svg"}
    for path in plots.iterdir():
        assert "SQLite FTS5" in "".join(ET.parse(path).getroot().itertext())


def test_a_grown_corpus_keeps_its_words_its_order_and_tells_its_copies_apart(corpus):
    held = articles_of(corpus, 10**6)
    held = [article for _, article in zip(range(len(corpus.titles)), held, strict=False)]
    grown = list(synthesised(held, 3 * len(held)))
    assert grown == list(synthesised(held, 3 * len(held)))
    assert grown[: len(held)] == held
    assert len({article.id for article in grown}) == 3 * len(held) == len(grown)
    paragraphs = sorted(paragraph for article in held for paragraph in article.body)
    for start in (len(held), 2 * len(held)):
        copy = grown[start : start + len(held)]
        assert sorted(paragraph for article in copy for paragraph in article.body) == paragraphs
        assert sum(a.body != b.body for a, b in zip(copy, held, strict=True)) > 0.9 * len(held)
    dated = [article.published for article in grown if article.published]
    assert all(earlier <= later for earlier, later in pairwise(dated))
    assert corpus.days(3 * len(held))[1] >= dated[-1].date()


def test_questions_hold_only_what_every_engine_reads_alike():
    titles = ["Oil Price Rises", "The U.S. minister's 1,014 letters", "Talks on oil price"]
    days = (date(2020, 1, 1), date(2020, 12, 31))
    asked = questions(["The oil price of U.S. farmers"], titles, days)
    by_family = {question.family: question for question in reversed(asked)}
    assert by_family.keys() == set(Family)
    assert by_family[Family.ANY].words == ("oil", "price", "farmers")
    assert by_family[Family.TYPED].words == ("the", "oil", "price", "of", "farmers")
    assert by_family[Family.ALL].words == ("oil", "price")
    assert by_family[Family.DATES].first == date(2020, 5, 17)
    assert (by_family[Family.DATES].last - by_family[Family.DATES].first).days == 90
    assert phrases(["farmers oil price"], titles)[0] == ("oil", "price")
    assert content_words("U.S. minister's 1,014 letters, a B") == ("letters",)


def test_latencies_count_the_first_pass_and_each_question_s_best():
    found = latency([[4.0, 8.0, 2.0], [5.0, 1.0, 3.0]], 7)
    assert (found.questions, found.hits) == (3, 7)
    assert (found.first_median, found.median) == (4.0, 2.0)
    assert found.first_p95 == pytest.approx(7.6)
    assert found.p95 == pytest.approx(3.8)


def test_targets_are_met_or_missed_by_the_ratio_of_one_run():
    def peer(seconds, milliseconds):
        families = {Family.ANY.value: latency([[milliseconds]], 1)}
        build = BuildFigures(1_000, seconds, seconds, 10**9, 0, 10**6)
        return PeerFigures("", "", build, SearchFigures(1, 1, 1, families))

    size = SizeFigures(1_000, {OURS: peer(2, 0.1), "tantivy": peer(1, 0.25), "whoosh": peer(64, 9)})
    found = {target.what: (target.measured, target.met) for target in targets(size)}
    assert found == {
        "memory of the build": (1_000, True),
        "build, beside Whoosh": (32, True),
        "build, beside tantivy": (0.5, False),
        "size, of tantivy's": (1, True),
        "any word, beside tantivy, median": (2.5, True),
        "any word, beside tantivy, p95": (2.5, False),
        "any word, beside Whoosh, median": (90, False),
    }


def test_figures_are_read_as_they_were_written(tmp_path):
    build = BuildFigures(1, 1.5, 2.5, 3, 4, 5)
    search = SearchFigures(0.5, 2, 1, {Family.ANY.value: latency([[1.0]], 3)})
    peers = {"sqlite": PeerFigures("SQLite FTS5", "3", build, search)}
    size = SizeFigures(1, peers, {"tantivy": "tantivy is not installed"})
    day = f"{datetime(2026, 1, 1, tzinfo=UTC):%Y-%m-%d}"
    run = Run("sample", "2 cores", "abc", day, ()).with_size(size)
    run.write(tmp_path / "figures.json")
    assert Run.read(tmp_path / "figures.json") == run


def test_a_table_of_relevance_says_what_others_have_more():
    topics, qrels = {"1": "one", "2": "two"}, {"1": {"a": 1}, "2": {"b": 1}}
    worse, better = {"one": ["a", "b"], "two": ["a", "b"]}, {"one": ["a"], "two": ["b"]}
    ours = asked("Backfile", lambda text, depth: worse[text][:depth], topics, qrels)
    theirs = asked("other", lambda text, depth: better[text][:depth], topics, qrels)
    assert ours.mean("AP") == pytest.approx(0.75)
    assert theirs.mean("AP") == 1
    lines = table([ours, theirs])
    assert lines[2].startswith("| Backfile | 0.815 |  |  | 0.750 |")
    assert lines[3].startswith("| other | 1.000 | +0.185 | 1.0000 | 1.000 | +0.250 | 1.0000 |")


def test_relevance_needs_topics_and_judgments(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["benchmarks", str(SAMPLE), "--part", "relevance"])
    with pytest.raises(SystemExit):
        main()
    assert "--topics and --qrels" in capsys.readouterr().err


def test_engines_that_are_here_rank_the_sample(tmp_path, corpus, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.opensearch_server.java", lambda: "")
    articles = list(articles_of(corpus, 60))
    with ExitStack() as stack:
        found = {name: ask("ferry", 5) for name, ask in engines(tmp_path, articles, stack)}
    assert {"Backfile", "Backfile, broadened", "bm25s", "tantivy, title^2 + text"} == found.keys()
    shared = set.intersection(*map(set, found.values()))
    assert shared
