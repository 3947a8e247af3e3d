"""Whoosh's query parser with our analysis: what the words, phrases and patterns of a query mean."""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from index import analysis, spaceless
from index.postings import schema
from index.whoosh_api import QueryParser, plugins, query, syntax
from index.word_fields import COLUMN_FIELDS, NAME_FIELDS, TEXT
from search.expansion import Expander
from search.quoted import Beginning, Quoted
from search.readings import Readings, opened
from search.synonyms import SynonymFinder
from search.variants import VariantFinder

ALIASES = {
    "title": ("headline",),
    "author": ("authors", "by", "byline"),
    "tag": ("tags", "topic"),
    "person": ("people",),
    "place": ("places",),
    "language": ("lang",),
    "date": ("published",),
}
FARTHEST = 100
"""Places that words of a phrase can be apart."""
HEAVIEST = 100.0
"""The most that a word can count more than others."""
_REMEMBERED = 4096


class _Conditions(plugins.PlusMinusPlugin):  # type: ignore[misc]
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


class _Phrases(plugins.PhrasePlugin):  # type: ignore[misc]
    """Whoosh's phrases; one without a distance has the slop 0, because it means its very words."""

    class PhraseTagger(plugins.PhrasePlugin.PhraseTagger):  # type: ignore[misc]
        """Makes the nodes of phrases."""

        def create(self, parser: Any, match: Any) -> Any:
            """Return the node of a phrase (called by Whoosh)."""
            node = super().create(parser, match)
            if not match.group("slop"):
                node.slop = 0
            return node


class _Fuzzy(plugins.FuzzyTermPlugin):  # type: ignore[misc]
    """Whoosh's ``word~2``, without its prefixes."""

    expr = r"(?<=\w)~(?P<maxdist>[0-9]{0,9})(?P<prefix>(?!))?"

    class FuzzyTermNode(plugins.FuzzyTermPlugin.FuzzyTermNode):  # type: ignore[misc]
        """One word and the number of letters in which others may differ from it."""

        def query(self, parser: Any) -> Any:
            """Return the node of the query tree (called by Whoosh)."""
            field = self.fieldname or parser.fieldname
            return parser.fuzzy(field, self.text, self.maxdist, self.boost)


class _SeveralNode(syntax.SyntaxNode):  # type: ignore[misc]
    """Words of a query that have synonyms together."""

    def __init__(self, fieldname: str, words: Sequence[Any]) -> None:
        self.fieldname = fieldname
        self._words = [word.text for word in words]
        self.startchar, self.endchar = words[0].startchar, words[-1].endchar

    def query(self, parser: Any) -> Any:
        """Return the node of the query tree (called by Whoosh)."""
        return parser.several(self.fieldname, self._words)


class _Together(plugins.Plugin):  # type: ignore[misc]
    """Puts words together that have synonyms as a phrase, after all operators have their words."""

    def filters(self, parser: Any) -> list[tuple[Any, int]]:  # noqa: ARG002 - called by Whoosh
        """Return what is done with a group of nodes, and when (called by Whoosh)."""
        return [(self._put, 700)]

    def _put(self, parser: Any, group: Any) -> Any:
        """Return the group with such words as one node."""
        put = group.empty_copy()
        place = 0
        while place < len(group):
            node = group[place]
            count = 0
            if isinstance(node, syntax.GroupNode):
                node = self._put(parser, node)
            elif isinstance(group, parser.group):
                words = list(_side_by_side(group.nodes[place:]))
                field = (words and words[0].fieldname) or parser.fieldname
                count = parser.together(field, [word.text for word in words])
                node = _SeveralNode(field, words[:count]) if count else node
            put.append(node)
            place += count or 1
        return put


def _side_by_side(nodes: Iterable[Any]) -> Iterator[Any]:
    """Yield the plain words at the beginning of nodes, as far as only a blank is between them."""
    before = None
    for node in nodes:
        apart = before is not None and (
            node.startchar != before.endchar + 1 or node.fieldname != before.fieldname
        )
        if type(node) is not syntax.WordNode or node.boost != 1 or apart:
            return
        yield node
        before = node


