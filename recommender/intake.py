"""Intake: an article that came in after the build finds its place among all others, once.

Its row and its themes are those that a build would give it, and it is compared with every article
of the generation and with every newcomer before it. What this shows is noted on both sides: its
own list, the lists that it enters, and what it is a version of. All that is noted stays, so those
who look at the first newcomers do not mind that others are added behind them.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from scipy.sparse import _sparsetools

from articles.article import Article
from index.analysis import primary_language
from index.arrays import Array
from index.columns import UNDATED, seconds
from index.fresh import content
from index.fresh_terms import FreshTerms
from index.tfidf import Row, RowParts
from recommender.built import Built
from recommender.cards import Card
from recommender.comparison import Seed
from recommender.growing import Growing
from recommender.lists import LISTED
from recommender.neighbours import CANDIDATES, Neighbours, days_of, nearest, threshold
from recommender.running_stories import LEAST as LEAST_FOLLOWING
from recommender.similarity import VERSION, are_versions, blended
from recommender.themes import products as products_of_themes

LONGEST = 4 * LISTED
"""Newcomers in one list after which only the best half of so many stay."""
_NEARLY = VERSION - 0.01
"""A cosine that is nearly enough for a version."""


class Entered(NamedTuple):
    """The newcomers in the list of one document.

    Attributes
    ----------
    newcomers : int32 array
        Their numbers, as they came.
    similarities : float32 array
        As long.
    least : float
        All with a greater similarity are among them.
    """

    newcomers: Array
    similarities: Array
    least: float


class Vectors(NamedTuple):
    """What newcomers are compared by, at one moment.

    Attributes
    ----------
    rows : RowParts
        Their TF-IDF rows.
    themes : float32 array of shape (newcomers, number)
        The vectors of their themes.
    """

    rows: RowParts
    themes: Array

    def words(self, row: Row) -> Array:
        """Return the products of all rows with one (float32)."""
        rows, count = self.rows, len(self.rows.ends) - 1
        found = np.zeros(count, np.float32)
        if count and len(row.terms) and len(rows.terms):
            width = max(int(rows.terms.max()), int(row.terms[-1])) + 1
            spread = np.zeros(width, np.float32)
            spread[row.terms] = row.values
            _sparsetools.csr_matvec(count, width, rows.ends, rows.terms, rows.values, spread, found)
        return found

    def similarities(self, seed: Seed, words: Array) -> Array:
        """Return the similarities to a seed (float32); 0 where no word is shared."""
        if not len(seed.themes):
            return np.clip(words, 0, 1)
        themes = products_of_themes(self.themes, seed.themes)
        return np.where(words > 0, blended(words, themes), np.float32(0))


class Intake:
    """Takes in articles, one thread at a time; what is there can be read by all.

    Parameters
    ----------
    built : Built
        The articles of the generation.

    Attributes
    ----------
    count : int
        How many newcomers there are, those that were replaced since among them.
    terms : FreshTerms
        Knows new words.
    entered : dict of Entered
        For each document the newcomers in its list.
    numbers : dict of tuple
        The newcomers that have been an article's, by its id.
    ids, cards, keys : list
        The id of each newcomer, its card, and a digest of what it says.
    partners : list of int64 array
        The documents that each is a version of, or that are versions of it.
    following : list of (int64 array, float32 array)
        The documents in whose lists each stands or that stand in its list, near enough to be of one
        running story, and how near.
    """

    def __init__(self, built: Built) -> None:
        self._built = built
        self.count = 0
        self.terms = FreshTerms(built.generation.rows, built.generation.terms)
        self.entered: dict[int, Entered] = {}
        self.numbers: dict[str, tuple[int, ...]] = {}
        self.ids: list[str] = []
        self.cards: list[Card] = []
        self.keys: list[bytes] = []
        self.partners: list[Array] = []
        self.following: list[tuple[Array, Array]] = []
        self.languages_of = dict(built.generation.columns.language_numbers)
        self.sections_of: dict[str, int] = {}
        themes = built.comparison.theme_count
        self._values = Growing(np.float32)
        self._terms = Growing(np.int32)
        self._ends = Growing(np.int32)
        self._ends.append(0)
        self._themes = Growing(np.float32, themes)
        self._lengths = Growing(np.float32)
        self.published = Growing(np.int64)
        self.languages = Growing(np.int64)
        self.sections = Growing(np.int32)
        self.documents = Growing(np.int32, LISTED)
        self.similarities = Growing(np.float32, LISTED)
        self._least_of_built: Array | None = None
        self._least_of_newcomers = Growing(np.float32)
        self._masks: dict[int, Array] = {}

    def vectors(self) -> Vectors:
        """Return what the newcomers are compared by."""
        ends = self._ends.view()
        rows = RowParts(self._values.view(), self._terms.view(), ends)
        return Vectors(rows, self._themes.view())

    def take(self, article: Article) -> int:
        """Take in an article; return its number."""
        number, articles = self.count, self._built.articles
        published = seconds(article.published, UNDATED)
        language = self._language(article.language)
        row = self.terms.row(article)
        seed = self._built.comparison.of_row(row)
        older = self._built.comparison.similarities(seed) * self._speaking(language)
        near = np.flatnonzero(older > self._least())
        words = self.vectors().words(row)
        words[self.languages.view() != language] = 0
        newer = self.vectors().similarities(seed, words)
        versions, newer_versions = self._versions(seed, words, published, language)
        # Whatever may be damaged has been read: from here on nothing fails half done.
        documents, similarities = _best(older)
        least = float(similarities[-1]) if documents[-1] >= 0 else 0.0
        entered = np.flatnonzero(newer > self._least_of_newcomers.view())
        own = np.flatnonzero(newer > least)
        self._add(row, seed.themes)
        self.published.append(published)
        self.languages.append(language)
        self.sections.append(self._section(article.section))
        self.documents.append(documents)
        self.similarities.append(similarities)
        self._least_of_newcomers.append(least)
        self._enter(number, near, older[near])
        self._enter(number, entered + articles, newer[entered])
        for other in own.tolist():
            self._enter(other, np.array([number + articles]), newer[other : other + 1])
        self.partners.append(np.append(versions, newer_versions + articles)[:CANDIDATES])
        for other in newer_versions.tolist():
            if len(self.partners[other]) < CANDIDATES:
                self.partners[other] = np.append(self.partners[other], number + articles)
        there = documents >= 0
        met = np.concatenate([documents[there], near, entered + articles, own + articles])
        values = np.concatenate([similarities[there], older[near], newer[entered], newer[own]])
        kept, places = np.unique(met, return_index=True)
        good = values[places] >= LEAST_FOLLOWING
        self.following.append((kept[good].astype(np.int64), values[places][good]))
        self.ids.append(article.id)
        self.cards.append(Card.of(article))
        self.keys.append(key_of(article))
        self.count += 1
        self.numbers[article.id] = (*self.numbers.get(article.id, ()), number)
        return number

    def language_number(self, language: str) -> int:
        """Return the number of a language, -1 when no article is in it."""
        return self.languages_of.get(primary_language(language), -1)

    def section_number(self, section: str) -> int:
        """Return the number of a section, -1 when no article is in it."""
        number = self._built.section_number(section)
        return self.sections_of.get(section, -1) if number < 0 else number

    def _language(self, language: str) -> int:
        name = primary_language(language)
        if not name:
            return -1
        return self.languages_of.setdefault(name, len(self.languages_of))

    def _section(self, section: str) -> int:
        if not section:
            return -1
        number = self.section_number(section)
        if number < 0:
            number = self.sections_of[section] = self._built.sections_count + len(self.sections_of)
        return number

    def _speaking(self, language: int) -> Array:
        """Return 1 for each article of the generation in a language, 0 for others (float32)."""
        if language not in self._masks:
            self._masks[language] = (self._built.languages == language).astype(np.float32)
        return self._masks[language]

    def _least(self) -> Array:
        """Return the similarity that is not enough to enter the list of each built document."""
        if self._least_of_built is None:
            self._least_of_built = np.array(self._built.lists.last(LISTED))
        return self._least_of_built

    def _add(self, row: Row, themes: Array) -> None:
        self._values.extend(row.values)
        self._terms.extend(row.terms)
        self._ends.append(len(self._terms))
        self._themes.append(themes)
        self._lengths.append(np.linalg.norm(row.values))

    def _enter(self, number: int, documents: Iterable[int] | Array, similarities: Array) -> None:
        """Note a newcomer in the lists of documents."""
        for document, similarity in zip(
            np.asarray(documents).tolist(), similarities.tolist(), strict=True
        ):
            before = self.entered.get(document)
            if before is None:
                found = Entered(
                    np.array([number], np.int32), np.array([similarity], np.float32), 0.0
                )
            elif similarity <= before.least:
                continue
            else:
                found = _shortened(
                    Entered(
                        np.append(before.newcomers, np.int32(number)),
                        np.append(before.similarities, np.float32(similarity)),
                        before.least,
                    )
                )
                if found.least:
                    self._raise(document, found.least)
            self.entered[document] = found

    def _raise(self, document: int, least: float) -> None:
        """Let only what is nearer enter a list from now on."""
        if document >= self._built.articles:
            self._least_of_newcomers.view()[document - self._built.articles] = least
        else:
            self._least()[document] = least

    def _versions(
        self, seed: Seed, words: Array, published: int, language: int
    ) -> tuple[Array, Array]:
        """Return the documents and the newcomers that a new one is a version of (int64)."""
        length = np.linalg.norm(seed.row.values)
        if not length or seed.words is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        day = days_of(np.array([published]))
        found = []
        for products, lengths, dates in (
            (
                seed.words * self._speaking(language),
                self._built.generation.rows.lengths,
                self._built.published,
            ),
            (words, self._lengths.view(), self.published.view()),
        ):
            near = np.flatnonzero((products > 0) & (products >= _NEARLY * length * lengths))
            cosines = products[near] / (length * lengths[near])
            found.append(near[are_versions(cosines, days_of(dates[near]) - day)])
        return found[0], found[1]


def _best(similarities: Array) -> Neighbours:
    """Return the nearest of all documents by their similarities."""
    documents = np.flatnonzero(
        (similarities > 0) & (similarities >= threshold(similarities, LISTED))
    )
    found = nearest(
        np.zeros(len(documents), np.int64), documents, similarities[documents], 1, LISTED
    )
    return Neighbours(found.documents[0], found.similarities[0])


def key_of(article: Article) -> bytes:
    """Return a digest of what an article says, whoever may see it."""
    return sha256(content(article).to_json().encode()).digest()


def _shortened(entered: Entered) -> Entered:
    """Return the best of what has entered a list, where it has become too long."""
    if len(entered.newcomers) <= LONGEST:
        return entered
    order = np.argsort(-entered.similarities, kind="stable")
    kept, first_left_out = np.sort(order[: LONGEST // 2]), order[LONGEST // 2]
    return Entered(
        entered.newcomers[kept],
        entered.similarities[kept],
        float(entered.similarities[first_left_out]),
    )
