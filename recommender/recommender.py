"""Related articles of one generation: from the stored lists, or computed on demand."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import filterfalse, islice
from typing import NamedTuple

import numpy as np

from index import analysis
from index.arrays import Array
from index.columns import UNDATED, seconds
from index.generation import Generation
from index.opening import opening
from index.tfidf import lengths_of
from index.visibility import Visibility
from recommender.comparison import Comparison, Likeness, Seed
from recommender.lists import LISTED, StoredLists
from recommender.related import (
    DEEPEST,
    RelatedArticle,
    RelatedRequest,
    RunningStory,
    UnknownArticleError,
)
from recommender.similarity import NEAR_COPY, calibrated, faded

_DIGIT = re.compile(r"\d")
MOST_TERMS = 4
"""Shared words that explain one related article."""
LONGEST_TEXT = 200_000
"""Characters that are read of a posted text."""
LONGEST_SAMPLE = 10_000
"""Characters that tell the language of one."""
_SPARE = 5
"""Articles looked at beyond those wanted, because some may be copies of others."""
MOST_SKIPPED = 100
"""Stories of a running one that are looked at for one that is still public."""
_DAY = 86_400


class _Chosen(NamedTuple):
    """Documents of a list, how near each is, and its score."""

    documents: Array
    likeness: Likeness
    scores: Array


class Read(NamedTuple):
    """A text that was read: what stands for it, and its language as a number and in words."""

    seed: Seed
    number: int
    language: str


class Recommender:
    """Answers which articles belong beside one; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is recommended from.
    visibility : Visibility
        Says which of its articles are hidden now; none of these is ever recommended.
    minimum_score : float
        Score below which an article is not related.
    """

    def __init__(
        self, generation: Generation, visibility: Visibility, *, minimum_score: float = 0.08
    ) -> None:
        self._generation = generation
        self._visibility = visibility
        self._minimum_score = minimum_score
        self._lists = StoredLists(generation.related)
        self._comparison = Comparison(generation)
        self._find = lru_cache(65_536)(generation.terms.find)

    def for_article(
        self, article_id: str, request: RelatedRequest | None = None
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles related to one, best first; never the article itself.

        No two of them are near copies of each other, and no two of one story.

        Raises
        ------
        UnknownArticleError
            When no public article of the generation has that id.
        """
        return self._answer(*self._for_article(article_id, request or RelatedRequest()))

    def rank(self, article_id: str, request: RelatedRequest) -> list[tuple[str, float]]:
        """Return ids and scores of `for_article`, and nothing that takes longer; raises as it does.

        For runs of relevance experiments, which want long lists and none of their articles.
        """
        _, chosen = self._for_article(article_id, request)
        ids = self._generation.columns.ids(chosen.documents.tolist())
        return list(zip(ids, chosen.scores.tolist(), strict=True))

    def _for_article(self, article_id: str, request: RelatedRequest) -> tuple[Seed, _Chosen]:
        document = self._document(article_id)
        own = document if request.versions else self._lists.story(document)
        others = (self._generation.columns.document(other) for other in request.without)
        elsewhere = [self._lists.story(other) for other in others if other is not None]
        hidden = np.concatenate([self._visibility.hidden(), np.atleast_1d(own), *elsewhere])
        seed = self._comparison.of_document(document)
        if request.is_stored:
            listed = self._lists.of(document)
            full = bool(listed.documents[0, -1] >= 0)
            kept = _without(listed.documents[0], hidden)
            chosen = self._chosen(seed, kept, np.ones(len(kept), np.float32), request)
            if len(chosen.documents) >= min(request.limit, DEEPEST) or not full:
                return seed, chosen
        columns = self._generation.columns
        published = int(columns.published[document])
        language = columns.languages[document]
        return seed, self._on_demand(seed, request, hidden, published, language)

    def for_text(
        self,
        text: str | Read,
        request: RelatedRequest | None = None,
        *,
        language: str | None = None,
        published: datetime | None = None,
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles related to a text that need not be in the archive.

        Without ``language`` the text is read in that one of the archive's languages in which it has
        most known words, and its language is that of the article nearest by words. ``published``
        tells what is earlier and later. Who asks more than once of one text reads it by `read`.
        """
        request = request or RelatedRequest(versions=True)
        seed, number, _ = self.read(text, language) if isinstance(text, str) else text
        date = seconds(published, UNDATED)
        hidden = self._visibility.hidden()
        return self._answer(seed, self._on_demand(seed, request, hidden, date, number))

    def versions(self, article_id: str) -> tuple[RelatedArticle, ...]:
        """Return the other versions of an article's story, by date.

        Raises
        ------
        UnknownArticleError
            When no public article of the generation has that id.
        """
        document = self._document(article_id)
        story = self._lists.story(document)
        excluded = np.append(self._visibility.hidden(), document)
        others = story[~np.isin(story, excluded)][:DEEPEST]
        if not len(others):
            return ()
        seed = self._comparison.of_document(document)
        likeness = self._comparison.likeness(seed, others)
        scores = calibrated(likeness.similarities)
        return self._answer(seed, _Chosen(others, likeness, scores), counted=False)

    def running_story(self, article_id: str) -> RunningStory:
        """Return what was reported before and after an article of the same events.

        Where versions of that are public, it is the first of them. What is later was published
        after the article, what is earlier before.

        Raises
        ------
        UnknownArticleError
            When no public article of the generation has that id.
        """
        document = self._document(article_id)
        published = self._generation.columns.published
        story = int(self._lists.beginnings(np.array([document]))[0])
        hidden = self._visibility.hidden()

        def shown(stories: Iterable[int]) -> Iterable[int]:
            for first in islice(stories, MOST_SKIPPED):
                yield from _without(self._lists.story(first), hidden)[:1].tolist()

        running = self._lists.running
        earlier = (d for d in shown(running.earlier(story)) if published[d] < published[document])
        later = (d for d in shown(running.later(story)) if published[d] > published[document])
        found = [next(earlier, None), next(later, None)]
        if found == [None, None]:
            return RunningStory()
        there = np.array([number for number in found if number is not None], np.int64)
        seed = self._comparison.of_document(document)
        likeness = self._comparison.likeness(seed, there)
        scores = calibrated(likeness.similarities)
        answers = iter(self._answer(seed, _Chosen(there, likeness, scores), counted=False))
        return RunningStory(*(None if number is None else next(answers) for number in found))

    def entered(
        self, text: str | Read, *, language: str | None = None, places: int = 5, limit: int = 50
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles in whose lists a text would stand if it were in the archive.

        They are the ones that should link to it; those to which it is nearest come first.

        Parameters
        ----------
        text : str or Read
            The text.
        language : str, optional
            Its language, otherwise guessed.
        places : int
            How long lists are, at most `LISTED`.
        limit : int
            How many are wanted.
        """
        seed, number, _ = self.read(text, language) if isinstance(text, str) else text
        least = self._lists.last(min(places, LISTED))
        documents, similarities = self._comparison.above(seed, least)
        kept = self._generation.columns.languages[documents] == number
        kept &= ~np.isin(documents, self._visibility.hidden())
        kept &= calibrated(similarities) >= self._minimum_score
        documents, similarities = documents[kept], similarities[kept]
        order = np.lexsort((-documents, -similarities))[:limit]
        documents = documents[order]
        likeness = self._comparison.likeness(seed, documents)
        scores = calibrated(likeness.similarities)
        return self._answer(seed, _Chosen(documents, likeness, scores))

    def _document(self, article_id: str) -> int:
        document = self._generation.columns.document(article_id)
        if document is None or not self._visibility.shows(document):
            raise UnknownArticleError(f"there is no public article with the id {article_id!r}")
        return document

    def read(self, text: str, language: str | None = None) -> Read:
        """Return what stands for a text, and its language: that of the nearest, if not given.

        Its beginning shows which of the archive's languages has most of its words.
        """
        text = text.encode("utf-8", "replace").decode()[:LONGEST_TEXT]
        languages = (language,) if language else self._generation.languages
        spoken = languages[0]
        if len(languages) > 1:
            spoken = max(languages, key=lambda name: len(self._codes(text[:LONGEST_SAMPLE], name)))
        codes = self._codes(text, spoken)
        seed = self._comparison.of_row(self._generation.rows.row_of(codes))
        columns = self._generation.columns
        if language:
            return Read(seed, columns.language_number(language), language)
        if seed.words is None or not len(seed.words) or not seed.words.max() > 0:
            return Read(seed, -1, spoken)
        nearest = int(seed.words.argmax())
        article = self._generation.documents.articles([nearest])[0]
        return Read(seed, int(columns.languages[nearest]), article.language or spoken)

    def _codes(self, text: str, language: str) -> list[int]:
        terms = analysis.terms(text, analysis.primary_language(language))
        found = {term: self._find(term) for term in set(terms)}
        return [code for term in terms if (code := found[term]) is not None]

    def _on_demand(
        self, seed: Seed, request: RelatedRequest, hidden: Array, published: int, language: int
    ) -> _Chosen:
        """Return the nearest under all conditions; more are looked at where many are copies."""
        weights = self._weights(request, hidden, published, language)
        limit = min(request.limit, DEEPEST)
        count = limit + LISTED
        while True:
            found = self._comparison.nearest(seed, count, weights)
            documents = _without(found.documents[0], hidden)
            chosen = self._chosen(seed, documents, weights[documents], request)
            everything = found.documents[0, -1:] < 0
            if len(chosen.documents) >= limit or everything.any() or count > 2 * DEEPEST:
                return chosen
            count *= 4

    def _weights(
        self, request: RelatedRequest, hidden: Array, published: int, language: int
    ) -> Array:
        """Return what the similarity of each document is multiplied with."""
        columns = self._generation.columns
        weights = np.ones(self._generation.articles, np.float32)
        if request.half_life is not None and published != UNDATED:
            days = (columns.published[columns.undated :] - published) / _DAY
            weights[columns.undated :] = faded(days, request.half_life)
            weights[: columns.undated] = 0 if len(days) == 0 else weights[columns.undated :].min()
        if request.mode != "mixed":
            allowed = (
                columns.earlier(published)
                if request.mode == "background"
                else (columns.later(published))
            )
            weights[: allowed.start] = 0
            weights[allowed.stop :] = 0
        if not request.any_language:
            weights[columns.languages != language] = 0
        weights[hidden] = 0
        return weights

    def _chosen(
        self, seed: Seed, documents: Array, weights: Array, request: RelatedRequest
    ) -> _Chosen:
        """Return what of a ranking is shown: good enough, and no near copy of a better one."""
        limit = min(request.limit, DEEPEST)
        least = self._minimum_score if request.minimum_score is None else request.minimum_score
        looked_at = min(limit + _SPARE, len(documents)) if limit else 0
        while True:
            some = documents[:looked_at]
            kept = self._distinct(seed, some, limit, versions=request.versions)
            if len(kept) >= limit or looked_at == len(documents):
                break
            looked_at = len(documents)
        likeness = self._comparison.likeness(seed, some[kept])
        scores = calibrated(likeness.similarities) * weights[kept]
        good = scores >= least
        parts = Likeness(*(part[good] for part in likeness))
        return _Chosen(some[kept][good], parts, scores[good])

    def _distinct(self, seed: Seed, documents: Array, limit: int, *, versions: bool) -> Array:
        """Return the places of the first documents: of copies, and of a story, only the best."""
        rows = self._comparison.rows(documents)
        lengths, length = lengths_of(rows), lengths_of(seed.row)[0]
        stories = self._lists.beginnings(documents)
        near = (rows @ rows.T).toarray() >= NEAR_COPY * np.outer(lengths, lengths)
        if not versions:
            near |= stories[:, None] == stories
        own = (rows @ seed.row.T).toarray().ravel() >= NEAR_COPY * lengths * length
        kept: list[int] = []
        for place in range(len(documents)):
            if len(kept) == limit:
                break
            if (versions or not own[place]) and not near[place, kept].any():
                kept.append(place)
        return np.array(kept, np.int64)

    def _answer(
        self, seed: Seed, chosen: _Chosen, *, counted: bool = True
    ) -> tuple[RelatedArticle, ...]:
        """Return what is shown; the other versions of each are counted unless they are listed."""
        articles = self._generation.documents.articles(chosen.documents.tolist())
        hidden = self._visibility.hidden()
        return tuple(
            RelatedArticle(
                id=article.id,
                url=article.url,
                title=article.title,
                snippet=opening(article),
                section=article.section,
                published=article.published,
                score=float(chosen.scores[place]),
                words=float(min(chosen.likeness.words[place], 1.0)),
                themes=float(chosen.likeness.themes[place]),
                terms=self._shared(seed, int(document)),
                copies=len(_without(self._lists.story(int(document)), hidden)) - 1
                if counted
                else 0,
            )
            for place, (article, document) in enumerate(
                zip(articles, chosen.documents, strict=True)
            )
        )

    def _shared(self, seed: Seed, document: int) -> tuple[str, ...]:
        """Return the words that weigh most in the product of two rows, strongest first.

        Numbers count in the product but explain nothing to a reader.
        """
        other = self._generation.rows.rows([document])
        common, in_row, in_other = np.intersect1d(
            seed.row.indices, other.indices, assume_unique=True, return_indices=True
        )
        order = np.lexsort((common, -seed.row.data[in_row] * other.data[in_other]))
        words = (self._generation.words[code] for code in common[order])
        return tuple(islice(filterfalse(_DIGIT.search, words), MOST_TERMS))


def _without(documents: Array, hidden: Array) -> Array:
    """Return a list without its empty places and what must not stand in it."""
    return documents[(documents >= 0) & ~np.isin(documents, hidden)]
