"""Whoosh's query parser with our analysis: what the words, phrases and patterns of a query mean."""

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any

from index import analysis, spaceless
from index.generation import Generation
from index.postings import schema
from index.whoosh_api import QueryParser, plugins, query, syntax
from index.word_fields import COLUMN_FIELDS, NAME_FIELDS, TEXT
from search.expansion import Expander
from search.quoted import Beginning, Quoted
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
MINOR = 0.02
"""A reading of a word that is so many times rarer than another one is not searched."""
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


class Parser(QueryParser):  # type: ignore[misc]
    """Makes query trees of texts; a word has its terms in each language of the archive.

    Parameters
    ----------
    generation : Generation
        Its languages and its words are meant.
    expander : Expander
        Says which words a pattern stands for.
    group : type
        How words beside each other are joined: Whoosh's group of the syntax.
    skipped : container of str
        Terms that are not searched.
    finder : VariantFinder or None
        Knows the other spellings of names; without one names are searched only as they are written.
    """

    def __init__(
        self,
        generation: Generation,
        expander: Expander,
        group: Any,
        skipped: Container[str],
        finder: VariantFinder | None = None,
    ) -> None:
        self._generation = generation
        self._languages = generation.languages
        self._expander = expander
        self._skipped = skipped
        self._finder = finder
        self._readings = lru_cache(_REMEMBERED)(self._read)
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
        """Return the node of an unquoted word, None when it is none or a function word.

        "Peace-keeping" is two terms: where any word is enough they count alone, and proximity puts
        first what has them together; where all must be there they must be there together.
        """
        if spaceless.is_single(text):
            return self.pattern(fieldname, f"{text}*", boost)
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
        spellings = _opened(tokens, [token.replace("’", "'").lower() for token in tokens])
        return _alternatives(Quoted(fieldname, terms, spellings, boost) for terms in readings)

    def _read(self, fieldname: str, text: str, apart: bool = False) -> tuple[tuple[str, ...], ...]:
        """Return the terms of a text in each language in which they differ."""
        languages = (analysis.NAMES,) if fieldname in NAME_FIELDS else self._languages
        tokens = analysis.asked(text, apart=apart)
        readings = dict.fromkeys(
            tuple(map(analysis.term_of(language), tokens)) for language in languages
        )
        found = self._likely([terms for terms in readings if terms])
        return tuple(tuple(_opened(tokens, terms, apart=apart)) for terms in found)

    def _likely(self, readings: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        """Return the readings that the archive holds, without those that are rare beside another.

        A few articles in Spanish must not make every English word a Spanish one, too.
        """
        if len(readings) < 2:
            return tuple(readings)
        known = [min(map(self._frequency, terms)) for terms in readings]
        least = max(1, MINOR * max(known))
        likely = [terms for terms, often in zip(readings, known, strict=True) if often >= least]
        return tuple(likely or readings[:1])

    def _frequency(self, term: str) -> int:
        """Return in how many articles a term stands."""
        code = self._generation.terms.find(term)
        return 0 if code is None else int(self._generation.frequencies[code])


def _opened(tokens: Sequence[str], words: Sequence[str], *, apart: bool = False) -> list[str]:
    """Return the words of tokens; of a single letter behind which more may stand, its beginning."""
    last = len(tokens) - 1
    return [
        Beginning(word) if (apart or place == last) and spaceless.is_single(token) else word
        for place, (token, word) in enumerate(zip(tokens, words, strict=True))
    ]


def _in_order(fieldname: str, terms: tuple[str, ...], slop: int, boost: float) -> Any:
    if len(terms) == 1:
        return query.Term(fieldname, terms[0], boost=boost)
    return query.Phrase(fieldname, list(terms), slop=slop, boost=boost)


def _alternatives(nodes: Iterable[Any]) -> Any:
    found = list(nodes)
    return found[0] if len(found) == 1 else query.Or(found) if found else None
