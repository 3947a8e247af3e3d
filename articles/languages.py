"""Which language an article is written in, where its record does not say.

The letters come first: Georgian or Thai is known from them alone. Among languages that share their
letters py3langid's model decides, among those that newspapers appear in, and only where it
is sure: a doubtful text is taken for the archive's own language. What is found depends on the
article alone, so that importing a file again changes nothing.
"""

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from articles.errors import BackfileError

AUTO = "auto"
"""Stands for all languages that are known."""
USUAL = "en"
"""The language of a text that could be in any."""
GLANCE = 160
"""Characters that are looked at first; most texts are clear by then."""
SAMPLE = 1_500
"""Characters that are looked at where the first were not enough."""
LEAST_LETTERS = 30
"""Letters below which the model is not asked."""
PLAIN_GLANCE = 400
"""Characters in which `PLAIN_WORDS` are looked for."""
PLAIN_WORDS = frozenset(
    [
        "and",
        "from",
        "have",
        "that",
        "the",
        "their",
        "they",
        "this",
        "were",
        "which",
        "with",
        "would",
    ]
)
"""Words of no other language: `LEAST_PLAIN` of them are English, at a tenth of the model's cost."""
LEAST_PLAIN = 4
CLEAR_SHARE = 0.8
"""The probability that is enough at first sight."""
LEAST_SHARE = 0.4
"""The least probability of a language at second sight; languages that are close share theirs."""
MOST_OWN = 0.05
"""The most that the archive's own language may have where another is taken."""

_BY_SCRIPT = {
    "LATIN": "af az bs ca cs cy da de en eo es et eu fi fr ga gl hr hu id is it lt lv ms mt nl no "
    "pl pt ro sk sl so sq sr st sv sw tl tr uz vi",
    "CYRILLIC": "ru uk be bg mk sr kk ky mn tg tt",
    "ARABIC": "ar fa ur ps ug",
    "HEBREW": "he yi",
    "DEVANAGARI": "hi mr ne",
    "BENGALI": "bn as",
    "CJK": "zh ja",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "KANNADA": "kn",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "bo",
}
"""The languages of each script, in Unicode's words, the commonest in newspapers first."""
SCRIPTS = {script: tuple(languages.split()) for script, languages in _BY_SCRIPT.items()}
KNOWN = frozenset(language for languages in SCRIPTS.values() for language in languages)
"""All languages that can be told."""
_KANA = frozenset(("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"))
_DENSE = {"CJK": 3, "HANGUL": 2}
"""For how many letters one of these stands beside the foreign names of a text."""
_LEAST_KANA = 0.05
_YIDDISH = re.compile("[\u05f0-\u05f2]|א[\u05b7\u05b8]")
"""Letters that no Hebrew newspaper writes."""
_LEAST_YIDDISH = 0.01


class UnknownLanguageError(BackfileError):
    """A choice of languages that cannot be."""


class LanguageChoice:
    """What language articles are in that do not name theirs.

    Parameters
    ----------
    chosen : str
        One code such as "de": all of them are in that. Several, with commas: each is in one of
        these, in doubt in the first. "auto": in any language that is known, in doubt in English.

    Raises
    ------
    UnknownLanguageError
        When ``chosen`` is none of these.

    Examples
    --------
    >>> choice = LanguageChoice("en,hy,ru")
    >>> choice.language_of(["Կամուրջը փակ է"]), choice.language_of(["Obrigado"])
    ('hy', 'en')
    """

    def __init__(self, chosen: str) -> None:
        codes = tuple(dict.fromkeys(code.strip() for code in chosen.split(",")))
        if not all(re.fullmatch("[a-z]{2,3}", code) for code in codes) and chosen != AUTO:
            raise UnknownLanguageError(
                f"{chosen[:100]!r} is no language: write one code of two or three small letters "
                f"such as en, several such as de,en, or {AUTO}"
            )
        unknown = [code for code in codes if code not in KNOWN]
        if len(codes) > 1 and unknown:
            raise UnknownLanguageError(
                f"{unknown[0]} cannot be told from other languages: leave it out, or name it alone "
                f"for articles that are all in it. Known are {', '.join(sorted(KNOWN))}"
            )
        self.detects = chosen == AUTO or len(codes) > 1
        """Whether texts are looked at."""
        self._own = USUAL if chosen == AUTO else codes[0]
        listed = KNOWN if chosen == AUTO else frozenset(codes)
        self._candidates = {
            script: tuple(code for code in languages if code in listed) or languages
            for script, languages in SCRIPTS.items()
        }

    def language_of(self, texts: Sequence[str]) -> str:
        """Return the language of an article of these texts: a primary subtag of BCP 47."""
        if not self.detects:
            return self._own
        sample = _beginning(texts)
        if self._own == USUAL and _is_plain(sample[:PLAIN_GLANCE]):
            return USUAL
        found = self._found(sample[:GLANCE], CLEAR_SHARE)
        if not found and len(sample) > GLANCE:
            found = self._found(sample, LEAST_SHARE)
        return found or self._own

    def _found(self, text: str, least: float) -> str:
        """Return the language of a text, empty where none is at least so probable."""
        script, letters = _script(text)
        candidates = self._candidates.get(script, ())
        if len(candidates) < 2:
            return "".join(candidates)
        if script == "CJK":
            kana = sum(_script_of(letter) in _KANA for letter in letters)
            return "ja" if kana >= _LEAST_KANA * len(letters) else "zh"
        if script == "HEBREW":
            return "yi" if len(_YIDDISH.findall(text)) > _LEAST_YIDDISH * len(letters) else "he"
        foreign = self._own not in candidates
        if len(letters) < LEAST_LETTERS:
            return candidates[0] if foreign else ""
        (best, share), *others = _identifier(candidates).rank(text)
        if foreign or best == self._own:
            return best if share >= least or foreign else ""
        return best if share >= least and dict(others)[self._own] <= MOST_OWN else ""


@cache
def language_choice(chosen: str) -> LanguageChoice:
    """Return what was chosen; the same words are looked at once."""
    return LanguageChoice(chosen)


@cache
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Return py3langid's model for some languages; all share its arrays."""
    identifier = copy.copy(_model())
    identifier.set_languages(languages)
    return identifier


@cache
def _model() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _is_plain(text: str) -> bool:
    """Say whether a text is English beyond doubt."""
    found = sum(word in PLAIN_WORDS for word in text.split())
    return found >= LEAST_PLAIN and text.isascii()


def _beginning(texts: Sequence[str]) -> str:
    """Return the first `SAMPLE` characters of some texts."""
    found, size = [], 0
    for text in texts:
        found.append(text[: SAMPLE - size])
        size += len(found[-1]) + 1
        if size >= SAMPLE:
            break
    return "\n".join(found)


def _script(text: str) -> tuple[str, list[str]]:
    """Return the script that most of a text is in, and the letters of the text."""
    letters = [letter for letter in text if letter.isalpha()]
    if text.isascii():
        return "LATIN", letters
    scripts = Counter[str]()
    for letter, count in Counter(letters).items():
        script = _script_of(letter)
        scripts["CJK" if script in _KANA else script] += count
    most = max(scripts, key=lambda script: scripts[script] * _DENSE.get(script, 1), default="")
    return most, letters


@lru_cache(4096)
def _script_of(letter: str) -> str:
    """Return the first word of a letter's name in Unicode, which is its script."""
    return unicodedata.name(letter, "").partition(" ")[0]
