"""How often items of blocks are followed: by block, position, reason, recipe and day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from articles.impressions import NOTHING, ItemPlace, Tally


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted together: of which block, of what in it, how often shown and followed."""

    block: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class ReasonLine(Line):
    """What is counted of a reason; ``expected`` clicks are those of its positions.

    Whatever stands first is followed most. So a reason is good when it is followed more often than
    all that stood at the same positions of the block: clicks over expected clicks (Zhang and Jones,
    WWW 2007).
    """

    expected: float

    @property
    def relative(self) -> float:
        """Clicks for each that its positions alone would bring; 0 where none are expected."""
        return self.tally.clicks / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class Clicks:
    """Everything that was counted between two days.

    A block is shown when its first position is; ``recipes`` are of the Related block alone.
    ``days`` has every day, of all blocks together: how often any was shown, and followed.
    """

    first: date
    last: date
    blocks: tuple[Line, ...]
    positions: tuple[Line, ...]
    reasons: tuple[ReasonLine, ...]
    recipes: tuple[Line, ...]
    days: tuple[tuple[date, Tally], ...]

    @property
    def whole(self) -> Tally:
        """All blocks together."""
        return _sum(line.tally for line in self.blocks)


def clicks_between(items: Mapping[ItemPlace, Tally], first: date, last: date) -> Clicks:
    """Return what was counted from one day to another.

    Examples
    --------
    >>> day = date(2011, 7, 11)
    >>> one = ItemPlace(day, "related", 1, "pinned", "standard")
    >>> two = ItemPlace(day, "related", 2, "similar", "standard")
    >>> found = clicks_between({one: Tally(10, 2), two: Tally(8, 1)}, day, day)
    >>> found.blocks
    (Line(block='related', name='', tally=Tally(shown=10, clicks=3)),)
    >>> found.reasons[1].relative
    1.0
    """
    positions = _sums(items, lambda place: (place.block, place.position))
    days = _sums(items, lambda place: place.day, once=True)
    span = (last - first).days + 1
    return Clicks(
        first=first,
        last=last,
        blocks=tuple(
            Line(block, "", tally)
            for block, tally in _sums(items, lambda place: place.block, once=True).items()
        ),
        positions=tuple(
            Line(block, str(position), tally) for (block, position), tally in positions.items()
        ),
        reasons=tuple(_reasons(items, positions)),
        recipes=tuple(
            Line(block, recipe, tally)
            for (block, recipe), tally in _sums(
                items, lambda place: (place.block, place.recipe), once=True
            ).items()
            if block == "related"
        ),
        days=tuple(
            (day, days.get(day, NOTHING))
            for day in (first + timedelta(days=number) for number in range(span))
        ),
    )


def _reasons(
    items: Mapping[ItemPlace, Tally], positions: Mapping[tuple[str, int], Tally]
) -> Iterable[ReasonLine]:
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for place, tally in items.items():
        share = positions[place.block, place.position].share
        expected[place.block, place.reason] += tally.shown * share
    sums = _sums(items, lambda place: (place.block, place.reason))
    for (block, reason), tally in sums.items():
        yield ReasonLine(block, reason, tally, expected[block, reason])


def _sums(
    items: Mapping[ItemPlace, Tally], key: Callable[[ItemPlace], Any], *, once: bool = False
) -> dict[Any, Tally]:
    """Return the sums by a key, in its order; with ``once`` a block counts as shown once a page."""
    sums: dict[Any, Tally] = defaultdict(Tally)
    for place, tally in items.items():
        counts = not once or place.position == 1
        sums[key(place)] += Tally(tally.shown if counts else 0, tally.clicks)
    return dict(sorted(sums.items()))


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, NOTHING)
