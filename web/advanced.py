"""The advanced form: what stands in its fields, as one query and back again."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from index.analysis import PIECE
from search.engine import Sort
from search.grammar import OPERATORS
from search.parser import FARTHEST
from web.parameters import Day, Parameters, SearchParameters, Value

MOST_WORDS = 8
"""Words of one field: all fields together stay within what a query may have."""
NAMES = ("person", "place", "author")
"""Fields of names that are typed."""
FACETS = ("section", "source", "tag", "language")
"""Fields whose values are chosen from those of the archive."""
NEAR = 5
"""Places apart, where nothing else is said."""
ANY_ORDER = 3
"""Words that are looked for near each other in any order; of more only in that of the form."""

_ITEM = re.compile(
    r"(?P<without>NOT )?(?:(?P<field>\w+):)?(?:"
    r'\((?P<group>(?:"[^"]*"(?:~\d+)?|[^()"])*)\)'
    r'|"(?P<quoted>[^"]*)"(?:~(?P<within>\d+))?'
    r'|(?P<word>[^\s()":]+))(?: AND |\Z)'
)


def _few(text: str) -> str:
    """Refuse more words than a query can hold beside those of the other fields."""
    if len(words_of(text)) > MOST_WORDS:
        message = "at most {most} words fit into one field"
        raise PydanticCustomError("words", message, {"most": MOST_WORDS})
    return text


Typed = Annotated[str, Field(max_length=200), AfterValidator(_few)]


class AdvancedParameters(Parameters):
    """The fields of the form; those that nobody filled in are empty."""

    words: Typed = Field("", alias="all", description="All of these words.")
    phrase: Typed = Field("", description="Exactly these words, next to each other.")
    some: Typed = Field("", alias="any", description="Any of these words.")
    without: Typed = Field("", alias="none", description="None of these words.")
    near: Typed = Field("", description="These words near each other.")
    within: int = Field(NEAR, ge=1, le=FARTHEST, description="At most so many places apart.")
    title: Typed = Field("", description="These words in the headline.")
    person: Typed = Field("", description="A person the article is about.")
    place: Typed = Field("", description="A place the article is about.")
    author: Typed = Field("", description="Who wrote it.")
    section: Value = ""
    source: Value = ""
    tag: Value = ""
    language: Value = ""
    published_from: Day = Field(None, alias="from", description="The first day, in UTC.")
    published_to: Day = Field(None, alias="to", description="The last day, in UTC.")
    sort: Sort = "relevance"


def words_of(text: str) -> list[str]:
    """Return the words of a field; what is neither letter nor digit is no sign of the language.

    Examples
    --------
    >>> words_of('the "U.S." NOT (toll*)')
    ['the', 'U.S.', 'not', 'toll']
    """
    return [token.lower() if token in OPERATORS else token for token in PIECE.findall(text)]


def query_of(form: AdvancedParameters) -> str:
    """Return the query that asks for all that the form asks for; empty where it names no words.

    Examples
    --------
    >>> form = {"all": "bridge", "any": "toll fee", "none": "ferry", "person": "Ana Verdi"}
    >>> query_of(AdvancedParameters.model_validate(form))
    'bridge AND (toll OR fee) AND person:"Ana Verdi" AND NOT ferry'
    """
    return " AND ".join(_parts(form))


def _parts(form: AdvancedParameters) -> Iterator[str]:
    """Yield what an article must have, each in the query language."""
    yield from words_of(form.words)
    if phrase := words_of(form.phrase):
        yield _quoted(phrase)
    if some := words_of(form.some):
        yield _any(some)
    if near := words_of(form.near):
        yield _near(near, form.within)
    for word in words_of(form.title):
        yield f"title:{word}"
    for name in (*NAMES, *FACETS):
        if words := words_of(getattr(form, name)):
            yield f"{name}:{_quoted(words)}"
    if without := words_of(form.without):
        yield f"NOT {_any(without)}"


def _quoted(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _any(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"({' OR '.join(words)})"


def _near(words: Sequence[str], within: int) -> str:
    """Return words that stand near each other, in any order when they are few."""
    if len(words) == 1:
        return words[0]
    orders = permutations(words) if len(words) <= ANY_ORDER else [words]
    return _any([f"{_quoted(order)}~{within}" for order in dict.fromkeys(map(tuple, orders))])


def searched(form: AdvancedParameters, holds: Callable[[str, str], bool]) -> SearchParameters:
    """Return the search that the form asks for.

    Parameters
    ----------
    form : AdvancedParameters
        What was filled in.
    holds : callable
        Says whether the archive has a value of a facet: it becomes a filter, another one words.
    """
    filters = {
        name: value
        for name in FACETS
        if (value := getattr(form, name)) and (name == "language" or holds(name, value))
    }
    query = query_of(form.model_copy(update=dict.fromkeys(filters, "")))
    return SearchParameters.model_validate(
        {
            "q": query,
            "sort": form.sort,
            "from": form.published_from,
            "to": form.published_to,
            **{name: (value,) for name, value in filters.items()},
        }
    )


def form_of(parameters: SearchParameters) -> AdvancedParameters | None:
    """Return the form that asks for a search; None where its query does not fit into the fields.

    Examples
    --------
    >>> search = SearchParameters.model_validate({"q": 'bridge AND NOT (toll OR "fee")'})
    >>> form_of(search) is None
    True
    """
    found: dict[str, Any] = {"from": parameters.published_from, "to": parameters.published_to}
    found["sort"] = parameters.sort
    query = " ".join(parameters.q.split())
    plain = query.split() == words_of(query)
    if plain:
        found["any" if parameters.match == "any" and " " in query else "all"] = query
    else:
        fields = _fields(query)
        if fields is None:
            return None
        found |= fields
    for name in (*NAMES, *FACETS):
        values = getattr(parameters, name)
        if len(values) == 1 and name not in found:
            found[name] = values[0]
    try:
        form = AdvancedParameters.model_validate(found)
    except ValueError:  # more words than fit into a field
        return None
    return form if plain or _same(form, query) else None


def _same(form: AdvancedParameters, query: str) -> bool:
    """Say whether a form asks for this query, its filters left aside, in whatever order."""
    filters = [name for name in (*NAMES, *FACETS) if f"{name}:" not in query]
    parts = _parts(form.model_copy(update=dict.fromkeys(filters, "")))
    return sorted(parts) == sorted(item[0].removesuffix(" AND ") for item in _ITEM.finditer(query))


def _fields(query: str) -> dict[str, Any] | None:
    """Return what stands in which field, None where a part of the query stands in none."""
    found: dict[str, list[str]] = {}
    within = NEAR
    place = 0
    while place < len(query):
        item = _ITEM.match(query, place)
        if item is None:
            return None
        place = item.end()
        text, name = item["word"] or item["quoted"] or "", "all"
        if item["field"]:
            name = item["field"]
        elif item["within"] or (item["group"] or "").startswith('"'):
            name = "near"
            first = re.match(r'"([^"]*)"~(\d+)', item["group"] or item[0])
            if first is None:
                return None
            text, within = first[1], int(first[2])
        elif item["quoted"] is not None:
            name = "phrase"
        elif item["without"] or item["group"]:
            name = "none" if item["without"] else "any"
            text = " ".join((item["group"] or text).split(" OR "))
        found.setdefault(name, []).append(text)
    joined: dict[str, Any] = {name: " ".join(texts) for name, texts in found.items()}
    return joined | {"within": within}
