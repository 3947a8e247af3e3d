"""Permalinks: an address carries the whole search, and equal searches have equal addresses."""

from collections.abc import Iterable
from typing import Any, TypeVar

from flask import request, url_for

from web.parameters import SearchParameters
from web.serving import serving

OF_ONE_PAGE = frozenset({"page", "size", "facets", "explain"})
"""Parameters that say what a page shows, and nothing of which articles answer."""
_P = TypeVar("_P", bound=SearchParameters)


def arguments(parameters: SearchParameters) -> dict[str, Any]:
    """Return what an address has to say of a search: everything but the default values.

    Examples
    --------
    >>> arguments(SearchParameters(q="bridge", section=("Politics",)))
    {'q': 'bridge', 'section': ['Politics']}
    """
    return parameters.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def canonical(parameters: _P) -> _P:
    """Return the one way to write a search, of all those that find the same articles.

    Examples
    --------
    >>> canonical(SearchParameters(q=" bridge ", section=("Sport", "Politics", "Sport")))
    SearchParameters(q='bridge', section=('Politics', 'Sport'))
    """
    plain: dict[str, Any] = {
        name: tuple(sorted(set(value))) for name, value in parameters if isinstance(value, tuple)
    }
    words = parameters.q.strip()
    if not words:
        # No words can be matched or broadened, and nothing is more relevant than another.
        plain |= dict.fromkeys(("match", "mode"))
        if parameters.sort != "oldest":
            plain["sort"] = None
    defaults = type(parameters).model_fields
    return parameters.model_copy(
        update={"q": words}
        | {
            name: defaults[name].default if value is None else value
            for name, value in plain.items()
        }
    )


def without(parameters: SearchParameters, names: Iterable[str], kind: type[_P]) -> _P:
    """Return the parameters of a search as those of another kind, but for some of them."""
    left_out = frozenset(names)
    kept = {name: value for name, value in arguments(parameters).items() if name not in left_out}
    return kind.model_validate(kept)


def permalink(parameters: SearchParameters) -> str:
    """Return the whole address at which a search stays; that of the front page for no search."""
    found = arguments(canonical(parameters))
    return absolute(url_for("pages.search", **found) if found else url_for("pages.start"))


def absolute(path: str) -> str:
    """Return a path of ours as a whole address, at the one that readers reach this service at."""
    return (serving().settings.site_url or request.host_url.rstrip("/")) + path
