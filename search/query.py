"""From what a reader typed to a query tree: Whoosh's query language, and never an exception.

Words, "phrases" (with ``~5`` for slop), AND, OR, NOT, +must, -not, field:word, prefix*, w?ldcards,
fuzzy~, word^2, (groups) and date:2011-07 or date:[2010 TO 2011-07].
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from articles.message import Message
from articles.word_lists import WordLine
from index import analysis
from index.generation import Generation
from index.whoosh_api import query, syntax
from index.word_fields import TEXT
from search.dates import day_range
from search.engine import Match, NameVariants, Synonyms
from search.errors import SearchError
from search.expansion import MAXIMUM_WORDS, Expander, Expansion
from search.name_word import NameWord
from search.parser import Parser
from search.readings import Readings
from search.synonym_word import SynonymWord
from search.synonyms import SynonymFinder
from search.variants import VariantFinder

LONGEST_QUERY = 2_000
"""Characters that are read of a query."""
MOST_CLAUSES = 100
MOST_PATTERNS = 20
"""Words of a query that may stand for several."""
MOST_OPEN = 3
"""Words of a query whose beginning may be anything: all words of the archive are looked at."""
MOST_SYNONYMS = 20
"""Words of a query that may have synonyms."""
DEEPEST_NESTING = 20
_AS_TYPED = str.maketrans(dict.fromkeys("“”„«»＂", '"') | {"\0": " "})
"""Keyboards of telephones and of other languages have other quotation marks."""
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE"})
_ITEM = r'(?:[^\W_]+\*?|"[^"]*")'
_SIMPLE = re.compile(rf"{_ITEM}(?: {_ITEM})*")
"""Words, prefixes and phrases with nothing between them: the parser is not needed for these."""
_PATTERNS = re.compile(r'"[^"]*"|(?:^|[\s:()])([*?]*[^\s:()"]*[*?~])')
_ITEMS = re.compile(r'([^\W_]+)(\*?)|"([^"]*)"')


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query tree, and what the reader should know about how it was read.

    ``added`` has the words (query.Term) that are searched besides those of the tree.
    """

    tree: Any
    notices: tuple[str, ...] = ()
    added: tuple[Any, ...] = ()

    def words(self) -> list[Any]:
        """Return the plain words of the text that articles should have, in their order.

        They are of the kinds query.Term and, in several spellings or meanings, `NameWord` and
        `SynonymWord`.
        """
        leaves = leaves_of(self.tree, wanted_only=True)
        return [leaf for leaf in leaves if _is_word(leaf) and leaf.fieldname == TEXT]

    def variants(self) -> tuple[NameVariants, ...]:
        """Return the names that are searched in other spellings."""
        leaves = (getattr(leaf, "name", None) or leaf for leaf in leaves_of(self.tree))
        found = (leaf for leaf in leaves if type(leaf) is NameWord)
        return tuple(dict.fromkeys(NameVariants(name.asked, name.others) for name in found))

    def synonyms(self) -> tuple[Synonyms, ...]:
        """Return the words and phrases that are searched with others of the same meaning."""
        found = (leaf for leaf in leaves_of(self.tree) if type(leaf) is SynonymWord)
        return tuple(dict.fromkeys(Synonyms(word.asked, word.others) for word in found))


