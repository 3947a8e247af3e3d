"""Layers: what has come in is searched as if all had been built at once."""

import os
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from articles.article import Article, Status, is_public
from index.builder import build as build_index
from index.crew import BuildError
from index.fresh import content
from index.generation import Generation
from index.layers import layers as layers_module
from index.layers import scratch
from index.layers.layers import Layers
from index.layers.scratch import Scratch, remove_orphans
from index.visibility import FreshVisibility, Visibility
from recommender.lists import related_lists
from search.coverage import CoverageReader
from search.cursor import Cursor
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.joint_terms import JointTermReader
from search.terms import TermReader
from search.values import ValueReader
from tests.archives import NOW, build

WORDS = (
    *("bridge", "bridges", "treaty", "river", "toll", "tolled", "ferry", "Mayor", "council"),
    *("Zaporizhia", "Gorbachev", "Gorbachov", "summit", "border", "minister", "election"),
    *("museum", "bell", "orchestra", "concert", "striker", "goal", "storm", "harvest", "the"),
    *(f"w{first}{second}rd" for first in "abcdefghijklmnop" for second in "aeiou"),
)
QUERIES = (
    *("", "bridge", "bridge toll", '"river toll"', '"tolled bridges"~4', "bridge AND NOT toll"),
    *("br*", "?ridge", "w*rd", "bridg~", "title:bridge", "quux", "Zaporizhia", "Zaporizhya"),
    *("brigde", "section:zoo river", "date:2025", "person:gorbachov", "the mayor", "language:de"),
    *("+bridge -toll", "Gorbachev harvest", "author:hale storm", "council^3 OR (bell AND goal)"),
)
FORMS = (
    *({}, {"sort": "newest"}, {"sort": "oldest"}, {"match": "all"}, {"section": ("Sport", "Zoo")}),
    *({"recent": True}, {"offset": 5, "limit": 7}, {"year": (2025,)}, {"language": ("en",)}),
)
REQUESTS = [
    SearchRequest(query=query, timeline=True, explain=True, **form)
    for query in QUERIES
    for form in FORMS
]


class Archive:
    """An archive that changes, with the layers of what has come in."""

    def __init__(self, home, articles):
        self.now = NOW
        self.known = {article.id: article for article in articles}
        self.store, generations, _ = build(home, list(articles))
        self.base = generations.open_current()
        visibility = Visibility(self.base, self.store, clock=self.time)
        self.fresh = visibility.fresh
        self.layers = Layers(self.base, self.fresh)
        self.reader = TermReader(self.base)
        self.terms = None
        self.searched = self.base
        self.visibility = FreshVisibility(self.base, self.fresh)
        self.engine = EmbeddedEngine(self.base, self.visibility, terms=self.reader)

    def time(self):
        return self.now.timestamp()

    def put(self, *articles):
        self.known.update({article.id: article for article in articles})
        self.store.upsert(articles, self.now)

    def renew(self):
        while view := self.layers.renewed():
            self.searched = view.generation
            self.visibility = FreshVisibility(view.generation, self.fresh, view.events)
            terms = self.terms = JointTermReader(view.generation, self.reader, self.terms)
            self.engine = EmbeddedEngine(view.generation, self.visibility, terms=terms)

    def found(self, query, **form):
        return [hit.id for hit in self.engine.search(SearchRequest(query=query, **form)).hits]

    @contextmanager
    def built_at_once(self):
        """Give what a build of all is searched with, its lengths measured by the same mean."""
        mean = float(self.base.lengths.mean(dtype=np.float64))
        public = [article for article in self.store.articles() if is_public(article, self.now)]
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(parent) / "1"
            folder.mkdir()
            build_index(folder, public, mean_length=mean, steps=[related_lists])
            generation = Generation(folder)
            generation.relative_lengths = generation.lengths / np.float32(mean)
            visibility = Visibility(generation, clock=self.time)
            yield generation, visibility, EmbeddedEngine(generation, visibility)
            generation.close()

    def close(self):
        self.layers.close()
        self.base.close()
        self.store.close()
        # And with them the arrays that they have looked at.
        del self.engine, self.visibility, self.searched, self.reader, self.terms
        del self.layers, self.base, self.fresh


@pytest.fixture
def archive(tmp_path):
    rng = np.random.default_rng(3)
    archive = Archive(tmp_path / "home", [article(rng, f"a{number:02d}") for number in range(60)])
    yield archive
    archive.close()


def article(rng, name, **fields):
    words = [" ".join(rng.choice(WORDS, size)) for size in (4, 15, 8)]
    days = int(rng.integers(400))
    given = {
        "id": name,
        "title": words[0].capitalize(),
        "body": tuple(words[1:]),
        "section": str(rng.choice(["Sport", "Politics", "Arts"])),
        "authors": (str(rng.choice(["Ines Dovrak", "Tomas Hale"])),),
        "people": (str(rng.choice(["Lech Walesa", "Mikhail Gorbachev"])),),
        "published": None if days % 20 == 3 else NOW - timedelta(days=days, hours=days % 2),
        "language": "en",
    }
    return Article(**{**given, **fields})


