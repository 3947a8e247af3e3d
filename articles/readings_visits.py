"""How finished visits become what is read together, and what is forgotten when.

A visit is what one visitor opens in one hour. When its hour and one more are over, the articles of
it are counted as read together, and nothing is left of who read them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, groupby

from sqlalchemy import Connection, Date, and_, bindparam, delete, func, or_, select, text

from articles.readings import CoReading, Span, day_of, first_hour, hour_of
from articles.tables import CO_READINGS, READINGS, VISITOR_MARKS, VISITOR_SALTS, VISITS

MOST_PAIRED = 20
"""Articles of one visit that are counted as read together; of a longer one nothing is."""
MOST_PAIRS = 100_000
"""Pairs that are kept of one day, those read together most."""
VISITS_A_TURN = 20_000
"""Rows of visits that are finished in one turn, so that no other writer waits for long."""
_ADD = text(
    "INSERT INTO co_readings (day, first_id, second_id, visits) "
    "VALUES (:day, :first_id, :second_id, :visits) "
    "ON CONFLICT (day, first_id, second_id) "
    "DO UPDATE SET visits = co_readings.visits + excluded.visits"
).bindparams(bindparam("day", type_=Date))


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days something is kept, today among them.

    Attributes
    ----------
    hours : int
        The views and clicks of single hours; days are left of older ones.
    days : int
        Those of single days; the sum of all time is left of older ones.
    together : int
        What was read together.
    """

    hours: int = 90
    days: int = 730
    together: int = 30


def finish_visits(connection: Connection, now: datetime) -> bool:
    """Count what finished visits read together, and forget them; say whether more are left."""
    column = VISITS.c
    over = column.hour < hour_of(now) - 1
    ordered = (
        select(column.hour, column.visitor, column.article_id, column.paired)
        .where(over)
        .order_by(column.hour, column.visitor, column.article_id)
        .limit(VISITS_A_TURN + 1)
    )
    rows = [(hour, bytes(one), key, pair) for hour, one, key, pair in connection.execute(ordered)]
    if not rows:
        return False
    more = len(rows) > VISITS_A_TURN
    visits = [(key, list(group)) for key, group in groupby(rows, lambda row: row[:2])]
    if more and len(visits) > 1:
        visits.pop()  # it may go on
    last_hour, last_visitor = visits[-1][0]
    pairs: Counter[tuple[date, str, str]] = Counter()
    for (hour, _), group in visits:
        read = [article_id for _, _, article_id, paired in group if paired and article_id]
        if len(read) <= MOST_PAIRED:
            pairs.update((day_of(hour), *pair) for pair in combinations(sorted(read), 2))
    add_pairs(connection, [CoReading(*pair, number) for pair, number in pairs.items()])
    done = or_(
        column.hour < last_hour,
        and_(column.hour == last_hour, column.visitor <= last_visitor),
    )
    connection.execute(delete(VISITS).where(done))
    return more


def add_pairs(connection: Connection, pairs: Iterable[CoReading]) -> None:
    """Add up what was read together; of each day the most frequent pairs are kept."""
    counted = sorted(pairs, key=lambda one: (one.day, one.first_id, one.second_id))
    rows = [
        {"day": one.day, "first_id": one.first_id, "second_id": one.second_id, "visits": one.visits}
        for one in counted
    ]
    if not rows:
        return
    connection.execute(_ADD, rows)
    for day in sorted({one.day for one in counted}):
        _keep_the_most_frequent(connection, day)


def forget(connection: Connection, now: datetime, keeping: Keeping) -> None:
    """Remove what is kept no longer: salts and marks of other days, hours, days and pairs."""
    today = now.astimezone(UTC).date()
    connection.execute(delete(VISITOR_SALTS).where(VISITOR_SALTS.c.day < today))
    connection.execute(delete(VISITOR_MARKS).where(VISITOR_MARKS.c.day < today))
    for span, days in ((Span.HOUR, keeping.hours), (Span.DAY, keeping.days)):
        oldest = first_hour(today - timedelta(days=days - 1))
        old = and_(READINGS.c.span == int(span), READINGS.c.start < oldest)
        connection.execute(delete(READINGS).where(READINGS.c.kind.in_((0, 1)), old))
    oldest_day = today - timedelta(days=keeping.together - 1)
    connection.execute(delete(CO_READINGS).where(CO_READINGS.c.day < oldest_day))


def _keep_the_most_frequent(connection: Connection, day: date) -> None:
    """Remove the rarest pairs of a day that has too many, ties as they come by their ids."""
    column = CO_READINGS.c
    number = connection.scalar(select(func.count()).where(column.day == day)) or 0
    if number <= MOST_PAIRS:
        return
    # Half as many again are let go, so that this does not happen in every turn.
    rarest = (
        select(column.first_id, column.second_id)
        .where(column.day == day)
        .order_by(column.visits.desc(), column.first_id, column.second_id)
        .offset(MOST_PAIRS * 2 // 3)
    )
    gone = [
        {"day": day, "first_id": first, "second_id": second}
        for first, second in connection.execute(rarest)
    ]
    connection.execute(_REMOVE, gone)


_REMOVE = text(
    "DELETE FROM co_readings WHERE day = :day AND first_id = :first_id AND second_id = :second_id"
).bindparams(bindparam("day", type_=Date))
