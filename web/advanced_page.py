"""What the page with the advanced form shows."""

from dataclasses import dataclass

import numpy as np

from index.columns import Columns
from web.advanced import FACETS, AdvancedParameters, form_of
from web.formatting import language_name
from web.locales import say
from web.parameters import SearchParameters
from web.search_page import HEADINGS, SORTS

MOST_OPTIONS = 200
"""Values of a facet that can be chosen; where there are more, one can be typed as well."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that can be chosen."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionList:
    """The commonest values of a field, by name; ``free`` when others can be typed."""

    name: str
    heading: str
    value: str
    options: tuple[Option, ...]
    free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancedPage:
    """What ``advanced.html`` shows.

    ``unread`` is a query that does not fit into the fields, which are empty then.
    """

    form: AdvancedParameters
    lists: tuple[OptionList, ...]
    sorts: tuple[Option, ...]
    unread: str


def advanced_page(parameters: SearchParameters, columns: Columns) -> AdvancedPage:
    """Return the page, its form filled from a search."""
    form = form_of(parameters)
    filled = form or AdvancedParameters.model_validate({})
    return AdvancedPage(
        form=filled,
        lists=tuple(
            found
            for name in FACETS
            if (found := _options(name, getattr(filled, name), columns)).options
        ),
        sorts=tuple(
            Option(name, say(label), chosen=name == filled.sort) for name, label in SORTS.items()
        ),
        unread="" if form else parameters.q.strip(),
    )


def _options(name: str, value: str, columns: Columns) -> OptionList:
    column = columns.facet(name)
    counts = np.bincount(column.codes, minlength=len(column.values))
    codes = (-counts).argsort(kind="stable")[:MOST_OPTIONS].tolist()
    values = [text for code in codes if (text := column.values[code]).strip()]
    options = (Option(text, _label(name, text), chosen=text == value) for text in values)
    return OptionList(
        name=name,
        heading=say(HEADINGS[name]),
        value=value,
        options=tuple(sorted(options, key=lambda option: option.label.casefold())),
        free=len(column.values) > MOST_OPTIONS or bool(value and value not in values),
    )


def _label(name: str, value: str) -> str:
    return language_name(value) if name == "language" else value
