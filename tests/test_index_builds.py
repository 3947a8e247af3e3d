"""A build of articles: what stands in its files, however many processes and how little memory."""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from select import POLLIN, poll

import numpy as np
import pytest

from articles.article import Article
from index import builder
from index.analysis import NAMES, primary_language, terms, tokens
from index.builder import build
from index.columns import facet_values
from index.crew import BuildError, Crew
from index.generation import Generation
from index.inversion import PARAGRAPH_GAP
from index.reading import BATCH, spelling
from index.word_fields import K1, LARGEST_SEGMENT, NAME_FIELDS, TITLE_WEIGHT, WORD_FIELDS, B
from tests.archives import random_articles

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = [
    Article(id="empty", title=""),
    Article(
        id="long", title="Bridges of Cafés", body=("A bridge. " * 300, "U.S._and U.S. toll"),
        summary="Bridging", tags=("Bridges and tolls", "", "Bridges and tolls", "river"),
        caption="The bridge’s café", authors=("Ines Dovrak", "Jürgen Ó Neill"), section="News",
    ),
    Article(id="ru", title="Мосты и мост", body=("Мост через bridges.", "Ёлка"), language="ru",
            caption="Мосты", authors=("Ines Dovrak",), places=("Ереван",)),
    Article(id="ja", title="東京タワー", body=("東京 2020年 1,014", "\x1e tabs\t"), language="ja"),
    Article(id="xx", title="bridges", body=("Bridges BRIDGES bridge",), language="tlh-Latn"),
    Article(id="none", title="bridge", body=("toll toll bridge",), summary="toll toll bridge",
            language="", source="Agency", additional_sources=("News", "Agency")),
    *random_articles(40),
]  # fmt: skip


def generation_of(folder, articles, **options):
    folder = folder / "000001"
    folder.mkdir(parents=True)
    build(folder, articles, **options)
    return Generation(folder)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def parts_of(article, field):
    if field == "text":
        summary = () if article.summary in article.body else (article.summary,)
        return (article.title, *summary, *article.body)
    if field in ("title", "caption"):
        return (getattr(article, field),)
    return facet_values(article, field)


def by_loops(articles, field):
    """Return (term, document) -> positions, spellings, and words of the title."""
    expected = {}
    for document, article in enumerate(articles):
        language = NAMES if field in NAME_FIELDS else primary_language(article.language)
        place = 0
        for order, part in enumerate(parts_of(article, field)):
            found = zip(terms(part, language), tokens(part), strict=True)
            for offset, (term, token) in enumerate(found):
                entry = expected.setdefault((term, document), ([], [], []))
                entry[0].append(place + offset)
                entry[1].append(spelling(token))
                entry[2].append(field == "text" and not order)
            place += len(tokens(part)) + PARAGRAPH_GAP
    return expected


def spellings_of(generation):
    """Return (term, ordinal) -> spelling."""
    codes, ordinals = generation.surface_terms.tolist(), generation.surface_ordinals.tolist()
    return {
        (generation.terms[code], ordinal): surface
        for surface, code, ordinal in zip(generation.surfaces, codes, ordinals, strict=True)
    }


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    generation = generation_of(tmp_path_factory.mktemp("build"), ARTICLES)
    yield generation
    generation.close()


@pytest.mark.parametrize("field", WORD_FIELDS)
def test_postings_against_loops(generation, field):
    expected = by_loops(ARTICLES, field)
    relative = generation.lengths / generation.lengths.mean()
    spelled = spellings_of(generation)
    (segment,) = generation.segments
    arrays = segment.fields[field]
    found = set()
    for place in range(len(arrays)):
        term = arrays.term(place)
        positions, firsts = arrays.occurrences(place)
        others = arrays.spellings(place)
        others = np.zeros(len(positions), int) if others is None else others
        rows = zip(
            arrays.documents(place).tolist(),
            arrays.impacts(place).tolist(),
            np.split(positions, np.flatnonzero(firsts)[1:]),
            np.split(others, np.flatnonzero(firsts)[1:]),
            strict=True,
        )
        for document, impact, own, ordinals in rows:
            found.add((term, document))
            places, written, in_title = expected[term, document]
            assert own.tolist() == places
            if field == "text":
                assert [spelled[term, ordinal] for ordinal in ordinals.tolist()] == written
            weight = len(places) + (TITLE_WEIGHT - 1) * sum(in_title)
            length = float(relative[document]) if field == "text" else 1.0
            share = weight / (weight + K1 * (1 - B + B * length))
            assert abs(impact - share * 65535) <= 0.51
    assert found == expected.keys()


def test_lengths_frequencies_and_words(generation):
    counts = [Counter(terms("\n".join(parts_of(a, "text")), a.language)) for a in ARTICLES]
    for number, article in enumerate(ARTICLES):
        title = len(tokens(article.title))
        assert generation.lengths[number] == counts[number].total() + (TITLE_WEIGHT - 1) * title
    frequencies = Counter(term for count in counts for term in count)
    found = dict(zip(generation.terms, generation.frequencies.tolist(), strict=True))
    assert {term: count for term, count in found.items() if count} == frequencies
    assert list(generation.terms) == sorted(generation.terms, key=str.encode)
    words = dict(zip(generation.terms, generation.words, strict=True))
    assert (words["bridg"], words["мост"], words["u.s."]) == ("bridge", "Мост", "U.S.")
    spelled = spellings_of(generation)
    assert [spelled["bridg", n] for n in range(3)] == ["bridge", "bridges", "bridging"]


