"""The chain behind a Related block: what stands in it where too little is similar, and why.

Editors' pins come first, then what is similar, what goes on with the story, what is newest in the
section, what is newest at all, and what editors have chosen. Every item says its reason.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import numpy as np

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from index.arrays import Array
from index.columns import UNDATED, seconds
from index.generation import Generation
from index.opening import opening
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedArticle, RelatedRequest, UnknownArticleError
from recommender.shelf import BlockItem, Candidates, Kinship, Reason, Shelf

MOST_SKIPPED = 200
"""Articles of one step of the chain that are looked at before it is given up."""
_SPARE = 5
"""Articles looked at beyond those wanted, because some may be of one story with others."""


class Step(NamedTuple):
    """Articles that may stand for one reason, the first ones first.

    ``is_distinct`` are those that are of no story with each other or with what stands already.
    """

    reason: Reason
    articles: Iterable[RelatedArticle]
    is_distinct: bool = False


def fill(shelf: Shelf, kinship: Kinship, steps: Iterable[Step], limit: int) -> list[BlockItem]:
    """Return the first articles of the steps that may stand on a shelf, and put them there."""
    items: list[BlockItem] = []
    for step in steps:
        articles = islice(step.articles, MOST_SKIPPED)
        while missing := limit - len(items):
            some = islice(articles, missing if step.is_distinct else missing + _SPARE)
            found = [BlockItem(article, step.reason) for article in some]
            if not found:
                break
            if step.is_distinct:
                shelf.put(found)
            else:
                found = shelf.choose(Candidates(found, kinship), missing)
            items += found
        if len(items) == limit:
            break
    return items


class Chain:
    """Says what may stand in a Related block; safe to share between threads."""

    def __init__(self, recommender: Recommender, archive: "Archive") -> None:
        self._recommender = recommender
        self._archive = archive

    def steps(
        self, article: Article, request: RelatedRequest, curation: Curation, now: datetime
    ) -> Iterator[Step]:
        """Yield what may stand beside an article, step by step, each made when it is needed.

        What the mode does not allow stands in no step.
        """
        hidden = curation.hidden(article.id, now)
        pinned = curation.pinned(article.id, now)
        allowed = allowed_beside(article, request)
        elsewhere = (*request.without, *sorted(hidden))
        if pinned:
            yield Step(Reason.PINNED, filter(allowed, self._archive.cards(pinned)))
        similar = self._similar(article, replace(request, without=elsewhere))
        # Near copies of what stands elsewhere may be of another story.
        yield Step(Reason.SIMILAR, similar, is_distinct=not (elsewhere or pinned))
        yield Step(Reason.SAME_STORY, filter(allowed, self._story(article.id)))
        if article.section:
            newest = self._archive.newest(article.section, request, article)
            yield Step(Reason.SAME_SECTION, newest)
        yield Step(Reason.NEWEST, self._archive.newest("", request, article))
        chosen = self._archive.cards(chosen_in(curation, article.section, now))
        yield Step(Reason.EDITORS_CHOICE, filter(allowed, chosen))

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


def chosen_in(curation: Curation, section: str, now: datetime) -> tuple[str, ...]:
    """Return what editors have chosen for a section, then for all."""
    sections = dict.fromkeys((section, EVERYWHERE))
    return tuple(chosen for name in sections for chosen in curation.choice(name).ids(now))


def allowed_beside(article: Article, request: RelatedRequest) -> Callable[[RelatedArticle], bool]:
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


class Archive:
    """The public articles of a generation by anything but similarity; safe to share."""

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._generation = generation
        self._visibility = visibility

    def cards(self, ids: Iterable[str]) -> Iterator[RelatedArticle]:
        """Yield the public ones of some articles in their order."""
        hidden = set(self._visibility.hidden().tolist())
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
        documents = self._of_section(section)
        if beside is not None and request.mode != "mixed":
            instant = seconds(beside.published, UNDATED)
            earlier = request.mode == "background"
            allowed = columns.earlier(instant) if earlier else columns.later(instant)
            documents = documents[(documents >= allowed.start) & (documents < allowed.stop)]
        if beside is not None and not request.any_language:
            number = columns.language_number(beside.language)
            documents = documents[columns.languages[documents] == number]
        hidden = set(self._visibility.hidden().tolist())
        for document in reversed(documents.tolist()):
            if document not in hidden:
                yield self._card(document)

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
