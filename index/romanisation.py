"""Words of other scripts in Latin letters, as newspapers write them.

One word is read by itself, so that an article and a query that names no language are read alike;
where languages that share a script differ, the letters of the word tell them apart. The tables say
what the usual systems for names and maps say, without their signs for soft and glottal sounds,
which no newspaper prints.
"""

import unicodedata
from functools import lru_cache

_REMEMBERED = 65_536


def _table(letters: str, sounds: str) -> dict[str, str]:
    return dict(zip(letters, sounds.split(), strict=True))


RUSSIAN = _table(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya",
)
"""BGN/PCGN 1947, and also for Bulgarian, which differs in two letters."""
UKRAINIAN = RUSSIAN | {"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "yi", "є": "ye"}
"""The national system of 2010; Belarusian has ``ў`` besides."""
BALKAN = RUSSIAN | {
    "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "ch", "џ": "dzh", "ѓ": "gj", "ќ": "kj",
    "ѕ": "dz", "х": "h",
}  # fmt: skip
"""Serbian and Macedonian, by the Latin letters of Serbian, ``č`` and the like written out."""
ARMENIAN = _table(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "a b g d e z e e t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev",
)
"""BGN/PCGN 1981 for Eastern Armenian; Hübschmann and Meillet differ in signs, not in sounds."""
GEORGIAN = _table(
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h",
)
"""Georgia's national system of 2002."""
GREEK = _table(
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "a v g d e z i th i k l m n x o p r s s t y f kh ps o",
)
"""ELOT 743 with ``kh`` for ``χ``; pairs of letters that are one sound stand in `GREEK_PAIRS`."""
GREEK_PAIRS = {
    "ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "γκ": "g", "μπ": "b", "ντ": "d", "τζ": "tz",
}  # fmt: skip
AZERBAIJANI = {"ə": "a", "c": "j", "j": "zh", "x": "kh", "q": "g"}
"""Sounds of letters in a word that has ``ə``: nobody else has this letter."""
LATIN = {
    "ç": "ch", "č": "ch", "ć": "ch", "ş": "sh", "ș": "sh", "š": "sh", "ž": "zh", "ğ": "gh",
    "đ": "dj", "ı": "i", "ə": "a", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "þ": "th",
    "ð": "d", "ț": "ts", "ţ": "ts",
}  # fmt: skip
"""Letters of Turkish, Azerbaijani, Slavonic, Romanian and northern alphabets that tell a sound."""

_UKRAINIAN = frozenset("іїєґў")
_BALKAN = frozenset("ђјљњћџѓќѕ")
_VOWELS = frozenset("aeiouy")


@lru_cache(_REMEMBERED)
def romanised(word: str) -> str:
    """Return a word in the letters from a to z; what is no letter of a known script is left out.

    Examples
    --------
    >>> [romanised(word) for word in ("Горбачёв", "Харків", "Пашинян", "Երևան", "თბილისი")]
    ['gorbachyov', 'kharkiv', 'pashinyan', 'yerevan', 'tbilisi']
    >>> [romanised(word) for word in ("Παπανδρέου", "Əliyev", "Milošević", "Müller", "東京")]
    ['papandreou', 'aliyev', 'miloshevich', 'muller', '']
    """
    word = unicodedata.normalize("NFC", word.lower())
    if word.isascii():
        return "".join(filter(str.isalpha, word))
    first = next(filter(str.isalpha, word), "")
    if "\u0400" <= first <= "\u04ff":
        return _of_table(_cyrillic(word), word)
    if "\u0530" <= first <= "\u058f" or first == "\ufb13":
        return _armenian(word)
    if "\u10a0" <= first <= "\u10ff" or "\u1c90" <= first <= "\u1cbf":
        return _of_table(GEORGIAN, word)
    if "\u0370" <= first <= "\u03ff" or "\u1f00" <= first <= "\u1fff":
        return _greek(word)
    table = LATIN | AZERBAIJANI if "ə" in word else LATIN
    return _without_accents("".join(table.get(letter, letter) for letter in word))


def script(word: str) -> str:
    """Return a letter of the word's script: of two words it says whether they share one.

    Examples
    --------
    >>> script("Erdoğan") == script("Erdogan"), script("Ереван") == script("Erevan")
    (True, False)
    """
    first = next(filter(str.isalpha, word), "")
    return "" if first < "\u0370" else unicodedata.name(first, "").partition(" ")[0]


def _cyrillic(word: str) -> dict[str, str]:
    letters = frozenset(word)
    if letters & _UKRAINIAN:
        return UKRAINIAN | {"ў": "u"}
    return BALKAN if letters & _BALKAN else RUSSIAN


def _of_table(table: dict[str, str], word: str) -> str:
    return "".join(table.get(letter, "") for letter in word).replace("_", "")


def _armenian(word: str) -> str:
    """Return an Armenian word; its ``e`` and ``o`` begin with another sound at the front."""
    word = word.replace("ու", "U")
    found = _of_table(ARMENIAN | {"U": "u"}, word)
    front = {"ե": "y", "ո": "v", "և": "y"}.get(word[:1], "")
    return front + found


def _greek(word: str) -> str:
    word = unicodedata.normalize("NFD", word)
    # A diaeresis keeps two vowels apart; without accents that would not be seen.
    word = "".join(c for c in word if not unicodedata.combining(c) or c == "\u0308")
    for pair, sound in GREEK_PAIRS.items():
        word = word.replace(pair, sound)
    return "".join(GREEK.get(letter, letter if letter.isascii() else "") for letter in word)


def _without_accents(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if "a" <= letter <= "z")
