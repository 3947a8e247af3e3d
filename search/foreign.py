"""Nodes of a query that Whoosh's own matchers evaluate: spans, regular expressions, and others."""

from functools import cached_property
from typing import Any

import numpy as np

from index.generation import Generation
from index.whoosh_api import Searcher
from search.deadline import Deadline
from search.matches import Matches
from search.terms import TermReader
from search.whoosh_reader import GenerationReader, GivenScores

_LEAST = 1e-30
_CHECKED = 1024
"""Matches after which the time is looked at."""


class ForeignNodes:
    """Evaluates nodes through Whoosh, document by document; safe to share between threads."""

    def __init__(self, generation: Generation, terms: TermReader) -> None:
        self._generation = generation
        self._terms = terms

    def find(self, node: Any, deadline: Deadline) -> Matches:
        """Return what matches a node.

        Raises
        ------
        SearchError
            When the deadline has passed.
        """
        matcher = node.matcher(self._searcher, self._searcher.context(needs_current=True))
        documents: list[int] = []
        scores: list[float] = []
        while matcher.is_active():
            documents.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
            if not len(documents) % _CHECKED:
                deadline.check()
        return Matches(np.array(documents, np.int32), np.maximum(scores, _LEAST, dtype=np.float32))

    @cached_property
    def _searcher(self) -> Any:
        return Searcher(GenerationReader(self._generation, self._terms), weighting=GivenScores())
