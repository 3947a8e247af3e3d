"""Suggestions by loops over every article: no index, no arrays."""

from collections import Counter

from index.analysis import NAMES, asked, term_of, tokens
from index.columns import facet_values

KINDS = ("person", "place", "section", "author", "source", "tag")


def folded(words):
    return [term_of(NAMES)(word) for word in words]


def fits(text, typed):
    words = folded(tokens(text))
    return all(any(word.startswith(begun) for word in words) for begun in typed)


def suggestions(articles, typed, limit):
    """Return (kind, text, count, id) of what public articles, in the order of dates, suggest."""
    typed = folded(asked(typed))[:8]
    if not typed:
        return []
    counts = Counter()
    for article in articles:
        for kind in KINDS:
            counts.update((name, kind) for name in facet_values(article, kind))
    names = {}
    for (name, kind), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if fits(name, typed):
            names.setdefault(name, (kind, name, count, ""))
    found = [article for article in reversed(articles) if fits(article.title, typed)]
    begins = [folded(tokens(article.title))[0].startswith(typed[0]) for article in found]
    titles = {}
    for first in (True, False):
        for article, begun in zip(found, begins, strict=True):
            if begun is first:
                key = tuple(folded(tokens(article.title)))
                titles.setdefault(key, ("title", article.title, 1, article.id))
    names, titles = list(names.values()), list(titles.values())
    names = names[: limit - min(len(titles), 3 * limit // 8)]
    return [*names, *titles[: limit - len(names)]]
