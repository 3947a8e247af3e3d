"""The rebuild: the public articles of the store become a new generation, which is then served."""

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from articles.article import Article, is_public
from articles.store import Store
from index import postings
from index.analysis import NAMES, primary_language
from index.arrays import save
from index.build_step import BuildContext, BuildProgress, BuildStep, OnProgress
from index.columns import ColumnsWriter, facet_values
from index.documents import DocumentsWriter
from index.manifest import Manifest, describe
from index.postings import NAME_FIELDS, TEXT
from index.publish import Generations
from index.strings import StringTable
from index.term_weights import weigh
from index.tokenstream import TokenStream, Vocabulary

_POSSESSIVE = re.compile("['’]s$")
TITLE_WEIGHT = 2.0
"""What a word of the title counts in the fused text field; measured on judged news topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a rebuild did; ``skipped`` articles of the store are not public now."""

    number: int
    articles: int
    skipped: int
    seconds: float
    bytes: int
    notes: tuple[str, ...] = ()


def rebuild(
    store: Store,
    generations: Generations,
    *,
    now: datetime,
    steps: Sequence[BuildStep] = (),
    on_progress: OnProgress = lambda _: None,
) -> BuildReport:
    """Build a generation from the store and serve it.

    The served generation stays as it is until the new one is complete and on the disk; a build that
    fails or is killed changes nothing.

    Raises
    ------
    RebuildRunningError
        When another one is at work on the same folder.
    """
    started = time.monotonic()
    with generations.locked():
        folder = generations.begin()
        try:
            manifest, skipped = _build(folder, store, now, steps, on_progress)
            manifest.write(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        number = generations.publish(folder)
    return BuildReport(
        number=number,
        articles=manifest.articles,
        skipped=skipped,
        seconds=time.monotonic() - started,
        bytes=manifest.size,
    )


class _Reading:
    """One pass over the store's articles: each is read, written and tokenised once."""

    def __init__(self, folder: Path) -> None:
        self.vocabulary = Vocabulary()
        self.streams = {name: TokenStream() for name in postings.WORD_FIELDS}
        self.streams[TEXT] = TokenStream(lead_weight=TITLE_WEIGHT)
        self.columns = ColumnsWriter()
        self.documents = DocumentsWriter(folder)
        self.languages: list[str] = []

    def add(self, article: Article) -> None:
        self.documents.add(article)
        self.columns.add(article)
        language = primary_language(article.language)
        self.languages.append(language)
        words = self.vocabulary.numbers(language)
        names = self.vocabulary.numbers(NAMES)
        summary = () if article.summary in article.body else (article.summary,)
        parts: dict[str, Sequence[str]] = {
            TEXT: (article.title, *summary, *article.body),
            "title": (article.title,),
            "caption": (article.caption,),
        }
        for name, stream in self.streams.items():
            if name in NAME_FIELDS:
                stream.add(facet_values(article, name), names)
            else:
                stream.add(parts[name], words)


def _build(
    folder: Path, store: Store, now: datetime, steps: Sequence[BuildStep], on_progress: OnProgress
) -> tuple[Manifest, int]:
    # Asked before the articles are read: what changes meanwhile is looked at again when serving.
    sequence = store.last_sequence()
    reading = _Reading(folder)
    with ExitStack() as stack:
        stack.callback(reading.documents.abandon)
        skipped = 0
        for article in _counted(store, on_progress):
            if is_public(article, now):
                reading.add(article)
            else:
                skipped += 1
        reading.documents.close()
    reading.columns.save(folder)

    terms, codes = reading.vocabulary.term_codes()
    fields = {name: stream.invert(codes, len(terms)) for name, stream in reading.streams.items()}
    save(folder, "text.lengths", fields[TEXT].lengths)
    save(folder, "text.frequencies", fields[TEXT].frequencies(len(terms)))
    StringTable.of(terms).save(folder, "terms")
    _save_words(folder, reading, terms)
    postings.write_postings(
        folder,
        fields,
        terms,
        lambda done, total: on_progress(BuildProgress("writing postings", done, total)),
    )
    rows = weigh(fields[TEXT], terms, reading.languages)
    rows.save(folder)
    del fields
    for step in steps:
        step(BuildContext(folder, rows, on_progress))
    languages = reading.languages
    manifest = Manifest(
        articles=len(languages),
        terms=len(terms),
        languages=tuple(sorted(set(languages), key=lambda name: (-languages.count(name), name))),
        store_sequence=sequence,
        settings={"title_weight": TITLE_WEIGHT},
        files={path.name: describe(path) for path in sorted(folder.iterdir())},
    )
    return manifest, skipped


def _counted(store: Store, on_progress: OnProgress) -> Iterator[Article]:
    total = store.count()
    done = 0
    for done, article in enumerate(store.articles(), 1):
        if not done % 100:
            on_progress(BuildProgress("reading articles", done, max(done, total)))
        yield article
    on_progress(BuildProgress("reading articles", done, done))


def _save_words(folder: Path, reading: _Reading, terms: Sequence[str]) -> None:
    """Write what people read and type: the commonest spelling of each term, and all spellings."""
    vocabulary = reading.vocabulary
    counts = reading.streams[TEXT].surface_counts(len(vocabulary.surfaces)).tolist()
    best: dict[str, tuple[int, str]] = {}
    spellings: set[tuple[str, str]] = set()
    for surface, term, count in zip(vocabulary.surfaces, vocabulary.terms, counts, strict=True):
        if count:
            spellings.add((surface.lower(), term))
            shown = _POSSESSIVE.sub("", surface)
            best[term] = min(best.get(term, (0, "")), (-count, shown))
    StringTable.of(best.get(term, (0, term))[1] for term in terms).save(folder, "words")
    ordered = sorted(spellings, key=lambda pair: (pair[0].encode(), pair[1]))
    places = {term: place for place, term in enumerate(terms)}
    StringTable.of(surface for surface, _ in ordered).save(folder, "surfaces")
    save(folder, "surfaces.terms", np.array([places[term] for _, term in ordered], np.int32))
