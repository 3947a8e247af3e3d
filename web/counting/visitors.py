"""Visitors: whom a view is told from by, for a day, without anybody knowing who it is."""

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import Request

from articles.database import StoreError
from articles.readings_store import SALT_BYTES

VISITOR_BYTES = 8
"""Bytes of a visitor: enough to tell millions apart."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""The headers by which a proxy says for whom it asks."""
_MOST_FORWARDED = 2_000
"""Characters of the header X-Forwarded-For that are read."""
_HOUSEHOLD = 64
"""Bits of an IPv6 address that belong to one network; the others are its devices' to choose."""
logger = logging.getLogger(__name__)


class Visitors:
    """Makes the visitors of each day; all processes of an archive make the same ones.

    Parameters
    ----------
    salt : callable
        Returns the store's salt of a day.
    """

    def __init__(self, salt: Callable[[date], bytes]) -> None:
        self._salt = salt
        self._salts: dict[date, bytes] = {}
        self._own: set[date] = set()
        self._lock = threading.Lock()

    def visitor(self, address: str, agent: str, now: datetime) -> bytes:
        """Return who asks: a keyed hash of address and agent, whose key nobody has tomorrow."""
        return self._hash(f"{address}\0{agent}", now)

    def network(self, address: str, now: datetime) -> bytes:
        """Return from where somebody asks, likewise; it is never stored."""
        return self._hash(address, now)

    def prepare(self, now: datetime) -> None:
        """Have the salts of today and tomorrow at hand, and forget all others.

        Raises
        ------
        StoreError
            When the store does not answer.
        """
        today = now.astimezone(UTC).date()
        for day in (today, today + timedelta(days=1)):
            if day not in self._salts or day in self._own:
                salt = self._salt(day)
                with self._lock:
                    self._salts[day] = salt
                    self._own.discard(day)
        with self._lock:
            for day in [day for day in self._salts if day < today]:
                del self._salts[day]

    def _hash(self, text: str, now: datetime) -> bytes:
        day = now.astimezone(UTC).date()
        salt = self._salts.get(day) or self._salt_of(day)
        plain = text.encode("utf-8", "backslashreplace")
        return hashlib.blake2b(plain, digest_size=VISITOR_BYTES, key=salt).digest()

    def _salt_of(self, day: date) -> bytes:
        """Return the salt of a day; while the store does not answer, one that only we have."""
        try:
            salt = self._salt(day)
        except StoreError as error:
            logger.warning("visitors are not told apart across processes: %s", error)
            salt = secrets.token_bytes(SALT_BYTES)
            self._own.add(day)
        with self._lock:
            return self._salts.setdefault(day, salt)


def client_address(request: Request, proxies: int, *, whole: bool = False) -> str:
    """Return the address that asks, as the last trusted proxy saw it; ``whole`` also that of IPv6.

    Each proxy adds whom it is asked by at the end of X-Forwarded-For; what stands before the
    entries of our own ``proxies`` was said by anybody, and is not believed.
    """
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))[-_MOST_FORWARDED:]
    known = [part.strip() for part in forwarded.split(",")] if proxies and forwarded else []
    chain = [*known, request.remote_addr or ""]
    for entry in chain[-proxies - 1 :]:
        if address := network_of(entry, whole=whole):
            return address
    return ""


def network_of(text: str, *, whole: bool = False) -> str:
    """Return an address as visitors are made of it: of IPv6 the network; empty where it is none.

    Examples
    --------
    >>> network_of("203.0.113.7:80"), network_of("[2001:db8::17]:443"), network_of("unknown")
    ('203.0.113.7', '2001:db8::', '')
    >>> network_of("::ffff:203.0.113.7")
    '203.0.113.7'
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        if whole:
            return str(address)
        rest = 128 - _HOUSEHOLD
        return str(IPv6Address(int(address) >> rest << rest))
    return str(address)
