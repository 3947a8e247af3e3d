"""What is wrong with lines of word lists, and what editors should know about them."""

from collections.abc import Iterable, Iterator, Sequence

from articles.word_lists import WordKind, WordLine, WordListError
from index import spaceless
from index.analysis import LONGEST_TOKEN, asked, term_of, tokens
from index.function_words import function_terms
from index.generation import Generation
from search.synonyms import MOST_TOGETHER

MOST_NAMED = 5
"""Words or lines that one remark names."""


def checked(line: WordLine) -> WordLine:
    """Return a line whose words can be searched.

    Raises
    ------
    WordListError
        When one of them is no word, or too many.
    """
    for word in (*line.words, *line.found):
        found = asked(word)
        if not found:
            raise WordListError(f"“{word}” has no letter or digit that can be searched")
        if line.kind is WordKind.SYNONYMS:
            if len(found) > MOST_TOGETHER:
                raise WordListError(
                    f"“{word}” has more than {MOST_TOGETHER} words: write a shorter phrase"
                )
            if any(map(spaceless.is_single, found)):
                raise WordListError(f"“{word}” ends in a single sign, which is no word by itself")
        elif line.kind is WordKind.STOP:
            if len(found) > 1:
                raise WordListError(f"“{word}” is not one word: stop words stand alone")
        elif tokens(word) != [word] or len(word) > LONGEST_TOKEN:
            raise WordListError(
                f"“{word}” is not one word: write the one of the name that is spelled differently"
            )
    return line


class WordChecker:
    """Says what lines do not do that an editor may expect, in one archive.

    Parameters
    ----------
    generation : Generation
        What is searched.
    lines : sequence of WordLine
        All lines, beside which each is looked at.
    """

    def __init__(self, generation: Generation, lines: Sequence[WordLine]) -> None:
        self._generation = generation
        self._stop = {line.words[0].casefold() for line in lines if line.kind is WordKind.STOP}
        self._holding: dict[str, list[WordLine]] = {}
        for line in lines:
            if line.kind is WordKind.SYNONYMS:
                for word in (*line.words, *line.found):
                    self._holding.setdefault(word.casefold(), []).append(line)

    def remarks(self, line: WordLine) -> tuple[str, ...]:
        """Return what is to be known about a line, in whole sentences; empty for nothing."""
        if line.language and line.language not in self._generation.languages:
            return (f"The archive has no articles in “{line.language}”: the line does nothing.",)
        return tuple(self._remarks(line))

    def _remarks(self, line: WordLine) -> Iterator[str]:
        words = (*line.words, *line.found)
        missing = [word for word in words if not self._stands(word, line)]
        if missing:
            yield f"Not in the archive: {_named(missing)}."
        if line.kind is WordKind.SYNONYMS:
            yield from self._of_synonyms(line)
        elif line.kind is WordKind.STOP:
            if self._is_function_word(line):
                yield "It is skipped anyway, as a function word."
        else:
            ordinary = [word for word in words if word not in missing and not self._is_name(word)]
            if ordinary:
                yield (
                    f"An ordinary word of the archive: {_named(ordinary)}. It counts as a name of "
                    "persons and places, not in the text."
                )

    def _of_synonyms(self, line: WordLine) -> Iterator[str]:
        for word in (*line.words, *line.found):
            others = [one for one in self._holding.get(word.casefold(), ()) if one.key != line.key]
            if others:
                yield (
                    f"“{word}” stands in another line, too: {_named(one.text for one in others)}. "
                    "What one line finds is not looked up in the other: put what means the same "
                    "on one line."
                )
            if word.casefold() in self._stop:
                yield f"“{word}” is a stop word, too: only its synonyms are searched for it."

    def _stands(self, word: str, line: WordLine) -> bool:
        """Say whether all terms of a word stand in the archive, in one of its languages."""
        find = self._generation.terms.find
        return any(
            all(find(term_of(language)(token)) is not None for token in asked(word))
            for language in self._languages(line)
        )

    def _is_function_word(self, line: WordLine) -> bool:
        (token,) = asked(line.words[0])
        languages = self._languages(line)
        return all(term_of(one)(token) in function_terms(one) for one in languages)

    def _is_name(self, word: str) -> bool:
        codes = {
            self._generation.terms.find(term_of(one)(word)) for one in self._generation.languages
        }
        return any(code is not None and self._generation.names.kind(code) for code in codes)

    def _languages(self, line: WordLine) -> Sequence[str]:
        return (line.language,) if line.language else self._generation.languages


def _named(words: Iterable[str]) -> str:
    found = list(words)
    named = ", ".join(f"“{word}”" for word in found[:MOST_NAMED])
    return f"{named} and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else named
