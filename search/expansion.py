"""Prefixes and wildcards: which words of the archive they stand for."""

import fnmatch
import re
from collections.abc import Iterable

from index.generation import Generation
from index.postings import NAME_FIELDS
from index.whoosh_api import query

MAXIMUM_WORDS = 500
"""Terms that one prefix or wildcard may stand for; the commonest are taken."""


class Expansion(query.Query):  # type: ignore[misc]
    """A node of the query tree: any of these terms; ``cut`` when there were more than taken."""

    def __init__(
        self, field: str, text: str, terms: tuple[str, ...], *, boost: float, cut: bool
    ) -> None:
        self.fieldname = field
        self.text = text
        self.terms_ = terms
        self.boost = boost
        self.cut = cut


def expand(generation: Generation, field: str, pattern: str, boost: float) -> Expansion:
    """Return the terms of all words that match a pattern with ``*`` and ``?``.

    Patterns are compared with words as they are written, in lower case, not with stems: "running*"
    finds what "run" is the stem of, because "running" is one of its words.
    """
    pattern = pattern.lower()
    literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
    words = generation.terms if field in NAME_FIELDS else generation.surfaces
    places: Iterable[int] = words.starting_with(literal)
    if pattern != f"{literal}*":
        # Only * and ? are wild: fnmatch would read brackets, too.
        fits = re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match
        places = [place for place in places if fits(words[place])]
    if words is generation.surfaces:
        places = generation.surface_terms[list(places)].tolist()
    codes = sorted(set(places))
    cut = len(codes) > MAXIMUM_WORDS
    if cut:
        commonest = (-generation.frequencies[codes]).argsort(kind="stable")[:MAXIMUM_WORDS]
        codes = [codes[place] for place in sorted(commonest.tolist())]
    terms = tuple(generation.terms[code] for code in codes)
    return Expansion(field, pattern, terms, boost=boost, cut=cut)
