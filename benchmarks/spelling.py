"""Whether a slip is noticed, and nothing else: words of titles with one letter changed at random.

A word of a title is changed in one of four ways: a letter left out, put in, another one, or two
neighbours exchanged. The title is asked with it. It is restored when the suggested query is
the title again. Titles without any slip show how often something is offered that nobody needs.
"""

import random
import string
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whoosh import fields, index

from articles.article import Article
from benchmarks import machine
from benchmarks.corpus import articles_of, read_corpus
from benchmarks.questions import content_words
from index.analysis import term_of
from index.builder import build
from index.generation import Generation
from index.publish import Generations
from index.visibility import Visibility
from index.word_fields import TEXT
from search.corrections import Corrector
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.expansion import Expander
from search.name_list import NameList
from search.query import QueryReader
from search.skipping import FunctionWords
from search.terms import TermReader
from search.variants import VariantFinder
from web.evaluation.files import read_topics

QUERIES = 1_000
SHORTEST = 4
"""Letters of a word that is changed: of three letters nearly any three are another word."""
SEED = 88
LONGEST_TITLE = 8
"""Words of a title that are asked, its first ones."""

Suggest = Callable[[str], str | None]
"""Returns what is suggested instead of a query, None for nothing."""


class Slip(NamedTuple):
    """A query with a slip in one of its words, and how it should read."""

    typed: str
    meant: str
    kind: str


class Outcome(NamedTuple):
    """How a corrector did."""

    name: str
    restored: float
    by_kind: dict[str, float]
    silent: float
    false: float
    median: float
    p95: float


def measure(
    home: Path, corpus_file: Path, topics_file: Path | None, strangers_file: Path | None
) -> None:
    """Measure our corrector beside that of Whoosh, and print it.

    Titles of another newspaper, without slips, show what is offered for names that the archive does
    not hold.
    """
    corpus = read_corpus(corpus_file, home / "corpus.jsonl")
    titles = corpus.titles
    topics = [query for _, query in read_topics(topics_file)] if topics_file else []
    print(f"{len(titles):,} articles, {machine.description()}")
    generation = _built(home / "generations", articles_of(corpus, len(titles)))
    with closing(EmbeddedEngine(generation, Visibility(generation))) as engine:
        whoosh = WhooshCorrector(generation, home / "whoosh")
        for name, texts in (("topics", topics), ("article titles", titles)):
            if not texts:
                continue
            queries = asked(texts)
            slips = list(made(queries, QUERIES, SEED))
            clean = sampled(queries)
            print(f"\n{name}: {len(slips):,} with a slip, {len(clean):,} without")
            print("corrector restored omitted inserted other exchanged silent false p50 p95 ms")
            for outcome in (
                judged("Backfile", _suggested(engine), slips, clean),
                judged("Backfile, the word alone", _suggested(engine), alone(slips), clean),
                judged("Whoosh", whoosh.suggest, slips, clean),
            ):
                kinds = " ".join(f"{share:.3f}" for share in outcome.by_kind.values())
                print(
                    f"{outcome.name}: {outcome.restored:.3f} {kinds} {outcome.silent:.3f} "
                    f"{outcome.false:.4f} {outcome.median:.2f} {outcome.p95:.2f}",
                    flush=True,
                )
        print("\nthe correction alone, processor time, p50 p95 ms; without a slip, with one")
        clean = sampled(asked(titles))
        for texts in (clean, [slip.typed for slip in made(asked(titles), QUERIES, SEED + 2)]):
            times = _taken(generation, texts)
            print(f"  {np.median(times):.3f} {np.percentile(times, 95):.3f}")
        if strangers_file:
            strangers = read_corpus(strangers_file, home / "strangers.jsonl")
            clean = sampled(asked(strangers.titles))
            for key, suggest in (("Backfile", _suggested(engine)), ("Whoosh", whoosh.suggest)):
                offered = sum(suggest(query) is not None for query in clean)
                print(f"{key}: {offered} offers for {len(clean):,} titles of {strangers.name}")


def asked(texts: Iterable[str]) -> list[str]:
    """Return the distinct queries that are made of titles."""
    queries = (" ".join(content_words(text)[:LONGEST_TITLE]) for text in texts)
    return [query for query in dict.fromkeys(queries) if query]


def sampled(queries: Sequence[str]) -> list[str]:
    """Return so many queries as are asked without a slip."""
    return random.Random(SEED + 1).sample(queries, min(QUERIES, len(queries)))


