"""The only tokenizer: the same rules turn articles and queries into terms.

A token is a Unicode word, an acronym with its dots ("U.S." is one token, not "u" and "s"), a
number with its separators ("1,014"), a word with its apostrophes of either kind, or two letters of
a script without spaces (`index.spaceless`). A term is what is indexed of a token: lower case, one
apostrophe, stemmed by the Snowball stemmer of the article's language, without the accents of Latin
and Greek letters.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import cast

import Stemmer

from articles.languages import KNOWN, SCRIPTS
from index import endings, georgian, spaceless
from index.spaceless import LETTERS, MARKS

LONGEST_TOKEN = 64
"""Characters of a token that count; the rest is ignored, so that noise cannot grow the index."""

REMEMBERED = 65_536
"""Terms remembered of each language: snippets look up the same words again and again."""

NAMES = "names"
"""Stands for the language of fields of names, whose words are not stemmed."""

_LETTER = rf"[^\W\d_{LETTERS}]"
_WORD = rf"[^\W_{LETTERS}]+(?:[{MARKS}]+[^\W_{LETTERS}]*)*"
PIECE = re.compile(
    rf"{_LETTER}\.{_LETTER}\b\.?(?:{_LETTER}\.)*"  # U.S.  U.S  U.S.S.R.
    r"|\d+(?:[.,]\d+)+"  # 1,014  5.93
    rf"|{_WORD}(?:['’ʼ]{_WORD})*"  # minister's
    rf"|(?:[{LETTERS}][{MARKS}]*)+"  # a run that is cut into bigrams
)
"""Finds tokens, those of scripts without spaces in whole runs."""
_PLAIN_PIECE = re.compile(
    r"[A-Za-z]\.[A-Za-z]\b\.?(?:[A-Za-z]\.)*|\d+(?:[.,]\d+)+|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*",
    re.ASCII,
)
"""Finds the same in texts of ASCII letters, in half the time."""


def piece_of(text: str) -> re.Pattern[str]:
    """Return what finds the tokens of a text, those of scripts without spaces in whole runs."""
    return _PLAIN_PIECE if text.isascii() else PIECE


# Bosnian, Croatian, Malay and Slovak have the endings of the relative whose stemmer they share.
_ALGORITHMS = {
    "ar": "arabic",
    "bs": "serbian",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hr": "serbian",
    "hu": "hungarian",
    "hy": "armenian",
    "hyw": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ms": "indonesian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sk": "czech",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


_CYRILLIC = frozenset(SCRIPTS["CYRILLIC"])
_NOT_LATIN = KNOWN - frozenset(SCRIPTS["LATIN"])
_DOTTED_I = str.maketrans({"I": "ı", "İ": "i"})
"""Small letters of Turkish and Azerbaijani, which have an i with a dot and one without."""
_WIDTHS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFFA0)}
"""Letters and digits of other widths in Japanese, in their usual ones."""
_WHOLE = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ł": "l",
})  # fmt: skip
"""Letters of which no accent can be taken, as keyboards without them write them."""


def tokens(text: str) -> list[str]:
    """Return the tokens of ``text`` in order, as they are written.

    Examples
    --------
    >>> tokens("The U.S. minister’s 1,014 letters")
    ['The', 'U.S.', 'minister’s', '1,014', 'letters']
    """
    if text.isascii():
        return _PLAIN_PIECE.findall(text)
    if spaceless.holds(text):
        return [token for _, _, token in spans(text)]
    return PIECE.findall(text)


def spans(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, token) for each token of ``text``, in order; bigrams overlap."""
    if text.isascii():
        return [(*match.span(), match.group()) for match in _PLAIN_PIECE.finditer(text)]
    found: list[tuple[int, int, str]] = []
    for match in PIECE.finditer(text):
        if spaceless.is_run(match.group()):
            found.extend(spaceless.bigrams(match.group(), match.start()))
        else:
            found.append((*match.span(), match.group()))
    return found


def asked(text: str, *, apart: bool = False) -> list[str]:
    """Return the tokens of a query: without the one that only tells that its letters end there.

    Where words may stand ``apart``, no place is told by the ends of the other runs of letters
    either, and these are left out, too.

    Examples
    --------
    >>> asked("東京都"), asked("都"), asked("東京 2020")
    (['東京', '京都'], ['都'], ['東京', '京', '2020'])
    >>> asked("東京 2020", apart=True)
    ['東京', '2020']
    """
    found = spans(text)
    ends = [0, *(end for _, end, _ in found)]
    last = ends[-1]
    return [
        token
        for (_, end, token), before in zip(found, ends, strict=False)
        if end != before or not (apart or end == last)
    ]


@cache
def term_of(language: str) -> Callable[[str], str]:
    """Return the function that turns a token of ``language`` into its term.

    A Latin word in a Russian article is stemmed as an English one and a Russian word in an English
    article as a Russian one, so that a query need not know where its words will stand. A language
    without a Snowball stemmer keeps its own words whole.

    Examples
    --------
    >>> [term_of("en")(token) for token in tokens("U.S minister’s Cafés")]
    ['u.s.', 'minist', 'cafe']
    >>> term_of("ru")("bridges"), term_of("en")("мосты")
    ('bridg', 'мост')
    """
    own = _stem(language)
    latin = _stem("en") if language in _NOT_LATIN else own
    cyrillic = own if language in _CYRILLIC or language == NAMES else _stem("ru")
    dotted = language in ("az", "tr")

    def term(token: str) -> str:
        word = token[:LONGEST_TOKEN]
        if not word.isascii():
            word = unicodedata.normalize("NFC", word.translate(_WIDTHS))
        if dotted:
            word = word.translate(_DOTTED_I)
        word = word.lower().replace("’", "'").replace("ʼ", "'")
        if len(word) > 1 and word[1] == "." and not word[0].isdigit():
            return word if word.endswith(".") else word + "."
        if word.isascii():
            return latin(word)
        if "\u0400" <= word[0] <= "\u04ff":
            stem = cyrillic(word.replace("ё", "е"))
            # Serbian is stemmed in Latin letters, whichever it is written in.
            return stem if stem[0] > "\u03ff" else _without_accents(stem)
        if "\u10d0" <= word[0] <= "\u10ff":
            return georgian.stem(word) if language != NAMES else word
        return _without_accents(own(word))

    return lru_cache(REMEMBERED)(term)


def _stem(language: str) -> Callable[[str], str]:
    if language in endings.STEMMERS:
        return endings.STEMMERS[language]
    algorithm = _ALGORITHMS.get(language)
    if algorithm in Stemmer.algorithms():
        return cast("Callable[[str], str]", Stemmer.Stemmer(algorithm, 0).stemWord)
    return str


def terms(text: str, language: str) -> list[str]:
    """Return the terms of ``text`` in order."""
    term = term_of(language)
    return [term(token) for token in tokens(text)]


def primary_language(language: str) -> str:
    """Return the primary subtag, by which stemmers are chosen: "pt" for "pt-BR"."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def stemming_of(language: str) -> str:
    """Return by which language's rules words of ``language`` become terms, "" for no one's."""
    own = language in _ALGORITHMS or language in _NOT_LATIN or language in _CYRILLIC
    return language if own or language == "az" else ""


def _without_accents(word: str) -> str:
    kept: list[str] = []
    accented = False
    for char in unicodedata.normalize("NFD", word):
        if unicodedata.combining(char):
            if accented:
                continue
        else:
            name = unicodedata.name(char, "")
            accented = name.startswith(("LATIN", "GREEK"))
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_WHOLE)