def test_articles_and_columns(generation):
    assert generation.documents.articles(range(len(ARTICLES))) == ARTICLES
    assert [generation.columns.document(a.id) for a in ARTICLES] == list(range(len(ARTICLES)))
    assert generation.languages == ("en", "", "ja", "ru", "tlh")
    tags = generation.columns.facet("tag")
    assert list(tags.values) == ["Bridges and tolls", "river"]
    assert tags.having("river").tolist() == [1]


def test_no_articles_at_all(tmp_path):
    generation = generation_of(tmp_path, [])
    assert (generation.articles, len(generation.segments), len(generation.terms)) == (0, 0, 0)
    generation.verify()
    generation.close()


class ReadyCrew(Crew):
    """A crew that begins when all its processes have started."""

    def __enter__(self):
        while not all(other.started for other in self._others):
            self._receive(None)
        return super().__enter__()


class TakingTurns(ReadyCrew):
    """A ready crew in which all read, however fast they are."""

    def _free(self, others, most):
        if others is not self._others:
            return super()._free(others, most)
        turn = len(self._readers) % (len(others) + 1)
        return others[turn] if turn < len(others) else None


def many_articles(count):
    """Return articles of several languages, with all that articles can have."""
    plain = random_articles(count)
    return [
        replace(ARTICLES[number % 6], id=f"b{number}") if number % 7 == 3 else article
        for number, article in enumerate(plain)
    ]


@pytest.mark.parametrize("processes", [2, 3])
def test_same_bytes_however_many_processes(tmp_path, monkeypatch, processes):
    articles = many_articles(5 * BATCH + 17)
    memory = {"memory": 1}
    monkeypatch.setattr(builder, "Crew", TakingTurns)
    generation_of(tmp_path / "one", articles, **memory).close()
    readers = []
    finish = TakingTurns.finish_reading
    monkeypatch.setattr(
        TakingTurns, "finish_reading", lambda crew: readers.extend(finish(crew)) or readers
    )
    generation_of(tmp_path / "more", articles, processes=processes, **memory).close()
    assert set(readers) == set(range(processes))
    assert content(tmp_path / "one" / "000001") == content(tmp_path / "more" / "000001")


def test_little_memory_makes_more_segments_and_nothing_else(tmp_path):
    articles = many_articles(6 * BATCH)
    one = generation_of(tmp_path / "much", articles)
    several = generation_of(tmp_path / "little", articles, memory=1)
    assert len(one.segments) == 1
    assert len(several.segments) > 2
    bases = np.cumsum([0, *(segment.documents for segment in several.segments)]).tolist()
    assert [segment.base for segment in several.segments] == bases[:-1]
    assert content(one.folder)["archive.arrays"] == content(several.folder)["archive.arrays"]
    assert (one.frequencies == several.frequencies).all()
    assert (one.lengths == several.lengths).all()
    numbers = range(0, len(articles), 97)
    assert several.documents.articles(numbers) == [articles[number] for number in numbers]
    for generation in (one, several):
        generation.close()


def test_a_large_article_ends_its_batch_early(monkeypatch, tmp_path):
    monkeypatch.setattr(builder, "_LARGEST_BATCH", 5_000)
    articles = [replace(a, body=("word " * 300,)) for a in random_articles(90)]
    generation = generation_of(tmp_path, articles)
    assert generation.documents.articles(range(90)) == articles
    generation.close()


def test_more_documents_than_a_segment_holds(tmp_path):
    articles = [Article(id=f"{n:06d}", title=f"t{n % 7}") for n in range(LARGEST_SEGMENT + 9)]
    generation = generation_of(tmp_path, articles)
    sizes = [segment.documents for segment in generation.segments]
    assert sum(sizes) == len(articles)
    assert max(sizes) <= LARGEST_SEGMENT
    assert generation.frequencies.sum() == len(articles)
    generation.close()


class DoomedCrew(ReadyCrew):
    """A crew that loses a process."""

    def __enter__(self):
        crew = super().__enter__()
        self._others[0]._process.kill()
        return crew


def test_a_process_that_dies_ends_the_build(tmp_path, monkeypatch):
    monkeypatch.setattr(builder, "Crew", DoomedCrew)
    with pytest.raises(BuildError, match=r"ended with status -9.*memory"):
        generation_of(tmp_path, random_articles(600), processes=2)


def test_a_process_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(builder, "Crew", ReadyCrew)
    unreadable = builder.Portion(lines=[b"{}"])
    monkeypatch.setattr(builder, "Portion", lambda **_: unreadable)
    with pytest.raises(BuildError, match="failed: TypeError"):
        generation_of(tmp_path, random_articles(600), processes=2)


BUILDER = """
import sys
from pathlib import Path
from index import builder
from tests.archives import random_articles
from tests.test_index_builds import ReadyCrew
class TellingCrew(ReadyCrew):
    def __enter__(self):
        crew = super().__enter__()
        print(self._others[0]._process.pid, flush=True)
        return crew
def articles():
    yield from random_articles(1200)
    sys.stdin.read()
builder.Crew = TellingCrew
builder.build(Path(sys.argv[1]), articles(), processes=2)
"""


def test_no_process_outlives_a_killed_build(tmp_path):
    build_process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child = os.pidfd_open(int(build_process.stdout.readline()))
    build_process.send_signal(signal.SIGKILL)
    build_process.communicate()
    ended = poll()
    ended.register(child, POLLIN)
    assert ended.poll(60_000)
    os.close(child)
