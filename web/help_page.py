"""What the help page shows: everything that can be written, with examples of this archive."""

from dataclasses import dataclass

from search.grammar import PARTS, ExampleWords, rules
from search.query import LONGEST_QUERY, MOST_CLAUSES
from web.locales import number, say
from web.parameters import SearchParameters
from web.search_links import SearchLinks


@dataclass(frozen=True, slots=True)
class HelpRow:
    """An example, the address of its search, and what it finds."""

    example: str
    address: str
    meaning: str


@dataclass(frozen=True, slots=True)
class HelpPart:
    """Rows under one heading; ``name`` is its anchor."""

    name: str
    heading: str
    rows: tuple[HelpRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """What ``help.html`` shows.

    ``words`` are those of the examples, ``longest`` and ``most`` how many characters and parts of a
    query are read, as the language of the page writes numbers.
    """

    parts: tuple[HelpPart, ...]
    words: ExampleWords
    longest: str
    most: str


def help_page(words: ExampleWords) -> HelpPage:
    """Return the page with examples made of these words."""
    links = SearchLinks(SearchParameters.model_validate({}))
    parts = (
        HelpPart(
            name=f"part-{place}",
            heading=say(part),
            rows=tuple(
                HelpRow(example, links.to(q=example), say(rule.meaning))
                for rule in rules(part)
                for example in [rule.example(words)]
            ),
        )
        for place, part in enumerate(PARTS, 1)
    )
    return HelpPage(
        parts=tuple(parts),
        words=words,
        longest=number(LONGEST_QUERY),
        most=number(MOST_CLAUSES),
    )
