"""Fillings: what fills the Related block of every article of a generation, counted at once.

It is counted from the stored lists and by stories, as a block is filled, without asking for any
block: 80,000 of them would take a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from articles.curation import EVERYWHERE, Curation
from index.arrays import Array
from index.generation import Generation
from recommender.lists import LISTED, StoredLists
from recommender.recipes import CHAIN, Step
from recommender.similarity import calibrated

Filler = Literal["pinned"] | Step


@dataclass(frozen=True, slots=True)
class Fillings:
    """What fills the blocks of the public articles of a generation.

    Attributes
    ----------
    documents : int array
        The public articles, ascending.
    fillers : tuple of str
        Reasons, in the order of the chain.
    counts : int array of shape (documents, fillers)
        How many items of each block have which reason; a row adds up to the limit or, where the
        archive has too little, to less.
    similar : int array
        How many articles are similar enough, whether or not the block has room, at most `LISTED`.
    """

    documents: Array
    fillers: tuple[Filler, ...]
    counts: Array
    similar: Array

    def totals(self) -> dict[Filler, int]:
        """Return how many items of all blocks have which reason."""
        return dict(zip(self.fillers, self.counts.sum(axis=0).tolist(), strict=True))


def fillings_of(
    generation: Generation,
    hidden: Array,
    curation: Curation,
    now: datetime,
    *,
    minimum_score: float,
    limit: int,
    chain: Sequence[Step] = CHAIN,
) -> Fillings:
    """Return what fills the blocks of all public articles.

    What is similar is counted among the `LISTED` nearest of each article; where all of these are
    near enough, though perhaps versions of a few stories, there are as many as anybody wants, since
    the recommender looks further. The rest of the chain is counted by how much there is: a story
    that is similar and of the same running story counts once, editor's choices that are similar as
    well count twice.

    Parameters
    ----------
    generation : Generation
        Whose articles.
    hidden : int array
        Those that readers may not see now.
    curation : Curation
        What editors have pinned and picked.
    now : datetime
        When.
    minimum_score : float
        The least score that makes an article related.
    limit : int
        Items of a full block.
    chain : sequence of str
        The steps behind what is pinned.
    """
    stock = _Stock(generation, hidden, minimum_score)
    fillers: tuple[Filler, ...] = ("pinned", *chain)
    counts = np.zeros((len(stock.documents), len(fillers)), np.int64)
    room = np.full(len(stock.documents), limit)
    for place, filler in enumerate(fillers):
        offered = _offered(stock, filler, curation, now, room, counts)
        counts[:, place] = np.minimum(offered, room)
        room -= counts[:, place]
        stock.used[filler] = counts[:, place]
    return Fillings(stock.documents, fillers, counts, stock.similar)


class _Stock:
    """What there is beside each public article."""

    def __init__(self, generation: Generation, hidden: Array, minimum_score: float) -> None:
        self.generation = generation
        self.used: dict[Filler, Array] = {}
        lists = StoredLists(generation.related)
        everything = np.arange(generation.articles)
        public = np.ones(generation.articles, bool)
        public[hidden] = False
        self.documents = np.flatnonzero(public)
        self.stories = lists.beginnings(everything)
        near = lists.all()
        listed = near.documents[self.documents]
        own = self.stories[self.documents]
        good = (listed >= 0) & (calibrated(near.similarities[self.documents]) >= minimum_score)
        # A list that is full of what is near enough ends before all of that does.
        goes_on = good[:, -1].copy()
        good &= public[listed] & (self.stories[listed] != own[:, None])
        # Versions of one story lie side by side once they are sorted, and count once.
        found = np.sort(np.where(good, self.stories[listed], -1), axis=1)
        first = np.ones(found.shape, bool)
        first[:, 1:] = found[:, 1:] != found[:, :-1]
        self.similar_stories = np.where(first, found, -1)
        counted = (self.similar_stories >= 0).sum(axis=1)
        self.similar = np.where(goes_on, np.maximum(counted, LISTED), counted)
        self.own = own
        self.public_stories = np.unique(own)
        self.languages = generation.columns.languages
        self.sections = _first_codes(generation, "section")
        self.running = _running(lists, generation.articles)


def _offered(
    stock: _Stock,
    filler: Filler,
    curation: Curation,
    now: datetime,
    room: Array,
    counts: Array,
) -> Array:
    """Return how many articles a step of the chain has for each block (int64)."""
    if filler == "pinned":
        return _pinned(stock, curation, now)
    if filler == "similar":
        return np.asarray(stock.similar)
    if filler == "editors_choice":
        return _picked(stock, curation, now)
    groups = {
        "same_story": stock.running,
        "same_section": _pairs(stock.sections, stock.languages),
        "newest": stock.languages,
    }[filler]
    # Of all stories of the group neither its own nor what stands in the block already.
    sizes = np.bincount(groups[stock.public_stories] + 1, minlength=int(groups.max()) + 2)
    mine = groups[stock.own]
    there = sizes[mine + 1] - 1
    if filler == "newest":
        already = counts.sum(axis=1)
    else:
        already = np.zeros(len(mine), np.int64)
        short = np.flatnonzero(room > 0)
        others = stock.similar_stories[short]
        alike = (others >= 0) & (groups[others] == mine[short, None])
        already[short] = alike.sum(axis=1)
        if filler == "same_section" and "same_story" in stock.used:
            already += stock.used["same_story"]
    unknown = mine < 0 if filler == "same_section" else np.zeros(len(mine), bool)
    return np.asarray(np.where(unknown, 0, np.maximum(there - already, 0)))


def _pinned(stock: _Stock, curation: Curation, now: datetime) -> Array:
    """Return how many public articles are pinned beside each."""
    found = np.zeros(stock.generation.articles, np.int64)
    public, number = set(stock.documents.tolist()), stock.generation.columns.document
    for article_id in curation.pins:
        document = stock.generation.columns.document(article_id)
        if document is not None:
            targets = curation.pinned(article_id, now)
            found[document] = len(public.intersection(map(number, targets)))
    return found[stock.documents]


def _picked(stock: _Stock, curation: Curation, now: datetime) -> Array:
    """Return how many articles editors have chosen for the section of each, or for all."""
    everywhere = set(curation.choice(EVERYWHERE).ids(now))
    found = np.full(stock.generation.articles, len(everywhere))
    names = stock.generation.columns.facet("section").values
    for section in filter(None, curation.choices):
        code = names.find(section)
        if code is not None:
            picked = everywhere.union(curation.choice(section).ids(now))
            found[stock.sections == code] = len(picked)
    return found[stock.documents]


def _first_codes(generation: Generation, name: str) -> Array:
    """Return the code of the first value of a facet of every document, -1 for none (int64)."""
    column = generation.columns.facet(name)
    ends = column.ends.astype(np.int64)
    codes = np.full(generation.articles, -1, np.int64)
    having = np.flatnonzero(np.diff(ends))
    codes[having] = column.codes[ends[having]]
    return codes


def _pairs(ones: Array, others: Array) -> Array:
    """Return one number for each pair of two numbers, -1 where the first is unknown (int64)."""
    width = int(others.max(initial=-1)) + 2
    return np.asarray(np.where(ones < 0, -1, ones * width + others + 1))


def _running(lists: StoredLists, articles: int) -> Array:
    """Return a number for each document's running story: those that go on with each other."""
    after = lists.running.sequels()
    stories = lists.beginnings(np.arange(articles))
    ones = np.flatnonzero(after >= 0)
    joined = coo_array((np.ones(len(ones), bool), (ones, after[ones])), shape=(articles, articles))
    labels: Array = connected_components(joined, directed=False)[1]
    return labels[stories].astype(np.int64)
