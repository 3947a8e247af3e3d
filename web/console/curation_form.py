"""What is posted by the forms of curation, as edits, and what is said of these."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import flash

from articles.curation import Choice, PinKind, Span
from articles.curation_edits import (
    ChoiceEdit,
    CurationError,
    Pins,
    PinsEdit,
    moment_of,
    move_pick,
    move_pin,
    order_picks,
    order_pins,
    pick,
    pin,
    settle,
    time_pick,
    time_pin,
    unpick,
    unpin,
)
from web.problems import ParameterError

_LONGEST_ORDER = 1_000
"""Characters of the longest order: a hundred places and the spaces between them."""
STEPS = {"up": -1, "down": 1}
"""By how many places an entry goes down."""

Form = Mapping[str, str]
_T = TypeVar("_T")


def carried_out(edit: Callable[[], _T], done: Callable[[], str]) -> _T | None:
    """Carry out an edit and say so on the next page, or why it was refused: None then."""
    try:
        kept = edit()
    except CurationError as error:
        flash(f"This was not done: {error}.", "refused")
        return None
    flash(done())
    return kept


def anchor_of(article_id: str, ids: Sequence[str]) -> str | None:
    """Return where on its page the entry of an article stands, None where there is none."""
    return f"entry-{ids.index(article_id) + 1}" if article_id in ids else None


def article_of(form: Form) -> str:
    """Return the id of the article that a form is about, empty when it is about all of them."""
    return unquote(form.get("id", ""))


def choice_edit(form: Form) -> ChoiceEdit:
    """Return the edit of a choice that was posted.

    Raises
    ------
    CurationError
        When a time or a number is none.
    ParameterError
        When no form of ours sends that.
    """
    article_id, asked = article_of(form), form.get("do", "")
    match asked:
        case "pick":
            return pick(article_id, span_of(form))
        case "remove":
            return unpick(article_id)
        case "up" | "down":
            return move_pick(article_id, STEPS[asked])
        case "time":
            return time_pick(article_id, span_of(form))
        case "settle":
            return settle(size=_number(form.get("size", "")), backfill="backfill" in form)
        case "order":
            places = _places(form)

            def ordered(choice: Choice) -> Choice:
                ids = [one.article_id for one in choice.picks]
                return order_picks(_taken(ids, places))(choice)

            return ordered
    raise unknown(asked)


def pins_edit(article_id: str, form: Form) -> PinsEdit:
    """Return the edit of what is pinned and hidden beside an article; errors as `choice_edit`."""
    target_id, asked = article_of(form), form.get("do", "")
    match asked:
        case "pin" | "hide":
            return pin(article_id, target_id, PinKind(asked), span_of(form))
        case "remove":
            return unpin(target_id)
        case "up" | "down":
            return move_pin(target_id, STEPS[asked])
        case "time":
            return time_pin(target_id, span_of(form))
        case "order":
            places = _places(form)

            def ordered(pins: Pins) -> Pins:
                ids = [one.target_id for one in pins if one.kind is PinKind.PIN]
                return order_pins(_taken(ids, places))(pins)

            return ordered
    raise unknown(asked)


def span_of(form: Form) -> Span:
    """Return the times that were posted; `CurationError` when one is none."""
    return Span(moment_of(form.get("begins", "")), moment_of(form.get("ends", "")))


def _number(text: str) -> int:
    """Return a number that was typed, 0 where it is none, which no size may be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _places(form: Form) -> list[int]:
    """Return a new order by the places that the articles had, which the page had shown."""
    if not form.get("seen"):
        raise ParameterError("seen", "an order needs the edition of the list that it is of")
    text = form.get("order", "")
    if len(text) > _LONGEST_ORDER:
        raise ParameterError("order", "it is longer than any list")
    return [_number(word) for word in text.split()]


def _taken(ids: Sequence[str], places: Sequence[int]) -> list[str]:
    if not all(1 <= place <= len(ids) for place in places):
        raise CurationError("the order names a place that the list does not have: load it again")
    return [ids[place - 1] for place in places]


def unknown(asked: Any) -> ParameterError:
    """Return what is said of something that no form of ours asks for."""
    return ParameterError("do", f"no form of the console asks for {asked[:40]!a}")
