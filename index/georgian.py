"""Georgian words without their endings: no Snowball stemmer covers the language.

A Georgian noun is a stem, the plural sign, a case and perhaps a postposition, in this order (as any
grammar has it, for instance Hewitt, Georgian: A Structural Reference Grammar, 1995). They are taken
off from behind; stems that end in a vowel lose it before some cases and so lose it always.
"""

LEAST = 3
"""Letters that a stem keeps."""
_BEHIND_STEMS = ("იდან", "დან", "ში", "ზე")
_BEHIND_CASES = ("თვის", "თან", "გან", "კენ", "მდე")
_CASES = ("მა", "ის", "ით", "ად", "ს", "მ", "ო", "ი")
_PLURAL = "ებ"
_VOWELS = ("ა", "ე", "ო", "უ")


def stem(word: str) -> str:
    """Return the stem of a Georgian word in small letters.

    Examples
    --------
    >>> {stem(word) for word in ("ხიდი", "ხიდის", "ხიდზე", "ხიდები", "ხიდებისთვის")}
    {'ხიდ'}
    >>> {stem(word) for word in ("მდინარე", "მდინარის", "მდინარეზე", "მდინარიდან", "მდინარეების")}
    {'მდინარ'}
    >>> {stem(word) for word in ("თბილისი", "თბილისის", "თბილისში", "თბილისიდან")}
    {'თბილის'}
    """
    bare = _without(word, _BEHIND_STEMS)
    # In, on and from stand behind the stem itself, all others behind a case.
    word = _without(_without(word, _BEHIND_CASES), _CASES) if bare == word else bare
    for endings in (_VOWELS, (_PLURAL,), _VOWELS):
        word = _without(word, endings)
    return word


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST:
            return word.removesuffix(ending)
    return word
