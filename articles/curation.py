"""What editors decide about blocks: picks for Editor's choice, pins and hides beside an article."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

EVERYWHERE = ""
"""The section of a choice for all sections, the article of a hide that holds beside every one."""
CHOICE_SIZE = 5
"""Articles in the choice of a section that nobody has set a size for."""


class PinKind(StrEnum):
    """Whether an article always stands beside another, or never does."""

    PIN = "pin"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when something holds; None means for ever on that side.

    Examples
    --------
    >>> from datetime import UTC
    >>> Span(ends=datetime(2011, 7, 11, tzinfo=UTC)).holds(datetime(2011, 7, 11, tzinfo=UTC))
    False
    """

    begins: datetime | None = None
    ends: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Say whether it holds at a moment; at its end it does no more."""
        return (self.begins is None or self.begins <= now) and (
            self.ends is None or now < self.ends
        )


@dataclass(frozen=True, slots=True)
class Pick:
    """One article of an editor's choice."""

    article_id: str
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Choice:
    """The editor's choice of a section: its picks in their order.

    With ``backfill`` the block is filled up to its ``size`` where too few picks hold.
    """

    section: str = EVERYWHERE
    size: int = CHOICE_SIZE
    backfill: bool = True
    picks: tuple[Pick, ...] = ()

    def ids(self, now: datetime) -> tuple[str, ...]:
        """Return the articles that are picked at a moment, in order."""
        return tuple(pick.article_id for pick in self.picks if pick.span.holds(now))

    def empty(self, section: str) -> "Choice":
        """Return a choice of another section without picks, which is otherwise like this one."""
        return Choice(section, self.size, self.backfill)

    @property
    def edition(self) -> str:
        """Tells this state of the choice from every other one that it can have."""
        picks = [(pick.article_id, *_moments(pick.span)) for pick in self.picks]
        return _digest([self.section, self.size, self.backfill, picks])


@dataclass(frozen=True, slots=True)
class Pin:
    """``target_id`` stands always, or never, beside ``article_id``."""

    article_id: str
    target_id: str
    kind: PinKind
    span: Span = Span()


def edition_of(pins: Iterable[Pin]) -> str:
    """Tell these pins and hides of one article from any other ones, as `Choice.edition` does."""
    return _digest([(pin.target_id, pin.kind.value, *_moments(pin.span)) for pin in pins])


def _moments(span: Span) -> tuple[str | None, str | None]:
    return tuple(moment and moment.isoformat() for moment in (span.begins, span.ends))  # type: ignore[return-value]


def _digest(state: object) -> str:
    return sha256(json.dumps(state).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Curation:
    """All that editors have decided, as it stood at one version of it.

    Pins of one article are in their order.
    """

    version: int = 0
    choices: dict[str, Choice] = field(default_factory=dict)
    pins: dict[str, tuple[Pin, ...]] = field(default_factory=dict)

    def choice(self, section: str) -> Choice:
        """Return the choice of a section; without one of its own, an empty one like that of all."""
        return self.choices.get(section) or self.choices.get(EVERYWHERE, Choice()).empty(section)

    def pinned(self, article_id: str, now: datetime) -> tuple[str, ...]:
        """Return the articles that are pinned beside one at a moment, in order."""
        hidden = self.hidden(article_id, now)
        pins = self._holding(article_id, PinKind.PIN, now)
        return tuple(target for target in pins if target not in hidden)

    def hidden(self, article_id: str, now: datetime) -> frozenset[str]:
        """Return the articles that must not stand beside one at a moment."""
        both = (article_id, EVERYWHERE)
        return frozenset(
            target for where in both for target in self._holding(where, PinKind.HIDE, now)
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return when next a pick, a pin or a hide begins or ends by itself."""
        moments = (moment for span in self._spans() for moment in (span.begins, span.ends))
        return min((moment for moment in moments if moment and moment > now), default=None)

    def _holding(self, article_id: str, kind: PinKind, now: datetime) -> Iterator[str]:
        for pin in self.pins.get(article_id, ()):
            if pin.kind is kind and pin.span.holds(now):
                yield pin.target_id

    def _spans(self) -> Iterable[Span]:
        for choice in self.choices.values():
            yield from (pick.span for pick in choice.picks)
        for pins in self.pins.values():
            yield from (pin.span for pin in pins)
