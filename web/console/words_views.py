"""The views of word lists: the draft, what it would change, and what goes live."""

from collections.abc import Iterator, Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.curation_edits import CurationError
from articles.word_list_files import written
from articles.word_lists import WordKind, WordLine, WordListError, added, line_of, removed
from search.word_checks import checked
from web.console.curation_form import unknown
from web.console.session import now
from web.console.views import attached, console, user_name
from web.console.words_page import (
    PreviewParameters,
    WordsParameters,
    words_page,
    words_preview_page,
)
from web.problems import ParameterError
from web.serving import serving

MOST_AT_ONCE = 500
"""Lines that one form adds."""
LONGEST_TEXT = 100_000


@console.get("/words")
def words(query: WordsParameters) -> str:
    """Show the lines of one list."""
    return render_template("console/words.html", page=words_page(query, now()))


@console.get("/words.txt")
def words_file() -> Response:
    """Return the draft as a plain text file, which `backfile words import` reads."""
    return attached([written(serving().store.word_lists.draft().lines)], "words.txt")


@console.get("/words/preview")
def words_preview(query: PreviewParameters) -> str:
    """Show what the draft would change."""
    return render_template("console/words_preview.html", page=words_preview_page(query, now()))


@console.post("/words")
def change_words(query: WordsParameters) -> AnyResponse | tuple[str, int]:
    """Edit the draft, or let it go live; what is refused is said, and what was typed stays."""
    form = request.form
    try:
        flash(_carried_out(form))
    except CurationError as error:
        if form.get("do") != "add":
            flash(f"This was not done: {error}.", "refused")
        else:
            page = words_page(query, now(), typed=form, refused=str(error))
            return render_template("console/words.html", page=page), 422
    kind = _kind(form) if form.get("do") == "add" else query.kind
    stays = query.model_dump(exclude_defaults=True) if kind is query.kind else {}
    return redirect(url_for("console.words", **stays | {"kind": kind.value}), 303)


def _carried_out(form: Mapping[str, str]) -> str:
    """Do what was posted, and return what is said of it.

    Raises
    ------
    CurationError
        When it cannot be done.
    ParameterError
        When no form of ours sends that.
    """
    lists, by, at = serving().store.word_lists, user_name(), now()
    match form.get("do", ""):
        case "add" | "keep":
            new = list(_typed(form))
            lists.change(added(new, by=by, at=at), by=by, now=at)
            return (
                "It is in the draft." if len(new) == 1 else f"{len(new):,} lines are in the draft."
            )
        case "remove":
            lists.change(removed(_line(form, form.get("text", "")).key), by=by, now=at)
            return "The draft is without it."
        case "discard":
            lists.discard(by=by, now=at)
            return "The draft is what is live."
        case "live":
            edition = lists.go_live(form.get("seen", ""), by=by, now=at)
            return f"Edition {edition.number} is live: searches use it from now on."
        case "restore":
            number = _edition(form)
            edition = lists.restore(number, by=by, now=at)
            return f"Edition {edition.number} is live: it says what edition {number} said."
        case asked:
            raise unknown(asked)


def _typed(form: Mapping[str, str]) -> Iterator[WordLine]:
    """Yield the lines that were typed, one on each line of the form."""
    text = form.get("text", "")
    typed = [line for line in text[:LONGEST_TEXT].splitlines() if line.strip()] or [""]
    if len(text) > LONGEST_TEXT or len(typed) > MOST_AT_ONCE:
        raise WordListError(f"at most {MOST_AT_ONCE} lines are added at once: add them in parts")
    for number, line in enumerate(typed, 1):
        try:
            yield checked(_line(form, line))
        except WordListError as error:
            place = f"line {number}: " if len(typed) > 1 else ""
            raise WordListError(f"{place}{error}") from error


def _line(form: Mapping[str, str], text: str) -> WordLine:
    language, note = (form.get(name, "")[:300] for name in ("language", "note"))
    return line_of(_kind(form), text, language=language, note=note)


def _kind(form: Mapping[str, str]) -> WordKind:
    try:
        return WordKind(form.get("kind", ""))
    except ValueError as error:
        raise ParameterError("kind", "there is no such list") from error


def _edition(form: Mapping[str, str]) -> int:
    text = form.get("edition", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ParameterError("edition", "it is a number")
    return int(text)
