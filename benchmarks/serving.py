"""What readers and operators feel of Backfile alone: opening, pages, snippets, memory, abuse."""

import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from string import ascii_lowercase

import numpy as np

from benchmarks import machine
from benchmarks.figures import ServingFigures
from benchmarks.process import timed
from benchmarks.questions import Family, Question
from index.publish import Generations
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchError, SearchRequest

OPENINGS = 5
PASSES = 5
PAGES = 200
"""Pages that are asked for before the memory is looked at."""


def serving(folder: Path, questions: Sequence[Question]) -> ServingFigures:
    """Measure the generation in a folder, in a process that does nothing else."""
    generations = Generations(folder)
    opening = [timed(lambda: generations.open_current().close()) for _ in range(OPENINGS)]
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation))
    texts = [question.text for question in questions if question.family is Family.TYPED]
    pages = [timed(_search(engine, text)) for text in islice(cycle(texts), PAGES)]
    memory = machine.memory()
    snippets = [_snippets(engine, text) for text in texts]
    worst, query = max((timed(_search(engine, text)), text) for text in hostile())
    engine.close()
    page_median, page_p95 = np.percentile(pages, [50, 95]).tolist()
    snippets_median, snippets_p95 = np.percentile(snippets, [50, 95]).tolist()
    return ServingFigures(
        open=statistics.median(opening),
        page_median=page_median,
        page_p95=page_p95,
        snippets_median=snippets_median,
        snippets_p95=snippets_p95,
        resident=memory.resident,
        private=memory.private,
        hostile=worst,
        hostile_query=query if len(query) <= 40 else f"{query[:37]}...",
    )


def hostile() -> list[str]:
    """Return queries that cost engines seconds or their lives."""
    letters = ascii_lowercase
    return [
        "*",
        "?*",
        "*a*",
        "*e* *a* *i*",
        "e* -a*",
        " OR ".join(f"{letter}*" for letter in letters),
        " AND ".join(f"*{letter}*" for letter in letters),
        " ".join(f"word{number}" for number in range(1_000)),
        " OR ".join(f"{left}{right}*" for left in letters for right in letters),
        "(" * 500 + "bridge" + ")" * 500,
        "NOT " * 500 + "bridge",
        "/.*a.*e.*/",
        'r"(a+)+b"',
        '"' + "the " * 300 + '"',
        '"of the and to in"~100',
        "the of and to in that is was for on",
        "said " * 400,
        "bridge^1000000000 river~99",
        "date:[0001 TO 9999] *",
        "title:* AND NOT text:*",
    ]


def _snippets(engine: EmbeddedEngine, text: str) -> float:
    """Return the milliseconds that ten snippets add to a search: best against best."""
    bare, full = (
        min(timed(_search(engine, text, facets=False, snippets=wanted)) for _ in range(PASSES))
        for wanted in (False, True)
    )
    return full - bare


def _search(
    engine: EmbeddedEngine, text: str, *, facets: bool = True, snippets: bool = True
) -> Callable[[], object]:
    """Return the call that searches; a refusal is an answer, too."""
    request = SearchRequest(query=text, facets=facets, snippets=snippets)

    def search() -> None:
        with suppress(SearchError):
            engine.search(request)

    return search
