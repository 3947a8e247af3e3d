"""Permalinks: an address carries the whole search, and equal searches have equal addresses."""

from collections.abc import Iterable
from typing import Any, TypeVar

from web.addresses import path_of, site_address
from web.parameters import SearchParameters
from web.search_links import query_string
from web.serving import serving

OF_ONE_PAGE = frozenset({"page", "size", "after", "before", "facets", "timeline", "explain"})
"""Parameters that say what a page shows, and nothing of which articles answer."""
_P = TypeVar("_P", bound=SearchParameters)


def canonical(parameters: _P) -> _P:
    """Return the one way to write a search, of all those that find the same articles.

    Examples
    --------
    >>> canonical(SearchParameters(q=" ", match="all", section=("Sport", "Politics"))) == (
    ...     SearchParameters(section=("Politics", "Sport"))
    ... )
    True
    """
    plain: dict[str, Any] = {
        name: tuple(sorted(set(value))) for name, value in parameters if isinstance(value, tuple)
    }
    plain["q"] = parameters.q.strip()
    if not plain["q"]:
        # No words can be matched, broadened or repaired, and nothing is more relevant than another.
        meaningless = ["match", "mode", "recent", "variants", "spelling"]
        if parameters.sort != "oldest":
            meaningless.append("sort")
        fields = type(parameters).model_fields
        plain |= {name: fields[name].default for name in meaningless}
    return parameters.model_copy(update=plain)


def without(parameters: SearchParameters, names: Iterable[str], kind: type[_P]) -> _P:
    """Return the parameters of a search as those of another kind, but for some of them."""
    said = parameters.model_dump(by_alias=True, exclude_defaults=True, exclude=set(names))
    return kind.model_validate(said)


def address(view: str, query: str, **values: Any) -> str:
    """Return the path of a view, with the query string behind it if there is one."""
    path = path_of(view, **values)
    return f"{path}?{query}" if query else path


def permalink(parameters: SearchParameters) -> str:
    """Return the whole address at which a search stays; that of the front page for no search."""
    query = query_string(canonical(parameters))
    return absolute(address("pages.search" if query else "pages.start", query))


def absolute(path: str) -> str:
    """Return a path of ours as a whole address, at the one that readers reach this service at."""
    return site_address(serving().settings) + path
