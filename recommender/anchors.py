"""On which words of a text a link is set: the phrase that stands for what two articles share."""

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from recommender.passage import COMMON, Passage, Span

LONGEST = 6
"""Words of the longest phrase."""
LONGEST_RUN = 14
"""Letters of the longest one in scripts without spaces."""
RARE = 0.03
"""The share of the archive's articles: a word in more of them is no link by itself."""
_LEAST, _LEAST_UNTITLED = 0.06, 0.1
"""The part of the likeness that a phrase must stand for, and one without a word of the title."""
_LEAST_TO_LOOK = 0.03
"""The part from which on words are looked at: with the rest of a name they may be enough."""
_LEAST_NAME, _LEAST_WORD = 0.08, 0.18
"""The part that a name of one word must stand for, and another word."""
_KEPT = 12
"""Phrases from which the one for a link is taken, the best ones."""
_LENGTHS = (0.0, 0.55, 1.0, 1.05, 1.0, 0.9, 0.8)
"""What a phrase of so many words is worth."""
_TITLE = 0.6
"""How much more a phrase is worth all of whose words stand in the title."""
_NAME = 0.3
"""How much more a name is worth."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phrase on which a link is set: ``text`` is what stands from ``start`` to ``end``.

    Both count code points from the beginning of the text, in an article from that of its
    ``paragraph``, which is counted from 1; in a draft that is 0.
    """

    text: str
    start: int
    end: int
    paragraph: int = 0


class Word(NamedTuple):
    """What is known of a word that two articles share.

    Attributes
    ----------
    share : float
        Its part of the likeness.
    frequency : float
        The share of the archive's articles in which it stands.
    """

    share: float
    frequency: float


class Subject(NamedTuple):
    """What a phrase is to stand for: an article, by what it shares with the text.

    Attributes
    ----------
    words : mapping of str to Word
        The terms that both share, those that weigh most.
    title : frozenset of str
        The terms of its title.
    terms : frozenset of str
        All its terms.
    links : container of tuple of str
        The terms of words that follow each other in its text and title.
    near : bool
        Whether both are so near that a phrase without a word of the title can stand for it.
    """

    words: Mapping[str, Word]
    title: frozenset[str]
    terms: frozenset[str]
    links: Container[tuple[str, ...]]
    near: bool = True


class Phrase(NamedTuple):
    """A phrase of a text, and how well it stands for a subject."""

    worth: float
    span: Span
    terms: frozenset[str]


def chosen(paragraphs: Sequence[str], passage: Passage, subject: Subject) -> Anchor | None:
    """Return the best phrase of some paragraphs, None where none is good enough.

    Parameters
    ----------
    paragraphs : sequence of str
        The paragraphs.
    passage : Passage
        These, joined by line ends.
    subject : Subject
        What it is to stand for.
    """
    phrase = next(iter(phrases(passage, subject)), None)
    if phrase is None:
        return None
    starts = [0, *accumulate(len(paragraph) + 1 for paragraph in paragraphs)]
    number = bisect_right(starts, phrase.span.start)
    start, end = (place - starts[number - 1] for place in phrase.span)
    return Anchor(paragraphs[number - 1][start:end], start, end, number)


def distributed(passage: Passage, subjects: Sequence[Subject]) -> list[Anchor | None]:
    """Return the phrase of a text for each subject; no two share a word of it.

    The phrase that is worth most is given to its subject first. One that says no more than another,
    such as the last word of a name, is not given to a second one.
    """
    offers = [
        (-phrase.worth, phrase.span, number, phrase.terms)
        for number, subject in enumerate(subjects)
        for phrase in phrases(passage, subject)
    ]
    anchors: list[Anchor | None] = [None] * len(subjects)
    given: list[tuple[Span, frozenset[str]]] = []
    for _, span, number, terms in sorted(offers, key=lambda offer: offer[:3]):
        if anchors[number] is not None:
            continue
        if any(_meet(span, other) or terms <= those or those <= terms for other, those in given):
            continue
        given.append((span, terms))
        anchors[number] = Anchor(passage.text[span.start : span.end], *span)
    return anchors


