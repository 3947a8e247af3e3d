"""What editors decide about queries: best bets stand first, redirects lead away."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from articles.asked_queries import MAXIMUM_QUERY, normalised
from articles.curation import Span
from articles.curation_edits import CurationError, checked

MAXIMUM_BETS = 12
"""Best bets and redirects of one query, those that have ended or are still to begin included."""
LONGEST_ADDRESS = 1_000
"""Characters of the longest address that readers are sent to."""


class BetKind(StrEnum):
    """Whether an article stands first, or readers are sent to an address."""

    ARTICLE = "article"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class Bet:
    """One decision about a query: ``target`` is the id of an article or an address."""

    query: str
    kind: BetKind
    target: str
    span: Span = Span()  # noqa: RUF009 - frozen


Bets = tuple[Bet, ...]
"""Those of one query: articles in their order, then redirects; the first that holds counts."""
BetsEdit = Callable[[Bets], Bets]


def query_of(text: str) -> str:
    r"""Return the form of a query that decisions are kept by: the one it is counted by.

    Raises
    ------
    CurationError
        When the query is one that is not counted, so that nothing can be decided about it.

    Examples
    --------
    >>> query_of("  Bridge\t toll ")
    'bridge toll'
    """
    query = normalised(text)
    if not query:
        raise CurationError(
            f"give a query of at most {MAXIMUM_QUERY} characters in which there is no e-mail "
            "address, no long number and nothing unprintable: others are not told apart"
        )
    return query


def targets(bets: Iterable[Bet], kind: BetKind, now: datetime) -> tuple[str, ...]:
    """Return the articles, or the addresses, that are decided for a moment, in order."""
    return tuple(bet.target for bet in bets if bet.kind is kind and bet.span.holds(now))


def place(query: str, kind: BetKind, target: str, span: Span, *, first: bool = False) -> BetsEdit:
    """Put an article first, or send readers to an address, behind what is decided already."""

    def edit(bets: Bets) -> Bets:
        if any(bet.target == target for bet in bets):
            raise CurationError(f"{target[:100]!a} stands there already: change its times")
        new = (Bet(query, kind, target, checked(span)),)
        return _in_order(new + bets if first else bets + new)

    return edit


def remove(target: str) -> BetsEdit:
    """Decide no more about an article or an address."""

    def edit(bets: Bets) -> Bets:
        at = _index(bets, target)
        return bets[:at] + bets[at + 1 :]

    return edit


def move(target: str, places: int) -> BetsEdit:
    """Move one down by so many places, up by a negative number, to the end at most."""

    def edit(bets: Bets) -> Bets:
        moved = list(bets)
        at = _index(bets, target)
        moved.insert(max(at + places, 0), moved.pop(at))
        return _in_order(moved)

    return edit


def time(target: str, span: Span) -> BetsEdit:
    """Let one hold within another span."""

    def edit(bets: Bets) -> Bets:
        timed = list(bets)
        at = _index(bets, target)
        timed[at] = replace(timed[at], span=checked(span))
        return tuple(timed)

    return edit


def _index(bets: Sequence[Bet], target: str) -> int:
    for at, bet in enumerate(bets):
        if bet.target == target:
            return at
    raise CurationError(f"{target[:100]!a} does not stand there: perhaps somebody has removed it")


def _in_order(bets: Iterable[Bet]) -> Bets:
    return tuple(sorted(bets, key=lambda bet: bet.kind is BetKind.REDIRECT))
