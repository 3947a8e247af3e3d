"""The sounds of a name, by which spellings of one name are known: Pashinyan is Pashinian.

A word in Latin letters is cut into consonants and the vowels between them. What English, French,
German and Turkish newspapers write for one sound becomes one (``tch``, ``tsch`` and ``ch``; ``ph``
and ``f``; doubled letters), so that most spellings of a name are equal then. Others differ in
sounds that languages do not tell apart (``kh`` and ``h``, ``o`` and ``u``): these cost something,
and the more consonants a name has, the more it may differ. Short names must be equal, because
Barry and Berry are two.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from index.romanisation import romanised, script

SHORTEST = 5
"""Letters of a name at least: of shorter ones too many are like each other."""
LONGEST = 40
"""Letters of a name at most."""
_REMEMBERED = 65_536

_LONG = re.compile("(?P<sh>schtsch|stsch|shch|sch)|(?P<ch>tsch|tch|tsh|cz)|(?P<j>dsch|dzh|dj)")
"""What German, French and Russian names have for a sound that others write in one or two letters.

They are replaced before spellings are compared letter by letter.
"""
_CONSONANTS = {"ck": "k", "q": "k", "ph": "f", "bh": "b", "tz": "ts"}
"""What other letters stand for which sound."""
_SOUND = re.compile("sh|ch|zh|kh|gh|ck|ph|bh|tz|th|dh|ts|[aeiouy]+|.")
_CLASSES = {
    "k": "K", "c": "K", "g": "K", "kh": "K", "gh": "K", "h": "K", "s": "S", "z": "S", "ts": "S",
    "sh": "X", "ch": "X", "zh": "X", "j": "X", "f": "F", "v": "F", "w": "F", "t": "T", "th": "T",
    "d": "D", "dh": "D",
}  # fmt: skip
"""Sounds that may stand for each other; any other one stands for itself."""

_NEAR = 0.25
_PAIRS = {
    "k kh": 0.5, "k g": 1, "k gh": 0.5, "k h": 1, "g gh": _NEAR, "g kh": 0.75, "g h": 1,
    "kh h": _NEAR, "kh gh": _NEAR, "gh h": 0.5, "c k": _NEAR, "c kh": 0.75, "c g": 1,
    "s z": 0.5, "s ts": 1, "z ts": 0.5, "sh ch": 0.75, "sh zh": 0.75, "zh j": _NEAR,
    "ch j": 0.75, "f v": 0.5, "w v": 0.5, "t th": 0.5, "d dh": _NEAR,
    "u o": 0.75, "ou u": 0.5, "ou o": 0.75, "oo u": 0.5, "oo ou": 0.5, "ee i": 0.5, "a e": 1,
    "i e": 1, "ai ei": _NEAR, "ai e": 0.75, "ei e": 0.75, "ai i": 1, "ei i": 1, "ie e": 0.5,
    "ie i": 0.5, "io e": 0.5, "io o": 0.5, "iu u": _NEAR, "ue u": _NEAR, "oe o": _NEAR,
    "ae a": _NEAR, "aa a": _NEAR, "ia a": 0.75, " i": 0.75, " e": 0.75, " a": 0.75, " u": 0.75,
}  # fmt: skip
"""What it costs that one spelling has the one sound and the other the other."""
_COSTS = {
    pair: cost
    for both, cost in _PAIRS.items()
    for one, other in [both.split(" ")]
    for pair in ((one, other), (other, one))
}
_TO_SPARE = (0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0)
"""What all sounds together may cost in a name of so many consonants, and with more the last."""
_EDITS = (1, 1, 1, 1, 2, 2, 3, 3)
"""In how many letters the spellings may differ, likewise; no matter in another script."""
_OTHER_SCRIPT = 0.5
"""What spellings of different scripts may cost more: the one is hardly a slip of the other."""
_FEWEST_AFTER_Y = 3
"""Consonants of a name whose ``Ye`` may be written ``E``: Yeltsin, but Ellen is not Yellen."""


class Sounds(NamedTuple):
    """How a spelling of a name sounds.

    Attributes
    ----------
    sounds : tuple of str
        Vowels and consonants in turn; vowels begin and end and may be none.
    latin : str
        The spelling in the letters from a to z, as short as sounds can be written.
    script : str
        Tells its script from others.
    """

    sounds: tuple[str, ...]
    latin: str
    script: str

    @property
    def key(self) -> str:
        """What all spellings of the name have in common."""
        front = "A" if self.sounds[0] else ""
        return front + "".join(_CLASSES.get(sound, sound) for sound in self.sounds[1::2])

    @property
    def written(self) -> str:
        """The sounds as a text."""
        return " ".join(self.sounds)

    def like(self, other: "Sounds") -> bool:
        """Say whether this can be another spelling of one name; what has another key cannot."""
        same_script = self.script == other.script
        if not self.near(other.written, same_script=same_script):
            return False
        most = _EDITS[min(len(self.sounds) // 2, len(_EDITS) - 1)]
        return not same_script or edits(self.latin, other.latin, most) <= most

    def near(self, written: str, *, same_script: bool) -> bool:
        """Say whether sounds, as a text, can be those of the same name.

        Another spelling is always near; in one script its letters count besides.
        """
        own, others = self.sounds, written.split(" ")
        if len(own) != len(others):
            return False
        left = _TO_SPARE[min(len(own) // 2, len(_TO_SPARE) - 1)]
        left += 0 if same_script else _OTHER_SCRIPT
        for place, pair in enumerate(zip(own, others, strict=True)):
            if pair[0] != pair[1]:
                cost = _COSTS.get(pair, left + 1)
                # Alberta and Alberto, Aldridge and Eldridge, Sanders and Zanders are two names.
                if cost > _NEAR and (place == len(own) - 1 or (same_script and place < 2)):
                    return False
                left -= cost
                if left < 0:
                    return False
        return True


@lru_cache(_REMEMBERED)
def sounds_of(word: str) -> tuple[Sounds, ...]:
    """Return how a word may sound; nothing of what is too short or too long to be told by it.

    In Georgian a name that ends in a consonant gets an ``i``, and others end in one.

    Examples
    --------
    >>> [spelling.sounds for spelling in sounds_of("Pashinyan")]
    [('', 'p', 'a', 'sh', 'i', 'n', 'ia', 'n', '')]
    >>> sounds_of("Pashinyan")[0].like(sounds_of("Փաշինյան")[0])
    True
    >>> [spelling.latin for spelling in sounds_of("პუტინი")], sounds_of("Kyiv")
    (['putini', 'putin'], ())
    """
    latin = _LONG.sub(lambda found: str(found.lastgroup), romanised(word))
    if not SHORTEST <= len(latin) <= LONGEST or any(map(str.isdigit, word)):
        return ()
    own = script(word)
    readings = [latin]
    if own == "GEORGIAN" and re.search("[^aeiou]i$", latin) and len(latin) > SHORTEST:
        readings.append(latin[:-1])
    return tuple(Sounds(_cut(reading), reading, own) for reading in readings)


def edits(one: str, other: str, most: int) -> int:
    """Return in how many letters two words differ (Levenshtein), or any number above ``most``.

    Examples
    --------
    >>> edits("hillary", "hilary", 2), edits("carleen", "karlin", 2) > 2
    (1, True)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row = row, [number]
        for place, there in enumerate(other, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != there)))
        if min(row) > most:
            return most + 1
    return row[-1]


