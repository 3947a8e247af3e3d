"""Words without their endings, for languages of newspapers that no Snowball stemmer covers.

Only what stands behind (in Hebrew also before) most nouns and adjectives of any text is taken off,
as the tables of declension in school grammars list it, and a stem keeps three letters or more.
Rarer forms and changes inside of a word stay: two words too few are one search more, two words too
many are an article that has nothing to do with what was asked.
"""

from collections.abc import Callable

from index import georgian

LEAST = 3
"""Letters that a stem keeps."""

_UKRAINIAN = """
    ами ями ові еві єві ого ього ому ьому ими іми ів їв ам ям ах ях ом ем єм ою ею єю ий ій ої ьої
    их іх им ім а я о е є у ю и і ї й ь
"""
_BELARUSIAN = """
    амі ямі ага яга аму яму ымі імі аў яў оў ёў еў ам ям ом ем ах ях ой ай ей яй ую юю ая яя ае яе
    ыя ія ых іх ым ім а я о ё е э у ю ы і й ь
"""
_ARTICLES = "ията ият ите ото ето ата ята ът ят те"
_BULGARIAN = "ове еве ища а я о е и й ъ ь"
_MACEDONIAN_ARTICLES = "от та то те"
_MACEDONIAN = "ови еви ишта а о е и"
_HEBREW_PLURALS = "יות ים ות ה ת"
_HEBREW_PREFIXES = ("וה", "שה", "ה", "ו")
_FINAL_LETTERS = str.maketrans("ךםןףץ", "כמנפצ")


def _slavic(*tables: str) -> Callable[[str], str]:
    """Return what takes off one ending of each table, the longest that fits."""
    endings = [sorted(table.split(), key=len, reverse=True) for table in tables]

    def stem(word: str) -> str:
        for table in endings:
            for ending in table:
                if word.endswith(ending) and len(word) - len(ending) >= LEAST:
                    word = word.removesuffix(ending)
                    break
        return word

    return stem


def _hebrew(word: str) -> str:
    """Return a Hebrew word without its article, "and", and the ending of its number and gender."""
    for prefix in _HEBREW_PREFIXES:
        while word.startswith(prefix) and len(word) - len(prefix) >= LEAST:
            word = word.removeprefix(prefix)
    for ending in _HEBREW_PLURALS.split():
        if word.endswith(ending) and len(word) - len(ending) >= LEAST:
            word = word.removesuffix(ending)
            break
    return word.translate(_FINAL_LETTERS)


STEMMERS: dict[str, Callable[[str], str]] = {
    "be": _slavic(_BELARUSIAN),
    "bg": _slavic(_ARTICLES, _BULGARIAN),
    "he": _hebrew,
    "ka": georgian.stem,
    "mk": _slavic(_MACEDONIAN_ARTICLES, _MACEDONIAN),
    "uk": _slavic(_UKRAINIAN),
}
"""By language; each takes a word in small letters."""
