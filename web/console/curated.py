"""Articles that editors have picked, pinned or hidden, as the pages of the console show them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from articles.article import Article
from articles.audit import moment_words, span_words
from articles.curation import Span
from recommender.shelf import BlockItem
from web.blocks.reasons import reason_text
from web.console.finder import FoundArticle, named
from web.serving import served, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedArticle:
    """One article that an editor has decided about.

    ``number`` is its place, from 1; ``begins`` and ``ends`` are as a form's field has them, empty
    for no time; ``span`` says them in words. ``state`` is what becomes of the decision now, and
    ``holds`` says whether it is seen by readers.
    """

    article: FoundArticle
    number: int
    begins: str
    ends: str
    span: str
    state: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLine:
    """One item of a block as readers see it now, with its reason in words."""

    article: FoundArticle
    reason: str
    decided: bool = False


def curated(
    decided: Iterable[tuple[str, Span]],
    now: datetime,
    *,
    shown: Collection[str],
    holding: str,
    waiting: str,
) -> tuple[CuratedArticle, ...]:
    """Return decided articles in their order.

    Parameters
    ----------
    decided : iterable of tuple
        Ids, each with the span in which the decision holds.
    now : datetime
        When that is asked.
    shown : collection of str
        The ids that readers see for that decision now.
    holding, waiting : str
        What is said of those that are shown, and of those that hold and are not.
    """
    lines = []
    for number, (article_id, span) in enumerate(decided, 1):
        article = serving().store.get(article_id) or Article(id=article_id, title=article_id)
        found = named(article, now)
        holds = article_id in shown
        lines.append(
            CuratedArticle(
                article=found,
                number=number,
                begins=field_of_moment(span.begins),
                ends=field_of_moment(span.ends),
                span=span_words(span),
                state=over(span, now)
                or found.state
                or (holding if holds else _not_yet(article_id) or waiting),
                holds=holds,
            )
        )
    return tuple(lines)


def block_lines(
    items: Iterable[BlockItem], now: datetime, decided: Collection[str] = ()
) -> tuple[BlockLine, ...]:
    """Return the items of a block, those in ``decided`` marked."""
    lines = []
    for item in items:
        article = serving().store.get(item.article.id)
        if article is not None:
            reason = reason_text(item.reason, item.article)
            there = article.id in decided
            lines.append(BlockLine(article=named(article, now), reason=reason, decided=there))
    return tuple(lines)


def field_of_moment(when: datetime | None) -> str:
    """Return a time as the field of a form has it, empty for none.

    Examples
    --------
    >>> from datetime import UTC
    >>> field_of_moment(datetime(2011, 7, 11, 9, tzinfo=UTC)), field_of_moment(None)
    ('2011-07-11T09:00', '')
    """
    return when.replace(tzinfo=None).isoformat(timespec="minutes") if when else ""


def _not_yet(article_id: str) -> str:
    """Return why a public article stands in no block yet, empty when it could."""
    known = served().recommender.cards([article_id])
    return "" if known else "waiting: not in the index yet"


def over(span: Span, now: datetime) -> str:
    """Return why a decision does not hold now, empty when it does."""
    if span.holds(now):
        return ""
    if span.begins is not None and now < span.begins:
        return f"begins {moment_words(span.begins)}"
    assert span.ends is not None
    return f"ended {moment_words(span.ends)}"
