"""The chain behind a Related block: what stands in it where too little is similar, and why.

Editors' pins come first, then what is similar, what goes on with the story, what is newest in the
section, what is newest at all, and what editors have chosen. Every item says its reason.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

import numpy as np

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from index.arrays import Array
from index.columns import UNDATED, seconds
from index.generation import Generation
from index.opening import opening
from index.tfidf import lengths_of
from index.visibility import Visibility
from recommender.lists import StoredLists
from recommender.recommender import Recommender
from recommender.related import RelatedArticle, RelatedRequest, UnknownArticleError
from recommender.similarity import NEAR_COPY

MOST_SKIPPED = 200
"""Articles of one step of the chain that are looked at before it is given up."""


class Reason(StrEnum):
    """Why an article stands in a block."""

    PINNED = "pinned"
    SIMILAR = "similar"
    SAME_STORY = "same_story"
    SAME_SECTION = "same_section"
    NEWEST = "newest"
    EDITORS_CHOICE = "editors_choice"
    POPULAR = "popular"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True)
class BlockItem:
    """One article of a block, and why it stands there."""

    article: RelatedArticle
    reason: Reason


Step = tuple[Reason, Iterable[RelatedArticle]]
"""Articles that may stand for one reason, the first ones first."""


class Shelf:
    """What stands in the blocks of a page, so that no story stands there twice.

    Parameters
    ----------
    generation : Generation
        Knows which articles are versions of one story, and how near two of them are.
    """

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lists = StoredLists(generation.related)
        self._ids: set[str] = set()
        self._documents: list[int] = []

    def put(self, article_id: str) -> None:
        """Let an article, and all versions of its story, stand nowhere from now on."""
        self._ids.add(article_id)
        document = self._generation.columns.document(article_id)
        if document is not None:
            self._documents.append(document)

    def has(self, article_id: str) -> bool:
        """Say whether an article, a version of its story or a near copy of it stands already."""
        if article_id in self._ids:
            return True
        document = self._generation.columns.document(article_id)
        if document is None or not self._documents:
            return False
        both = [document, *self._documents]
        stories = self._lists.beginnings(np.array(both))
        if (stories[1:] == stories[0]).any():
            return True
        rows = self._generation.rows.rows(both)
        lengths = lengths_of(rows)
        cosines = (rows[1:] @ rows[0].T).toarray().ravel()
        return bool((cosines >= NEAR_COPY * lengths[1:] * lengths[0]).any() and lengths[0])

    def fill(self, steps: Iterable[Step], limit: int) -> tuple[BlockItem, ...]:
        """Return the first articles of the steps that stand nowhere yet, and put them there."""
        items: list[BlockItem] = []
        for reason, articles in steps:
            for article in islice(articles, MOST_SKIPPED):
                if len(items) >= limit:
                    return tuple(items)
                if not self.has(article.id):
                    self.put(article.id)
                    items.append(BlockItem(article, reason))
        return tuple(items)


class Candidates:
    """Articles that can stand in a block, by anything but similarity; safe to share.

    Parameters
    ----------
    generation : Generation
        Where they are from.
    visibility : Visibility
        Says which are hidden now; none of these is ever given.
    """

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._generation = generation
        self._visibility = visibility

    def cards(self, ids: Iterable[str]) -> Iterator[RelatedArticle]:
        """Yield the public ones of some articles in their order."""
        hidden = self._visibility.hidden()
        for article_id in ids:
            document = self._generation.columns.document(article_id)
            if document is not None and document not in hidden:
                yield self._card(document)

    def newest(
        self, section: str, request: RelatedRequest, beside: Article | None = None
    ) -> Iterator[RelatedArticle]:
        """Yield the articles of a section, of all where it is empty, the newest first.

        Beside an article only those in its language that the mode allows.
        """
        columns = self._generation.columns
        first, last = columns.undated if beside else 0, self._generation.articles
        if beside is not None and request.mode != "mixed":
            instant = seconds(beside.published, UNDATED)
            earlier = request.mode == "background"
            allowed = columns.earlier(instant) if earlier else columns.later(instant)
            first, last = allowed.start, allowed.stop
        documents = self._of_section(section)
        documents = documents[(documents >= first) & (documents < last)][::-1]
        if beside is not None and not request.any_language:
            number = columns.language_number(beside.language)
            documents = documents[columns.languages[documents] == number]
        hidden = self._visibility.hidden()
        yield from (self._card(number) for number in documents.tolist() if number not in hidden)

    def _of_section(self, section: str) -> Array:
        if not section:
            return np.arange(self._generation.articles)
        try:
            return self._generation.columns.facet("section").having(section)
        except UnicodeEncodeError:  # a lone surrogate stands in no value
            return np.empty(0, np.int64)

    def _card(self, document: int) -> RelatedArticle:
        (article,) = self._generation.documents.articles([document])
        return RelatedArticle(
            id=article.id,
            url=article.url,
            title=article.title,
            snippet=opening(article),
            section=article.section,
            published=article.published,
            score=0.0,
            words=0.0,
            themes=0.0,
            terms=(),
        )


class Chain:
    """Fills Related blocks; safe to share between threads."""

    def __init__(self, recommender: Recommender, candidates: Candidates) -> None:
        self._recommender = recommender
        self._candidates = candidates

    def steps(
        self, article: Article, request: RelatedRequest, curation: Curation, now: datetime
    ) -> Iterator[Step]:
        """Yield what may stand beside an article, step by step, each made when it is needed."""
        hidden = curation.hidden(article.id, now)
        wanted = replace(request, without=(*request.without, *sorted(hidden)))
        pinned = curation.pinned(article.id, now)
        allowed = _allowed_beside(article, request)
        yield Reason.PINNED, filter(allowed, self._candidates.cards(pinned))
        yield Reason.SIMILAR, self._similar(article, wanted)
        yield Reason.SAME_STORY, filter(allowed, self._story(article.id))
        if article.section:
            newest = self._candidates.newest(article.section, request, article)
            yield Reason.SAME_SECTION, newest
        yield Reason.NEWEST, self._candidates.newest("", request, article)
        chosen = _chosen(curation, article.section, now)
        yield Reason.EDITORS_CHOICE, filter(allowed, self._candidates.cards(chosen))

    def _similar(self, article: Article, request: RelatedRequest) -> Sequence[RelatedArticle]:
        try:
            return self._recommender.for_article(article.id, request)
        except UnknownArticleError:
            return self._recommender.for_text(
                "\n".join((article.title, article.summary, *article.body)),
                request,
                language=article.language,
                published=article.published,
            )

    def _story(self, article_id: str) -> Sequence[RelatedArticle]:
        try:
            running = self._recommender.running_story(article_id)
        except UnknownArticleError:
            return ()
        return [item for item in (running.later, running.earlier) if item]


def _chosen(curation: Curation, section: str, now: datetime) -> tuple[str, ...]:
    """Return what editors have chosen for a section, then for all."""
    sections = dict.fromkeys((section, EVERYWHERE))
    return tuple(id_ for name in sections for id_ in curation.choice(name).ids(now))


def _allowed_beside(article: Article, request: RelatedRequest) -> Callable[[RelatedArticle], bool]:
    """Return what says whether the mode lets another article stand beside one."""

    def allowed(other: RelatedArticle) -> bool:
        if request.mode == "mixed":
            return True
        if article.published is None or other.published is None:
            return False
        if request.mode == "background":
            return other.published < article.published
        return other.published > article.published

    return allowed
