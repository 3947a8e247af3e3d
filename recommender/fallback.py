"""The chain behind a Related block: what stands in it where too little is similar, and why.

Editors' pins come first, then the steps of a recipe: what is similar, what goes on with the story,
what is newest in the section, what editors have chosen, what is newest at all. Every item says its
reason, and what is asked of the articles holds in every step.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from articles.article import Article
from articles.curation import EVERYWHERE, Curation
from index.columns import UNDATED, seconds
from recommender.conditions import Conditions
from recommender.described import described
from recommender.recipes import CHAIN, LAST_RESORT, Step
from recommender.recommender import Recommender
from recommender.related import RelatedArticle, RelatedRequest
from recommender.selection import Chosen, measured
from recommender.shelf import BlockItem, Candidates, Reason, Shelf

MOST_SKIPPED = 400
"""Articles of one step of the chain that are looked at before it is given up."""
REASONS: dict[Step, Reason] = {
    "similar": Reason.SIMILAR,
    "same_story": Reason.SAME_STORY,
    "same_section": Reason.SAME_SECTION,
    "editors_choice": Reason.EDITORS_CHOICE,
    "newest": Reason.NEWEST,
}
_SPARE = 5
"""Articles looked at beyond those wanted, because some may be of one story with others."""
_MOMENT = timedelta(seconds=1)

First = Callable[[int], Sequence[RelatedArticle]]
"""Returns the first so many articles of a step."""


class Offer(NamedTuple):
    """Articles that may stand for one reason.

    ``is_distinct`` are those that are of no story with each other or with what stands already.
    """

    reason: Reason
    first: First
    is_distinct: bool = False


def offer(reason: Reason, articles: Sequence[RelatedArticle]) -> Offer:
    """Return some articles as an offer."""
    return Offer(reason, lambda count: articles[:count])


def filled(shelf: Shelf, offers: Iterable[Offer], limit: int) -> list[BlockItem]:
    """Return the first articles of the offers that may stand on a shelf, and put them there."""
    items: list[BlockItem] = []
    for reason, first, is_distinct in offers:
        seen = 0
        while (missing := limit - len(items)) and seen < MOST_SKIPPED:
            wanted = seen + missing + (0 if is_distinct else seen + _SPARE)
            offered = first(wanted)
            found = [BlockItem(article, reason) for article in offered[seen:]]
            if is_distinct:
                shelf.put(found)
            else:
                found = shelf.choose(Candidates(found, shelf.present), missing)
            items += found
            if len(offered) < wanted:
                break
            seen = len(offered)
        if len(items) == limit:
            break
    return items


class Chain:
    """Says what may stand in a Related block; safe to share between threads."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender

    def offers(
        self,
        article: Article,
        request: RelatedRequest,
        curation: Curation,
        now: datetime,
        chain: Sequence[Step] = CHAIN,
    ) -> Iterator[Offer]:
        """Yield what may stand beside an article, step by step."""
        pinned = curation.pinned(article.id, now)
        hidden = tuple(sorted(curation.hidden(article.id, now)))
        if pinned:
            yield offer(Reason.PINNED, self._allowed(pinned, article, request))
        elsewhere = (*request.without, *hidden, *pinned)
        request = replace(request, without=elsewhere)
        steps: dict[Step, First] = {
            "similar": lambda count: self._similar(article, replace(request, limit=count)),
            "same_story": lambda count: self._story(article, replace(request, limit=count)),
            "same_section": lambda count: self._newest(article.section, article, request, count),
            "editors_choice": lambda count: self._allowed(
                chosen_in(curation, article.section, now), article, request
            )[:count],
            "newest": lambda count: self._newest("", article, request, count),
        }
        for place, step in enumerate(chain):
            if step == "same_section" and not article.section:
                continue
            # Near copies of what stands already may be of another story.
            is_distinct = step == "similar" and not place and not elsewhere
            yield Offer(REASONS[step], steps[step], is_distinct)
        if LAST_RESORT in chain and request.language is None and not request.any_language:
            # Who is alone in a language is better off with others than with nobody.
            foreign = replace(request, any_language=True)
            yield Offer(Reason.NEWEST, lambda count: self._newest("", article, foreign, count))

    def _similar(self, article: Article, request: RelatedRequest) -> Sequence[RelatedArticle]:
        if self._knows(article):
            return self._recommender.for_article(article.id, request)
        return self._recommender.for_text(
            "\n".join((article.title, article.summary, *article.body)),
            request,
            language=article.language,
            published=article.published,
        )

    def _story(self, article: Article, request: RelatedRequest) -> Sequence[RelatedArticle]:
        if not self._knows(article):
            return ()
        return self._recommender.story_of(article.id, request)

    def _newest(
        self, section: str, article: Article, request: RelatedRequest, count: int
    ) -> Sequence[RelatedArticle]:
        if self._knows(article):
            return self._recommender.newest(section, request, beside=article.id, limit=count)
        return self._recommender.newest(section, by_itself(article, request), limit=count)

    def _allowed(
        self, ids: Sequence[str], article: Article, request: RelatedRequest
    ) -> Sequence[RelatedArticle]:
        """Return those of some articles of which holds what is asked, in their order."""
        present = self._recommender.present()
        found = np.array(present.known(ids), np.int64)
        language, published = present.language_number(article.language), article.published
        excluded = tuple(present.known(request.excluded))
        conditions = Conditions(
            present, request, seconds(published, UNDATED), language, excluded=excluded
        )
        found = found[conditions.factors(found) > 0]
        document = present.document(article.id)
        if document is None:
            return described(present, None, Chosen.of(found), explain=False)
        seed = present.seed(document)
        compared = measured(present, seed, found, np.ones(len(found), np.float32))
        return described(present, seed, compared, explain=request.explain)

    def _knows(self, article: Article) -> bool:
        return self._recommender.present().document(article.id) is not None


def chosen_in(curation: Curation, section: str, now: datetime) -> tuple[str, ...]:
    """Return what editors have chosen for a section, then for all, each once."""
    chosen = (curation.choice(name).ids(now) for name in (section, EVERYWHERE))
    return tuple(dict.fromkeys(article_id for ids in chosen for article_id in ids))


def by_itself(article: Article, request: RelatedRequest) -> RelatedRequest:
    """Return what is asked beside an article as what can be asked without it.

    For one that no list knows yet: its date and language stand in the request instead.
    """
    language = request.language or (None if request.any_language else article.language)
    first, last, own = request.published_from, request.published_to, article.published
    firsts, lasts = [first], [last]
    if request.mode == "background":
        lasts.append(own and own - _MOMENT)
    elif request.mode == "followup":
        firsts.append(own and own + _MOMENT)
    if request.within_days is not None and own is not None:
        reach = timedelta(days=min(request.within_days, (own - _EARLIEST).days))
        firsts.append(own - reach)
        lasts.append(own + min(reach, _LATEST - own))
    return replace(
        request,
        mode="mixed",
        within_days=None,
        language=language,
        published_from=max((day for day in firsts if day), default=None),
        published_to=min((day for day in lasts if day), default=None),
    )


_EARLIEST = datetime.fromisoformat("0001-01-02T00:00:00+00:00")
_LATEST = datetime.fromisoformat("9999-12-30T00:00:00+00:00")
