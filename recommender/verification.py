"""Whether the stored lists of related articles say what the rows say."""

from collections.abc import Iterator

import numpy as np

from articles.faults import Checked, Faults
from articles.store_verification import OnChecked
from index.generation import Generation
from recommender.built import Built
from recommender.neighbours import Neighbours

SAMPLE = 1_000
"""Lists whose similarities are computed again unless all are asked for; evenly spread."""
TOLERANCE = 1e-4
"""By which similarities may differ: they are summed up in another order than in the build."""
_REBUILD = "run `backfile rebuild`"


def check_lists(
    generation: Generation, *, full: bool = False, on_checked: OnChecked = lambda *_: None
) -> Checked:
    """Look at every stored list, and compute some of them, or all, again.

    Parameters
    ----------
    generation : Generation
        Open as long as it is looked at.
    full : bool
        Whether the similarities of every list are computed again, not of `SAMPLE` alone.
    on_checked : callable
        Told how far this is.
    """
    found = Faults("lists of related articles", "list")
    built = Built(generation)
    articles = built.articles
    step = 1 if full else max(articles // SAMPLE, 1)
    for document in range(articles):
        for fault in _faults(built, document, again=document % step == 0):
            (name,) = generation.columns.ids([document])
            where = f"list of article {name[:100]!a} of generation {generation.number}"
            found.add(where, fault, _REBUILD)
        found.looked()
        if not (document + 1) % SAMPLE or document + 1 == articles:
            on_checked("checking related articles", document + 1, articles)
    return found.checked()


def _faults(built: Built, document: int, *, again: bool) -> Iterator[str]:
    """Yield what is wrong with the list of one document; nothing behind what cannot be read."""
    (listed,), (similarities,) = built.lists.of(document)
    count = int(np.count_nonzero(listed >= 0))
    named, values = listed[:count], similarities[:count]
    if (listed[count:] != -1).any() or (named < 0).any() or (named >= built.articles).any():
        yield "it names an article that the index does not have"
        return
    if (named == document).any() or len(np.unique(named)) < count:
        yield "it names itself, or one article twice"
    if (built.languages[named] != built.languages[document]).any():
        yield "it names an article in another language"
    if (values <= 0).any() or (values > 1).any() or similarities[count:].any():
        yield "it has a similarity that cannot be"
    if not _is_in_order(Neighbours(named, values)):
        yield "it is not in the order of its similarities"
    beginning = int(built.lists.beginnings(np.array([document]))[0])
    if not 0 <= beginning <= document or built.lists.beginnings(np.array([beginning])) != beginning:
        yield "its story begins with none of the stories"
    if again and built.lists.knows_stories and count:
        seed = built.comparison.of_document(document)
        computed = built.comparison.likeness(seed, named.astype(np.int64)).similarities
        if not np.allclose(np.minimum(computed, 1), values, rtol=0, atol=TOLERANCE):
            worst = int(np.argmax(np.abs(np.minimum(computed, 1) - values)))
            yield (
                f"it says {values[worst]:.4f} where the rows give {computed[worst]:.4f}, in place "
                f"{worst + 1}"
            )


def _is_in_order(listed: Neighbours) -> bool:
    """Say whether similarities descend and equal ones stand newest first."""
    steps = np.diff(listed.similarities)
    ties = np.diff(listed.documents.astype(np.int64))[steps == 0]
    return bool((steps <= 0).all() and (ties < 0).all())
