"""What word lists would change: searches by the live lists and by others, side by side."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from articles.query_report import QueryCount, QueryDays, QueryList
from articles.store import Store
from articles.word_lists import WordLines
from search.embedded import EmbeddedEngine
from search.engine import Hit, SearchRequest
from search.errors import SearchError
from web.live_words import LiveWords

MOST_CHOSEN = 10
"""Queries that somebody names for a preview."""
MOST_ASKED = 200
"""Queries of the query log that are looked at, those asked most."""
MOST_SHOWN = 10
"""Of these, how many are shown whose answer changes."""
DAYS = 28
"""Days of the query log."""
FIRST = 10
"""Hits that are compared."""
BUDGET = 4.0
"""Seconds after which no further query of the log is looked at."""


@dataclass(frozen=True, slots=True)
class ComparedHit:
    """One hit with its places before and after, from 1; 0 where it is not among the first."""

    id: str
    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedQuery:
    """One query by the live lists and by the others.

    ``searches`` is how often readers asked it, 0 where that is not known. ``before`` and ``after``
    are the first hits; ``also`` is what the others search besides, by the words that were typed.
    """

    text: str
    searches: int
    total_before: int
    total_after: int
    before: tuple[ComparedHit, ...]
    after: tuple[ComparedHit, ...]
    also: tuple[tuple[str, str], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a reader would see another answer."""
        ids = [[hit.id for hit in hits] for hits in (self.before, self.after)]
        return self.total_before != self.total_after or ids[0] != ids[1]

    @property
    def moved(self) -> int:
        """How many hits stand in another place."""
        return sum(hit.before != hit.after for hit in self.after if hit.before)

    @property
    def new(self) -> int:
        """How many hits come among the first."""
        return sum(not hit.before for hit in self.after)

    @property
    def lost(self) -> int:
        """How many hits are not among the first any more."""
        return sum(not hit.after for hit in self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPreview:
    """What some lists would change.

    ``chosen`` are the queries that were named, ``asked`` the most asked of those that change.
    ``looked_at`` is how many of the query log were compared, ``changing`` how many of these change,
    and the sums of ``searches`` say how often readers asked them. ``cut`` says that there was no
    time for more.
    """

    chosen: tuple[ComparedQuery, ...]
    asked: tuple[ComparedQuery, ...]
    looked_at: int
    changing: int
    searches: int
    changing_searches: int
    cut: bool


def preview(
    words: LiveWords,
    lines: WordLines,
    queries: Iterable[str],
    asked: Sequence[QueryCount],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> WordPreview:
    """Return what would change if some lines were live.

    Parameters
    ----------
    words : LiveWords
        What searches.
    lines : WordLines
        The other lists.
    queries : iterable of str
        Queries that are shown whether they change or not; `MOST_CHOSEN` at most are.
    asked : sequence of QueryCount
        Queries of readers, of which only those are shown that change.
    clock : callable
        Says the time in seconds; after `BUDGET` of them no further query is looked at.
    """
    now, then = words.engine(), words.trying(lines)
    until = clock() + BUDGET
    chosen = dict.fromkeys(" ".join(query.split()) for query in queries)
    named = [query for query in chosen if query][:MOST_CHOSEN]
    compared = [found for query in named if (found := _compared(now, then, query, 0))]
    looked_at = searches = 0
    changing: list[ComparedQuery] = []
    for one in asked:
        if clock() > until:
            break
        looked_at += 1
        searches += one.searches
        if not now.reads_alike(then, _request(one.text)):
            found = _compared(now, then, one.text, one.searches)
            if found and found.changes:
                changing.append(found)
    return WordPreview(
        chosen=tuple(compared),
        asked=tuple(changing[:MOST_SHOWN]),
        looked_at=looked_at,
        changing=len(changing),
        searches=searches,
        changing_searches=sum(found.searches for found in changing),
        cut=looked_at < len(asked),
    )


def most_asked(store: Store, today: date) -> list[QueryCount]:
    """Return what readers ask most, over the last `DAYS` days."""
    days = QueryDays(today - timedelta(days=DAYS - 1), today)
    return store.query_report.listed(QueryList.TOP, days, limit=MOST_ASKED)


def _request(query: str) -> SearchRequest:
    return SearchRequest(query=query, limit=FIRST, facets=False, snippets=False)


def _compared(
    now: EmbeddedEngine, then: EmbeddedEngine, query: str, searches: int
) -> ComparedQuery | None:
    """Return both answers, None where there is none in time."""
    try:
        before, after = (engine.search(_request(query)) for engine in (now, then))
    except SearchError:
        return None
    places = [
        {hit.id: place for place, hit in enumerate(answer.hits, 1)} for answer in (before, after)
    ]

    def hits(found: Iterable[Hit]) -> Iterator[ComparedHit]:
        for hit in found:
            yield ComparedHit(hit.id, hit.title, *(known.get(hit.id, 0) for known in places))

    also = [(word.asked, ", ".join(word.others)) for word in after.synonyms]
    also += [(name.asked, ", ".join(name.others)) for name in after.variants]
    return ComparedQuery(
        text=query,
        searches=searches,
        total_before=before.total,
        total_after=after.total,
        before=tuple(hits(before.hits)),
        after=tuple(hits(after.hits)),
        also=tuple(also),
    )