def made(queries: Sequence[str], count: int, seed: int) -> Iterator[Slip]:
    """Yield queries with one slip each, of the four kinds in turn; the same for the same seed."""
    rng = random.Random(seed)
    kinds = list(KINDS)
    number = 0
    while number < count:
        words = rng.choice(queries).split()
        places = [place for place, word in enumerate(words) if _may_change(word)]
        kind = kinds[number % len(kinds)]
        if not places:
            if not any(_may_change(word) for query in queries for word in query.split()):
                return
            continue
        place = rng.choice(places)
        changed = KINDS[kind](words[place], rng)
        if term_of("en")(changed) == term_of("en")(words[place]):
            continue  # what is found is the same
        number += 1
        typed = [*words[:place], changed, *words[place + 1 :]]
        yield Slip(" ".join(typed), " ".join(words), kind)


def alone(slips: Iterable[Slip]) -> list[Slip]:
    """Return the changed words without the others."""
    pairs = ((slip, zip(slip.typed.split(), slip.meant.split(), strict=True)) for slip in slips)
    return [
        Slip(typed, meant, slip.kind)
        for slip, words in pairs
        for typed, meant in words
        if typed != meant
    ]


def judged(name: str, suggest: Suggest, slips: Sequence[Slip], clean: Sequence[str]) -> Outcome:
    """Return how a corrector does with slips and without."""
    right: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    silent, times = 0, []
    for slip in slips:
        started = time.perf_counter_ns()
        suggestion = suggest(slip.typed)
        times.append((time.perf_counter_ns() - started) / 1e6)
        right[slip.kind].append(suggestion == slip.meant)
        silent += suggestion is None
    false = sum(suggest(query) is not None for query in clean)
    return Outcome(
        name,
        sum(map(sum, right.values())) / len(slips),
        {kind: float(np.mean(found)) for kind, found in right.items()},
        silent / len(slips),
        false / len(clean),
        float(np.median(times)),
        float(np.percentile(times, 95)),
    )


class WhooshCorrector:
    """What Whoosh corrects: words that its index does not hold, by its own list of words.

    The index has a document for each word of the generation, weighted by its frequency: the
    corrector asks for nothing else.
    """

    def __init__(self, generation: Generation, folder: Path) -> None:
        folder.mkdir()
        made = index.create_in(str(folder), fields.Schema(word=fields.ID))
        writer = made.writer(limitmb=256)
        totals = generation.surface_totals.tolist()
        for word, total in zip(generation.surfaces, totals, strict=True):
            writer.add_document(word=word, _word_boost=float(total))
        writer.commit()
        self._searcher = made.searcher()
        self._corrector = self._searcher.corrector("word")

    def suggest(self, text: str) -> str | None:
        """Return the query with each word that is not known replaced by the first suggestion."""
        reader, words = self._searcher.reader(), text.split()
        for place, word in enumerate(words):
            if ("word", word) not in reader:
                words[place] = next(iter(self._corrector.suggest(word, limit=1)), word)
        suggestion = " ".join(words)
        return None if suggestion == text else suggestion


def _suggested(engine: EmbeddedEngine) -> Suggest:
    def suggest(text: str) -> str | None:
        answer = engine.search(
            SearchRequest(query=text, facets=False, snippets=False, limit=0, spelling="exact")
        )
        return answer.correction and answer.correction.query

    return suggest


def _taken(generation: Generation, texts: Iterable[str]) -> list[float]:
    """Return the milliseconds of a processor that corrections take, after the search itself."""
    terms = TermReader(generation)
    expander = Expander(generation, terms)
    finder = VariantFinder(generation, terms, NameList.shipped())
    reader = QueryReader(generation, expander, FunctionWords(generation, terms), finder)
    corrector = Corrector(generation, terms)
    corrector.words("xyzzyq", reader.read("xyzzyq").tree)  # what is made once is made
    times = []
    for text in texts:
        parsed = reader.read(text)
        for word in parsed.words():
            terms.postings(TEXT, word.text)
        started = time.thread_time_ns()
        corrector.words(text, parsed.tree)
        times.append((time.thread_time_ns() - started) / 1e6)
    return times


def _built(folder: Path, articles: Iterable[Article]) -> Generation:
    generations = Generations(folder)
    with generations.locked():
        place = generations.begin()[0]
        build(place, articles)
        generations.publish(place)
    return generations.open_current()


def _may_change(word: str) -> bool:
    return word.isalpha() and len(word) >= SHORTEST


def _omitted(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return word[:place] + word[place + 1 :]


def _inserted(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word) + 1)
    return word[:place] + rng.choice(string.ascii_lowercase) + word[place:]


def _other(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return word[:place] + rng.choice(string.ascii_lowercase) + word[place + 1 :]


def _exchanged(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "omitted": _omitted,
    "inserted": _inserted,
    "other": _other,
    "exchanged": _exchanged,
}
"""The kinds of slips: what each makes of a word."""
