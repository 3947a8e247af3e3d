"""Which texts a database can hold, and as a key."""

MAXIMUM_ID_BYTES = 2_000
"""The longest id in UTF-8: PostgreSQL keeps no longer keys in an index."""


def fault_of_id(article_id: str) -> str | None:
    """Say why no database holds that id, None when it does.

    Examples
    --------
    >>> fault_of_id("2011-07-11-bridge") is None
    True
    """
    if fault := fault_of_text(article_id):
        return f"its id holds {fault}"
    if len(article_id.encode()) > MAXIMUM_ID_BYTES:
        return f"its id is longer than {MAXIMUM_ID_BYTES:,} bytes"
    return None


def fault_of_text(text: str) -> str | None:
    """Name what is in the text that no database holds, None when all of it can be kept."""
    if "\0" in text:
        return "the character NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair, which is no character"
    return None


def storable(text: str, longest: int) -> str:
    """Return the text as every database holds it, cut where it is too long.

    Examples
    --------
    >>> storable("a long word", 7), storable("a" + chr(0), 7)
    ('a long…', 'a�')
    """
    if len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()
