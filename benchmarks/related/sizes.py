"""From how many articles on themes tell something: parts of a labelled archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from articles.article import Article
from benchmarks.related.cost import archive_of
from benchmarks.related.graded import Labelled, Labels, chosen, labels_of, ndcg
from benchmarks.related.systems import Opened, best
from index.arrays import Array
from index.builder import build
from index.publish import Generations
from recommender.lists import related_lists
from recommender.similarity import blended
from recommender.themes import MOST_THEMES, Themes

SIZES = (100, 200, 400, 800, 1_600, 3_200, 6_400)
SHARES = (8, 16, 32)
"""Articles to a theme that are tried."""
SEED = 1987
_MOST_SEEDS = 400
_LARGE = 1_000
"""Articles from which on three samples are enough; smaller ones vary more."""


@dataclass(frozen=True, slots=True)
class Size:
    """nDCG@5 in archives of one size: by words alone, and with a theme for so many articles."""

    articles: int
    words: float
    themes: Mapping[int, float]


def size(home: Path, opened: Opened, labelled: Labelled, count: int) -> Size:
    """Return what themes are worth in samples of so many articles."""
    found: list[dict[int, float]] = []
    for number in range(3 if count >= _LARGE else 6):
        generator = np.random.default_rng([SEED, count, number])
        drawn = generator.choice(opened.generation.articles, count, replace=False)
        articles = opened.generation.documents.articles(np.sort(drawn))
        found.append(_sample(home / f"{count}-{number}", articles, labelled))
    means = {share: fmean(values[share] for values in found) for share in found[0]}
    return Size(count, means.pop(0), means)


def worth(labels: Labels, seeds: Sequence[int], similarities: Array) -> float:
    """Return the mean nDCG@5 of lists by similarities (seeds, articles).

    What an article gains is the part of all labels of two articles that both have.
    """
    values = []
    for seed, row in zip(seeds, similarities.copy(), strict=True):
        row[seed] = 0
        values.append(ndcg(labels.jaccard(seed), best(row, 5)))
    return fmean(values)


def _sample(
    home: Path,
    articles: Sequence[Article],
    labelled: Labelled,
) -> dict[int, float]:
    """Return what lists are worth by words, under 0, and with themes for each share."""
    generations = Generations(home)
    with generations.locked():
        place = generations.begin()[0]
        build(place, articles, steps=[related_lists])
        generations.publish(place)
    sample = Opened.of(generations.open_current())
    labels = labels_of(sample, labelled)
    seeds = chosen(labels, min(_MOST_SEEDS, len(articles) // 3))
    rows = archive_of(sample).rows
    words = (rows[seeds] @ rows.T.tocsr()).toarray()
    found = {0: worth(labels, seeds, words)}
    for share in SHARES:
        fitted = Themes(number=min(MOST_THEMES, len(articles) // share)).fit(rows)
        vectors = fitted.vectors(rows)
        found[share] = worth(labels, seeds, blended(words, vectors[seeds] @ vectors.T))
    return found
