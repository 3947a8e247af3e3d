"""How likely a word was typed for another one: the channel of the noisy-channel model."""

from itertools import combinations, pairwise

SLIP = 5.0
"""What one letter too many, too few or wrong costs, in natural logarithms; this and the other
numbers were chosen on slips made at random in titles of AP articles (benchmarks)."""
LIKELY_SLIP = 4.2
"""The same of slips that are made more often: neighbours on the keyboard, sounds that are alike,
letters exchanged, a letter doubled or not."""
FIRST_LETTER = 1.0
"""What a slip in the first letter costs more: there people look."""
BLANK = 4.5
"""What a blank too many or too few costs."""

_KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
)
_SOUNDS = ("aeiouy", "ckqs", "sz", "fv", "gj", "dt", "bp", "mn", "уюо", "аоя", "еиэы", "сз", "тд")


def _likely() -> frozenset[tuple[str, str]]:
    """Return the pairs of letters that are easily taken for each other, both ways round."""
    pairs: set[tuple[str, str]] = set()
    for rows in _KEYBOARDS:
        for row in rows:
            pairs.update(pairwise(row))
        for upper, lower in pairwise(rows):
            pairs.update(zip(upper, lower, strict=False))
            pairs.update(zip(upper[1:], lower, strict=False))
    for sounds in _SOUNDS:
        pairs.update(combinations(sounds, 2))
    return frozenset(pairs | {(second, first) for first, second in pairs})


_EXCHANGED = _likely()


def cost(typed: str, meant: str) -> float:
    """Return ``-log P(typed | meant)`` for the cheapest row of slips, 0 for equal words.

    The restricted distance of Damerau and Levenshtein, in which what a slip costs depends on its
    letters. The textbook learns these costs from pairs that people typed; an archive has none.

    Examples
    --------
    >>> cost("bridge", "bridge"), cost("brigde", "bridge"), cost("bxidge", "bridge")
    (0.0, 4.2, 5.0)
    """
    before: list[float] = []
    last: list[float] = [0.0]
    for place, letter in enumerate(meant):
        last.append(last[-1] + _single(meant, place, letter))
    for number, given in enumerate(typed):
        extra = _single(typed, number, given)
        row = [last[0] + extra]
        for place, letter in enumerate(meant):
            best = min(last[place + 1] + extra, row[place] + _single(meant, place, letter))
            if given == letter:
                best = min(best, last[place])
            else:
                best = min(best, last[place] + _other(given, letter, number, place))
            if number and place and given == meant[place - 1] and typed[number - 1] == letter:
                best = min(best, before[place - 1] + LIKELY_SLIP)
            row.append(best)
        before, last = last, row
    return last[-1]


def _single(word: str, place: int, letter: str) -> float:
    """Return what it costs that a letter stands in one of the words only."""
    if place == 0:
        return SLIP + FIRST_LETTER
    return LIKELY_SLIP if word[place - 1] == letter else SLIP


def _other(given: str, letter: str, number: int, place: int) -> float:
    slip = LIKELY_SLIP if (given, letter) in _EXCHANGED else SLIP
    return slip + FIRST_LETTER * (not number and not place)