class QueryReader:
    """Reads queries for one generation; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is searched.
    expander : Expander
        Knows which words stand for several.
    skipped : container of str
        Terms that are not searched.
    finder : VariantFinder
        Knows the other spellings of names.
    lines : sequence of WordLine
        The word lists; their synonyms are searched.
    """

    def __init__(
        self,
        generation: Generation,
        expander: Expander,
        skipped: Container[str],
        finder: VariantFinder,
        lines: Sequence[WordLine] = (),
    ) -> None:
        groups = {"any": syntax.OrGroup, "all": syntax.AndGroup}
        readings = Readings(generation)
        synonyms = SynonymFinder(generation, readings, lines)
        self._parsers = {
            (match, skip, variants): Parser(
                readings,
                expander,
                group,
                skipped if skip else frozenset(),
                *((finder, synonyms) if variants else ()),
            )
            for match, group in groups.items()
            for skip in (True, False)
            for variants in (True, False)
        }

    def read(self, text: str, match: Match = "any", *, variants: bool = True) -> ParsedQuery:
        """Return the query tree of ``text``; an empty text asks for everything.

        With ``variants`` names are searched in their other spellings, too, and words with their
        synonyms.
        """
        text = " ".join(plain_quotes(text).split())
        if not text:
            return ParsedQuery(query.Every())
        cut = len(text) > LONGEST_QUERY
        if cut:
            text = text[:LONGEST_QUERY].rpartition(" ")[0] or text[:LONGEST_QUERY]
        notices: list[str] = []
        tree, leaves = self._read(text, self._parsers[match, True, variants], notices)
        if not leaves:  # "to be or not to be": there are no other words
            tree, leaves = self._read(text, self._parsers[match, False, variants], notices)
        if variants and sum(type(leaf) is SynonymWord for leaf in leaves) > MOST_SYNONYMS:
            written = self.read(text, match, variants=False)
            many = Message(
                "More than %(most)s words have synonyms; only what was written was searched.",
                most=MOST_SYNONYMS,
            )
            return replace(written, notices=(*written.notices, many))
        notices.extend(
            Message(
                "%(pattern)s stands for more than %(most)s words; the commonest were searched.",
                pattern=leaf.text,
                most=MAXIMUM_WORDS,
            )
            for leaf in leaves
            if type(leaf) is Expansion and leaf.cut
        )
        if cut:
            only = Message("Only the first %(most)s characters were searched.", most=LONGEST_QUERY)
            notices.append(only)
        if not leaves:
            notices.append(Message("There is no word in the query that can be searched."))
        return ParsedQuery(tree, tuple(notices))

    def _read(self, text: str, parser: Parser, notices: list[str]) -> tuple[Any, list[Any]]:
        """Return the tree and its leaves; a text that is no query is read as plain words."""
        notices.clear()
        try:
            _refuse_patterns(text)
            tree = simple_tree(parser, text)
            if tree is None:
                tree = parsed_tree(parser, text)
            leaves = list(leaves_of(tree))
            _refuse_size(leaves)
        except Exception as error:  # noqa: BLE001  a reader's text must never end in Whoosh's errors
            # The argument itself, which knows how it is said in other languages.
            reason = (
                error.args[0]
                if isinstance(error, SearchError)
                else Message("it cannot be read as a query")
            )
            words = [word for word in analysis.tokens(text) if word not in _OPERATORS]
            words = words[:MOST_CLAUSES]
            tree = _joined(parser, [parser.word(TEXT, word) for word in words])
            leaves = list(leaves_of(tree))
            notices.append(
                Message(
                    "Searched as plain words, because %(reason)s: %(words)s",
                    reason=reason,
                    words=" ".join(words),
                )
            )
        return tree, leaves


