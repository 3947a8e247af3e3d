"""A text in which a link may be set: its words, and where one may begin and end."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, starmap
from typing import NamedTuple, Protocol

from index import analysis, spaceless
from index.function_words import date_terms, function_terms, joining_terms
from index.names import CAPITAL, case_of

MOST_PLACES = 8
"""Places at which one word of a text is looked at, the first ones."""
LONGEST_SPAN = 120
"""Characters of a phrase."""
_LONGEST_NAME = 6
"""Words that are looked at on each side for the rest of a name."""
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\[[^\[\]\n]{0,300}\]\([^()\s]{0,1000}\)")
"""An address on the web, or a link in Markdown."""
_MAIL = re.compile(r"(?<![^\s@])[^\s@]{0,64}+@[^\s@]{1,250}")
"""An address of mail, or somebody's name on a platform."""
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_JOINTS = frozenset((" ", "\u00a0", "\u202f", "-", "\u2010", "\u2011"))
"""What may stand between two words of a phrase: a space, or a hyphen, which joins them to one."""
_ABBREVIATED = re.compile(
    r"[^\W\d_]|adm|attn?|brig|capt|cmdr|col|cpl|dr|ft|gen|gov|hon|lt|maj|mr|mrs|ms|mt|pres|prof|rep"
    r"|rev|sen|sgt|st|ste",
    re.IGNORECASE,
)
"""Before a name these end with a full stop that ends no sentence."""
_UNSAFE = frozenset("-\u2010\u2011@#/\\_&=+<>%$€£~^|*{}\u00ad\u200c\u200d")
"""What a phrase never stands beside: it would be cut out of something."""
COMMON = 0.12
"""The share of the articles from which on a word in small letters tells nothing."""
_VERY_COMMON = 0.3
"""The share from which on it is one that holds sentences together, such as "said"."""
_VERBAL = {
    "en": re.compile(
        r"(?:ed|ing|ly|n't)$|^(?:are|became|began|bought|broke|brought|came|chose|drew|drove|fell|felt"
        r"|flew|found|gave|goes|got|grew|held|hit|kept|knew|laid|lay|led|left|lost|made|makes|meant"
        r"|met|paid|put|ran|rose|said|sat|saw|says|sent|set|shook|shot|sold|sought|spent|spoke"
        r"|stole|stood|struck|swore|takes|taught|tells|threw|told|took|wants|went|won|wore|wrote)$"
    ),
    "ru": re.compile(r"(?:лся|лась|лось|лись|тся|ться|[аеиоуыя]ли|овала?|ать|ить|еть|ует|уют)$"),
}
"""Verbs, as far as they can be told by their form."""
_LIKELY_VERB = {"ru": re.compile(r"(?:[уюая]т|[еи]т|л|л[аои]|ть|ся|сь)$")}
"""Forms that verbs and some other words have: behind a phrase they are taken for verbs."""
_ADJECTIVE = {"en": re.compile(r"(?:[ai]an|ish|ese|[aei]li|[rt]ic)$")}
"""How names end that tell where somebody is from."""
_BREAKS = {
    "en": "percent cents hundred hundreds thousand thousands million millions billion trillion "
    "along alongside amid amidst beyond despite inside near outside throughout versus vs ago away "
    "back down downtown off out tend tends today tomorrow tonight up yesterday",
    "de": "Prozent Millionen Million Milliarden Milliarde",
    "fr": "cent millions million milliards milliard",
    "ru": "процент процентов процента тысяч тысячи млн млрд миллионов миллиардов",
}
"""Further words with which no phrase goes on: amounts, adverbs, prepositions."""
_PARTICLES = frozenset(("al", "bin", "da", "de", "del", "della", "di", "dos", "van", "von"))
"""Between two words with capitals these stand inside of somebody's name."""
_OF = frozenset(
    ("of", "for", "de", "du", "des", "di", "del", "della", "von", "van", "af", "av", "да")
)
"""Between two words with capitals these make one name of both."""
_PRONOUNS = ("i", "you", "he", "she", "it", "we", "they", "who")
_AUXILIARIES = ("will", "would", "shall", "should", "can", "could", "may", "might", "must")
_BEFORE_VERBS = {"en": frozenset((*_PRONOUNS, *_AUXILIARIES, "to", "not"))}
"""Behind these stands a verb, which no phrase begins with."""
_CAPITAL_NOUNS = frozenset(("de", "lb"))
"""Languages whose nouns all have a capital, so that no other word ends a phrase."""
_HIRAGANA = range(0x3041, 0x30A0)


