"""Word lists over SQLite and a real PostgreSQL: lines, the draft, what is live, and files."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import word_list_store, word_lists
from articles.audit import AuditKind
from articles.curation_edits import StaleCurationError
from articles.store import Store
from articles.word_list_files import LARGEST, read_lines, written
from articles.word_list_store import KEPT, Edition
from articles.word_lists import (
    LONGEST_NOTE,
    LONGEST_WORD,
    MOST_WORDS,
    WordKind,
    WordListError,
    added,
    imported,
    line_of,
    removed,
)
from search.word_checks import checked
from tests.older_stores import make_older

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
DONE = {"by": "ines", "now": NOON}
CAR = line_of(WordKind.SYNONYMS, "car, motor car")
PM = line_of(WordKind.SYNONYMS, "pm => prime minister", note="asked for")
STOP = line_of(WordKind.STOP, "newspaper", language="en")
NAMES = line_of(WordKind.NAMES, "Gaddafi, Qaddafi")


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def put(store, *lines):
    return store.word_lists.change(added(lines, by="ines", at=NOON), **DONE)


def texts(lines):
    return [line.text for line in lines]


def acts(store):
    entries = store.audit.entries(kind=AuditKind.WORDS)
    return [(one.action, one.before, one.after) for one in reversed(entries)]


def test_edits_change_the_draft_and_nothing_that_is_live(store):
    lists = store.word_lists
    assert (lists.number(), lists.live(), lists.editions()) == (0, Edition(), [])
    assert not lists.draft().changed
    put(store, STOP, CAR)
    draft = put(store, PM)
    assert draft == lists.draft()
    assert texts(draft.lines) == ["car, motor car", "pm => prime minister", "newspaper"]
    assert draft.changed
    assert {line.by for line in draft.lines} == {"ines"}
    assert draft.lines[1].note == "asked for"
    assert draft.lines[1].at == NOON
    assert (lists.number(), lists.live().lines) == (0, ())


def test_what_goes_live_is_the_draft_that_was_seen(store):
    lists = store.word_lists
    seen = put(store, CAR).mark
    put(store, PM)
    with pytest.raises(StaleCurationError, match="look at the preview again"):
        lists.go_live(seen, **DONE)
    assert lists.number() == 0
    edition = lists.go_live(lists.draft().mark, **DONE)
    assert (edition.number, edition.by, edition.at) == (1, "ines", NOON)
    assert lists.live() == edition
    assert lists.number() == 1
    assert not lists.draft().changed
    with pytest.raises(WordListError, match="live already"):
        lists.go_live(**DONE)
    lists.change(removed(CAR.key), **DONE)
    assert texts(lists.draft().removed) == ["car, motor car"]
    assert texts(lists.live().lines) == ["car, motor car", "pm => prime minister"]
    assert lists.go_live(**DONE).number == 2
    assert texts(lists.live().lines) == ["pm => prime minister"]


def test_a_draft_is_discarded_or_changed_back(store):
    lists = store.word_lists
    put(store, CAR)
    lists.discard(**DONE)
    assert not lists.draft().changed
    with pytest.raises(WordListError, match="live already"):
        lists.discard(**DONE)
    put(store, CAR)
    lists.change(removed(CAR.key), **DONE)
    assert not lists.draft().changed
    assert acts(store) == [
        ("added to synonyms", "", "car, motor car"),
        ("discarded the draft", "1 added, 0 removed", ""),
        ("added to synonyms", "", "car, motor car"),
        ("removed from synonyms", "car, motor car", ""),
    ]


def test_an_earlier_edition_is_brought_back_and_a_draft_stays(store):
    lists = store.word_lists
    put(store, CAR)
    lists.go_live(**DONE)
    put(store, STOP)
    lists.go_live(**DONE)
    put(store, PM)
    edition = lists.restore(1, **DONE)
    assert (edition.number, texts(edition.lines)) == (3, ["car, motor car"])
    draft = lists.draft()
    assert texts(draft.added) == ["pm => prime minister", "newspaper"]
    assert draft.removed == ()
    for number, reason in ((3, "live already"), (1, "live already"), (9, "is not kept")):
        with pytest.raises(WordListError, match=reason):
            lists.restore(number, **DONE)
    lists.discard(**DONE)
    lists.restore(2, **DONE)
    assert not lists.draft().changed
    assert acts(store)[-1] == ("restored edition 2", "", "edition 4: 1 added, 0 removed")
    assert ("went live", "", "edition 1: 1 added, 0 removed") in acts(store)


def test_so_many_editions_are_kept(store):
    for number in range(KEPT + 3):
        put(store, line_of(WordKind.STOP, f"word{number}"))
        store.word_lists.go_live(by="ines", now=NOON + timedelta(minutes=number))
    kept = store.word_lists.editions()
    assert [one.number for one in kept] == list(range(KEPT + 3, 3, -1))
    assert len(kept[0].lines) == KEPT + 3
    with pytest.raises(WordListError, match="is not kept"):
        store.word_lists.restore(3, **DONE)


def test_what_cannot_be_done_changes_nothing(store, monkeypatch):
    put(store, CAR)
    twice = line_of(WordKind.SYNONYMS, "Car,  motor CAR")
    with pytest.raises(WordListError, match="stands there already"):
        put(store, PM, twice)
    with pytest.raises(WordListError, match="perhaps somebody has removed it"):
        store.word_lists.change(removed(PM.key), **DONE)
    monkeypatch.setattr(word_lists, "MOST_LINES", 2)
    with pytest.raises(WordListError, match="at most 2 lines"):
        put(store, PM, STOP)
    assert texts(store.word_lists.draft().lines) == ["car, motor car"]
    assert len(acts(store)) == 1


def test_a_file_adds_what_is_not_there_or_replaces_all(store):
    put(store, CAR, STOP)
    lines = list(read_lines(b"[synonyms]\ncar, motor car # again\n[names]\nKiev, Kyiv\n", "w.txt"))
    add, replace = (imported(lines, by="ada", at=NOON, replace=how) for how in (False, True))
    draft = store.word_lists.change(add, **DONE)
    assert texts(draft.lines) == ["car, motor car", "newspaper", "Kiev, Kyiv"]
    draft = store.word_lists.change(replace, **DONE)
    assert texts(draft.lines) == ["car, motor car", "Kiev, Kyiv"]
    assert [line.by for line in draft.lines] == ["ines", "ada"]


def test_a_store_of_an_older_version_has_no_lists(database_url):
    with Store.open(database_url) as store:
        put(store, CAR)
        make_older(store, "0009")
    with Store.open(database_url) as store:
        assert store.word_lists.live() == Edition()
        assert not store.word_lists.draft().changed
        put(store, CAR)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("synonyms", "", "the line is empty"),
        ("synonyms", "  ", "the line is empty"),
        ("synonyms", "car", "stands alone"),
        ("synonyms", "car, ", "between two commas"),
        ("synonyms", "car,, bus", "between two commas"),
        ("synonyms", "car, CAR", "stands in the line twice"),
        ("synonyms", "car => car", "stands in the line twice"),
        ("synonyms", "=> car", "the line is empty"),
        ("synonyms", "car =>", "the line ends at =>"),
        ("synonyms", "a => b => c", "has the sign ="),
        ("synonyms", ", ".join(f"w{n}" for n in range(MOST_WORDS + 1)), "at most 20 words"),
        ("synonyms", f"car, {'x' * (LONGEST_WORD + 1)}", "more than 80 characters"),
        ("synonyms", 'car, "bus"', 'has the sign "'),
        ("synonyms", "car, b*", "has the sign"),
        ("synonyms", "car, person:x", "has the sign :"),
        ("synonyms", "car, !", "has the sign !"),
        ("synonyms", "car, …", "no letter or digit"),
        ("synonyms", "car, one two three four five six seven", "more than 6 words"),
        ("synonyms", "car\u200b, bus", "signs that nobody sees"),
        ("synonyms", "car, b\ud800s", "half of a surrogate pair"),
        ("synonyms", "car, \0", "the character NUL"),
        ("stop", "the bus", "stop words stand alone"),
        ("stop", "the, bus", "stands alone on its line"),
        ("stop", "the => bus", "lines of synonyms only"),
        ("names", "Kiev", "stands alone"),
        ("names", "Kiev, Old Kyiv", "not one word"),
        ("apart", "Barry, Berry Berry", "not one word"),
    ],
)
def test_a_line_that_says_nothing_is_refused_with_what_to_do(kind, text, reason):
    with pytest.raises(WordListError, match=reason):
        checked(line_of(WordKind(kind), text))


def test_language_and_note_are_looked_at_too():
    assert line_of(WordKind.STOP, "der", language=" DE ").language == "de"
    with pytest.raises(WordListError, match="is no language"):
        line_of(WordKind.STOP, "der", language="German")
    with pytest.raises(WordListError, match="leave the language out"):
        line_of(WordKind.NAMES, "Kiev, Kyiv", language="en")
    with pytest.raises(WordListError, match="shorten it"):
        line_of(WordKind.STOP, "der", note="x" * (LONGEST_NOTE + 1))
    assert line_of(WordKind.STOP, "der", note=" so\n it is ").note == "so it is"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"car, bus\n", "w.txt, line 1: write a heading"),
        (b"\n[cars]\n", "w.txt, line 2: '\\[cars\\]' is no heading"),
        (b"[synonyms german]\n", "is no heading"),
        (b"[synonyms]\n# note\ncar\n", "w.txt, line 3: “car” stands alone"),
        (b"[stop]\n\xff\n", "line 2: this is not UTF-8"),
        (b"#" * (LARGEST + 1), "more than 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(data, reason):
    with pytest.raises(WordListError, match=reason):
        list(read_lines(data, "w.txt"))


LETTERS = st.text(st.characters(categories=["L", "N", "M"], exclude_characters=","), min_size=1)
WORDS = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join).filter(lambda word: len(word) <= 80)
NOTES = st.text(st.characters(exclude_categories=["C", "Z"])).map(lambda note: note[:200])


@st.composite
def some_lines(draw):
    lines = {}
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(WordKind))
        words = draw(st.lists(WORDS, min_size=2, max_size=5, unique_by=str.casefold))
        arrow = kind is WordKind.SYNONYMS and draw(st.booleans())
        text = words[0] if kind is WordKind.STOP else ", ".join(words)
        text = f"{words[0]} => {', '.join(words[1:])}" if arrow else text
        language = draw(st.sampled_from(["", "en", "de"])) if kind in ("synonyms", "stop") else ""
        line = line_of(kind, text, language=language, note=draw(NOTES))
        lines[line.key] = line
    return list(lines.values())


@given(lines=some_lines())
@settings(max_examples=60, deadline=None)
def test_a_file_gives_back_what_was_written(lines):
    def said(some):
        return sorted((line.key, line.text, line.note) for line in some)

    assert said(read_lines(written(lines).encode(), "w.txt")) == said(lines)


@given(data=st.binary(max_size=200), heading=st.sampled_from([b"", b"[synonyms]\n", b"[names]\n"]))
@settings(max_examples=100, deadline=None)
def test_no_file_breaks_the_reader(data, heading):
    try:
        lines = list(read_lines(heading + data, "w.txt"))
    except WordListError:
        return
    assert all(line.words for line in lines)


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=15))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_of_edits_leaves_what_the_model_says(store, moves):
    lists = store.word_lists
    known = [line_of(WordKind.STOP, f"word{number}") for number in range(6)]
    lists.change(imported([], by="ines", at=NOON, replace=True), **DONE)
    draft, live = set(), set(texts(lists.live().lines))
    editions = {one.number: set(texts(one.lines)) for one in lists.editions()}
    for act, which in moves:
        before = draft
        try:
            if act == 0:
                put(store, known[which])
                draft = draft | {known[which].text}
            elif act == 1:
                lists.change(removed(known[which].key), **DONE)
                draft = draft - {known[which].text}
            elif act == 2:
                edition = lists.go_live(**DONE)
                live = draft
                editions[edition.number] = live
            elif act == 3:
                lists.discard(**DONE)
                draft = live
            else:
                number = max(editions, default=0) - which
                edition = lists.restore(number, **DONE)
                draft = editions[number] if draft == live else draft
                live = editions[edition.number] = editions[number]
        except WordListError:
            assert draft == before
        assert set(texts(lists.draft().lines)) == draft
        assert set(texts(lists.live().lines)) == live
        assert lists.draft().changed == (draft != live)
    assert len(lists.editions()) <= word_list_store.KEPT
