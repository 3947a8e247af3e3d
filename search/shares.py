"""Which parts of a query tree the score of a document is the sum of, and what each gives."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from index.arrays import Array
from index.whoosh_api import query
from search.executor import Executor
from search.expansion import Expansion
from search.matches import locate
from search.name_word import NameWord
from search.quoted import Quoted
from search.synonym_word import SynonymWord


class Share(NamedTuple):
    """A node of the query and what it gives each of some documents (float64), 0 for nothing."""

    node: Any
    scores: Array


class Shared(NamedTuple):
    """Which of some documents a node matches (bool), and the parts that their scores add up of."""

    matched: Array
    shares: tuple[Share, ...]

    def where(self, kept: Array) -> "Shared":
        """Return the same of only those documents for which ``kept`` is true."""
        shares = (Share(node, scores * kept) for node, scores in self.shares)
        return Shared(self.matched & kept, tuple(shares))

    def times(self, boost: float) -> "Shared":
        """Return the same with other scores."""
        shares = (Share(node, scores * boost) for node, scores in self.shares)
        return Shared(self.matched, tuple(shares))


class Sharing:
    """Takes the scores of some documents apart, node by node, as the executor put them together.

    Parameters
    ----------
    executor : Executor
        Says what the nodes find that are no sums of others.
    documents : int32 array
        Ascending.
    """

    def __init__(self, executor: Executor, documents: Array) -> None:
        self._executor = executor
        self._documents = documents
        self._sums: dict[type, Callable[[Any], Shared]] = {
            query.And: self._and,
            query.Or: self._or,
            query.Not: lambda node: self._less(self._everything(), [node]),
            query.AndNot: self._and_not,
            query.AndMaybe: self._and_maybe,
            query.Require: self._require,
            query.Otherwise: self._otherwise,
            query.DisjunctionMax: self._strongest,
        }

    def of(self, node: Any) -> Shared:
        """Return the shares of a node; one whose score is no sum is a share itself."""
        if getattr(node, "scale", None):  # rewards the number of clauses
            return self._whole(node)
        return self._sums.get(type(node), self._whole)(node)

    def _whole(self, node: Any) -> Shared:
        found = self._executor.find(node)
        here, there = locate(self._documents, found.documents)
        scores = np.zeros(len(self._documents))
        scores[here] = found.take(there).scores()
        matched = np.zeros(len(self._documents), bool)
        matched[here] = True
        return Shared(matched, (Share(node, scores),))

    def _everything(self) -> Shared:
        return self._whole(query.Every())

    def _some(self, node: Any, least: int | None) -> Shared:
        """Return the shares of a group of which so many parts must match, or all."""
        wanted = [self.of(child) for child in node.subqueries if type(child) is not query.Not]
        unwanted = [child for child in node.subqueries if type(child) is query.Not]
        if not wanted:
            return self._less(self._everything() if unwanted else self._whole(node), unwanted)
        count = np.sum([part.matched for part in wanted], axis=0)
        matched = count >= (len(wanted) if least is None else max(least, 1))
        shares = tuple(share for part in wanted for share in part.shares)
        every = Shared(np.ones(len(self._documents), bool), shares)
        return self._less(every.where(matched).times(node.boost), unwanted)

    def _or(self, node: Any) -> Shared:
        return self._some(node, node.minmatch)

    def _and(self, node: Any) -> Shared:
        return self._some(node, None)

    def _strongest(self, node: Any) -> Shared:
        """Return the shares of whatever part gives a document most; of equal ones the first."""
        if node.tiebreak or not node.subqueries:
            return self._whole(node)
        parts = [self.of(child) for child in node.subqueries]
        sums = [np.sum([share.scores for share in part.shares], axis=0) for part in parts]
        best = np.argmax(sums, axis=0)
        shares = [
            share
            for number, part in enumerate(parts)
            for share in part.where(best == number).shares
        ]
        matched = np.any([part.matched for part in parts], axis=0)
        return Shared(matched, tuple(shares)).times(node.boost)

    def _less(self, found: Shared, unwanted: Sequence[Any]) -> Shared:
        for node in unwanted:
            found = found.where(~self.of(node.query).matched)
        return found

    def _and_not(self, node: Any) -> Shared:
        found = self.of(node.a) if list(node.a.leaves()) else self._everything()
        return found.where(~self.of(node.b).matched)

    def _and_maybe(self, node: Any) -> Shared:
        if not list(node.a.leaves()):
            return self.of(node.b)
        found, other = self.of(node.a), self.of(node.b)
        return Shared(found.matched, found.shares + other.where(found.matched).shares)

    def _require(self, node: Any) -> Shared:
        return self.of(node.a).where(self.of(node.b).matched)

    def _otherwise(self, node: Any) -> Shared:
        return self.of(node.a if self._executor.find(node.a).total() else node.b)


def summed_up(shares: Iterable[Share]) -> dict[Any, Share]:
    """Return the shares by what they name; a word that stands there twice has one.

    Boosts do not tell words apart.
    """
    found: dict[Any, Share] = {}
    for node, scores in shares:
        key = _identity(node)
        found[key] = Share(node, found[key].scores + scores if key in found else scores)
    return found


def _identity(node: Any) -> Any:
    if type(node) in (query.Term, NameWord, SynonymWord):
        return node.fieldname, node.text
    return node if isinstance(node, Quoted | Expansion | query.Phrase) else id(node)