class Span(NamedTuple):
    """Part of a text: from ``start`` to ``end``, in code points."""

    start: int
    end: int


class Lexicon(Protocol):
    """What an archive knows of terms."""

    def is_name(self, term: str) -> bool:
        """Say whether it is a name wherever it stands."""

    def frequency(self, term: str) -> float:
        """Return the share of the articles in which it stands."""


class Passage:
    """The words of one text, or of one paragraph.

    Parameters
    ----------
    text : str
        The text.
    language : str
        By whose rules its words become terms.
    lexicon : Lexicon
        What is known of terms.
    barred : iterable of Span
        Where no link may be set, such as inside of links. Addresses always are.
    """

    def __init__(
        self, text: str, language: str, lexicon: Lexicon, barred: Iterable[Span] = ()
    ) -> None:
        self.text = text
        language = analysis.primary_language(language)
        found = analysis.spans(text)
        term_of = analysis.term_of(language)
        self.spans = [(start, end) for start, end, _ in found]
        self.tokens = [token for _, _, token in found]
        self.terms = [term_of(token) for token in self.tokens]
        self._lexicon = lexicon
        self._verbal = _VERBAL.get(language)
        self._likely_verb = _LIKELY_VERB.get(language)
        self._before_verbs = _BEFORE_VERBS.get(language, frozenset())
        self._adjective = _ADJECTIVE.get(language)
        self._breaks = date_terms(language).union(
            analysis.terms(_BREAKS.get(language, ""), language)
        )
        self._nouns_are_capital = language in _CAPITAL_NOUNS
        self._function_terms = function_terms(language)
        self._prepositions, self._articles = joining_terms(language)
        found_addresses = [match.span() for match in _ADDRESS.finditer(text)]
        if "@" in text:
            found_addresses += (match.span() for match in _MAIL.finditer(text))
        self._barred = sorted({*barred, *starmap(Span, found_addresses)})
        self._ends = _running_ends(self._barred)

    def __len__(self) -> int:
        return len(self.spans)

    def places(self, terms: Collection[str]) -> dict[str, list[int]]:
        """Return the first places of each of some terms, in order."""
        found: dict[str, list[int]] = {}
        for place, term in enumerate(self.terms):
            if term in terms:
                here = found.setdefault(term, [])
                if len(here) < MOST_PLACES:
                    here.append(place)
        return found

    def next_word(self, place: int) -> int | None:
        """Return the word with which a phrase can go on behind one, None when it ends there.

        Between both there may be a preposition, or one and an article.
        """
        last = place + 1
        if not self.joined(last):
            return None
        if self.function_word(last):
            if self.terms[last] not in self._prepositions:
                return None
            last += 1
            if self.joined(last) and self.terms[last] in self._articles:
                last += 1
            if not self.joined(last):
                return None
        return None if self._is_gap(last) else last

    def _is_gap(self, place: int) -> bool:
        """Say whether a word holds no phrase together: a usual one, or an amount."""
        if self.function_word(place) or self.terms[place] in self._breaks:
            return True
        if self.number(place):
            return not (self.joined(place) and self.capital(place - 1))
        if self.joined(place) and self._is_finite(place):
            return True
        return not self.capital(place) and self._lexicon.frequency(self.terms[place]) > COMMON

    def may_begin(self, place: int) -> bool:
        """Say whether a phrase may begin with a word.

        That is no amount, no verb that can be told, and nothing from the inside of a name.
        """
        if self.number(place) or self._is_gap(place):
            return False
        before = self.terms[place - 1] if self.joined(place) else ""
        if self.capital(place):
            of = place - 2 if before in self._articles else place - 1
            inside = self.joined(of + 1) and self.terms[of] in _OF and self.joined(of)
            return not (inside and self.capital(of - 1))
        return not self._is_verb(place) and before not in self._before_verbs

    def may_end(self, first: int, last: int) -> bool:
        """Say whether a phrase that begins with one word may end with another.

        One in small letters, or one in capitals behind words that are not all of one name, must
        have no word behind it with which it might be one thing.
        """
        if self._is_gap(last):
            return False
        if self.number(last):
            return True
        capital = self.capital(last)
        if not capital and (self._nouns_are_capital or self._is_finite(last)):
            return False
        behind = last + 1
        if not self.joined(behind):
            return True
        if self.capital(behind):
            return not capital or self._is_one_name(first, last)
        if not capital and self.terms[behind] in _OF:
            return False
        return (capital and self._is_one_name(first, last)) or self._is_behind(behind)

    def _is_one_name(self, first: int, last: int) -> bool:
        """Say whether words with capitals are the name of one thing, and not where it is from."""
        if self._adjective and self._adjective.search(self.tokens[last]):
            return False
        inside = range(first, last)
        whole = all(self.capital(p) and not _POSSESSIVE.search(self.tokens[p]) for p in inside)
        return whole and last > first and not self.hyphenated(last)

    def _is_behind(self, place: int) -> bool:
        """Say whether a word cannot belong to a phrase that ends before it."""
        if self.function_word(place) or self.terms[place] in self._breaks:
            return True
        if self._likely_verb and self._likely_verb.search(self.tokens[place]):
            return True
        if self._verbal:
            return self._is_finite(place)
        return self._lexicon.frequency(self.terms[place]) > _VERY_COMMON

    def _is_finite(self, place: int) -> bool:
        """Say whether a word is a verb that can be told: English nouns end in "ing", too."""
        return self._is_verb(place) and not self.tokens[place].endswith("ing")

    def _is_verb(self, place: int) -> bool:
        found = self._verbal and not self.capital(place) and self._verbal.search(self.tokens[place])
        return bool(found)

    def joined(self, place: int) -> bool:
        """Say whether a word goes on where the one before ends: nothing separates the two."""
        if not 0 < place < len(self.spans):
            return False
        end, start = self.spans[place - 1][1], self.spans[place][0]
        if start < end:  # pairs of letters overlap in their scripts
            return True
        gap = self.text[end:start]
        if gap in _JOINTS:
            return True
        if gap in (
            "' ",
            "’ ",
        ):  # the possessive of a word that ends with an s, as in Workers' Union
            return self.tokens[place - 1].endswith("s")
        abbreviated = gap in (". ", ".\u00a0") and _ABBREVIATED.fullmatch(self.tokens[place - 1])
        return bool(abbreviated) and self.tokens[place - 1][0].isupper() and self.capital(place)

    def hyphenated(self, place: int) -> bool:
        """Say whether only a hyphen stands before a word."""
        return self.joined(place) and self.text[self.spans[place][0] - 1] in _UNSAFE

    def function_word(self, place: int) -> bool:
        """Say whether a word only holds its sentence together."""
        return self.terms[place] in self._function_terms

    def number(self, place: int) -> bool:
        """Say whether a word begins with a digit."""
        return self.tokens[place][0].isdigit()

    def spaceless(self, place: int) -> bool:
        """Say whether a token is a letter or two of a script without spaces."""
        return spaceless.is_run(self.tokens[place])

    def capital(self, place: int) -> bool:
        """Say whether a word is written with a capital, or in capitals."""
        return _is_capital(self.tokens[place])

    def named(self, place: int) -> bool:
        """Say whether a word is part of a name: it has a capital that no sentence gave it."""
        if not self.capital(place):
            return False
        return self.joined(place) or self._lexicon.is_name(self.terms[place])

    def apart(self, place: int) -> bool:
        """Say whether a word makes no phrase with its neighbours."""
        return all(
            not self.joined(right) or self.function_word(other)
            for right, other in ((place, place - 1), (place + 1, place + 1))
        )

    def whole_name(
        self, first: int, last: int, links: Container[tuple[str, ...]]
    ) -> tuple[int, int]:
        """Return the first and the last word of a phrase whose names are not cut.

        ``links`` tell whether a word that begins a sentence belongs to the name behind it.
        """
        least, most = first - _LONGEST_NAME, last + _LONGEST_NAME
        while self.joined(first) and self.named(first) and self.capital(first - 1):
            if first == least:
                break
            known = (self.terms[first - 1], self.terms[first]) in links
            if self._is_gap(first - 1) or not (known or self.named(first - 1)):
                break
            first -= 1
        while self.joined(last + 1) and self.named(last) and self.named(last + 1):
            if self._is_gap(last + 1) or last == most:
                break
            last += 1
        name = self.joined(last + 1) and self.joined(last + 2) and self.capital(last)
        if name and self.terms[last + 1] in _PARTICLES and self.capital(last + 2):
            last += 2
        return first, last

    def span(self, first: int, last: int) -> Span | None:
        """Return where the phrase of these words stands, None where no link may be set on it.

        A possessive at its end is left out, and in scripts without spaces what joins words at its
        ends: hiragana around kanji.
        """
        start, end = self.spans[first][0], self.spans[last][1]
        if self.spaceless(first) or self.spaceless(last):
            start, end = self._without_endings(start, end)
        elif possessive := _POSSESSIVE.search(self.text, start, end):
            end = possessive.start()
        if not 0 < end - start <= LONGEST_SPAN:
            return None
        safe = self._safe(start, end) and not self._is_barred(start, end)
        return Span(start, end) if safe else None

    def _safe(self, start: int, end: int) -> bool:
        before, behind = self.text[start - 1 : start], self.text[end : end + 1]
        if _UNSAFE.intersection((before, behind)):
            return False
        return not (behind and unicodedata.category(behind) in _CONTINUING)

    def _is_barred(self, start: int, end: int) -> bool:
        """Say whether any barred part meets what lies between."""
        number = bisect_left(self._barred, Span(end, 0))
        return number > 0 and self._ends[number - 1] > start

    def _without_endings(self, start: int, end: int) -> tuple[int, int]:
        inside = self.text[start:end]
        letters = [place for place, char in enumerate(inside) if ord(char) not in _HIRAGANA]
        if not letters:
            return start, end
        return start + letters[0], start + letters[-1] + 1


class Sequences:
    """Which words follow each other in some texts.

    Examples
    --------
    >>> ("of", "paper") in Sequences([["a", "mill", "of", "paper"]])
    True
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._pairs: set[tuple[str, ...]] = set()
        parts = []
        for terms in texts:
            self._pairs.update(pairwise(terms))
            parts.append("\0".join(("", *terms, "")))
        self._joined = "\0\0".join(parts)

    def __contains__(self, terms: object) -> bool:
        if not isinstance(terms, tuple) or not all(pair in self._pairs for pair in pairwise(terms)):
            return False
        return len(terms) == 2 or "\0".join(("", *terms, "")) in self._joined


_is_capital = lru_cache(65_536)(
    lambda token: case_of(token) == CAPITAL or (token[0].isupper() and token.isupper())
)
_CONTINUING = frozenset(("Mn", "Mc", "Me", "Cf", "Cs", "Sk", "Lm"))
"""Kinds of characters that belong to the letter before them."""


def _running_ends(spans: Sequence[Span]) -> list[int]:
    """Return for each of sorted spans how far it and those before it reach."""
    ends: list[int] = []
    for span in spans:
        ends.append(max(span.end, ends[-1] if ends else 0))
    return ends
