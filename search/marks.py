"""What is marked in the articles that a query finds."""

from typing import Any, NamedTuple

from index import spaceless
from index.generation import Generation
from index.postings import COLUMN_FIELDS
from index.whoosh_api import query
from search.expansion import Expansion
from search.query import leaves_of
from search.quoted import Quoted
from search.synonym_word import SynonymWord


class Phrase(NamedTuple):
    """Words in order, each at most ``slop`` tokens behind the one before.

    They are terms or, where ``written``, spellings in lower case.
    """

    words: tuple[str, ...]
    slop: int
    written: bool = False


class Marks(NamedTuple):
    """Terms that are marked wherever they stand, and words that are marked only in a phrase.

    ``letters`` are those of scripts without spaces that are marked by themselves.
    """

    terms: frozenset[str] = frozenset()
    phrases: tuple[Phrase, ...] = ()
    letters: frozenset[str] = frozenset()


def marks_of(tree: Any, generation: Generation) -> Marks:
    """Return what the wanted nodes of a query tree name."""
    terms: set[str] = set()
    phrases: list[Phrase] = []
    letters: set[str] = set()
    for leaf in leaves_of(tree, wanted_only=True):
        if isinstance(leaf, Expansion) and spaceless.is_single(leaf.text.removesuffix("*")):
            letters.add(leaf.text.removesuffix("*"))
        elif isinstance(leaf, Expansion):
            terms.update(generation.terms[code] for code in leaf.codes.tolist())
        elif isinstance(leaf, SynonymWord):
            terms.update(generation.terms[code] for code in leaf.codes.tolist())
            sequences = (words for meaning in leaf.meanings for words in meaning.phrases)
            phrases.extend(Phrase(words, 1) for words in sequences)
        elif isinstance(leaf, Quoted):
            phrases.append(Phrase(leaf.spellings, 1, written=True))
        elif isinstance(leaf, query.Phrase):
            phrases.append(Phrase(tuple(leaf.words), leaf.slop))
        elif isinstance(leaf, query.Term) and leaf.fieldname not in COLUMN_FIELDS:
            terms.add(leaf.text)
    return Marks(frozenset(terms), tuple(phrases), frozenset(letters))