class Parser(QueryParser):  # type: ignore[misc]
    """Makes query trees of texts; a word has its terms in each language of the archive.

    Parameters
    ----------
    readings : Readings
        Knows the terms of a text in the languages that are meant.
    expander : Expander
        Says which words a pattern stands for.
    group : type
        How words beside each other are joined: Whoosh's group of the syntax.
    skipped : container of str
        Terms that are not searched.
    finder : VariantFinder or None
        Knows the other spellings of names; without one names are searched only as they are written.
    synonyms : SynonymFinder or None
        Knows what means the same; without one words are searched only as they are written.
    """

    def __init__(
        self,
        readings: Readings,
        expander: Expander,
        group: Any,
        skipped: Container[str],
        finder: VariantFinder | None = None,
        synonyms: SynonymFinder | None = None,
    ) -> None:
        self._expander = expander
        self._skipped = skipped
        self._finder = finder
        self._synonyms = synonyms or None
        self._readings = readings.of
        self.plain_word = lru_cache(_REMEMBERED)(lambda text: self.word(TEXT, text))
        super().__init__(TEXT, schema(), group=group, phraseclass=self.phrase, plugins=[
            plugins.FieldsPlugin(),
            plugins.FieldAliasPlugin(ALIASES),
            plugins.WildcardPlugin(),
            _Phrases(),
            _Fuzzy(),
            plugins.RangePlugin(),
            plugins.GroupPlugin(),
            plugins.OperatorsPlugin(),
            plugins.BoostPlugin(),
            plugins.EveryPlugin(),
            # Only in front of a word: the dash of "peace-keeping" is no minus.
            _Conditions(r"(?<![^\s(])\+(?=[^\s])", r"(?<![^\s(])-(?=[^\s])"),
            _Together(),
        ])  # fmt: skip

    def term_query(
        self, fieldname: str, text: str, termclass: Any, boost: float = 1.0, **_: Any
    ) -> Any:
        """Return the node of one word or pattern (called by Whoosh)."""
        boost = min(max(boost, 0.0), HEAVIEST)
        if fieldname == "date":
            return query.TermRange("date", text, text)
        if fieldname == "language":
            return query.Term("language", analysis.primary_language(text.strip()))
        if termclass in {query.Prefix, query.Wildcard}:
            return self.pattern(fieldname, text + "*" * (termclass is query.Prefix), boost)
        return self.word(fieldname, text, boost)

    def pattern(self, fieldname: str, pattern: str, boost: float = 1.0) -> Any:
        """Return the node of a pattern with ``*`` and ``?``."""
        if not pattern.strip("*?"):
            return query.Every()
        bare = pattern.removesuffix("*")
        if spaceless.holds(bare) and len(analysis.asked(bare)) > 1 and not {*bare} & {*"*?"}:
            return self.word(fieldname, bare, boost)  # tokens are two letters, however it goes on
        return self._expander.pattern(fieldname, pattern, boost)

    def fuzzy(self, fieldname: str, text: str, edits: int, boost: float) -> Any:
        """Return the node of a word that may be written a little differently."""
        if fieldname in COLUMN_FIELDS or len(analysis.tokens(text)) != 1 or spaceless.holds(text):
            return self.term_query(fieldname, text, query.Term, boost)
        boost = min(max(boost, 0.0), HEAVIEST)
        return self._expander.fuzzy(fieldname, text, edits, 1, boost)

    def word(self, fieldname: str, text: str, boost: float = 1.0) -> Any:
        """Return the node of an unquoted word with its synonyms.

        None when it is no word at all, or a function word without synonyms.
        """
        if spaceless.is_single(text):
            return self.pattern(fieldname, f"{text}*", boost)
        node = self._word(fieldname, text, boost)
        return self._synonyms.around(fieldname, text, node, boost) if self._synonyms else node

    def together(self, fieldname: str, words: Sequence[str]) -> int:
        """Return how many words at the beginning are searched as one, 0 for none."""
        return self._synonyms.beginning(fieldname, words) if self._synonyms else 0

    def several(self, fieldname: str, words: Sequence[str]) -> Any:
        """Return the node of words that are searched as one: they, or their synonyms."""
        nodes = [self.word(fieldname, word) for word in words]
        nodes = [node for node in nodes if node is not None]
        apart = self.group.qclass(nodes) if nodes else None
        if self._synonyms is None:
            return apart
        return self._synonyms.around(fieldname, " ".join(words), apart, 1.0, phrase=True)

    def _word(self, fieldname: str, text: str, boost: float) -> Any:
        """Return the node of a word as it is written, or of a name in all its spellings.

        "Peace-keeping" is two terms: where any word is enough they count alone, and proximity puts
        first what has them together; where all must be there they must be there together.
        """
        readings = self._readings(fieldname, text)
        single = all(len(terms) == 1 for terms in readings)
        if single and fieldname == TEXT and all(terms[0] in self._skipped for terms in readings):
            return None
        if single and readings and self._finder:
            terms = tuple(terms[0] for terms in readings)
            name = self._finder.node(fieldname, text, terms, boost)
            if name is not None:
                return name
        whole = _alternatives(_in_order(fieldname, terms, 1, boost) for terms in readings)
        apart = text.isascii() or spaceless.holds(text)
        if isinstance(whole, query.Phrase) and any(isinstance(w, Beginning) for w in whole.words):
            return whole
        if isinstance(whole, query.Phrase) and self.group is syntax.OrGroup and apart:
            tokens = analysis.asked(text, apart=True)
            parts = (self.word(fieldname, token, boost) for token in tokens)
            return query.Or([part for part in parts if part is not None])
        return whole

    def phrase(self, fieldname: str, words: list[str], **options: Any) -> Any:
        """Return the node of a quoted text, None when there is no word in it (called by Whoosh)."""
        (text,) = words
        return self.quoted(fieldname, text, options["slop"], options["boost"])

    def quoted(self, fieldname: str, text: str, slop: int = 0, boost: float = 1.0) -> Any:
        """Return the node of a quoted text: its very words, any form of them where it has a slop.

        Names are not stemmed: what is found of them is always written so, but for accents.
        """
        boost = min(max(boost, 0.0), HEAVIEST)
        if fieldname in COLUMN_FIELDS:
            return self.term_query(fieldname, text, query.Term, boost)
        readings = self._readings(fieldname, text, bool(slop))
        if slop or fieldname in NAME_FIELDS:
            slop = min(max(slop, 1), FARTHEST)
            return _alternatives(_in_order(fieldname, terms, slop, boost) for terms in readings)
        tokens = analysis.asked(text)
        if len(tokens) == 1 and spaceless.is_single(tokens[0]):
            return self.pattern(fieldname, f"{tokens[0]}*", boost)
        spellings = opened(tokens, [token.replace("’", "'").lower() for token in tokens])
        return _alternatives(Quoted(fieldname, terms, spellings, boost) for terms in readings)


def _in_order(fieldname: str, terms: tuple[str, ...], slop: int, boost: float) -> Any:
    if len(terms) == 1:
        return query.Term(fieldname, terms[0], boost=boost)
    return query.Phrase(fieldname, list(terms), slop=slop, boost=boost)


def _alternatives(nodes: Iterable[Any]) -> Any:
    found = list(nodes)
    return found[0] if len(found) == 1 else query.Or(found) if found else None
