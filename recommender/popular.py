"""What is popular: the formulas, and the lists that come of them."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Window = Literal["hour", "day", "week", "month", "all", "trending"]
WINDOWS: tuple[Window, ...] = ("hour", "day", "week", "month", "all", "trending")
LONGEST = 200
"""Articles of the longest list."""
EVERYWHERE = ""
"""The section of the lists for all sections."""

HALF_LIFE = 3
"""Hours after which a view counts half of what a view of now counts, for what is trending."""
RECENT_HOURS = 24
"""Hours whose views can make an article trending."""
USUAL_DAYS = 7
"""Days before these hours, which say how much an article is read as a rule."""
LEAST_SURGE = 1.0
"""Standard deviations by which a trending article must be read more than as a rule."""
MOST_HALVINGS = 20
"""More often nothing is halved: so articles that are all old keep their order."""


@dataclass(frozen=True, slots=True)
class PopularArticle:
    """An article of a list: how many views it had in the window, and what it is ordered by."""

    id: str
    views: int
    score: float


@dataclass(frozen=True, slots=True)
class PopularLists:
    """What is popular, as it was counted last; never changed.

    Attributes
    ----------
    version : str
        A digest of which articles stand in which lists in which order: as long as it is the same,
        so is whatever is made of the lists. Numbers of views do not count in it.
    """

    version: str = ""
    lists: Mapping[tuple[Window, str], tuple[PopularArticle, ...]] = field(default_factory=dict)
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_lists(
        cls,
        lists: Mapping[tuple[Window, str], tuple[PopularArticle, ...]],
        together: Mapping[str, tuple[str, ...]],
    ) -> "PopularLists":
        """Return the lists with their version.

        Examples
        --------
        >>> PopularLists.of_lists({}, {}).version == PopularLists.of_lists({}, {}).version
        True
        """
        digest = hashlib.sha256()
        for (window, section), articles in sorted(lists.items()):
            digest.update(repr((window, section, [one.id for one in articles])).encode())
        digest.update(repr(sorted(together.items())).encode())
        return cls(digest.hexdigest()[:16], lists, together)

    def of(self, window: Window, section: str = EVERYWHERE) -> tuple[PopularArticle, ...]:
        """Return the articles of a window and a section, the most popular first."""
        return self.lists.get((window, section), ())

    def also_read(self, article_id: str) -> tuple[str, ...]:
        """Return what is read in the same visits as an article, the closest first."""
        return self.together.get(article_id, ())


def recent_weights(hour: int) -> dict[int, float]:
    """Return what a view of each of the last hours weighs: half after each `HALF_LIFE`.

    Examples
    --------
    >>> weights = recent_weights(100)
    >>> (len(weights), weights[100], weights[97], weights[94])
    (24, 1.0, 0.5, 0.25)
    """
    return {hour - ago: 2 ** (-ago / HALF_LIFE) for ago in range(RECENT_HOURS)}


def surge(
    weighted: float, squared: float, share: float, all_weighted: float, all_squared: float
) -> float:
    """Return by how many standard deviations an article is read more than as a rule.

    The z of two Poisson counts, as trends are found in streams of messages (Hendrickson and others,
    "Trend detection in social data", 2015): with the weighted recent views ``w`` of the article and
    ``W`` of all, the sums of the squared weights of the same views ``q`` and ``Q``, and the share
    ``p`` that the article had of all views in the `USUAL_DAYS` before::

        z = (w - p W) / sqrt(q + p Q)

    Shares instead of counts, against the textbook: all articles are read more at noon than at
    night, and that is no trend. What has no past is expected to be read by nobody.

    Parameters
    ----------
    weighted, squared : float
        ``w`` and ``q``, sums over the article's views.
    share : float
        ``p``, between 0 and 1.
    all_weighted, all_squared : float
        ``W`` and ``Q``, sums over all views.

    Returns
    -------
    float
        0 where nothing was read.

    Examples
    --------
    >>> surge(40.0, 40.0, 0.0, 100.0, 100.0) > 6
    True
    >>> surge(40.0, 40.0, 0.4, 100.0, 100.0)
    0.0
    """
    variance = squared + share * all_squared
    return (weighted - share * all_weighted) / math.sqrt(variance) if variance > 0 else 0.0


def freshness(age: float | None, maximum: float) -> float:
    """Return what the views of an article of an age are worth.

    One up to the ``maximum`` age; behind it half for each time that it passes again, and at least a
    millionth. With a maximum of 0, or without a date, age does not matter.

    Examples
    --------
    >>> freshness(30, 30), freshness(60, 30), freshness(120, 30), freshness(9_999, 0)
    (1.0, 0.5, 0.125, 1.0)
    """
    if age is None or maximum <= 0 or age <= maximum:
        return 1.0
    return 2 ** -min((age - maximum) / maximum, MOST_HALVINGS)


def rotation(days: int, most: int) -> float:
    """Return what views are worth of an article that was at the top for ``days`` in a row.

    One for less than ``most`` days, and then half for each day; with 0 for most, always one.

    Examples
    --------
    >>> rotation(2, 3), rotation(3, 3), rotation(5, 3), rotation(99, 0)
    (1.0, 0.5, 0.125, 1.0)
    """
    return 2 ** -min(days - most + 1, MOST_HALVINGS) if 0 < most <= days else 1.0


def days_in_a_row(tops: Sequence[frozenset[str]]) -> dict[str, int]:
    """Return for how many days each article has been at the top, up to the first of ``tops``.

    Parameters
    ----------
    tops : sequence of frozenset of str
        The articles that were at the top on each day, the last day first.

    Examples
    --------
    >>> days_in_a_row([frozenset("ab"), frozenset("a"), frozenset("ab")]) == {"a": 3, "b": 1}
    True
    """
    found: dict[str, int] = {}
    still = set(tops[0]) if tops else set()
    for top in tops:
        still &= top
        for article_id in still:
            found[article_id] = found.get(article_id, 0) + 1
    return found


def likeness(together: int, first: int, second: int) -> float:
    """Return how much two articles are read in the same visits: Jaccard's index of their visits.

    Unlike the number of common visits alone it does not favour what everybody reads.

    Examples
    --------
    >>> likeness(5, 10, 10), likeness(5, 5, 1_000)
    (0.3333333333333333, 0.005)
    """
    return together / max(first + second - together, together, 1)


def read_together(
    pairs: Iterable[tuple[str, str, int]], views: Mapping[str, int], *, most: int
) -> dict[str, tuple[str, ...]]:
    """Return for each article what is read in the same visits, the closest first, ties by id.

    Parameters
    ----------
    pairs : iterable of (str, str, int)
        Two articles and the visits that read both.
    views : mapping of str to int
        The visits that read each article.
    most : int
        How many for each article.
    """
    found: dict[str, list[tuple[float, str]]] = {}
    for first, second, together in pairs:
        score = likeness(together, views.get(first, together), views.get(second, together))
        found.setdefault(first, []).append((-score, second))
        found.setdefault(second, []).append((-score, first))
    return {
        article_id: tuple(other for _, other in sorted(others)[:most])
        for article_id, others in sorted(found.items())
    }
