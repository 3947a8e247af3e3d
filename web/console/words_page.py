"""What the pages of word lists show: the draft, what is live, and what the draft would change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field

from articles.audit import moment_words
from articles.word_list_store import KEPT, Edition, WordDraft
from articles.word_lists import WordKind, WordLine
from search.word_checks import WordChecker
from web.addresses import search_address
from web.parameters import Parameters, check_length
from web.search_page import Choice
from web.serving import served, serving
from web.word_preview import DAYS, MOST_CHOSEN, WordPreview, most_asked, preview

ON_A_PAGE = 50
LABELS = {
    WordKind.SYNONYMS: "Synonyms",
    WordKind.STOP: "Stop words",
    WordKind.NAMES: "Names",
    WordKind.APART: "Names apart",
}
MEANINGS = {
    WordKind.SYNONYMS: "Words and phrases of one meaning: car, motor car. Whoever searches one "
    "finds the others, too. With an arrow it goes one way: pm => prime minister.",
    WordKind.STOP: "Words that are not searched unless a query has no others, or quotes them.",
    WordKind.NAMES: "Spellings of one name, each one word: Gaddafi, Qaddafi. They add to the list "
    "that comes with Backfile.",
    WordKind.APART: "Names that sound alike and are not one: Barry, Berry.",
}


class WordsParameters(Parameters):
    """Which lines are shown: those of a list, with some letters, one page of them."""

    kind: WordKind = WordKind.SYNONYMS
    q: str = Field("", max_length=200)
    page: int = Field(1, ge=1, le=1_000_000)


class PreviewParameters(Parameters):
    """The queries that are compared, one on each line."""

    q: str = Field("", max_length=4_000)

    def queries(self) -> list[str]:
        """Return the queries that are named. ParameterError when one is longer than may be."""
        found = [line.strip() for line in self.q.splitlines() if line.strip()][:MOST_CHOSEN]
        for query in found:
            check_length(query, serving().settings)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """One line of the draft, or one that it removes, with what is to be known about it."""

    line: WordLine
    since: str
    state: str
    remarks: tuple[str, ...]

    @property
    def removed(self) -> bool:
        """Whether the draft removes it."""
        return self.state == "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionShown:
    """One edition that was live, with what it changed of the one before it."""

    edition: Edition
    since: str
    live: bool
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPage:
    """What ``words.html`` shows; ``typed`` is what was refused, to be corrected."""

    parameters: WordsParameters
    draft: WordDraft
    since: str
    lists: tuple[Choice, ...]
    meaning: str
    lines: tuple[LineShown, ...]
    total: int
    editions: tuple[EditionShown, ...]
    kept: int
    previous: str
    next: str
    action: str
    languages: tuple[str, ...]
    typed: Mapping[str, str]
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPreviewPage:
    """What ``words_preview.html`` shows."""

    draft: WordDraft
    queries: str
    found: WordPreview
    days: int
    addresses: Mapping[str, str]


def words_page(
    parameters: WordsParameters,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    refused: str = "",
) -> WordsPage:
    """Return the page of one list."""
    store, generation = serving().store, served().generation
    draft, here = store.word_lists.draft(), parameters.page
    gone = {line.key for line in draft.removed}
    wanted = [line for line in (*draft.lines, *draft.removed) if _wanted(line, parameters)]
    shown = wanted[(here - 1) * ON_A_PAGE : here * ON_A_PAGE]
    checker = WordChecker(generation, draft.lines)
    asked: dict[str, int] = {}
    if parameters.kind is WordKind.STOP:
        asked = {one.text: one.searches for one in most_asked(store, now.date())}
    new = {line.key for line in draft.added}
    return WordsPage(
        parameters=parameters,
        draft=draft,
        since=moment_words(draft.live.at) if draft.live.at else "",
        lists=tuple(_lists(draft, parameters.kind)),
        meaning=MEANINGS[parameters.kind],
        lines=tuple(
            LineShown(
                line=line,
                since=moment_words(line.at) if line.at else "",
                state="removed" if line.key in gone else "new" if line.key in new else "",
                remarks=() if line.key in gone else (*checker.remarks(line), *_alone(line, asked)),
            )
            for line in shown
        ),
        total=len(wanted),
        editions=tuple(_editions(store.word_lists.editions())),
        kept=KEPT,
        previous=_address(parameters, here - 1) if here > 1 else "",
        next=_address(parameters, here + 1) if here * ON_A_PAGE < len(wanted) else "",
        action=_address(parameters, here, "console.change_words"),
        languages=generation.languages,
        typed=typed or {},
        refused=refused,
    )


def words_preview_page(parameters: PreviewParameters, now: datetime) -> WordsPreviewPage:
    """Return the page of what the draft would change."""
    store = serving().store
    draft, queries = store.word_lists.draft(), parameters.queries()
    found = preview(served().words, draft.lines, queries, most_asked(store, now.date()))
    shown = (*found.chosen, *found.asked)
    return WordsPreviewPage(
        draft=draft,
        queries="\n".join(queries),
        found=found,
        days=DAYS,
        addresses={one.text: search_address(q=one.text) for one in shown},
    )


def _wanted(line: WordLine, parameters: WordsParameters) -> bool:
    letters = parameters.q.strip().casefold()
    return line.kind is parameters.kind and letters in f"{line.text}\n{line.note}".casefold()


def _lists(draft: WordDraft, chosen: WordKind) -> Iterator[Choice]:
    for kind, label in LABELS.items():
        count = sum(line.kind is kind for line in draft.lines)
        yield Choice(f"{label} {count:,}", url_for("console.words", kind=kind), kind is chosen)


def _alone(line: WordLine, asked: Mapping[str, int]) -> Iterator[str]:
    searches = asked.get(line.words[0].lower(), 0)
    if line.kind is WordKind.STOP and searches:
        yield (
            f"Readers ask for “{line.words[0]}” alone, {searches:,} times in {DAYS} days: then it "
            "is searched all the same."
        )


def _editions(editions: list[Edition]) -> Iterator[EditionShown]:
    for place, edition in enumerate(editions):
        older = editions[place + 1] if place + 1 < len(editions) else None
        first = edition.number == 1
        change = WordDraft(older or Edition(), edition.lines)
        known = older is not None or first
        yield EditionShown(
            edition=edition,
            since=moment_words(edition.at) if edition.at else "",
            live=not place,
            changes=f"{len(change.added):,} added, {len(change.removed):,} removed"
            if known
            else "",
        )


def _address(parameters: WordsParameters, page: int, view: str = "console.words") -> str:
    given: dict[str, Any] = {
        "kind": parameters.kind,
        "q": parameters.q or None,
        "page": page if page > 1 else None,
    }
    return url_for(view, **given)
