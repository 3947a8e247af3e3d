"""Runs a query tree over one generation: every node becomes matching documents with scores.

Whoosh's query objects say what is asked; matching and scoring are array operations here. They see
every match, so totals are exact, and they do not share the wrong top tens that Whoosh's own
collectors give for some nested queries.
"""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from articles.message import Message
from index.generation import Generation
from index.whoosh_api import query
from search import scoreboard
from search.deadline import Deadline
from search.errors import SearchError
from search.foreign import ForeignNodes
from search.leaves import Leaves
from search.limits import Limits
from search.matches import NOTHING, Found, Matches, constant
from search.ranking import coordination, strongest
from search.scoreboard import Scoreboard, Scored

_MANY = 16
"""Clauses among which equal ones are looked for: the same word again and again is one word."""


class Executor:
    """Evaluates query trees; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    leaves : Leaves
        Evaluates the nodes that have no others below them.
    foreign : ForeignNodes
        Evaluates the nodes that are not known here.
    """

    def __init__(self, generation: Generation, leaves: Leaves, foreign: ForeignNodes) -> None:
        self._articles = generation.articles
        self._leaves = leaves
        self._foreign = foreign
        self._local = threading.local()
        self._compounds: dict[type, Callable[[Any, Deadline], Matches]] = {
            query.And: self._and,
            query.Or: self._or,
            query.DisjunctionMax: self._strongest,
            query.Not: self._not,
            query.AndNot: self._and_not,
            query.AndMaybe: self._and_maybe,
            query.Require: self._require,
            query.Otherwise: self._otherwise,
            query.ConstantScoreQuery: self._constant_score,
        }

    def run(self, tree: Any, limits: Limits) -> Found:
        """Return what matches ``tree`` within limits; valid until the next run in this thread.

        Raises
        ------
        SearchError
            When it takes longer than the budget, or is nested too deeply.
        """
        try:
            parts = self._alternatives(tree, Deadline())
        except RecursionError:
            message = Message("the search is nested too deeply: leave some brackets out")
            raise SearchError(message) from None
        if not parts:
            return NOTHING
        board = self._board
        if len(parts) == 1 or scoreboard.is_sparse(parts, board):
            return limits.of(scoreboard.either(parts, board))
        board.clear()
        for part in parts:
            board.add(part)
        if limits.mask is not None:
            board.scores *= limits.mask
        return Scored(board, parts, limits.window)

    def find(self, node: Any) -> Matches:
        """Return what one node finds in the whole archive, with its scores."""
        return self._node(node, Deadline())

    @property
    def _board(self) -> Scoreboard:
        """The scoreboard of this thread."""
        try:
            board: Scoreboard = self._local.board
        except AttributeError:
            board = self._local.board = Scoreboard(self._articles)
        return board

    def _node(self, node: Any, deadline: Deadline) -> Matches:
        deadline.check()
        kind = type(node)
        find = self._leaves.nodes.get(kind) or self._compounds.get(kind) or self._foreign.find
        return find(node, deadline)

    def _alternatives(self, node: Any, deadline: Deadline) -> list[Matches]:
        """Return the parts of a node of which any is enough and whose scores add up."""
        if type(node) is not query.Or or node.minmatch or node.scale or _unwanted(node):
            return [self._node(node, deadline)]
        parts: list[Matches] = []
        for child, times in _distinct(node.subqueries):
            if type(child) is query.Or:
                parts += [part.times(times) for part in self._alternatives(child, deadline)]
            else:
                parts.append(self._node(child, deadline).times(times))
        return parts if node.boost == 1 else [part.times(node.boost) for part in parts]

    def _or(self, node: Any, deadline: Deadline) -> Matches:
        wanted = _wanted(node)
        if node.minmatch or node.scale:  # each clause counts
            parts = [self._node(child, deadline).times(node.boost) for child in wanted]
        else:
            parts = self._alternatives(query.Or(wanted, boost=node.boost), deadline)
        if not parts:
            found = self._leaves.everything() if _unwanted(node) else NOTHING
        else:
            found = scoreboard.either(parts, self._board)
        if node.minmatch or node.scale:
            found = self._coordinated(node, found, parts)
        return self._less(found, _unwanted(node), deadline)

    def _coordinated(self, node: Any, found: Matches, parts: list[Matches]) -> Matches:
        """Count the clauses that match, drop documents with too few, reward those with many."""
        matched = np.zeros(len(found.documents), np.int32)
        for part in parts:
            matched += self._board.scores_at(found.documents, part) > 0
        if node.scale:
            scores = coordination(found.scores(), matched, len(parts), node.scale)
            found = Matches(found.documents, scores)
        return found.take((matched >= node.minmatch).nonzero()[0])

    def _and(self, node: Any, deadline: Deadline) -> Matches:
        wanted = _distinct(_wanted(node))
        parts = [self._node(child, deadline).times(times) for child, times in wanted]
        if not parts:
            found = self._leaves.everything() if _unwanted(node) else NOTHING
        else:
            found = scoreboard.both(parts, self._board).times(node.boost)
        return self._less(found, _unwanted(node), deadline)

    def _less(self, found: Matches, unwanted: list[Any], deadline: Deadline) -> Matches:
        for node in unwanted:
            found = scoreboard.without(found, self._node(node.query, deadline), self._board)
        return found

    def _strongest(self, node: Any, deadline: Deadline) -> Matches:
        parts = [self._node(child, deadline) for child in node.subqueries]
        if not parts:
            return NOTHING
        board = self._board
        found = scoreboard.either(parts, board)
        best = np.zeros(len(found.documents), np.float32)
        for part in parts:
            best = np.maximum(best, board.scores_at(found.documents, part))
        scores = strongest(best, found.scores(), node.tiebreak)
        return Matches(found.documents, scores, node.boost)

    def _not(self, node: Any, deadline: Deadline) -> Matches:
        return self._less(self._leaves.everything(), [node], deadline)

    def _and_not(self, node: Any, deadline: Deadline) -> Matches:
        # "-toll" alone has nothing before its minus: it means everything without "toll".
        named = list(node.a.leaves())
        found = self._node(node.a, deadline) if named else self._leaves.everything()
        return scoreboard.without(found, self._node(node.b, deadline), self._board)

    def _and_maybe(self, node: Any, deadline: Deadline) -> Matches:
        if not list(node.a.leaves()):  # "+the bridge"
            return self._node(node.b, deadline)
        found, other = self._node(node.a, deadline), self._node(node.b, deadline)
        return scoreboard.with_bonus(found, other, self._board)

    def _require(self, node: Any, deadline: Deadline) -> Matches:
        found, needed = self._node(node.a, deadline), self._node(node.b, deadline)
        return scoreboard.inside(found, needed, self._board)

    def _otherwise(self, node: Any, deadline: Deadline) -> Matches:
        found = self._node(node.a, deadline)
        return found if found.total() else self._node(node.b, deadline)

    def _constant_score(self, node: Any, deadline: Deadline) -> Matches:
        return constant(self._node(node.child, deadline).documents, node.score)


def _distinct(nodes: Sequence[Any]) -> Iterable[tuple[Any, int]]:
    """Return nodes and how often each stands there; only words among many are counted."""
    if len(nodes) < _MANY:
        return zip(nodes, itertools.repeat(1))
    words = Counter(node for node in nodes if type(node) is query.Term)
    others = ((node, 1) for node in nodes if type(node) is not query.Term)
    return itertools.chain(words.items(), others)


def _wanted(node: Any) -> list[Any]:
    return [child for child in node.subqueries if type(child) is not query.Not]


def _unwanted(node: Any) -> list[Any]:
    return [child for child in node.subqueries if type(child) is query.Not]
