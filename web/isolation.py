"""Words of others inside our sentences: those that run from right to left disturb nothing."""

from unicodedata import bidirectional

_FIRST_STRONG, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_STRONG = frozenset({"R", "AL"})


def isolated(text: str) -> str:
    r"""Return a text that keeps its direction to itself, wherever it stands in a line.

    Most texts need no help and stay as they are.

    Examples
    --------
    >>> isolated("bridge")
    'bridge'
    >>> ascii(isolated("\u05d2\u05e9\u05e8"))
    "'\\u2068\\u05d2\\u05e9\\u05e8\\u2069'"
    """
    if text.isascii() or not any(bidirectional(char) in _STRONG for char in text):
        return text
    return f"{_FIRST_STRONG}{text}{_END}"
