"""Receipts: what was signed is read again, and nothing else is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.receipts import LIFE, Receipt, ReceiptError, Receipts, ShownItem

SECRET = "tests sign with these many characters"
DAY = date(2011, 7, 11)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_items = st.lists(st.builds(ShownItem, _text, _text), max_size=4).map(tuple)
_blocks = st.lists(st.tuples(_text, _items), max_size=3).map(tuple)
_receipts = st.builds(Receipt, _text, _text, st.just(DAY), _blocks)


@given(_receipts)
def test_what_was_signed_is_read_again(receipt: Receipt) -> None:
    receipts = Receipts(SECRET)
    text = receipts.sign(receipt)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()
    assert receipts.read(text, today=DAY) == receipt
    assert Receipts(SECRET).sign(receipt) == text


@given(_receipts, st.data())
def test_what_was_changed_is_refused(receipt: Receipt, data: st.DataObject) -> None:
    text = Receipts(SECRET).sign(receipt)
    place = data.draw(st.integers(0, len(text) - 2))
    other = "A" if text[place] != "A" else "B"
    forged = text[:place] + other + text[place + 1 :]
    with pytest.raises(ReceiptError):
        Receipts(SECRET).read(forged, today=DAY)


@given(st.one_of(st.text(), st.text("ab-_=", max_size=80)))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(ReceiptError):
        Receipts(SECRET).read(text, today=DAY)


def test_another_archive_is_refused() -> None:
    text = Receipts(SECRET).sign(Receipt("a", "standard", DAY))
    with pytest.raises(ReceiptError):
        Receipts(SECRET + "!").read(text, today=DAY)


@pytest.mark.parametrize(
    ("days", "good"),
    [(-2, False), (-1, True), (0, True), (LIFE.days - 1, True), (LIFE.days, False)],
)
def test_a_receipt_ends(days: int, good: bool) -> None:
    receipts = Receipts(SECRET)
    text = receipts.sign(Receipt("a", "standard", DAY))
    today = DAY + timedelta(days=days)
    if good:
        assert receipts.read(text, today=today).article == "a"
    else:
        with pytest.raises(ReceiptError, match="receipt"):
            receipts.read(text, today=today)


def test_positions_count_from_one() -> None:
    items = (ShownItem("b", "similar"), ShownItem("c", "newest"))
    receipt = Receipt("a", "standard", DAY, (("related", items),))
    assert receipt.item("related", 2) == items[1]
    assert [receipt.item("related", place) for place in (0, -1, 3)] == [None] * 3
    assert receipt.item("popular", 1) is None
