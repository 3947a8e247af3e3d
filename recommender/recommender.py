"""Related articles of one generation: from the stored lists, or computed on demand."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import numpy as np

from index import analysis
from index.arrays import Array
from index.columns import UNDATED, seconds
from index.generation import Generation
from index.visibility import Visibility
from recommender import following
from recommender.arrivals import Arrivals
from recommender.built import Built
from recommender.comparison import Seed
from recommender.conditions import Conditions
from recommender.described import described
from recommender.entering import entered
from recommender.lists import LISTED
from recommender.newest import newest
from recommender.present import Present
from recommender.related import (
    DEEPEST,
    RelatedArticle,
    RelatedRequest,
    RunningStory,
    UnknownArticleError,
)
from recommender.selection import Chosen, Selector, measured

LONGEST_TEXT = 200_000
"""Characters that are read of a posted text."""
LONGEST_SAMPLE = 10_000
"""Characters that tell the language of one."""


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
        self._minimum_score = minimum_score
        self._built = Built(generation)
        self._arrivals = Arrivals(self._built, visibility.fresh)

    def for_article(
        self, article_id: str, request: RelatedRequest | None = None
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles related to one, best first; never the article itself.

        No two of them are near copies of each other, and no two of one story, for which the newest
        of its versions stands that the request allows.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        request = request or RelatedRequest()
        present = self.present()
        seed, chosen = self._for_article(present, article_id, request)
        return described(present, seed, chosen, explain=request.explain)

    def rank(self, article_id: str, request: RelatedRequest) -> list[tuple[str, float]]:
        """Return ids and scores of `for_article`, and nothing that takes longer; raises as it does.

        For runs of relevance experiments, which want long lists and none of their articles.
        """
        present = self.present()
        _, chosen = self._for_article(present, article_id, request)
        return list(zip(present.ids(chosen.documents), chosen.scores.tolist(), strict=True))

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
        present = self.present()
        seed, number, _ = self.read(text, language) if isinstance(text, str) else text
        conditions = self._conditions(present, request, seconds(published, UNDATED), number)
        chosen = self._on_demand(present, seed, conditions)
        return described(present, seed, chosen, explain=request.explain)

    def versions(self, article_id: str) -> tuple[RelatedArticle, ...]:
        """Return the other versions of an article's story, by date.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        present = self.present()
        document = self._document(present, article_id)
        (story,) = present.beginnings(np.array([document])).tolist()
        versions = present.story(story)
        return self._told(present, document, versions[versions != document][:DEEPEST])

    def running_story(self, article_id: str) -> RunningStory:
        """Return what was reported before and after an article of the same events.

        Where versions of that are public, it is the first of them. What is later was published
        after the article, what is earlier before.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        present = self.present()
        document = self._document(present, article_id)
        found = [
            next(step(present, document, _any), None)
            for step in (following.earlier, following.later)
        ]
        told = iter(self._told(present, document, _documents(found)))
        return RunningStory(*(None if number is None else next(told) for number in found))

    def story_of(
        self, article_id: str, request: RelatedRequest | None = None
    ) -> tuple[RelatedArticle, ...]:
        """Return what was reported of the same events, the nearest in time first.

        One article stands for each step of the running story: the first of its versions that the
        request allows.

        Raises
        ------
        UnknownArticleError
            When no public article has that id.
        """
        request = request or RelatedRequest()
        present = self.present()
        document = self._document(present, article_id)
        conditions = self._beside(present, request, document)

        def allowed(documents: Array) -> Array:
            return np.asarray(conditions.factors(documents) > 0)

        limit = min(request.limit, DEEPEST)
        found = [
            *islice(following.earlier(present, document, allowed), limit),
            *islice(following.later(present, document, allowed), limit),
        ]
        nearest = following.by_nearness(present, document, found)
        # The nearest comes last for `newest`, which drops what is a near copy of another.
        in_order = np.array(nearest[::-1], np.int64)
        chosen = newest(present, in_order, conditions, limit, besides=document)
        return self._told(present, document, chosen, request, counted=True)

    def newest(
        self,
        section: str,
        request: RelatedRequest | None = None,
        *,
        beside: str | None = None,
        limit: int | None = None,
    ) -> tuple[RelatedArticle, ...]:
        """Return the newest articles of a section, "" for any, the newest first.

        Parameters
        ----------
        section : str
            The section.
        request : RelatedRequest, optional
            What else is asked of them; scores do not matter.
        beside : str, optional
            The id of an article they stand beside: they are in its language, its own story is left
            out, and ``mode`` and days count from its date. Otherwise any language will do.
        limit : int, optional
            How many; otherwise the request's limit.

        Raises
        ------
        UnknownArticleError
            When ``beside`` names no public article.
        """
        request = request or RelatedRequest()
        present = self.present()
        document = None if beside is None else self._document(present, beside)
        if document is None:
            conditions = self._conditions(present, request, UNDATED, None)
        else:
            conditions = self._beside(present, request, document)
        count = min(request.limit if limit is None else limit, DEEPEST)
        found = newest(present, present.by_date(section), conditions, count, besides=document)
        return self._told(present, document, found, request, counted=True)

    def cards(self, ids: Sequence[str]) -> tuple[RelatedArticle, ...]:
        """Return those of the articles that are public, in the order of the ids, each once."""
        present = self.present()
        return self._told(present, None, _documents(present.known(ids)), counted=True)

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
        present = self.present()
        seed, number, _ = self.read(text, language) if isinstance(text, str) else text
        documents = entered(
            present,
            seed,
            number,
            places=min(places, LISTED),
            least=self._minimum_score,
            limit=limit,
        )
        chosen = measured(present, seed, documents, np.ones(len(documents), np.float32))
        return described(present, seed, chosen, explain=True)

    @property
    def newcomers(self) -> int:
        """Articles that were taken in since the generation was built."""
        return self._arrivals.count

    def catch_up(self, seconds: float | None = None) -> None:
        """Wait until all that has happened is in the lists, at most so many seconds."""
        self._arrivals.catch_up(seconds)

    def close(self) -> None:
        """End what goes on in the background; only when nobody asks any more."""
        self._arrivals.close()

    def present(self) -> Present:
        """Return the archive as it is now: the same object until something happens."""
        return self._arrivals.present()

    def _document(self, present: Present, article_id: str) -> int:
        document = present.document(article_id)
        if document is None:
            raise UnknownArticleError(f"there is no public article with the id {article_id!r}")
        return document

    def _beside(self, present: Present, request: RelatedRequest, document: int) -> Conditions:
        """Return the conditions of a list beside a document, in which it does not stand itself."""
        here = np.array([document])
        (published,), (language,) = present.published(here), present.languages(here)
        return self._conditions(present, request, int(published), int(language), document)

    def _conditions(
        self,
        present: Present,
        request: RelatedRequest,
        published: int,
        language: int | None,
        document: int | None = None,
    ) -> Conditions:
        own = [] if document is None else [document]
        excluded = [*own, *present.known(request.excluded)]
        elsewhere = present.known(request.without) + ([] if request.versions else own)
        stories = present.beginnings(_documents(elsewhere)).tolist()
        return Conditions(present, request, published, language, tuple(excluded), tuple(stories))

    def _for_article(
        self, present: Present, article_id: str, request: RelatedRequest
    ) -> tuple[Seed, Chosen]:
        document = self._document(present, article_id)
        conditions = self._beside(present, request, document)
        seed = present.seed(document)
        if request.is_stored:
            selector = self._selector(present, seed, conditions)
            listed = present.neighbours(document)
            factors = conditions.factors(listed.documents)
            allowed = factors > 0
            documents = listed.documents[allowed]
            found = selector.select(documents, factors[allowed], min(request.limit, DEEPEST))
            if found.is_settled or not listed.least:
                return seed, found.chosen
        return seed, self._on_demand(present, seed, conditions)

    def _selector(self, present: Present, seed: Seed, conditions: Conditions) -> Selector:
        least = conditions.request.minimum_score
        least = self._minimum_score if least is None else least
        return Selector(present, seed, conditions, least=least)

    def _on_demand(self, present: Present, seed: Seed, conditions: Conditions) -> Chosen:
        """Return the nearest under all conditions; more are looked at where many are copies."""
        factors = conditions.all_factors()
        selector = self._selector(present, seed, conditions)
        limit = min(conditions.request.limit, DEEPEST)
        count = limit + LISTED
        while True:
            found = present.nearest(seed, count, factors)
            documents = found.documents[0][found.documents[0] >= 0].astype(np.int64)
            selection = selector.select(documents, factors[documents], limit)
            everything = len(documents) < count
            if selection.is_settled or everything or count > 2 * DEEPEST:
                return selection.chosen
            count *= 4

    def _told(
        self,
        present: Present,
        document: int | None,
        others: Array,
        request: RelatedRequest | None = None,
        *,
        counted: bool = False,
    ) -> tuple[RelatedArticle, ...]:
        """Return what is told of documents that were not found by likeness."""
        factors = np.ones(len(others), np.float32)
        if document is None:
            return described(present, None, Chosen.of(others), explain=False, counted=counted)
        seed = present.seed(document)
        chosen = measured(present, seed, others, factors)
        explain = request is None or request.explain
        return described(present, seed, chosen, explain=explain, counted=counted)

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
        seed = self._built.comparison.of_row(self._generation.rows.row_of(codes))
        present = self.present()
        if language:
            return Read(seed, present.language_number(language), language)
        words = present.words(seed) * present.shown
        if not len(words) or not words.max() > 0:
            return Read(seed, -1, spoken)
        (number,) = present.languages(np.array([words.argmax()])).tolist()
        return Read(seed, number, present.language(number) or spoken)

    def _codes(self, text: str, language: str) -> list[int]:
        terms = analysis.terms(text, analysis.primary_language(language))
        return self._arrivals.terms.known(terms)


def _any(documents: Array) -> Array:
    return np.ones(len(documents), bool)


def _documents(numbers: Sequence[int | None]) -> Array:
    return np.array([number for number in numbers if number is not None], np.int64)