def _cut(latin: str) -> tuple[str, ...]:
    """Return the sounds of a word in small Latin letters."""
    word = _spelled(latin)
    found = [""]
    for match in _SOUND.finditer(word):
        letters = match.group()
        if letters[0] in "aeiouy":
            found[-1] = letters
            continue
        sound = _CONSONANTS.get(letters, letters)
        if letters == "c":
            soft = word[match.end() : match.end() + 1] in {"e", "i", "y"}
            front = not match.start()
            sound = ("ts" if soft else "c") if front else "s" if soft else "k"
        if len(found) == 1 or found[-1] or found[-2] != sound:
            found += [sound, ""]
    last = len(found) - 1
    found[0] = _vowel(found[0], first=last >= 2 * _FEWEST_AFTER_Y, last=False)
    for place in range(2, last + 1, 2):
        found[place] = _vowel(found[place], first=False, last=place == last)
    return tuple(found)


def _spelled(word: str) -> str:
    """Return a word with one spelling of what differs most: endings, doubled letters, j and h."""
    word = re.sub(r"([bcdfghjklmnpqrstvwxz])\1+", r"\1", word)
    word = re.sub("^mac(?=[bcdfgjklmnpqrstvwz])", "mc", word)  # MacDonald
    word = re.sub("^rh", "r", word.replace("chr", "kr"))  # Rhinehart, Christos
    word = word.replace("x", "ks")
    if re.search("[oe]w(a|sk[iy])?$", word):  # Majakowski, Nurejew
        word = word.replace("j", "y").replace("w", "v")
    word = re.sub("(?<=[oe])f$", "v", word)  # Romanoff
    word = re.sub("(?<=[^aeioudy])j(?=(a|e|an|ana|ants)$)|(?<=i)j(?=[ae]$)", "i", word)  # Pashinjan
    word = re.sub("(?<=[aeiouy])j(?![aeiouy])", "i", word)  # Sergej
    return re.sub("(?<=[aeiouy])h$", "", word)  # Abdullah


def _vowel(letters: str, *, first: bool, last: bool) -> str:
    """Return one spelling of a vowel: ``y`` is ``i``, ``ye`` at the front is ``e``."""
    letters = letters.replace("y", "i").replace("ii", "i")
    letters = re.sub("(?<=[aeou])i(?=[aeou])", "", letters)  # Dostoyevsky
    if first and letters in {"ie", "io"}:
        letters = letters[1:]
    if last and letters == "ie":
        letters = "i"
    return letters