def change(rng, archive):
    """Add, change, withdraw, schedule or limit an article."""
    old = archive.known[str(rng.choice(sorted(archive.known)))]
    hours = timedelta(hours=int(rng.integers(1, 30)))
    fresh = article(rng, f"n{rng.integers(60):02d}", section="Zoo", published=archive.now - hours)
    archive.put(
        [
            fresh,
            replace(fresh, published=None),
            replace(fresh, embargo_until=archive.now + hours),
            replace(fresh, id=f"d{fresh.id}", language="de", title="Brigde und Fluss"),
            replace(article(rng, old.id), published=old.published),
            article(rng, old.id),
            replace(old, status=Status.DRAFT),
            replace(old, status=Status.PUBLISHED),
            replace(old, expires=archive.now + hours),
        ][int(rng.integers(9))]
    )


def assert_equal(request, ours, theirs):
    assert (ours.total, ours.notices, ours.variants) == (
        theirs.total,
        theirs.notices,
        theirs.variants,
    ), request
    assert (ours.facets, ours.timeline, ours.correction) == (
        theirs.facets,
        theirs.timeline,
        theirs.correction,
    ), request
    assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits], request
    for hit, other in zip(ours.hits, theirs.hits, strict=True):
        assert hit.score == pytest.approx(other.score, rel=1e-4)
        assert replace(hit, score=0, explanation=()) == replace(other, score=0, explanation=())
        if request.sort == "relevance" and request.query:
            assert sum(r.score for r in hit.explanation) == pytest.approx(hit.score, rel=1e-4)
        assert set(map(told, hit.explanation)) == set(map(told, other.explanation))


def told(reason):
    """What a reason says, but for how a word is written most often."""
    text = reason.text if reason.kind in ("exact_words", "condition") else ""
    return (reason.kind, text, reason.fields, len(reason.words), reason.articles)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_changes_answer_as_if_all_had_been_built_at_once(archive, seed):
    rng = np.random.default_rng(seed)
    for round_ in range(4):
        for _ in range(int(rng.integers(1, 12))):
            change(rng, archive)
        if round_:
            archive.now += timedelta(hours=int(rng.integers(1, 9)))
        archive.renew()
        with archive.built_at_once() as (generation, visibility, engine):
            everything = range(generation.articles)
            hidden = archive.visibility.hidden()
            assert not len(hidden)
            columns = archive.searched.columns
            assert columns.ids(everything) == generation.columns.ids(everything)
            for request in rng.permutation(REQUESTS)[:80]:
                assert_equal(request, archive.engine.search(request), engine.search(request))
            ours = CoverageReader(archive.searched, archive.visibility).read()
            assert ours == CoverageReader(generation, visibility).read()
            values = ValueReader(archive.searched, archive.visibility)
            others = ValueReader(generation, visibility)
            for name in ("section", "person", "author", "tag"):
                assert values.listed(name) == others.listed(name)
            assert values.portrait("section", "Zoo") == others.portrait("section", "Zoo")
            for typed in ("br", "lec", "bridge t", "z", "wa", "to ha"):
                assert archive.engine.suggest(typed, 8) == engine.suggest(typed, 8)
            for name in list(archive.known)[:20]:
                ours, theirs = (one.article(name, "bridge") for one in (archive.engine, engine))
                assert (ours is None) == (theirs is None)
                if ours:  # what decides whether it is public no generation has to know
                    same = replace(ours, article=theirs.article)
                    assert same == theirs
                    assert content(ours.article) == content(theirs.article)
            cursor = Cursor(int(archive.now.timestamp()) - 86_400 * 100, 1.0, "m")
            for form in ({"after": cursor}, {"before": cursor}):
                for sort in ("newest", "oldest", "relevance"):
                    request = SearchRequest(query="bridge river", sort=sort, **form)
                    assert archive.engine.rank(request).ids == engine.rank(request).ids


def test_a_broader_query_learns_from_what_has_come_in(archive):
    rng = np.random.default_rng(9)
    for number, word in enumerate(WORDS[40:48]):
        body = (f"Vlissingen tide lagoon {word}",)
        archive.put(article(rng, f"n{number}", title=f"Vlissingen ferry {number}", body=body))
    archive.renew()
    answer = archive.engine.search(SearchRequest(query="Vlissingen", mode="broaden"))
    with archive.built_at_once() as (_, _, engine):
        expected = engine.search(SearchRequest(query="Vlissingen", mode="broaden"))
    assert "lagoon" in answer.notices[0]
    assert set(answer.notices[0].split(", ")) == set(expected.notices[0].split(", "))
    assert answer.total == expected.total
    assert [hit.id for hit in answer.hits[:8]] == [hit.id for hit in expected.hits[:8]]


