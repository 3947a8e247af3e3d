"""Edits of what editors decide: each makes a new choice, or new pins, of those before.

An edit is a function that the store calls with what stands there when its turn has come: so two
editors who pick at the same moment both have their pick.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from articles.curation import Choice, Pick, Pin, PinKind, Span
from articles.errors import BackfileError

MAXIMUM_SIZE = 20
"""The largest size of a choice."""
MAXIMUM_PICKS = 100
"""Picks of one section, those that have ended or are still to begin included."""
MAXIMUM_PINS = 50
"""Pins and hides beside one article."""
MAXIMUM_HIDDEN = 200
"""Hides that hold beside every article."""

ChoiceEdit = Callable[[Choice], Choice]
Pins = tuple[Pin, ...]
PinsEdit = Callable[[Pins], Pins]
_T = TypeVar("_T", Pick, Pin)


class CurationError(BackfileError):
    """An edit that cannot be made as it was asked for."""


class StaleCurationError(CurationError):
    """What was to be edited has been changed meanwhile."""


def pick(article_id: str, span: Span = Span(), *, first: bool = False) -> ChoiceEdit:  # noqa: B008 - frozen
    """Add an article to a choice, as the last pick or as the first."""

    def edit(choice: Choice) -> Choice:
        if any(one.article_id == article_id for one in choice.picks):
            raise CurationError(
                f"the article {article_id[:100]!a} is picked already: move it, or change its times"
            )
        new = (Pick(article_id, checked(span)),)
        return replace(choice, picks=new + choice.picks if first else choice.picks + new)

    return edit


def unpick(article_id: str) -> ChoiceEdit:
    """Remove an article from a choice."""
    return lambda choice: replace(choice, picks=_without(choice.picks, article_id))


def order_picks(ids: Sequence[str]) -> ChoiceEdit:
    """Put the picks of a choice into the order of ``ids``, which name each of them once."""
    return lambda choice: replace(choice, picks=_ordered(choice.picks, ids))


def move_pick(article_id: str, places: int) -> ChoiceEdit:
    """Move a pick down by so many places, up by a negative number, to the end at most."""
    return lambda choice: replace(choice, picks=_moved(choice.picks, article_id, places))


def time_pick(article_id: str, span: Span) -> ChoiceEdit:
    """Let a pick hold within another span."""
    return lambda choice: replace(choice, picks=_timed(choice.picks, article_id, span))


def settle(*, size: int, backfill: bool) -> ChoiceEdit:
    """Set how many articles a choice shows, and whether it is filled up to that."""
    if not 1 <= size <= MAXIMUM_SIZE:
        raise CurationError(f"a choice shows from 1 to {MAXIMUM_SIZE} articles, not {size}")
    return lambda choice: replace(choice, size=size, backfill=backfill)


def pin(article_id: str, target_id: str, kind: PinKind, span: Span = Span()) -> PinsEdit:  # noqa: B008 - frozen
    """Pin or hide an article beside another; one that was hidden is pinned then, and vice versa."""
    if article_id == target_id:
        raise CurationError("an article never stands beside itself: name another one")
    if not article_id and kind is PinKind.PIN:
        raise CurationError("an article is hidden everywhere, but pinned beside one article only")

    def edit(pins: Pins) -> Pins:
        others = tuple(one for one in pins if one.target_id != target_id)
        if any(one.target_id == target_id and one.kind is kind for one in pins):
            done = "pinned" if kind is PinKind.PIN else "hidden"
            raise CurationError(
                f"the article {target_id[:100]!a} is {done} there already: change its times"
            )
        return _in_order((*others, Pin(article_id, target_id, kind, checked(span))))

    return edit


def unpin(target_id: str) -> PinsEdit:
    """Neither pin nor hide an article any more."""
    return lambda pins: _without(pins, target_id)


def order_pins(ids: Sequence[str]) -> PinsEdit:
    """Put the pins into the order of ``ids``, which name each of them once; hides have none."""
    return lambda pins: _ordered(_of(pins, PinKind.PIN), ids) + _of(pins, PinKind.HIDE)


def move_pin(target_id: str, places: int) -> PinsEdit:
    """Move a pin down by so many places, up by a negative number."""
    return lambda pins: _moved(_of(pins, PinKind.PIN), target_id, places) + _of(pins, PinKind.HIDE)


def time_pin(target_id: str, span: Span) -> PinsEdit:
    """Let a pin or a hide hold within another span."""
    return lambda pins: _timed(pins, target_id, span)


def checked(span: Span) -> Span:
    """Return the span in UTC; `CurationError` when it has no zone or ends before it begins."""
    begins, ends = (moment and _in_utc(moment) for moment in (span.begins, span.ends))
    if begins and ends and ends <= begins:
        raise CurationError("it would end before it begins: exchange the two times")
    return Span(begins, ends)


def moment_of(text: str) -> datetime | None:
    """Return the time that was typed, in UTC where it names no zone, None when nothing was.

    Raises
    ------
    CurationError
        When it is no time.

    Examples
    --------
    >>> moment_of("2011-07-11T09:00").isoformat(), moment_of(" ")
    ('2011-07-11T09:00:00+00:00', None)
    """
    text = text.strip()
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise CurationError(
            f"{text[:40]!a} is no time: write it as 2011-07-11T09:00, which is meant in UTC"
        ) from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise CurationError("the time has no time zone, so nobody knows when it is")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise CurationError("the time lies outside the calendar: choose a nearer one") from None


def _in_order(pins: Pins) -> Pins:
    """Return the pins in their order, then the hides, which have none, by id."""
    hides = sorted(_of(pins, PinKind.HIDE), key=lambda one: one.target_id)
    return (*_of(pins, PinKind.PIN), *hides)


def _of(pins: Pins, kind: PinKind) -> Pins:
    return tuple(one for one in pins if one.kind is kind)


def _id(one: Pick | Pin) -> str:
    return one.article_id if isinstance(one, Pick) else one.target_id


def _place(items: Sequence[_T], article_id: str) -> int:
    for place, one in enumerate(items):
        if _id(one) == article_id:
            return place
    raise CurationError(
        f"the article {article_id[:100]!a} does not stand there: perhaps somebody has removed it"
    )


def _without(items: tuple[_T, ...], article_id: str) -> tuple[_T, ...]:
    place = _place(items, article_id)
    return items[:place] + items[place + 1 :]


def _moved(items: tuple[_T, ...], article_id: str, places: int) -> tuple[_T, ...]:
    moved = list(items)
    place = _place(items, article_id)
    moved.insert(max(place + places, 0), moved.pop(place))
    return tuple(moved)


def _timed(items: tuple[_T, ...], article_id: str, span: Span) -> tuple[_T, ...]:
    timed = list(items)
    place = _place(items, article_id)
    timed[place] = replace(timed[place], span=checked(span))
    return tuple(timed)


def _ordered(items: Iterable[_T], ids: Sequence[str]) -> tuple[_T, ...]:
    by_id = {_id(one): one for one in items}
    if len(ids) != len(by_id) or set(ids) != by_id.keys():
        raise CurationError(
            "the order must name each article that stands there once, and no other: load the list "
            "again"
        )
    return tuple(by_id[article_id] for article_id in ids)
