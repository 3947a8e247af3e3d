"""What blocks are made of at a moment, and the stamp that says whether any of it changed."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from articles.curation import Curation
from articles.store import Store
from index.generation import Generation
from index.visibility import Visibility
from recommender.blocks import Decided, NothingRead


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
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: _Known | None = None

    def at(self, moment: datetime, generation: Generation, visibility: Visibility) -> Decided:
        """Return what holds at a moment for who answers from a generation.

        The stamp is the same in all processes that serve the same. It changes with every article
        that is stored, with every decision, with what is read most, and when by time alone
        something else is to be seen; and once a day, because receipts say of which day they are.
        """
        popularity = NothingRead()
        curation = Curation()
        versions = (
            generation.number,
            generation.created,
            self._store.last_sequence(),
            curation.version,
            popularity.version,
        )
        with self._lock:
            known = self._known
            if known and known.versions == versions and known.begins <= moment < known.ends:
                return replace(known.decided, now=moment)
            ends = _next_change(moment, curation, visibility)
            stamp = "|".join(map(str, (*versions, ends)))
            decided = Decided(curation, popularity, moment, stamp)
            self._known = _Known(versions, moment, ends, decided)
            return decided


def _next_change(moment: datetime, curation: Curation, visibility: Visibility) -> datetime:
    """Return when by time alone something changes next, at the latest when the day ends."""
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC) + timedelta(days=1)
    changes = (midnight, curation.next_change(moment), visibility.next_change(moment))
    return min(change for change in changes if change is not None)
