"""The names under which newsrooms keep an article's fields."""

import re
from collections.abc import Iterable, Mapping

_NAMES = """
id: id guid docno docid uuid articleid
url: url link permalink canonicalurl weburl
title: title headline name
summary: summary description abstract lead standfirst excerpt teaser
body: body text content article bodytext bodyhtml articlebody fulltext
section: section category articlesection desk
tags: tags keywords topics subjects
orgs: orgs organisations organizations companies
people: people persons
places: places locations location
authors: authors author byline creator
source: source agency provider
additional_sources: additionalsources
caption: caption picturecaption imagecaption photocaption
language: language lang inlanguage
published: published date pubdate datepublished publishedat publicationdate publishdate created createdat
updated: updated modified datemodified updatedat lastmodified modifiedat
status: status
embargo_until: embargountil embargo embargoed embargoeduntil
expires: expires expiry expiresat expirydate expirationdate
dateline: dateline
"""  # noqa: E501 (one field, one line)
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    ours: tuple(theirs.split())
    for ours, _, theirs in (line.partition(": ") for line in _NAMES.strip().split("\n"))
}
"""Their names by ours, without case, spaces, hyphens and underscores, the likeliest first."""

_LEFT_OUT = re.compile(r"[\s_\-.:]+")


def key_of(name: str) -> str:
    """Return a field's name as it is compared.

    Examples
    --------
    >>> key_of("Date_Published "), key_of("dc:creator")
    ('datepublished', 'dccreator')
    """
    return _LEFT_OUT.sub("", name).casefold()


def fields_by_name(
    names: Iterable[str], mapping: Mapping[str, str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return which of their names hold which of our fields, the likeliest first.

    A mapped field is read from the name it is mapped to and no other, and that name serves no
    field by its usual meaning.

    Examples
    --------
    >>> fields_by_name(("Headline", "text", "x"), {"body": "x"})
    (('title', ('Headline',)), ('body', ('x',)))
    """
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(key_of(name), name)
    mapped = {ours: by_key.get(key_of(theirs)) for ours, theirs in mapping.items()}
    taken = set(mapped.values())
    found: list[tuple[str, tuple[str, ...]]] = []
    for ours, usual in USUAL_NAMES.items():
        if ours in mapped:
            theirs = [mapped[ours]]
        else:
            theirs = [by_key.get(key) for key in usual if by_key.get(key) not in taken]
        known = tuple(name for name in theirs if name is not None)
        if known:
            found.append((ours, known))
    return tuple(found)
