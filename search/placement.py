"""Placement: where an article stands among the answers to a query, and why it does not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from articles.article import Article
from index import analysis
from search.engine import MAXIMUM_WINDOW, Engine, Hit, SearchAnswer, SearchRequest

MOST_PARTS = 20
"""Parts of a query that are looked at one by one."""
_PART = re.compile(r'[-+]?(?:\w+:)?(?:"[^"]*"(?:~\d+)?|\[[^\]]*\]|[^\s()"]+)')
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE"})
_NO_FILTERS: Mapping[str, Any] = {
    **dict.fromkeys(
        ("section", "source", "author", "year", "person", "place", "tag", "language"), ()
    ),
    **dict.fromkeys(("published_from", "published_to", "after", "before")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfQuery:
    """One word, phrase or condition of a query.

    Attributes
    ----------
    text : str
        As it was typed.
    terms : tuple of str
        What its words are read as in the article's language, where that differs from the words.
    holds : bool
        Whether the article would be found by this part alone.
    unwanted : bool
        Whether articles with it are left out.
    """

    text: str
    terms: tuple[str, ...]
    holds: bool
    unwanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article stands.

    Attributes
    ----------
    answer : SearchAnswer
        The search itself, without hits: its total, its notices, its correction.
    place : int or None
        From 1; None where it does not stand among the first `MAXIMUM_WINDOW`.
    hit : Hit or None
        The article as a hit, with the reasons of its score, where it has a place.
    behind : bool
        Whether it answers the query, behind the first `MAXIMUM_WINDOW`.
    filters : tuple of str
        The filters of the request that leave it out.
    parts : tuple of PartOfQuery
        What the query is made of, the first of many.
    """

    answer: SearchAnswer
    place: int | None = None
    hit: Hit | None = None
    behind: bool = False
    filters: tuple[str, ...] = ()
    parts: tuple[PartOfQuery, ...] = ()


def placement(engine: Engine, article: Article, asked: SearchRequest) -> Placement:
    """Return where a public article stands among the answers, as the engine has it.

    Parameters
    ----------
    engine : Engine
        What answers.
    article : Article
        One that the engine has.
    asked : SearchRequest
        The search; its page does not matter.
    """
    plain = replace(
        asked, offset=0, after=None, before=None, facets=False, timeline=False, snippets=False
    )
    answer = engine.search(replace(plain, limit=0))
    without = replace(plain, **_NO_FILTERS)
    parts = tuple(_parts(engine, article, without))
    ids = engine.rank(replace(plain, limit=MAXIMUM_WINDOW)).ids
    if article.id in ids:
        place = ids.index(article.id)
        hits = engine.search(replace(plain, offset=place, limit=1, explain=True)).hits
        # Something may have been hidden between the two questions.
        hit = hits[0] if hits and hits[0].id == article.id else None
        return Placement(answer=answer, place=place + 1, hit=hit, parts=parts)
    filters = tuple(_left_out_by(article, plain))
    behind = not filters and _answers(engine, article, without)
    return Placement(answer=answer, behind=behind, filters=filters, parts=parts)


def parts_of(query: str) -> list[str]:
    """Return the words, phrases and conditions of a query, without what joins them.

    Examples
    --------
    >>> parts_of('+bridge AND (toll OR "the ferry"~3) -section:Sport')
    ['+bridge', 'toll', '"the ferry"~3', '-section:Sport']
    """
    found = (part for part in _PART.findall(query) if part not in _OPERATORS)
    return [part for part in found if any(letter.isalnum() for letter in part)][:MOST_PARTS]


def _parts(engine: Engine, article: Article, asked: SearchRequest) -> Iterator[PartOfQuery]:
    language = analysis.primary_language(article.language)
    for part in parts_of(asked.query):
        text = part.lstrip("+-")
        words = [word.lower() for word in analysis.tokens(text.rpartition(":")[2])]
        terms = tuple(analysis.terms(" ".join(words), language))
        yield PartOfQuery(
            text=text,
            terms=() if list(terms) == words else terms,
            holds=_answers(engine, article, replace(asked, query=text, spelling="exact")),
            unwanted=part.startswith("-"),
        )


def _answers(engine: Engine, article: Article, asked: SearchRequest) -> bool:
    """Say whether the article answers a query, however far behind: among those of its own day."""
    if article.published is not None:
        day = article.published.date()
        asked = replace(asked, published_from=day, published_to=day)
    else:
        section, source = article.section, article.source
        asked = replace(asked, section=(section,) * bool(section), source=(source,) * bool(source))
    ranked = engine.rank(replace(asked, sort="newest", limit=MAXIMUM_WINDOW))
    return article.id in ranked.ids


def _left_out_by(article: Article, asked: SearchRequest) -> Iterator[str]:
    """Yield the filters that an article does not pass."""
    sources = (article.source, *article.additional_sources)
    own: Mapping[str, tuple[Any, ...]] = {
        "section": (article.section,),
        "source": sources,
        "author": article.authors,
        "person": article.people,
        "place": article.places,
        "tag": article.tags,
        "language": (article.language, analysis.primary_language(article.language)),
        "year": (article.published.year,) if article.published else (),
    }
    for name, values in own.items():
        wanted = getattr(asked, name)
        if wanted and set(wanted).isdisjoint(values):
            yield name
    if not _within(article.published, asked):
        yield "days"


def _within(moment: datetime | None, asked: SearchRequest) -> bool:
    first, last = asked.published_from, asked.published_to
    if moment is None:
        return first is None and last is None
    return (first or date.min) <= moment.date() <= (last or date.max)