def plain_quotes(text: str) -> str:
    """Return a text of the same length with the quotation marks of the query language.

    Examples
    --------
    >>> plain_quotes("„cable works“")
    '"cable works"'
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.translate(_AS_TYPED)


def parsed_tree(parser: Parser, text: str) -> Any:
    """Return the tree that Whoosh's parser makes of a text.

    Raises
    ------
    SearchError
        With what is wrong with the text; Whoosh itself would guess.
    """
    _refuse_faults(text)
    return parser.parse(text, normalize=False)


def simple_tree(parser: Parser, text: str) -> Any:
    """Return the same tree at a tenth of the cost, None when a text has more than simple items."""
    if not _SIMPLE.fullmatch(text):
        return None
    items = _ITEMS.findall(text)
    if any(word in _OPERATORS for word, _, _ in items):
        return None
    return _joined(parser, list(_simple_nodes(parser, items)))


def _simple_nodes(parser: Parser, items: Sequence[tuple[str, str, str]]) -> Iterator[Any]:
    """Yield the nodes of words, prefixes and quoted texts; words that belong together have one."""
    place = 0
    while place < len(items):
        word, star, quoted = items[place]
        count = parser.together(TEXT, _words_of(items[place:])) if word and not star else 0
        if count:
            yield parser.several(TEXT, _words_of(items[place:])[:count])
        elif star:
            yield parser.pattern(TEXT, word + star)
        else:
            yield parser.plain_word(word) if word else parser.quoted(TEXT, quoted)
        place += count or 1


def _words_of(items: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return the plain words at the beginning of items."""
    return [word for word, _, _ in takewhile(lambda item: item[0] and not item[1], items)]


def _joined(parser: Parser, nodes: Sequence[Any]) -> Any:
    return parser.group.qclass([node for node in nodes if node is not None])


def _refuse_faults(text: str) -> None:
    """Raise `SearchError` with what is wrong with a text; Whoosh itself would guess."""
    if text.count('"') % 2:
        raise SearchError(Message("a quotation mark is not closed"))
    depth = deepest = 0
    quoted = False
    for char in text:
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "(") - (char == ")")
        deepest = max(deepest, depth)
        if depth < 0:
            raise SearchError(Message("a bracket is closed that was not opened"))
    if depth:
        raise SearchError(Message("a bracket is not closed"))
    if deepest > DEEPEST_NESTING:
        raise SearchError(Message("it is nested too deeply"))
    words = text.split()
    for word in (words[-1], words[0]):
        if word in _OPERATORS and not (word == "NOT" and len(words) > 1 and word is words[0]):
            raise SearchError(Message("%(word)s has nothing to join", word=word))


def _refuse_size(leaves: Sequence[Any]) -> None:
    if len(leaves) > MOST_CLAUSES:
        raise SearchError(Message("it has more than %(most)s parts", most=MOST_CLAUSES))


def _refuse_patterns(text: str) -> None:
    """Raise `SearchError` when a text has more patterns than can be looked up in time."""
    if "*" in text or "?" in text or "~" in text:
        patterns = [pattern for pattern in _PATTERNS.findall(text) if pattern.strip("*?")]
        if len(patterns) > MOST_PATTERNS:
            raise SearchError(
                Message("it has more than %(most)s words with *, ? or ~", most=MOST_PATTERNS)
            )
        if sum(pattern[0] in "*?" for pattern in patterns) > MOST_OPEN:
            raise SearchError(
                Message("it has more than %(most)s words that begin with * or ?", most=MOST_OPEN)
            )


def _is_word(leaf: Any) -> bool:
    """Say whether a leaf is a plain word; several words with synonyms are not one more."""
    return type(leaf) in (query.Term, NameWord) or (type(leaf) is SynonymWord and not leaf.phrase)


def leaves_of(node: Any, *, wanted_only: bool = False) -> Iterator[Any]:
    """Yield the nodes that name words or documents, without those under NOT when only wanted.

    Raises
    ------
    SearchError
        When a range is none of dates.
    """
    if isinstance(node, query.Not):
        if not wanted_only:
            yield from leaves_of(node.query)
    elif isinstance(node, query.AndNot) and wanted_only:
        yield from leaves_of(node.a, wanted_only=True)
    elif hasattr(node, "subqueries"):
        for child in node.subqueries:
            yield from leaves_of(child, wanted_only=wanted_only)
    elif isinstance(node, query.TermRange):
        if node.fieldname != "date":
            raise SearchError(Message("only dates have ranges"))
        day_range(node.start, node.end, node.startexcl, node.endexcl)  # raises what is no date
        yield node
    elif node is not query.NullQuery and node is not None:
        yield node
