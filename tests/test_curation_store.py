"""What editors decide, in the store: held over SQLite and over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import curation_store
from articles.article import Article, Status
from articles.audit import AuditKind, choice_differences, pin_differences, span_words
from articles.curation import EVERYWHERE, Choice, Curation, Pick, Pin, PinKind, Span, edition_of
from articles.curation_edits import (
    MAXIMUM_HIDDEN,
    MAXIMUM_PICKS,
    MAXIMUM_PINS,
    CurationError,
    StaleCurationError,
    checked,
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
from articles.store import Store
from tests.older_stores import make_older

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PIN, HIDE = PinKind
IDS = [f"a{number}" for number in range(8)]
DONE = {"by": "ines", "now": NOON}
some_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        status = {"a7": Status.DRAFT}
        articles = [
            Article(id=one, title=one, status=status.get(one, Status.PUBLISHED)) for one in IDS
        ]
        store.upsert(articles, NOON)
        yield store


@pytest.fixture
def curation(store):
    return store.curation


def add(curation, *ids, section="News"):
    for one in ids:
        curation.change_choice(section, pick(one), **DONE)


def picked(curation, section="News"):
    return [one.article_id for one in curation.choice(section).picks]


def acts(store, **wanted):
    entries = store.audit.entries(**wanted)
    return [(one.subject, one.action, one.target, one.before, one.after) for one in entries]


def test_nothing_is_decided_at_first(store, curation):
    assert curation.version() == 0
    assert curation.read() == Curation()
    assert curation.choice("News") == Choice("News")
    assert curation.pins("a1") == ()
    assert store.audit.entries() == []
    assert store.audit.users() == []


def test_a_choice_is_kept_as_it_was_edited_and_each_edit_is_in_the_log(store, curation):
    span = Span(NOON, NOON + HOUR)
    add(curation, "a1", "a7")
    curation.change_choice("News", pick("a2", span, first=True), **DONE)
    curation.change_choice("News", settle(size=3, backfill=False), by="ada", now=NOON + HOUR)
    curation.change_choice("News", time_pick("a1", Span(ends=NOON)), **DONE)
    kept = curation.change_choice("News", unpick("a7"), **DONE)
    expected = Choice("News", 3, False, (Pick("a2", span), Pick("a1", Span(ends=NOON))))
    assert kept == curation.choice("News") == expected
    assert curation.read() == Curation(6, {"News": expected})
    assert acts(store) == [
        ("News", "removed", "a7", "always", ""),
        ("News", "changed the time", "a1", "always", "until 2026-09-01 12:00 UTC"),
        ("News", "changed filling up", "", "filled up", "only what is picked"),
        ("News", "changed the size", "", "5", "3"),
        ("News", "picked", "a2", "", "from 2026-09-01 12:00 UTC until 2026-09-01 13:00 UTC"),
        ("News", "picked", "a7", "", "always"),
        ("News", "picked", "a1", "", "always"),
    ]
    (last,) = store.audit.entries(user="ada", limit=1)
    assert (last.user, last.at, last.kind) == ("ada", NOON + HOUR, AuditKind.CHOICE)
    assert store.audit.users() == ["ada", "ines"]


def test_what_is_ordered_is_in_that_order(store, curation):
    add(curation, "a1", "a2", "a3")
    curation.change_choice("News", order_picks(["a3", "a1", "a2"]), **DONE)
    assert picked(curation) == ["a3", "a1", "a2"]
    for places, order in ((-1, "a3 a2 a1"), (-9, "a2 a3 a1"), (1, "a3 a2 a1"), (9, "a3 a1 a2")):
        curation.change_choice("News", move_pick("a2", places), **DONE)
        assert picked(curation) == order.split()
    assert acts(store, limit=1) == [("News", "reordered", "", "a3, a2, a1", "a3, a1, a2")]
    for wrong in (["a1", "a2"], ["a1", "a2", "a3", "a3"], ["a1", "a2", "a4"], ["a1", "a1", "a2"]):
        with pytest.raises(CurationError, match="each article that stands there once"):
            curation.change_choice("News", order_picks(wrong), **DONE)
    assert picked(curation) == ["a3", "a1", "a2"]


def test_what_changes_nothing_is_neither_written_nor_logged(store, curation):
    add(curation, "a1")
    version = curation.version()
    curation.change_choice("News", move_pick("a1", 1), **DONE)
    curation.change_choice("News", order_picks(["a1"]), **DONE)
    curation.change_choice("News", settle(size=5, backfill=True), **DONE)
    curation.change_choice("News", time_pick("a1", Span()), **DONE)
    assert curation.version() == version == len(store.audit.entries())


def test_a_choice_like_any_other_leaves_no_trace(curation):
    add(curation, "a1")
    curation.change_choice("News", unpick("a1"), **DONE)
    assert curation.read() == Curation(2)


def test_a_section_without_a_choice_of_its_own_is_like_the_whole_archive(curation):
    curation.change_choice(EVERYWHERE, settle(size=8, backfill=False), **DONE)
    add(curation, "a1", section=EVERYWHERE)
    like = Choice("News", 8, False)
    assert curation.choice("News") == curation.read().choice("News") == like
    add(curation, "a2")
    assert curation.choice("News") == replace(like, picks=(Pick("a2"),))
    curation.change_choice("News", unpick("a2"), **DONE)
    curation.change_choice("Sport", settle(size=5, backfill=True), **DONE)
    curation.change_choice(EVERYWHERE, settle(size=3, backfill=False), **DONE)
    kept = curation.read()
    assert kept.choices.keys() == {"", "Sport"}
    assert kept.choice("News") == Choice("News", 3, False)
    assert kept.choice("Sport") == curation.choice("Sport") == Choice("Sport", 5, True)
    curation.change_choice("Sport", settle(size=3, backfill=False), **DONE)
    assert curation.read().choices.keys() == {""}


def test_an_order_of_what_has_changed_meanwhile_is_refused_and_nothing_is_lost(store, curation):
    add(curation, "a1", "a2")
    seen = curation.choice("News").edition
    curation.change_choice("News", pick("a3"), by="ada", now=NOON)
    with pytest.raises(StaleCurationError, match="look at how it stands now"):
        curation.change_choice("News", order_picks(["a2", "a1"]), **DONE, seen=seen)
    assert picked(curation) == ["a1", "a2", "a3"]
    seen = curation.choice("News").edition
    curation.change_choice("News", order_picks(["a2", "a3", "a1"]), **DONE, seen=seen)
    assert picked(curation) == ["a2", "a3", "a1"]


def test_picks_at_the_same_time_are_all_kept(curation):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: add(curation, one), IDS))
    assert sorted(picked(curation)) == IDS
    assert curation.version() == len(IDS)


def test_of_orders_at_the_same_time_one_is_kept(curation):
    add(curation, *IDS)
    seen = curation.choice("News").edition
    orders = [IDS[turn:] + IDS[:turn] for turn in range(1, 5)]

    def order(ids):
        try:
            curation.change_choice("News", order_picks(ids), **DONE, seen=seen)
        except StaleCurationError:
            return []
        return ids

    with ThreadPoolExecutor(4) as pool:
        kept = [ids for ids in pool.map(order, orders) if ids]
    assert kept == [picked(curation)]


def test_pins_and_hides_are_kept_in_their_order(store, curation):
    for target, kind in (("a2", HIDE), ("a3", PIN), ("a1", HIDE), ("a4", PIN)):
        curation.change_pins("a0", pin("a0", target, kind), **DONE)
    curation.change_pins("a0", order_pins(["a4", "a3"]), **DONE)
    curation.change_pins("a0", time_pin("a2", Span(NOON)), **DONE)
    kept = (
        Pin("a0", "a4", PIN),
        Pin("a0", "a3", PIN),
        Pin("a0", "a1", HIDE),
        Pin("a0", "a2", HIDE, Span(NOON)),
    )
    assert curation.pins("a0") == curation.read().pins["a0"] == kept
    curation.change_pins("a0", move_pin("a3", -1), **DONE)
    curation.change_pins("a0", pin("a0", "a4", HIDE), **DONE)
    curation.change_pins("a0", unpin("a2"), **DONE)
    assert [(one.target_id, one.kind) for one in curation.pins("a0")] == [
        ("a3", PIN),
        ("a1", HIDE),
        ("a4", HIDE),
    ]
    assert acts(store, limit=5) == [
        ("a0", "showed again", "a2", "from 2026-09-01 12:00 UTC", ""),
        ("a0", "hid", "a4", "", "always"),
        ("a0", "unpinned", "a4", "always", ""),
        ("a0", "reordered", "", "a4, a3", "a3, a4"),
        ("a0", "changed the time", "a2", "always", "from 2026-09-01 12:00 UTC"),
    ]
    assert curation.version() == 9


def test_a_hide_may_hold_everywhere_and_a_pin_may_not(curation):
    curation.change_pins(EVERYWHERE, pin(EVERYWHERE, "a1", HIDE), **DONE)
    assert curation.read().hidden("a5", NOON) == {"a1"}
    with pytest.raises(CurationError, match="pinned beside one article only"):
        pin(EVERYWHERE, "a1", PIN)


def test_pins_of_what_has_changed_meanwhile_are_not_reordered(curation):
    for target in ("a1", "a2"):
        curation.change_pins("a0", pin("a0", target, PIN), **DONE)
    seen = edition_of(curation.pins("a0"))
    curation.change_pins("a0", unpin("a2"), by="ada", now=NOON)
    with pytest.raises(StaleCurationError):
        curation.change_pins("a0", order_pins(["a2", "a1"]), **DONE, seen=seen)
    curation.change_pins("a0", time_pin("a1", Span(ends=NOON)), **DONE)
    assert curation.pins("a0") == (Pin("a0", "a1", PIN, Span(ends=NOON)),)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda: pick("a1"), "picked already"),
        (lambda: pick("none"), "the archive has no article 'none'"),
        (lambda: pick("\0"), "the archive has no article"),
        (lambda: pick("\ud800"), "the archive has no article"),
        (lambda: pick("x" * 5000), "the archive has no article 'xxx"),
        (lambda: unpick("a2"), "does not stand there: perhaps somebody has removed it"),
        (lambda: move_pick("a2", 1), "does not stand there"),
        (lambda: time_pick("a2", Span()), "does not stand there"),
        (lambda: settle(size=0, backfill=True), "from 1 to 20 articles, not 0"),
        (lambda: settle(size=21, backfill=True), "from 1 to 20 articles, not 21"),
        (lambda: pick("a2", Span(NOON, NOON)), "end before it begins"),
        (lambda: pick("a2", Span(NOON.replace(tzinfo=None))), "no time zone"),
        (
            lambda: pick("a2", Span(datetime.max.replace(tzinfo=timezone(-HOUR)))),
            "outside the calendar",
        ),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(store, curation, edit, message):
    add(curation, "a1")
    with pytest.raises(CurationError, match=message):
        curation.change_choice("News", edit(), **DONE)
    assert (picked(curation), curation.version(), len(store.audit.entries())) == (["a1"], 1, 1)


@pytest.mark.parametrize(
    ("article_id", "target_id", "message"),
    [
        ("a0", "a1", "pinned there already"),
        ("a0", "a0", "never stands beside itself"),
        ("a0", "none", "no article 'none'"),
        ("none", "a0", "no article 'none'"),
        ("\0", "a0", "no article"),
    ],
)
def test_a_pin_that_cannot_be_made_changes_nothing(store, curation, article_id, target_id, message):
    curation.change_pins("a0", pin("a0", "a1", PIN), **DONE)
    with pytest.raises(CurationError, match=message):
        curation.change_pins(article_id, pin(article_id, target_id, PIN), **DONE)
    assert (curation.version(), len(store.audit.entries())) == (1, 1)


@pytest.mark.parametrize("section", ["x" * 301, "\0", "\ud800"])
def test_a_section_that_no_database_holds_has_no_choice(curation, section):
    with pytest.raises(CurationError, match="this section has no choice: its name"):
        add(curation, "a1", section=section)
    assert curation.choice(section) == Choice(section)


def test_there_are_bounds_to_everything(store, curation, monkeypatch):
    store.upsert([Article(id=f"x{n}", title="t") for n in range(MAXIMUM_HIDDEN + 1)], NOON)
    add(curation, *(f"x{n}" for n in range(MAXIMUM_PICKS)))
    with pytest.raises(CurationError, match="at most 100 picks"):
        add(curation, "a1")
    for article_id, most in (("a0", MAXIMUM_PINS), (EVERYWHERE, MAXIMUM_HIDDEN)):
        for number in range(most):
            curation.change_pins(article_id, pin(article_id, f"x{number}", HIDE), **DONE)
        with pytest.raises(CurationError, match=f"at most {most} articles are"):
            curation.change_pins(article_id, pin(article_id, f"x{most}", HIDE), **DONE)
    monkeypatch.setattr(curation_store, "MAXIMUM_CHOICES", 1)
    monkeypatch.setattr(curation_store, "MAXIMUM_ALL_PINS", MAXIMUM_PINS + MAXIMUM_HIDDEN)
    version = curation.version()
    with pytest.raises(CurationError, match="at most 1 sections"):
        add(curation, "a1", section="Sport")
    with pytest.raises(CurationError, match="at most 250 pins"):
        curation.change_pins("a1", pin("a1", "a2", PIN), **DONE)
    assert curation.version() == version
    assert picked(curation, "Sport") == []
    curation.change_choice("News", unpick("x1"), **DONE)
    add(curation, "a1")


def test_the_longest_names_are_kept(store, curation):
    longest = [
        "".join(chr(0x4E00 + (number * 7919 + first) % 20_000) for number in range(666))
        for first in (1, 2)
    ]
    store.upsert([Article(id=one, title="t") for one in longest], NOON)
    section = longest[0][:300]
    add(curation, *longest, section=section)
    curation.change_pins(longest[0], pin(longest[0], longest[1], PIN), **DONE)
    curation.change_choice(section, order_picks(longest[::-1]), **DONE)
    assert picked(curation, section) == longest[::-1]
    assert curation.read().pinned(longest[0], NOON) == (longest[1],)


near = st.integers(-24, 24).map(lambda hours: NOON + hours * HOUR)
moments = st.none() | near | near.map(lambda moment: moment.astimezone(timezone(3 * HOUR)))
spans = st.builds(Span, moments, moments).filter(
    lambda span: not (span.begins and span.ends) or span.begins < span.ends
)
steps = st.one_of(
    st.tuples(st.just("pick"), st.sampled_from(IDS), spans),
    st.tuples(st.just("unpick"), st.sampled_from(IDS), st.none()),
    st.tuples(st.just("move"), st.sampled_from(IDS), st.integers(-3, 3)),
    st.tuples(st.just("time"), st.sampled_from(IDS), spans),
    st.tuples(st.just("order"), st.just(""), st.permutations(IDS)),
)


@some_examples
@given(st.lists(steps, max_size=12), near)
def test_the_store_does_what_a_list_would(store, taken, now):
    section = f"section {store.curation.version()}"
    model = []
    for action, one, value in taken:
        places = [place for place, (article_id, _) in enumerate(model) if article_id == one]
        if action == "pick" and not places:
            model.append((one, value))
            edit = pick(one, value)
        elif action == "unpick" and places:
            del model[places[0]]
            edit = unpick(one)
        elif action == "move" and places:
            moved = model.pop(places[0])
            model.insert(max(places[0] + value, 0), moved)
            edit = move_pick(one, value)
        elif action == "time" and places:
            model[places[0]] = (one, value)
            edit = time_pick(one, value)
        elif action == "order":
            model.sort(key=lambda pair: value.index(pair[0]))
            edit = order_picks([article_id for article_id, _ in model])
        else:
            continue
        store.curation.change_choice(section, edit, **DONE)
    kept = store.curation.read().choice(section)
    assert [(one.article_id, one.span) for one in kept.picks] == model
    assert kept.ids(now) == tuple(
        article_id
        for article_id, span in model
        if not (span.begins and span.begins > now) and not (span.ends and span.ends <= now)
    )


@given(st.lists(st.tuples(st.sampled_from(IDS), spans), unique_by=lambda one: one[0]), spans)
def test_editions_tell_choices_apart(pairs, span):
    choice = Choice("News", picks=tuple(Pick(one, span) for one, span in pairs))
    others = [
        replace(choice, picks=(*choice.picks, Pick("new", span))),
        replace(choice, size=6),
        replace(choice, backfill=False),
        replace(choice, section="Sport"),
    ]
    assert len({one.edition for one in (choice, *others)}) == 5
    assert replace(choice).edition == choice.edition
    assert list(choice_differences(choice, choice)) == []
    for other in others[:3]:
        (difference,) = choice_differences(choice, other)
        assert difference.before != difference.after


def test_differences_name_everything_that_differs():
    old = (Pin("a", "b", PIN), Pin("a", "c", PIN), Pin("a", "d", HIDE))
    new = (Pin("a", "c", PIN), Pin("a", "b", HIDE), Pin("a", "d", HIDE, Span(NOON)))
    assert [(one.action, one.target) for one in pin_differences(old, new)] == [
        ("unpinned", "b"),
        ("hid", "b"),
        ("changed the time", "d"),
    ]
    assert span_words(checked(Span(NOON.astimezone(timezone(HOUR)))))[-9:] == "12:00 UTC"


def test_the_log_is_read_page_by_page_and_by_what_it_is_about(store, curation):
    add(curation, *IDS)
    curation.change_pins("a1", pin("a1", "a2", PIN), by="ada", now=NOON)
    first = store.audit.entries(limit=4)
    rest = store.audit.entries(before=first[-1].sequence)
    assert [one.sequence for one in first + rest] == list(range(9, 0, -1))
    assert [one.action for one in store.audit.entries(about="a2")] == ["pinned", "picked"]
    assert [one.action for one in store.audit.entries(about="a1")] == ["pinned", "picked"]
    assert len(store.audit.entries(about="News")) == 8
    assert len(store.audit.entries(kind=AuditKind.PINS)) == 1
    assert len(store.audit.entries(user="ada")) == 1
    assert store.audit.entries(user="ines", kind=AuditKind.PINS) == []
    assert store.audit.entries(about="\0") == store.audit.entries(user="\ud800") == []
    assert store.audit.entries(before=-1) == []


def test_a_store_of_before_gets_the_tables(store, database_url):
    make_older(store, "0004")
    with Store.open(database_url) as again:
        add(again.curation, "a1")
        assert again.curation.version() == 1
