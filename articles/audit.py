"""The audit log: who changed what editors decide, when, and what it was before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from articles.best_bets import Bet, BetKind
from articles.curation import Choice, Pin, PinKind, Span
from articles.word_lists import WordLine

COMMAND_LINE = "command line"
"""Who has changed what was changed there."""
LONGEST_ORDER = 2_000
"""Characters that an order of articles has in the log; the rest of a longer one is left out."""


class AuditKind(StrEnum):
    """What was changed: choices, what stands beside an article or for a query, keys and so on.

    Of the index it is which generation is served.
    """

    CHOICE = "choice"
    PINS = "pins"
    BEST_BETS = "best-bets"
    KEYS = "keys"
    ARTICLES = "articles"
    USERS = "users"
    INDEX = "index"
    WORDS = "words"


class Difference(NamedTuple):
    """One thing that is different after an edit, in words: what was done, and to which article.

    ``target`` is empty where it was done to the whole; ``before`` and ``after`` are empty where
    there was, or is, nothing.
    """

    action: str
    target: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the log; later ones have greater numbers.

    ``subject`` is the section whose choice was changed, or the id of the article beside which
    something was pinned or hidden; in both an empty one means everywhere. Of best bets it is the
    query, and ``target`` may be the address of a redirect; of keys, webhooks and users it is the
    name, and of articles that were written the id, empty where it was several; of word lists it is
    empty. Of the index it is the job.
    """

    sequence: int
    at: datetime
    user: str
    kind: AuditKind
    subject: str
    action: str
    target: str
    before: str
    after: str


def span_words(span: Span) -> str:
    """Return from when until when something holds.

    Examples
    --------
    >>> from datetime import UTC
    >>> span_words(Span()), span_words(Span(ends=datetime(2011, 7, 11, 9, tzinfo=UTC)))
    ('always', 'until 2011-07-11 09:00 UTC')
    """
    ends = (("from", span.begins), ("until", span.ends))
    return " ".join(f"{word} {moment_words(when)}" for word, when in ends if when) or "always"


def choice_differences(before: Choice, after: Choice) -> Iterator[Difference]:
    """Yield what an edit changed of a choice, what was removed first."""
    old = {pick.article_id: pick.span for pick in before.picks}
    new = {pick.article_id: pick.span for pick in after.picks}
    for article_id, span in old.items():
        if article_id not in new:
            yield Difference("removed", article_id, before=span_words(span))
    for article_id, span in new.items():
        if article_id not in old:
            yield Difference("picked", article_id, after=span_words(span))
        elif old[article_id] != span:
            yield _timed(article_id, old[article_id], span)
    yield from _reordered(old, new)
    if before.size != after.size:
        yield Difference("changed the size", "", str(before.size), str(after.size))
    if before.backfill != after.backfill:
        words = {True: "filled up", False: "only what is picked"}
        yield Difference("changed filling up", "", words[before.backfill], words[after.backfill])


def pin_differences(before: Iterable[Pin], after: Iterable[Pin]) -> Iterator[Difference]:
    """Yield what an edit changed of the pins and hides beside an article."""
    old = {(pin.kind, pin.target_id): pin.span for pin in before}
    new = {(pin.kind, pin.target_id): pin.span for pin in after}
    for (kind, target_id), span in old.items():
        if (kind, target_id) not in new:
            yield Difference(_UNDONE[kind], target_id, before=span_words(span))
    for (kind, target_id), span in new.items():
        if (kind, target_id) not in old:
            yield Difference(_DONE[kind], target_id, after=span_words(span))
        elif old[kind, target_id] != span:
            yield _timed(target_id, old[kind, target_id], span)
    pinned = [[key[1] for key in pins if key[0] is PinKind.PIN] for pins in (old, new)]
    yield from _reordered(*pinned)


def bet_differences(before: Iterable[Bet], after: Iterable[Bet]) -> Iterator[Difference]:
    """Yield what an edit changed of the best bets and redirects of a query."""
    old = {(bet.kind, bet.target): bet.span for bet in before}
    new = {(bet.kind, bet.target): bet.span for bet in after}
    for (kind, target), span in old.items():
        if (kind, target) not in new:
            yield Difference(_TAKEN_BACK[kind], target, before=span_words(span))
    for (kind, target), span in new.items():
        if (kind, target) not in old:
            yield Difference(_DECIDED[kind], target, after=span_words(span))
        elif old[kind, target] != span:
            yield _timed(target, old[kind, target], span)
    yield from _reordered(*([target for _, target in bets] for bets in (old, new)))


def word_differences(before: Iterable[WordLine], after: Iterable[WordLine]) -> Iterator[Difference]:
    """Yield the lines that an edit took from word lists, and those that it added."""
    yield from (Difference(f"removed from {_list_of(line)}", before=line.text) for line in before)
    yield from (Difference(f"added to {_list_of(line)}", after=line.text) for line in after)


def _list_of(line: WordLine) -> str:
    return f"{line.kind.value} ({line.language})" if line.language else line.kind.value


_DECIDED = {BetKind.ARTICLE: "put first", BetKind.REDIRECT: "redirected to"}
_TAKEN_BACK = {
    BetKind.ARTICLE: "put first no more",
    BetKind.REDIRECT: "redirected no more to",
}
_DONE = {PinKind.PIN: "pinned", PinKind.HIDE: "hid"}
_UNDONE = {PinKind.PIN: "unpinned", PinKind.HIDE: "showed again"}


def _timed(target_id: str, before: Span, after: Span) -> Difference:
    return Difference("changed the time", target_id, span_words(before), span_words(after))


def _reordered(before: Iterable[str], after: Iterable[str]) -> Iterator[Difference]:
    """Yield one difference where those that stay stand in another order than before."""
    old, new = list(before), list(after)
    stay = set(old) & set(new)
    if [one for one in old if one in stay] != [one for one in new if one in stay]:
        yield Difference("reordered", "", _order(old), _order(new))


def _order(ids: Iterable[str]) -> str:
    words = ", ".join(ids)
    return words if len(words) <= LONGEST_ORDER else f"{words[:LONGEST_ORDER]}…"


def moment_words(when: datetime) -> str:
    """Return a time to the minute, as the log and the console write it."""
    return f"{when:%Y-%m-%d %H:%M} UTC"