def phrases(passage: Passage, subject: Subject) -> list[Phrase]:
    """Return the phrases of a text that can stand for a subject, the best first.

    Each once, where it is first mentioned.
    """
    places = passage.places(subject.words)
    best: dict[frozenset[str], Phrase] = {}
    for place in sorted(place for some in places.values() for place in some):
        windows = _runs if passage.spaceless(place) else _windows
        for first, last in windows(passage, subject, place):
            if _share(passage, subject, first, last) < _LEAST_TO_LOOK:
                continue
            phrase = _phrase(passage, subject, first, last)
            if phrase and (phrase.terms not in best or phrase.worth > best[phrase.terms].worth):
                best[phrase.terms] = phrase
    return sorted(best.values(), key=lambda one: (-one.worth, one.span))[:_KEPT]


def _share(passage: Passage, subject: Subject, first: int, last: int) -> float:
    """Return the part of the likeness that some words stand for."""
    # Not a set: sums are to come out the same whatever strings are hashed to.
    terms = dict.fromkeys(passage.terms[first : last + 1])
    return sum(subject.words[term].share for term in terms if term in subject.words)


def _windows(passage: Passage, subject: Subject, first: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last word of the phrases that begin at a place.

    Words follow each other in a phrase if they do so in the subject's text, or stand in its title.
    """
    if not (_is_edge(passage, subject, first) and passage.may_begin(first)):
        return
    yield first, first
    last: int | None = first
    while (here := last) is not None and (last := passage.next_word(here)) is not None:
        link = tuple(passage.terms[here : last + 1])
        titled = link[0] in subject.title and link[-1] in subject.title
        if last - first >= LONGEST or not (titled or link in subject.links):
            return
        if _is_edge(passage, subject, last):
            yield first, last


def _runs(passage: Passage, subject: Subject, first: int) -> Iterator[tuple[int, int]]:
    """Yield the longest run of letters from a place that the subject has, too."""
    if passage.joined(first) and _goes_on(passage, subject, first):
        return
    last = first
    while last - first < LONGEST_RUN - 1 and passage.joined(last + 1):
        if not _goes_on(passage, subject, last + 1):
            break
        last += 1
    yield first, last


def _goes_on(passage: Passage, subject: Subject, place: int) -> bool:
    return (passage.terms[place - 1], passage.terms[place]) in subject.links


def _is_edge(passage: Passage, subject: Subject, place: int) -> bool:
    """Say whether a phrase may begin or end with a word."""
    word = subject.words.get(passage.terms[place])
    return word is not None and word.frequency <= COMMON and not passage.function_word(place)


def _phrase(passage: Passage, subject: Subject, first: int, last: int) -> Phrase | None:
    """Return the phrase of these words, whole names with it, None where it is not good enough."""
    if passage.spaceless(first):
        return _run(passage, subject, first, last)
    first, last = passage.whole_name(first, last, subject.links)
    content = [place for place in range(first, last + 1) if not passage.function_word(place)]
    terms = frozenset(passage.terms[place] for place in content)
    if len(content) > LONGEST or not terms <= subject.terms:
        return None
    if not (passage.may_begin(first) and passage.may_end(first, last)):
        return None
    words = [subject.words[term] for term in terms if term in subject.words]
    share = _share(passage, subject, first, last)
    titled = terms <= subject.title
    named = all(passage.named(place) for place in content)
    rarest = min(word.frequency for word in words)
    if terms.isdisjoint(subject.title):
        good = subject.near and share >= _LEAST_UNTITLED
    else:
        good = share >= _LEAST
    if len(content) == 1:
        titled &= named or passage.apart(first)
        good &= share >= (_LEAST_NAME if named else _LEAST_WORD)
        good &= rarest <= RARE and (titled or named)
    else:
        good &= titled or rarest <= 2 * RARE
    span = passage.span(first, last) if good else None
    if span is None:
        return None
    worth = share * _LENGTHS[len(content)] * (1 + _TITLE * titled) * (1 + _NAME * named)
    return Phrase(worth, span, terms)


def _run(passage: Passage, subject: Subject, first: int, last: int) -> Phrase | None:
    """Return the phrase of a run of letters: long enough to be a word, and it must tell."""
    span = passage.span(first, last)
    terms = frozenset(passage.terms[first : last + 1])
    share = _share(passage, subject, first, last)
    if span is None or share < _LEAST:
        return None
    titled = all(term in subject.title for term in terms)
    if span.end - span.start < (2 if titled else 3):
        return None
    return Phrase(share * (1 + _TITLE * titled), span, terms)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
