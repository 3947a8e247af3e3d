"""What editors decide holds from its beginning until its end."""

from datetime import UTC, datetime, timedelta

from articles.curation import EVERYWHERE, Choice, Curation, Pick, Pin, PinKind, Span

NOON = datetime(2011, 7, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_picks_hold_within_their_spans() -> None:
    picks = (
        Pick("always"),
        Pick("begins", Span(begins=NOON)),
        Pick("ended", Span(ends=NOON)),
        Pick("later", Span(begins=NOON + HOUR)),
    )
    assert Choice("News", picks=picks).ids(NOON) == ("always", "begins")


def test_a_hide_is_stronger_than_a_pin() -> None:
    pins = (Pin("a", "b", PinKind.PIN), Pin("a", "c", PinKind.PIN), Pin("a", "d", PinKind.HIDE))
    everywhere = (Pin(EVERYWHERE, "c", PinKind.HIDE, Span(ends=NOON)),)
    curation = Curation(1, pins={"a": pins, EVERYWHERE: everywhere})
    assert curation.pinned("a", NOON) == ("b", "c")
    assert curation.pinned("a", NOON - HOUR) == ("b",)
    assert curation.hidden("a", NOON) == {"d"}
    assert curation.hidden("z", NOON - HOUR) == {"c"}


def test_the_next_change_is_the_earliest_to_come() -> None:
    choice = Choice("News", picks=(Pick("a", Span(NOON - HOUR, NOON + 3 * HOUR)),))
    pins = (Pin("a", "b", PinKind.PIN, Span(begins=NOON + 2 * HOUR)),)
    curation = Curation(1, {"News": choice}, {"a": pins})
    assert curation.next_change(NOON) == NOON + 2 * HOUR
    assert curation.next_change(NOON + 3 * HOUR) is None
    assert Curation().choice("News") == Choice("News")


def test_a_section_without_a_choice_has_size_and_filling_up_of_all() -> None:
    choices = {
        EVERYWHERE: Choice(size=8, backfill=False, picks=(Pick("a"),)),
        "Sport": Choice("Sport"),
    }
    curation = Curation(1, choices)
    assert curation.choice("News") == Choice("News", 8, False)
    assert curation.choice("Sport") == Choice("Sport", 5, True)
