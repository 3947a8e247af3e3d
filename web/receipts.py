"""Receipts: a signed note of what blocks an answer showed, given out with it and handed back.

A page that was viewed, or a link that was followed, is counted by its receipt, so that nobody can
count what was never shown. It says nothing of the reader: all who see an answer get the same one.
"""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from articles.errors import BackfileError

LIFE = timedelta(days=31)
"""How long a receipt is good: pages that were made with it lie in caches."""
LONGEST = 16_384
"""Characters of the longest receipt that is read."""
_SIGNATURE = 16
"""Bytes of a signature."""


class ReceiptError(BackfileError):
    """A receipt that this archive did not give, or gave too long ago."""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of a block, and why it stood there."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer showed.

    Attributes
    ----------
    article : str
        The id of the article beside which the blocks stand, empty where it is none in particular.
    recipe : str
        The recipe of the related articles.
    day : date
        When the answer was made.
    blocks : tuple of (str, tuple of ShownItem)
        The items of each block, by position.
    """

    article: str
    recipe: str
    day: date
    blocks: tuple[tuple[str, tuple[ShownItem, ...]], ...] = ()

    def item(self, block: str, position: int) -> ShownItem | None:
        """Return what stood at a position of a block, counted from 1; None when nothing did."""
        items = dict(self.blocks).get(block, ())
        return items[position - 1] if 1 <= position <= len(items) else None


class Receipts:
    """Signs receipts and reads them again.

    Parameters
    ----------
    secret : str
        What all processes that serve the archive share.

    Examples
    --------
    >>> receipts = Receipts("a secret of at least thirty-two characters")
    >>> given = Receipt("a1", "standard", date(2011, 7, 11), (("related", ()),))
    >>> receipts.read(receipts.sign(given), today=date(2011, 7, 12)) == given
    True
    """

    def __init__(self, secret: str) -> None:
        # Not the secret itself: what signs cookies must sign nothing else.
        self._key = hashlib.sha256(b"receipts\0" + secret.encode()).digest()

    def sign(self, receipt: Receipt) -> str:
        """Return a receipt as text for an address or an attribute; equal ones give equal text."""
        blocks = [
            [name, *(part for item in items for part in (item.id, item.reason))]
            for name, items in receipt.blocks
        ]
        plain = [receipt.article, receipt.recipe, receipt.day.toordinal(), *blocks]
        body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
        return urlsafe_b64encode(self._signature(body) + body).rstrip(b"=").decode()

    def read(self, text: str, *, today: date) -> Receipt:
        """Return the receipt that `sign` wrote.

        Raises
        ------
        ReceiptError
            When it was not signed here, was changed on its way, or is too old.
        """
        try:
            signed = urlsafe_b64decode(text[:LONGEST].encode("ascii") + b"==")
        except (UnicodeEncodeError, binascii.Error) as error:
            raise ReceiptError("this is no receipt of this archive") from error
        signature, body = signed[:_SIGNATURE], signed[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise ReceiptError("this is no receipt of this archive")
        receipt = _receipt(json.loads(body))
        if not receipt.day <= today + timedelta(days=1) <= receipt.day + LIFE:
            raise ReceiptError(f"this receipt is of {receipt.day}, which is too long ago")
        return receipt

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SIGNATURE]


def _receipt(plain: list[Any]) -> Receipt:
    article, recipe, day, *blocks = plain
    return Receipt(
        article,
        recipe,
        date.fromordinal(day),
        tuple((name, tuple(map(ShownItem, parts[::2], parts[1::2]))) for name, *parts in blocks),
    )
