"""How a batch of views and clicks is counted, within the turn of one writer.

A view counts once for a visitor, an article and an hour; a click once for a visitor, an item and a
day. Whoever opens more articles in an hour than anybody reads is a program: it counts nothing for
the rest of the day, and what it counted in this hour and the one before is taken back.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Date, bindparam, delete, insert, select, text

from articles.article import Status, is_public
from articles.identifiers import fault_of_id
from articles.readings import (
    HOURS_A_DAY,
    Click,
    Counted,
    Kind,
    Span,
    Tally,
    View,
    hour_of,
)
from articles.tables import ARTICLES, VISITOR_MARKS, VISITS

PROGRAM = b""
"""The mark of a visitor that counts nothing for the rest of the day."""
_KEYS_A_QUERY = 500
# Both databases understand these, but SQLAlchemy has a way of its own for each.
_ADD = text(
    "INSERT INTO readings (kind, span, start, article_id, count) "
    "VALUES (:kind, :span, :start, :article_id, :count) "
    "ON CONFLICT (kind, span, start, article_id) "
    "DO UPDATE SET count = readings.count + excluded.count"
)
_MARK = text(
    "INSERT INTO visitor_marks (day, visitor, mark) VALUES (:day, :visitor, :mark) "
    "ON CONFLICT (day, visitor, mark) DO NOTHING"
).bindparams(bindparam("day", type_=Date))
_T = TypeVar("_T")
_Visits = dict[bytes, set[tuple[int, str]]]


class _Publication(NamedTuple):
    """What `is_public` asks of an article."""

    status: Status
    published: datetime | None
    embargo_until: datetime | None
    expires: datetime | None


def count_batch(
    connection: Connection,
    views: Sequence[View],
    clicks: Sequence[Click],
    tallies: Sequence[Tally],
    programs: Collection[bytes],
    *,
    now: datetime,
    most: int,
) -> Counted:
    """Count a batch (see `ReadingStore.count`) and return what of it counted."""
    day = now.astimezone(UTC).date()
    told: list[View | Click] = [*views, *clicks]
    ids = {one.article_id for one in told}.union(one.article_id for one in tallies)
    public = public_ids(connection, ids, now)
    visitors = sorted({one.visitor for one in told}.union(programs))
    hours = {hour_of(now) - 1, hour_of(now), *(view.hour for view in views)}
    banned = _marks(connection, day, visitors, {PROGRAM})
    seen = _visits(connection, visitors, sorted(hours))
    fresh = [
        view
        for view in _distinct(views, lambda view: (view.visitor, view.hour, view.article_id))
        if (view.article_id in public or not view.article_id)
        and (view.visitor, PROGRAM) not in banned
        and (view.hour, view.article_id) not in seen[view.visitor]
    ]
    opened = Counter((view.visitor, view.hour) for view in fresh)
    found = {
        visitor
        for (visitor, hour), number in opened.items()
        if number + sum(at == hour for at, _ in seen[visitor]) > most
    }.union(programs)
    found -= {visitor for visitor, _ in banned}
    counted = tuple(view for view in fresh if view.visitor not in found)
    followed = _fresh_clicks(connection, day, clicks, public, banned, found)
    taken_back = [
        (Kind.VIEW, hour, article_id, -1)
        for visitor in sorted(found)
        for hour, article_id in sorted(seen[visitor])
    ]
    if found:
        for some in _pieces(sorted(found)):
            gone = VISITS.c.hour.in_(sorted(hours)) & VISITS.c.visitor.in_(some)
            connection.execute(delete(VISITS).where(gone))
        rows = [{"day": day, "visitor": one, "mark": PROGRAM} for one in sorted(found)]
        connection.execute(_MARK, rows)
    if counted:
        connection.execute(insert(VISITS), [_visit(view) for view in counted])
    if followed:
        rows = [{"day": day, "visitor": one.visitor, "mark": one.mark} for one in followed]
        connection.execute(_MARK, rows)
    add_readings(
        connection,
        [
            *taken_back,
            *((Kind.VIEW, view.hour, view.article_id, 1) for view in counted),
            *((Kind.CLICK, click.hour, click.article_id, 1) for click in followed),
            *(
                (Kind.VIEW, one.hour, one.article_id, one.views)
                for one in tallies
                if one.article_id in public
            ),
        ],
    )
    return Counted(counted, followed, len(found))


def add_readings(connection: Connection, readings: Iterable[tuple[Kind, int, str, int]]) -> None:
    """Add counts of (kind, hour, article) to their hours, their days and all time."""
    sums: Counter[tuple[Kind, Span, int, str]] = Counter()
    for kind, hour, article_id, number in readings:
        if article_id:
            sums[kind, Span.HOUR, hour, article_id] += number
            sums[kind, Span.DAY, hour - hour % HOURS_A_DAY, article_id] += number
            sums[kind, Span.ALL, 0, article_id] += number
    rows = [
        {
            "kind": int(kind),
            "span": int(span),
            "start": start,
            "article_id": article_id,
            "count": number,
        }
        for (kind, span, start, article_id), number in sorted(sums.items())
        if number
    ]
    if rows:
        connection.execute(_ADD, rows)


def public_ids(connection: Connection, ids: Iterable[str], now: datetime) -> set[str]:
    """Return those of the ids whose articles readers may see now."""
    columns = [ARTICLES.c[name] for name in ("id", *_Publication._fields)]
    public = set()
    for some in _pieces(sorted(one for one in ids if one and not fault_of_id(one))):
        rows = connection.execute(select(*columns).where(ARTICLES.c.id.in_(some)))
        for article_id, status, *times in rows:
            if is_public(_Publication(Status(status), *times), now):
                public.add(article_id)
    return public


def _fresh_clicks(
    connection: Connection,
    day: date,
    clicks: Sequence[Click],
    public: set[str],
    banned: set[tuple[bytes, bytes]],
    found: set[bytes],
) -> tuple[Click, ...]:
    """Return the clicks that count: on public articles, of readers, each once a day."""
    allowed = (
        click
        for click in clicks
        if click.article_id in public
        and (click.visitor, PROGRAM) not in banned
        and click.visitor not in found
    )
    possible = list(_distinct(allowed, lambda click: (click.visitor, click.mark)))
    marks = {click.mark for click in possible}
    before = _marks(connection, day, sorted({click.visitor for click in possible}), marks)
    return tuple(click for click in possible if (click.visitor, click.mark) not in before)


def _marks(
    connection: Connection, day: date, visitors: Sequence[bytes], marks: Collection[bytes]
) -> set[tuple[bytes, bytes]]:
    """Return which visitors have which of the marks already."""
    column = VISITOR_MARKS.c
    found: set[tuple[bytes, bytes]] = set()
    for some in _pieces(visitors):
        chosen = select(column.visitor, column.mark).where(
            column.day == day, column.visitor.in_(some)
        )
        found.update((bytes(row[0]), bytes(row[1])) for row in connection.execute(chosen))
    return {pair for pair in found if pair[1] in marks}


def _visits(connection: Connection, visitors: Sequence[bytes], hours: Sequence[int]) -> _Visits:
    """Return what visitors have opened already in some hours."""
    seen: _Visits = defaultdict(set)
    column = VISITS.c
    for some in _pieces(visitors):
        chosen = select(column.visitor, column.hour, column.article_id).where(
            column.hour.in_(hours), column.visitor.in_(some)
        )
        for visitor, hour, article_id in connection.execute(chosen):
            seen[bytes(visitor)].add((hour, article_id))
    return seen


def _visit(view: View) -> dict[str, Any]:
    return {
        "hour": view.hour,
        "visitor": view.visitor,
        "article_id": view.article_id,
        "paired": int(view.paired),
    }


def _distinct(items: Iterable[_T], key: Any) -> Iterator[_T]:
    """Yield the first item of each key."""
    keys = set()
    for item in items:
        if key(item) not in keys:
            keys.add(key(item))
            yield item


def _pieces(keys: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(keys), _KEYS_A_QUERY):
        yield keys[start : start + _KEYS_A_QUERY]
