"""What words of queries mean in one generation: what is skipped, names, and word lists."""

from collections.abc import Sequence

from articles.word_lists import WordKind, WordLine
from index.generation import Generation
from search.expansion import Expander
from search.name_list import NameList
from search.query import QueryReader
from search.skipping import FunctionWords, Skipped
from search.terms import TermReader
from search.variants import VariantFinder


class Vocabulary:
    """Makes readers of queries with this or that state of the word lists; safe between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    terms : TermReader
        Reads its postings.
    expander : Expander
        Knows which words stand for several.
    names : NameList
        Names in several spellings, to which lists add.
    """

    def __init__(
        self, generation: Generation, terms: TermReader, expander: Expander, names: NameList
    ) -> None:
        self._generation = generation
        self._terms = terms
        self._expander = expander
        self._names = names
        self._function_words = FunctionWords(generation, terms)

    def reader(self, lines: Sequence[WordLine] = ()) -> QueryReader:
        """Return what reads queries by these lists."""
        generation = self._generation
        names = NameList(
            (*self._names.names, *_words(lines, WordKind.NAMES)),
            (*self._names.apart, *_words(lines, WordKind.APART)),
        )
        stop = [line for line in lines if line.kind is WordKind.STOP]
        return QueryReader(
            generation,
            self._expander,
            Skipped(self._function_words, stop, generation.languages),
            VariantFinder(generation, self._terms, names),
            lines,
        )


def _words(lines: Sequence[WordLine], kind: WordKind) -> list[tuple[str, ...]]:
    return [line.words for line in lines if line.kind is kind]
