"""Answers that caches may keep: unchanged ones by their stamp, the last good one in need."""

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from flask import Response, current_app, request

from articles.store import StoreError
from index.arrays import DamagedFileError
from index.publish import NoGenerationError
from recommender.blocks import Decided
from recommender.related import UnknownArticleError
from web.console.session import now
from web.serving import change_generation, deciding, serving

logger = logging.getLogger(__name__)

MOST_BYTES = 32 * 2**20
"""Of the answers that a process keeps."""
STALE_WHILE_REVALIDATE = 60
"""Seconds for which a cache may give an old answer while it asks for the new one."""
STALE_IF_ERROR = 86_400
"""Seconds for which an old answer is better than none: of a cache's, and of our own."""
_FAILURES = (DamagedFileError, NoGenerationError, StoreError)
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """An answer; an empty one is kept by nobody."""

    body: bytes
    media_type: str
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A good answer, the tag of what it was made of, and when that was."""

    made: Made
    tag: str
    at: datetime


class Answers:
    """The last good answers of a process, those given last; safe to share between threads.

    Parameters
    ----------
    most_bytes : int
        How large they are together at most.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: dict[Key, Kept] = {}
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        """Return the last good answer, None when it is not kept."""
        return self._kept.get(key)

    def put(self, key: Key, kept: Kept) -> None:
        """Keep an answer instead of the one before, and as many others as have room."""
        with self._lock:
            self._remove(key)
            self._kept[key] = kept
            self._bytes += len(kept.made.body)
            while self._bytes > self._most:
                self._remove(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Forget an answer: what it was about is gone, and must not come back in need."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= len(old.made.body)


def answer(key: Key, make: Callable[[Decided], Made]) -> Response:
    """Answer with what ``make`` makes, or that the caller has it already.

    Whoever has the answer is told so before anything of it is computed. Where the index or the
    store cannot be read, the last good answer is given, and said to be old.

    Raises
    ------
    UnknownArticleError
        As ``make`` does; then the last good answer is forgotten.
    """
    kept: Answers = current_app.extensions["blocks"]
    try:
        try:
            return _fresh(kept, key, make)
        except DamagedFileError as error:
            logger.error("%s", str(error))  # noqa: TRY400  as text: a kept error would keep what it saw
            if not change_generation():
                raise
            return _fresh(kept, key, make)
    except UnknownArticleError:
        kept.drop(key)
        raise
    except _FAILURES as error:
        old = kept.get(key)
        age = int((now() - old.at).total_seconds()) if old else 0
        if old is None or age > STALE_IF_ERROR:
            raise
        logger.error("an old answer is given: %s", str(error))  # noqa: TRY400
        return _stale(old.made, age)


def _fresh(kept: Answers, key: Key, make: Callable[[Decided], Made]) -> Response:
    with deciding() as basis:
        return _answered(kept, key, make, basis)


def _answered(kept: Answers, key: Key, make: Callable[[Decided], Made], basis: Decided) -> Response:
    tag = blake2b(f"{basis.stamp}\0{key!r}".encode("utf-8", "replace"), digest_size=12).hexdigest()
    if tag in request.environ.get("HTTP_IF_NONE_MATCH", ""):
        return _keepable(Response(status=304), tag)
    found = kept.get(key)
    if found is not None and found.tag == tag:
        return _keepable(_response(found.made), tag)
    made = make(basis)
    response = _response(made)
    if made.is_empty:
        response.headers["Cache-Control"] = "no-store"
        return response
    kept.put(key, Kept(made, tag, basis.now))
    return _keepable(response, tag)


def _response(made: Made) -> Response:
    return Response(made.body, content_type=made.media_type)


def _keepable(response: Response, tag: str) -> Response:
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = (
        f"public, max-age={serving().settings.blocks_seconds}, "
        f"stale-while-revalidate={STALE_WHILE_REVALIDATE}, stale-if-error={STALE_IF_ERROR}"
    )
    return response


def _stale(made: Made, age: int) -> Response:
    response = _response(made)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Age"] = str(max(age, 0))
    response.headers["Warning"] = '110 - "Response is Stale"'
    return response