def test_the_old_text_is_gone_before_the_new_one_is_found(archive):
    old = archive.known["a07"]
    archive.put(replace(old, title="Quicksilver", body=("Quicksilver mines",)))
    assert old.id not in archive.found("", limit=100)
    assert archive.engine.article(old.id) is None
    archive.renew()
    assert archive.found("quicksilver") == [old.id]
    archive.put(replace(archive.known[old.id], body=("Mercury mines",), title="Mercury"))
    assert archive.found("quicksilver") == []
    archive.renew()
    assert (archive.found("quicksilver"), archive.found("mercury")) == ([], [old.id])
    archive.put(old)  # as it was built
    archive.renew()
    assert archive.found("mercury") == []
    assert archive.engine.article(old.id).article == old


def test_what_is_withdrawn_or_over_is_gone_without_new_layers(archive):
    rng = np.random.default_rng(1)
    over = archive.now + timedelta(hours=2)
    archive.put(
        article(rng, "n1", title="Quicksilver"),
        article(rng, "n2", title="Quicksilver", expires=over),
    )
    archive.renew()
    assert sorted(archive.found("quicksilver")) == ["n1", "n2"]
    archive.put(replace(archive.known["n1"], status=Status.DRAFT))
    assert archive.found("quicksilver") == ["n2"]
    archive.now = over
    assert archive.found("quicksilver") == []


def test_layers_stay_few_and_are_united_in_another_process(archive, monkeypatch):
    monkeypatch.setattr(layers_module, "BESIDE", 3)
    rng = np.random.default_rng(1)
    for number in range(10):
        archive.put(article(rng, f"n{number}", title=f"Quicksilver {number}"))
        archive.renew()
        if union := archive.layers._union:
            archive.put(replace(archive.known["n0"], title=f"Mercury {number}"))
            union.wait()
            archive.renew()
        assert len(archive.searched.generations) <= layers_module.GROWTH + 2
    assert sorted(archive.found("quicksilver")) == [f"n{number}" for number in range(1, 10)]
    assert archive.found("mercury") == ["n0"]


def test_a_union_that_fails_leaves_the_layers_as_they_are(archive, monkeypatch):
    monkeypatch.setattr(layers_module, "BESIDE", 0)
    rng = np.random.default_rng(1)
    for number in range(4):
        archive.put(article(rng, f"n{number}", title=f"Quicksilver {number}"))
        archive.renew()
    union = archive.layers._union
    union._process.kill()
    union.wait()
    archive.renew()
    archive.renew()
    assert len(archive.found("quicksilver")) == 4


def test_a_large_import_is_taken_in_part_by_part(archive, monkeypatch):
    monkeypatch.setattr(layers_module, "MOST_AT_ONCE", 5)
    rng = np.random.default_rng(1)
    archive.put(*(article(rng, f"n{number:02d}") for number in range(12)))
    parts = []
    while view := archive.layers.renewed():
        parts.append(view.fresh)
    assert parts == [5, 10, 12]


def test_without_anything_fresh_there_is_no_view(archive):
    assert archive.layers.renewed() is None
    assert archive.layers.waiting == 0


def test_layers_are_built_in_another_process_that_may_end(archive):
    rng = np.random.default_rng(1)
    layers = Layers(archive.base, archive.fresh, aside=True)
    archive.put(article(rng, "n1", title="Quicksilver"))
    assert layers.renewed().generation.columns.document("n1") is not None
    layers._maker._process.kill()
    layers._maker._process.wait()
    archive.put(article(rng, "n2", title="Quicksilver"))
    with pytest.raises(BuildError, match="another one is begun"):
        layers.renewed()
    assert layers.renewed().generation.columns.document("n2") is not None
    layers.close()


def test_nothing_is_left_in_the_folder_of_temporary_files(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    archive.put(article(np.random.default_rng(1), "n1"))
    archive.renew()
    assert not list(tmp_path.glob("backfile-layer-*"))


def test_what_killed_processes_left_is_removed_and_what_is_used_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    used, young, left = Scratch(), tmp_path / "backfile-layer-young", tmp_path / "backfile-layer-x"
    young.mkdir()
    (left / "0").mkdir(parents=True)
    long_ago = time.time() - 2 * scratch.YOUNG
    for folder in (left, used.folder.parent):
        os.utime(folder, (long_ago, long_ago))
    remove_orphans()
    assert not left.exists()
    assert young.exists()
    assert used.folder.exists()
    used.close()
    assert not used.folder.parent.exists()


def test_who_holds_on_to_a_state_sees_no_later_change(archive):
    archive.put(article(np.random.default_rng(1), "n1"))
    archive.renew()
    (document,) = [archive.searched.columns.document("n1")]
    with archive.fresh.steady():
        before = archive.visibility.hidden().tolist()
        archive.put(article(np.random.default_rng(2), "n1"))
        later = []
        other = threading.Thread(target=lambda: later.extend(archive.visibility.hidden().tolist()))
        other.start()
        other.join()
        assert document in later
        assert archive.visibility.hidden().tolist() == before
    assert document not in before
