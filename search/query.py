"""From what a reader typed to a query tree: Whoosh's query language, and never an exception.

Words, "phrases" (with ``~5`` for slop), AND, OR, NOT, +must, -not, field:word, prefix*, w?ldcards,
word^2, (groups) and date:2011-07 or date:[2010 TO 2011-07].
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index import analysis
from index.function_words import function_terms
from index.generation import Generation
from index.postings import COLUMN_FIELDS, NAME_FIELDS, TEXT, schema
from index.whoosh_api import QueryParser, plugins, query, syntax
from search.dates import day_range
from search.engine import Match, SearchError
from search.expansion import MAXIMUM_WORDS, Expansion, expand

LONGEST_QUERY = 2_000
"""Characters that are read of a query."""
MOST_CLAUSES = 100
DEEPEST_NESTING = 20
ALIASES = {
    "title": ("headline",),
    "author": ("authors", "by", "byline"),
    "tag": ("tags", "topic"),
    "person": ("people",),
    "place": ("places",),
    "language": ("lang",),
    "date": ("published",),
}
_AS_TYPED = str.maketrans(dict.fromkeys("“”„«»＂", '"') | {"\0": " "})
"""Keyboards of telephones and of other languages have other quotation marks."""
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE"})


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query tree, and what the reader should know about how it was read.

    ``words`` and ``phrases`` are the terms to mark in what is found; a phrase has its slop.
    """

    tree: Any
    words: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], int], ...]
    notices: tuple[str, ...]


class QueryReader:
    """Reads queries for one generation; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        groups = {"any": syntax.OrGroup, "all": syntax.AndGroup}
        self._parsers = {
            (match, skip): _Parser(generation, group, function_terms() if skip else frozenset())
            for match, group in groups.items()
            for skip in (True, False)
        }

    def read(self, text: str, match: Match = "any") -> ParsedQuery:
        """Return the query tree of ``text``; an empty text asks for everything."""
        text = text.encode("utf-8", "replace").decode().translate(_AS_TYPED)
        text = " ".join(text.split())
        if not text:
            return ParsedQuery(query.Every(), frozenset(), (), ())
        cut = len(text) > LONGEST_QUERY
        if cut:
            text = text[:LONGEST_QUERY].rpartition(" ")[0] or text[:LONGEST_QUERY]
        notices: list[str] = []
        tree, leaves = self._parse(text, match, notices, skip=True)
        if not leaves:  # "to be or not to be": there are no other words
            tree, leaves = self._parse(text, match, notices, skip=False)
        notices.extend(
            f"{leaf.text} stands for more than {MAXIMUM_WORDS} words; the commonest were searched."
            for leaf in leaves
            if isinstance(leaf, Expansion) and leaf.cut
        )
        if cut:
            notices.append(f"Only the first {LONGEST_QUERY} characters were searched.")
        if not leaves:
            notices.append("There is no word in the query that can be searched.")
        words, phrases = _marked(_leaves(tree, wanted_only=True))
        return ParsedQuery(tree, words, phrases, tuple(notices))

    def _parse(
        self, text: str, match: Match, notices: list[str], *, skip: bool
    ) -> tuple[Any, list[Any]]:
        """Return the tree and its leaves; a text that is no query is read as plain words."""
        parser = self._parsers[match, skip]
        notices.clear()
        try:
            _refuse_faults(text)
            tree = parser.parse(text, normalize=False)
            leaves = list(_leaves(tree))
            _refuse_size(leaves)
        except Exception as error:  # noqa: BLE001  a reader's text must never end in Whoosh's errors
            reason = (
                str(error) if isinstance(error, SearchError) else "it cannot be read as a query"
            )
            tree, shown = parser.plain(text)
            leaves = list(_leaves(tree))
            notices.append(f"Searched as plain words, because {reason}: {shown}")
        return tree, leaves


class _PlusMinus(plugins.PlusMinusPlugin):  # type: ignore[misc]
    """Whoosh's + and -, in brackets too; a date or a language beside plain words is a condition."""

    def do_plusminus(self, parser: Any, group: Any) -> Any:
        """Return the group with its marks carried out (called by Whoosh)."""
        for place, node in enumerate(group):
            if isinstance(node, syntax.GroupNode):
                group[place] = self.do_plusminus(parser, node)
        conditions: list[Any] = []
        if not any(isinstance(node, syntax.Operator | syntax.MarkerNode) for node in group):
            for node in list(group):
                if getattr(node, "fieldname", None) in COLUMN_FIELDS:
                    conditions.append(node)
                    group.nodes.remove(node)
        rest = super().do_plusminus(parser, group)
        if not conditions:
            return rest
        return syntax.AndGroup([*([rest] if len(group) else []), *conditions])


