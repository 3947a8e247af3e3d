"""Similarity as people see it: 50 news texts of Lee, Pincombe and Welsh, all pairs judged.

The texts come with gensim, which is found but never imported.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from articles.article import Article
from benchmarks.related.systems import Opened
from index.arrays import Array
from index.builder import build
from index.publish import Generations
from recommender.lists import related_lists

_FILES = ("lee.cor", "lee_background.cor", "similarities0-1.txt")


def folder() -> Path | None:
    """Return where the texts and judgments lie, None where they are not installed."""
    spec = find_spec("gensim")
    if spec is None or not spec.submodule_search_locations:
        return None
    data = Path(spec.submodule_search_locations[0]) / "test" / "test_data"
    return data if all((data / name).is_file() for name in _FILES) else None


def correlation(home: Path, data: Path, *, background: bool) -> float:
    """Return Pearson's correlation of Backfile's similarities with people's, over all pairs.

    Parameters
    ----------
    home : Path
        An empty folder for the archive.
    data : Path
        Where the texts and judgments lie.
    background : bool
        Whether the archive holds 300 other texts besides.
    """
    judged = _texts(data / "lee.cor")
    others = _texts(data / "lee_background.cor") if background else []
    articles = [
        Article(id=f"{kind}{place:03}", title="", body=(text,))
        for kind, texts in (("judged", judged), ("other", others))
        for place, text in enumerate(texts)
    ]
    generations = Generations(home)
    with generations.locked():
        place = generations.begin()[0]
        build(place, articles, steps=[related_lists])
        generations.publish(place)
    opened = Opened.of(generations.open_current())
    documents = [opened.document(article.id) for article in articles[: len(judged)]]
    similarities = np.array([_similarities(opened, one, documents) for one in documents])
    human = np.loadtxt(data / "similarities0-1.txt")
    return pearson_of_pairs(similarities, human)


def pearson_of_pairs(ones: Array, others: Array) -> float:
    """Return the correlation of what stands above the diagonals of two square matrices.

    Examples
    --------
    >>> ones = np.array([[1, 0.1, 0.2], [0, 1, 0.3], [0, 0, 1]])
    >>> round(pearson_of_pairs(ones, 1 - ones), 6)
    -1.0
    """
    pairs = np.triu_indices(len(ones), 1)
    return float(np.corrcoef(ones[pairs], others[pairs])[0, 1])


def _similarities(opened: Opened, one: int, documents: list[int]) -> Array:
    seed = opened.comparison.of_document(one)
    return opened.comparison.likeness(seed, np.array(documents)).similarities


def _texts(file: Path) -> list[str]:
    lines = file.read_text(encoding="latin-1").split("\n")
    return [line for line in lines if line.strip()]
