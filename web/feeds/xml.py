"""XML that is always well-formed, whatever text goes into it."""

import re
from typing import Any

from lxml import etree

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    r"""Return the text without the characters that no XML can hold.

    Examples
    --------
    >>> legal("bri\x08dge\ufffe")
    'bridge'
    """
    return _ILLEGAL.sub("", text)


def add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    """Add an element below another; what XML cannot hold is left out of it."""
    element = etree.SubElement(parent, tag, {name: legal(attributes[name]) for name in attributes})
    if text:
        element.text = legal(text)
    return element


def written(root: Any) -> bytes:
    """Return a document as UTF-8."""
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text