class _Parser(QueryParser):  # type: ignore[misc]
    """Whoosh's parser with our analysis: a word has its terms in each language of the archive."""

    def __init__(self, generation: Generation, group: Any, skipped: frozenset[str]) -> None:
        self._generation = generation
        self._skipped = skipped
        super().__init__(TEXT, schema(), group=group, phraseclass=self._phrase, plugins=[
            plugins.FieldsPlugin(),
            plugins.FieldAliasPlugin(ALIASES),
            plugins.WildcardPlugin(),
            plugins.PhrasePlugin(),
            plugins.RangePlugin(),
            plugins.GroupPlugin(),
            plugins.OperatorsPlugin(),
            plugins.BoostPlugin(),
            plugins.EveryPlugin(),
            # Only in front of a word: the dash of "peace-keeping" is no minus.
            _PlusMinus(r"(?<![^\s(])\+(?=[^\s])", r"(?<![^\s(])-(?=[^\s])"),
        ])  # fmt: skip

    def term_query(
        self, fieldname: str, text: str, termclass: Any, boost: float = 1.0, **_: Any
    ) -> Any:
        """Return the node of one word (called by Whoosh)."""
        boost = min(max(boost, 0.0), 100.0)
        if termclass in {query.Prefix, query.Wildcard} and fieldname not in {"date", "language"}:
            pattern = text + "*" if termclass is query.Prefix else text
            if not pattern.strip("*?"):
                return query.Every()
            return expand(self._generation, fieldname, pattern, boost)
        if fieldname == "date":
            return query.TermRange("date", text, text)
        if fieldname == "language":
            return query.Term("language", analysis.primary_language(text.strip()))
        return self._word(fieldname, text, boost)

    def plain(self, text: str) -> tuple[Any, str]:
        """Return the tree and the text of the query's words alone, without any operator."""
        words = [word for word in analysis.tokens(text) if word not in _OPERATORS][:MOST_CLAUSES]
        nodes = [self._word(TEXT, word, 1.0) for word in words]
        nodes = [node for node in nodes if node is not None]
        return self.group.qclass(nodes), " ".join(words)

    def _word(self, fieldname: str, text: str, boost: float) -> Any:
        """Return the node of an unquoted word, None when it is none or a function word.

        "Peace-keeping" is two terms: where any word is enough they count alone, too, and together
        as a phrase for more; where all must be there they must be there together.
        """
        whole = self._phrase(fieldname, [text], slop=1, boost=boost)
        if isinstance(whole, query.Term) and fieldname == TEXT and whole.text in self._skipped:
            return None
        if isinstance(whole, query.Phrase) and self.group is syntax.OrGroup and text.isascii():
            parts = (self._word(fieldname, token, boost) for token in analysis.tokens(text))
            return query.Or([*(part for part in parts if part is not None), whole])
        return whole

    def _phrase(self, fieldname: str, words: list[str], **options: Any) -> Any:
        """Return the node of a quoted text, None when there is no word in it."""
        readings = dict.fromkeys(
            tuple(analysis.terms(words[0], language)) for language in self._languages(fieldname)
        )
        slop, boost = min(options["slop"], 100), options["boost"]
        nodes = [
            query.Term(fieldname, terms[0], boost=boost)
            if len(terms) == 1
            else query.Phrase(fieldname, list(terms), slop=slop, boost=boost)
            for terms in readings
            if terms
        ]
        return nodes[0] if len(nodes) == 1 else query.Or(nodes) if nodes else None

    def _languages(self, fieldname: str) -> Iterable[str]:
        return (analysis.NAMES,) if fieldname in NAME_FIELDS else self._generation.languages


def _refuse_faults(text: str) -> None:
    """Raise `SearchError` with what is wrong with a text; Whoosh itself would guess."""
    if text.count('"') % 2:
        raise SearchError("a quotation mark is not closed")
    depth = deepest = 0
    quoted = False
    for char in text:
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "(") - (char == ")")
        deepest = max(deepest, depth)
        if depth < 0:
            raise SearchError("a bracket is closed that was not opened")
    if depth:
        raise SearchError("a bracket is not closed")
    if deepest > DEEPEST_NESTING:
        raise SearchError("it is nested too deeply")
    words = text.split()
    for word in (words[-1], words[0]):
        if word in _OPERATORS and not (word == "NOT" and len(words) > 1 and word is words[0]):
            raise SearchError(f"{word} has nothing to join")


def _refuse_size(leaves: Sequence[Any]) -> None:
    if len(leaves) > MOST_CLAUSES:
        raise SearchError(f"it has more than {MOST_CLAUSES} parts")


def _leaves(node: Any, *, wanted_only: bool = False) -> Iterator[Any]:
    """Yield the nodes that name words or documents, without those under NOT when only wanted."""
    if isinstance(node, query.Not):
        if not wanted_only:
            yield from _leaves(node.query)
    elif isinstance(node, query.AndNot) and wanted_only:
        yield from _leaves(node.a, wanted_only=True)
    elif hasattr(node, "subqueries"):
        for child in node.subqueries:
            yield from _leaves(child, wanted_only=wanted_only)
    elif isinstance(node, query.TermRange):
        if node.fieldname != "date":
            raise SearchError("only dates have ranges")
        day_range(node.start, node.end, node.startexcl, node.endexcl)  # raises what is no date
        yield node
    elif node is not query.NullQuery and node is not None:
        yield node


def _marked(
    leaves: Iterable[Any],
) -> tuple[frozenset[str], tuple[tuple[tuple[str, ...], int], ...]]:
    words: set[str] = set()
    phrases: list[tuple[tuple[str, ...], int]] = []
    for leaf in leaves:
        if isinstance(leaf, Expansion):
            words.update(leaf.terms_)
        elif isinstance(leaf, query.Phrase):
            phrases.append((tuple(leaf.words), leaf.slop))
        elif isinstance(leaf, query.Term) and leaf.fieldname not in COLUMN_FIELDS:
            words.add(leaf.text)
    return frozenset(words), tuple(phrases)
