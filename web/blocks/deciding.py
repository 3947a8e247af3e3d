"""What blocks are made of at a moment, and the stamp that says whether any of it changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from articles.curation import Curation
from articles.store import Store
from index.generation import Generation
from index.visibility import Visibility
from recommender.blocks import Decided
from recommender.popular import PopularLists
from web.settings import Settings


class _Known(NamedTuple):
    """What was decided, of which versions, and from when until when it holds."""

    versions: tuple[object, ...]
    begins: datetime
    ends: datetime
    decided: Decided


class Deciding:
    """Knows what editors have decided and readers have read; safe to share between threads.

    Parameters
    ----------
    store : Store
        Asked on every call for the numbers of its last changes, and for more only after one.
    generation : Generation
        What articles are from.
    visibility : Visibility
        Says which of them are hidden now.
    popularity : callable
        Returns what was read most when it was counted last.
    settings : Settings
        How blocks are made; their plan says when next an article may get another recipe.
    """

    def __init__(
        self,
        store: Store,
        generation: Generation,
        visibility: Visibility,
        popularity: Callable[[], PopularLists],
        settings: Settings,
    ) -> None:
        self._store = store
        digest = blake2b(settings.model_dump_json().encode(), digest_size=8).hexdigest()
        self._built = (generation.number, generation.created, digest)
        self._visibility = visibility
        self._popularity = popularity
        self._plan = settings.recipe_plan
        self._lock = threading.Lock()
        self._known: _Known | None = None

    @contextmanager
    def at(self, moment: datetime) -> Iterator[Decided]:
        """Give what holds at a moment, and meanwhile let this thread see one state of the store.

        The stamp is the same in all processes that serve the same. It changes with every article
        that is stored, with every decision, with what is read most, and when by time alone
        something else is to be seen; and once a day, because receipts say of which day they are.
        """
        # The versions first: what changes while the rest is read has a later one.
        last, version = self._store.versions()
        with self._visibility.fresh.steady(last):
            yield self._decided(moment, last, version)

    def _decided(self, moment: datetime, last: int, version: int) -> Decided:
        popularity = self._popularity()
        versions = (*self._built, last, version, popularity.version)
        known = self._known
        if known and known.versions == versions and known.begins <= moment < known.ends:
            return replace(known.decided, now=moment)
        with self._lock:
            curation = self._curation(version)
            ends = self._next_change(moment, curation)
            stamp = "|".join(map(str, (*versions, ends)))
            decided = Decided(curation, popularity, moment, stamp)
            self._known = _Known(versions, moment, ends, decided)
        return decided

    def _curation(self, version: int) -> Curation:
        """Return what editors have decided, as it was read last where that is this version."""
        if self._known is not None and self._known.decided.curation.version == version:
            return self._known.decided.curation
        return self._store.curation.read()

    def _next_change(self, moment: datetime, curation: Curation) -> datetime:
        """Return when by time alone something changes next, at the latest when the day ends."""
        day = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        changes = (
            day + timedelta(days=1),
            curation.next_change(moment),
            self._visibility.next_change(moment),
            self._plan.next_change(moment),
        )
        return min(change for change in changes if change is not None)
