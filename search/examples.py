"""Words of an archive for examples of queries: links on a help page should find something."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from articles.article import Article
from index.analysis import primary_language, spans, term_of
from index.function_words import function_terms
from index.generation import Generation
from search.grammar import ExampleWords

LOOKED_AT = 200
"""Articles, the newest, in whose headlines words are looked for."""
LETTERS = range(4, 12)
"""How long an example may be: not much is left of a short word without its end."""
COMMONEST = 0.2
"""The part of all articles that an example word stands in at most: more would tell little."""
MOST_LIKELY = 30
"""Words, the commonest, among which those are looked for that stand beside the first."""


def example_words(generation: Generation) -> ExampleWords:
    """Return words, names and dates that stand in the archive; those of the sample where none do.

    Words are those of many of the newest headlines in the archive's first language.
    """
    stop = generation.articles
    newest = generation.documents.articles(list(range(max(stop - LOOKED_AT, 0), stop)))
    names = {name: _commonest(generation, name) for name in _NAMES}
    given = {name: value for name, value in names.items() if value}
    return ExampleWords(**{**given, **_dates(generation), **_words(generation, newest)})


_NAMES = ("section", "source", "author", "tag", "person", "place", "language")


def _words(generation: Generation, articles: list[Article]) -> dict[str, str]:
    """Return example words of articles, none where there are not three."""
    language = generation.languages[0]
    own = [article for article in articles if primary_language(article.language) == language]
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for article in own:
        runs = _content([article.title], language)
        words.update({word for run in runs for word in run})
        pairs.update({pair for run in runs for pair in pairwise(run)})
    telling = {word for word in words if _share(generation, word, language) <= COMMONEST}
    likely = [word for word, _ in sorted(words.items(), key=_order) if word in telling]
    if len(likely) < 3:
        return {}
    word, *others = likely[:MOST_LIKELY]
    beside: Counter[str] = Counter(dict.fromkeys(others, 0))
    for article in own:
        texts = [article.title, article.summary, *article.body]
        here = {word for run in _content(texts, language) for word in run}
        if word in here:
            beside.update(here & set(others))
    other, third = (found for found, _ in sorted(beside.items(), key=_order)[:2])
    found = {"word": word, "other": other, "third": third}
    different = [(pair, count) for pair, count in pairs.items() if telling.issuperset(pair)]
    if different:
        phrase = " ".join(min(different, key=_order)[0])
        found |= {"phrase": phrase, "near": phrase}
    return found


def _share(generation: Generation, word: str, language: str) -> float:
    """Return in which part of all articles a word stands."""
    code = generation.terms.find(term_of(language)(word))
    return 0.0 if code is None else float(generation.frequencies[code]) / generation.articles


def _order(counted: tuple[object, int]) -> tuple[int, object]:
    """Return by what counted things are sorted: the most first, then as they stand."""
    thing, count = counted
    return -count, thing


def _content(texts: Iterable[str], language: str) -> list[list[str]]:
    """Return the words of texts that say something, those side by side together."""
    skipped, term = function_terms(language), term_of(language)
    runs: list[list[str]] = []
    for text in texts:
        runs.append([])
        end = 0
        for start, stop, token in spans(text):
            good = len(token) in LETTERS and token.isalpha() and term(token) not in skipped
            if not good or text[end:start].strip():
                runs.append([])
            if good:
                runs[-1].append(token.lower())
            end = stop
    return runs


def _commonest(generation: Generation, name: str) -> str:
    """Return the value of a facet that most articles have; empty when there is none that fits."""
    column = generation.columns.facet(name)
    counts = np.bincount(column.codes, minlength=len(column.values))
    for code in (-counts).argsort(kind="stable")[:MOST_LIKELY].tolist():
        value = column.values[code]
        if counts[code] and '"' not in value and any(map(str.isalnum, value)):
            return primary_language(value) if name == "language" else value
    return ""


def _dates(generation: Generation) -> dict[str, str]:
    """Return the days of the newest article and of one in the middle."""
    published = generation.columns.published[generation.columns.undated :]
    if not len(published):
        return {}
    try:
        middle, last = (
            datetime.fromtimestamp(int(published[place]), UTC)
            for place in (len(published) // 2, len(published) - 1)
        )
    except (OverflowError, ValueError, OSError):
        return {}
    earlier = middle.year if middle.year < last.year - 1 else last.year - 2
    if earlier < 1:
        return {}
    return {
        "year": f"{last.year:04}",
        "month": f"{last:%Y-%m}",
        "day": f"{last:%Y-%m-%d}",
        "earlier": f"{earlier:04}",
    }
