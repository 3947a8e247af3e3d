"""What somebody who types may mean: names that articles carry, and headlines."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

import numpy as np

from index.analysis import spans
from index.arrays import Array
from index.columns import Chosen
from index.generation import Generation
from index.suggestible import TITLE
from index.visibility import Visibility
from index.word_index import fold, typed_words, words_of
from search.engine import Suggestion, SuggestionKind

NAMES: tuple[SuggestionKind, ...] = ("person", "place", "section", "author", "source", "tag")
"""The kinds of names, each a facet of articles."""
LONGEST_TEXT = 300
"""Characters of a suggestion; a longer name is none, a longer headline is cut."""
MOST_READ = 64
"""Headlines that are read to find some that differ."""
_RESTRICTED = re.compile(r"(?:^|\s)-\w|[^\W\d]:\S")
"""What excludes words or names a field: no name and no headline means the same."""


class Suggester:
    """Suggests from one generation; safe to share between threads."""

    def __init__(self, generation: Generation, visibility: Visibility) -> None:
        self._generation = generation
        self._visibility = visibility
        self._index = lru_cache(None)(generation.suggestions)

    def suggest(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return at most so many suggestions, nothing where no word was typed.

        Every word that was typed begins a word of each. Names come first, by how many articles
        carry them; of headlines those that begin with the first word, then the newest.
        """
        words = meant(typed)
        if self._generation.suggestible is None or not words or limit < 1:
            return ()
        hidden = self._visibility.hidden()
        names = self._names(words, limit, hidden)
        # Headlines cost most, because their articles are opened: no more than find a place.
        titles = self._titles(words, max(limit - len(names), share(limit), 1), hidden)
        return tuple(mixed((), names, titles, limit))

    def _names(self, words: Sequence[str], limit: int, hidden: Array) -> list[Suggestion]:
        """Return the commonest names, each once, of the kind in which most articles carry it."""
        gone = Chosen(hidden, self._generation.articles)
        found: list[tuple[int, str, SuggestionKind]] = []
        for kind in NAMES:
            codes = np.flatnonzero(self._index(kind).find(words).fitting)
            if not len(codes):
                continue
            column = self._generation.columns.facet(kind)
            counts = column.all_counts[codes]
            if len(hidden):
                counts = counts - column.counts(gone)[codes]
            # Values are sorted, so a stable sort leaves ties in their order.
            for place in np.argsort(-counts, kind="stable")[: 2 * limit].tolist():
                name = column.values[int(codes[place])]
                if counts[place] > 0 and len(name) <= LONGEST_TEXT:
                    found.append((-int(counts[place]), name, kind))
        names: dict[str, Suggestion] = {}
        for count, name, kind in sorted(found):
            if name not in names:
                html = marked(name, words)
                names[name] = Suggestion(kind=kind, text=name, marked=html, count=-count)
        return list(names.values())[:limit]

    def _titles(self, words: Sequence[str], limit: int, hidden: Array) -> list[Suggestion]:
        """Return headlines, each once; documents lie in the order of dates."""
        fitting, leading = self._index(TITLE).find(words)
        fitting[hidden] = leading[hidden] = False
        newest = [np.flatnonzero(mask)[::-1][:MOST_READ] for mask in (leading, fitting & ~leading)]
        documents = np.concatenate(newest)[:MOST_READ].tolist()
        titles: dict[tuple[str, ...], Suggestion] = {}
        for start in range(0, len(documents), limit):
            for article in self._generation.documents.articles(documents[start : start + limit]):
                title = _cut(article.title)
                if (key := tuple(words_of(title))) not in titles:
                    html = marked(title, words)
                    titles[key] = Suggestion(
                        kind="title", text=title, marked=html, count=1, article_id=article.id
                    )
            if len(titles) >= limit:
                break
        return list(titles.values())[:limit]


def meant(typed: str) -> tuple[str, ...]:
    """Return the words that something is suggested for, folded; none where they exclude anything.

    Examples
    --------
    >>> meant("Bridge tol"), meant("bridge -tol"), meant("title:bri")
    (('bridge', 'tol'), (), ())
    """
    return () if _RESTRICTED.search(typed) else typed_words(typed)


def share(limit: int) -> int:
    """Return how many of the suggestions past queries, and headlines, have their place among."""
    return 3 * limit // 8


def mixed(
    queries: Sequence[Suggestion],
    names: Sequence[Suggestion],
    titles: Sequence[Suggestion],
    limit: int,
) -> list[Suggestion]:
    """Return the best of each kind: past queries, names, headlines.

    Of queries and headlines three eighths each have their place; what one kind leaves free, names
    take, then headlines, then queries. What a name says is no query besides.
    """
    said = {tuple(words_of(suggestion.text)) for suggestion in (*names, *titles)}
    queries = [query for query in queries if tuple(words_of(query.text)) not in said]
    most = share(limit)
    free = limit - min(len(queries), most)
    names = names[: free - min(len(titles), most)]
    titles = titles[: free - len(names)]
    return [*queries[: limit - len(names) - len(titles)], *names, *titles]


def marked(text: str, words: Sequence[str]) -> str:
    """Return a text as escaped HTML in which ``<mark>`` stands around what begins as typed.

    Parameters
    ----------
    text : str
        The suggestion.
    words : sequence of str
        What was typed, folded.

    Examples
    --------
    >>> marked("Lech Wałęsa & Co", ("wale", "co"))
    'Lech <mark>Wałę</mark>sa &amp; <mark>Co</mark>'
    """
    parts: list[str] = []
    done = 0
    for start, _, token in spans(text):
        stop = start + _begun(token, words)
        if stop <= max(start, done):
            continue
        parts += escape(text[done:start]), f"<mark>{escape(text[max(start, done) : stop])}</mark>"
        done = stop
    return "".join([*parts, escape(text[done:])]).replace("</mark><mark>", "")


def _begun(token: str, words: Sequence[str]) -> int:
    """Return how many characters of a token were typed, 0 where none of the words begins it."""
    folded = fold(token)
    typed = max((word for word in words if folded.startswith(word)), key=len, default="")
    lengths = range(1, len(token) + 1) if typed else range(0)
    return next((length for length in lengths if fold(token[:length]).startswith(typed)), 0)


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TEXT else f"{title[: LONGEST_TEXT - 1]}…"
