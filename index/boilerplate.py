"""Passages of articles that say nothing of their subject: what is alike in them makes none related.

A sentence that stands in many articles ("He did not elaborate.", a house's line about itself) is
boilerplate, unless an article consists of such sentences: then it is one of many copies. So are the
dateline in front of a story and the mark "(updated)" behind a title. They
stay in the text, can be searched and are shown, but do not count for similarity.
"""

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from articles.furniture import LABELS
from index import analysis
from index.arrays import Array
from index.strings import StringTable

LEAST_WORDS = 4
"""Words of a sentence at least: "Smith said." is no boilerplate but a habit of speech."""
MOST_LISTED = 200
"""Sentences that a report names."""
MOST_KEPT = 5_000
"""Sentences that a generation remembers, for articles that come in later."""
_LEAST_CHARACTERS = 20
_END = re.compile(r"(?<=[.!?։။。！？…])[\"'”’»)\]]*(?:\s+|$)|(?<=[。！？])")
_DATELINE = re.compile(
    r"(?:[^()\n]{2,60}\((?:Reuters?|[A-Z]{2,5})\)"  # LONDON (AP) --
    r"|[A-Z][A-Z.,' -]{3,40}(?:, [\w. ]{2,20})?)"  # FORT BRAGG, N.C. --
    r"\s*(?:--?|[–—_])\s"
)
_TITLE_MARK = re.compile(
    r"[(\[](?:"
    + "|".join(map(re.escape, sorted(LABELS["updated"], key=len, reverse=True)))
    + r")[)\]]",
    re.IGNORECASE,
)


class Sentence(NamedTuple):
    """A sentence, and in how many articles it stands."""

    text: str
    articles: int


class Boilerplate(NamedTuple):
    """What was found in an archive.

    Attributes
    ----------
    sentences : tuple of Sentence
        Those that stand in most articles, most first; at most `MOST_KEPT`.
    found : int
        How many there are.
    counts : scipy.sparse.csr_matrix of float32, shape (articles, terms)
        The occurrences of each term that do not count for similarity.
    """

    sentences: tuple[Sentence, ...]
    found: int
    counts: sparse.csr_matrix


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph that are long enough to be boilerplate.

    Examples
    --------
    >>> sentences("It rained. He did not elaborate any further. The U.S. Senate met again today.")
    ['He did not elaborate any further.', 'Senate met again today.']
    """
    parts = (part.strip() for part in _END.split(paragraph))
    return [
        part
        for part in parts
        if len(part) >= _LEAST_CHARACTERS
        and (part.count(" ") >= LEAST_WORDS - 1 or not part.isascii())
    ]


def find_boilerplate(
    documents: Iterable[str], terms: StringTable, *, least_articles: int
) -> Boilerplate:
    """Return the boilerplate of an archive; ``documents`` are read twice.

    Parameters
    ----------
    documents : iterable of str
        All articles as lines of JSON, in order; iterated over twice.
    terms : StringTable
        The archive's terms.
    least_articles : int
        A sentence that stands in so many articles is boilerplate.
    """
    hashes, owners = _hashed(documents)
    values, places, articles = np.unique(hashes, return_inverse=True, return_counts=True)
    common = articles >= least_articles
    affected = np.zeros(int(owners[-1]) + 1 if len(owners) else 0, bool)
    affected[owners[common[places]]] = True
    by_hash = dict(zip(values[common].tolist(), articles[common].tolist(), strict=True))
    passages = _Passages(terms)
    texts: dict[int, str] = {}
    number = -1
    for number, line in enumerate(documents):
        article: dict[str, Any] = json.loads(line)
        language = analysis.primary_language(article.get("language", "en"))
        for passage in _marks(article):
            passages.add(number, passage, language)
        if number < len(affected) and affected[number]:
            for sentence in _common(article, lambda one: hash(one) in by_hash):
                texts[hash(sentence)] = sentence
                passages.add(number, sentence, language)
    listed = sorted(texts, key=lambda key: (-by_hash[key], texts[key]))[:MOST_KEPT]
    return Boilerplate(
        tuple(Sentence(texts[key], by_hash[key]) for key in listed),
        len(texts),
        passages.counts(number + 1),
    )


def uncounted(article: dict[str, Any], known: Container[str]) -> list[str]:
    """Return the passages of an article that do not count, by the boilerplate that is known.

    Examples
    --------
    >>> known = {"He did not elaborate any further."}
    >>> body = ["OSLO (AP) -- It rained today.", "It snowed. He did not elaborate any further."]
    >>> uncounted({"title": "Rain", "body": body}, known)
    ['OSLO (AP) -- ', 'He did not elaborate any further.']
    """
    return [*_marks(article), *_common(article, known.__contains__)]


def _common(article: dict[str, Any], is_common: Callable[[str], bool]) -> list[str]:
    """Return the common sentences of an article, none where it consists of them.

    What is made of common sentences for the most part is a copy: they are its subject.
    """
    own = list(_sentences_of(article))
    found = [sentence for sentence in own if is_common(sentence)]
    return found if 2 * len(found) <= len(own) else []


def _hashed(documents: Iterable[str]) -> tuple[Array, Array]:
    """Return the hash of each sentence of each article (int64), once, and its article (int32).

    Python's own hashes: they differ from run to run, what they find does not.
    """
    hashes, counts = [np.empty(0, np.int64)], []
    for line in documents:
        found = {hash(sentence) for sentence in _sentences_of(json.loads(line))}
        hashes.append(np.fromiter(found, np.int64, len(found)))
        counts.append(len(found))
    return np.concatenate(hashes), np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def _sentences_of(article: dict[str, Any]) -> Iterator[str]:
    for paragraph in article.get("body", ()):
        yield from sentences(paragraph)


def _marks(article: dict[str, Any]) -> Iterator[str]:
    """Yield the dateline in front of a body, and what a title says of its own state."""
    body = article.get("body")
    if body and (dateline := _DATELINE.match(body[0])):
        yield dateline.group()
    title = article["title"]
    if "(" in title or "[" in title:
        yield from _TITLE_MARK.findall(title)


class _Passages:
    """The terms of passages, each passage analysed once."""

    def __init__(self, terms: StringTable) -> None:
        self._terms = terms
        self._known: dict[tuple[str, str], list[int]] = {}
        self._documents: list[Array] = []
        self._codes: list[Array] = []

    def add(self, document: int, passage: str, language: str) -> None:
        key = language, passage
        codes = self._known.get(key)
        if codes is None:
            found = map(self._terms.find, analysis.terms(passage, language))
            codes = self._known[key] = [code for code in found if code is not None]
        self._codes.append(np.array(codes, np.int32))
        self._documents.append(np.full(len(codes), document, np.int32))

    def counts(self, articles: int) -> sparse.csr_matrix:
        rows = np.concatenate([np.empty(0, np.int32), *self._documents])
        columns = np.concatenate([np.empty(0, np.int32), *self._codes])
        ones = np.ones(len(rows), np.float32)
        return sparse.coo_matrix((ones, (rows, columns)), (articles, len(self._terms))).tocsr()
