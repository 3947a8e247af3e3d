"""Golden pairs and queries: examples of a newsroom's own that every generation is held to."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from articles.errors import BackfileError
from articles.store import Store
from index.build_step import BuildProgress, OnProgress
from index.gate import Check, Verdict
from index.generation import Generation
from recommender.related import MAXIMUM_RELATED, RelatedRequest
from web.evaluation.files import read_lines
from web.formatting import counted
from web.parameters import SearchParameters, search_request
from web.served import Served
from web.settings import Settings

PLACE = 5
"""The last place that will do where a line names none."""
DEEPEST_PAIR = MAXIMUM_RELATED
DEEPEST_QUERY = 1_000
"""How far down is looked for an article that does not stand where it should."""

_NAMED = 5
"""Skipped articles that a note names."""


class GoldenError(BackfileError):
    """A file of golden pairs or queries cannot be read."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One example: beside or in answer to ``question`` stands ``article_id`` up to ``place``.

    ``question`` is the id of an article or a query.
    """

    question: str
    article_id: str
    place: int = PLACE


def read_golden(path: Path, deepest: int) -> list[Golden]:
    """Return the examples of a file: question, tab, id of an article, perhaps a tab and a place.

    Raises
    ------
    GoldenError
        When the file is missing, or a line is something else.
    """
    if not path.is_file():
        raise GoldenError(f"there is no file {path}, which the settings name as golden")
    found = []
    for number, line in read_lines(path):
        fields = [field.strip() for field in line.split("\t")]
        if not 2 <= len(fields) <= 3 or not all(fields[:2]):
            raise GoldenError(
                f"{path}:{number}: write the id of an article or a query, a tab, the id of the "
                "article that must be found, and if need be a tab and a place"
            )
        place = fields[2] if len(fields) > 2 and fields[2] else str(PLACE)
        if not (place.isdecimal() and len(place) < 6 and 1 <= int(place) <= deepest):
            raise GoldenError(
                f"{path}:{number}: {place} is no place: write a number from 1 to {deepest:,}"
            )
        found.append(Golden(fields[0], fields[1], int(place)))
    return found


class GoldenCheck(ABC):
    """A check of the gate: the examples of one file hold in a generation as it would be served.

    Parameters
    ----------
    golden : sequence of Golden
        The examples.
    deepest : int
        How far down is looked for an article that does not stand where it should.
    store, settings : Store, Settings
        What a generation is served with.
    """

    plural = "examples"

    def __init__(
        self, golden: Sequence[Golden], store: Store, settings: Settings, deepest: int
    ) -> None:
        self._golden = golden
        self._store = store
        self._deepest = deepest
        self.settings = settings

    def __call__(self, generation: Generation, on_progress: OnProgress) -> Verdict:
        """Say how many examples hold; those of articles that are not public are skipped."""
        served = Served(generation, self._store, self.settings)
        failures: list[str] = []
        skipped: list[str] = []
        on_progress(BuildProgress(f"checking {self.plural}", 0, len(self._golden)))
        for done, one in enumerate(self._golden, 1):
            hidden = [name for name in self.needed(one) if served.engine.article(name) is None]
            if hidden:
                skipped.append(hidden[0])
            elif fault := self._fault(served, one):
                failures.append(fault)
            on_progress(BuildProgress(f"checking {self.plural}", done, len(self._golden)))
        checked = len(self._golden) - len(skipped)
        held = checked - len(failures)
        notes: tuple[str, ...] = ()
        if skipped:
            named = ", ".join(dict.fromkeys(skipped[:_NAMED]))
            more = ", ..." if len(skipped) > _NAMED else ""
            lines = counted(len(skipped), "line")
            notes = (f"{lines} of {self.plural} skipped, not public: {named}{more}.",)
        return Verdict(
            passed=held >= self.settings.golden_share * checked,
            summary=f"{held:,} of {checked:,} {self.plural} hold.",
            failures=tuple(failures),
            notes=notes,
        )

    def needed(self, golden: Golden) -> tuple[str, ...]:
        """Return the ids of the articles that must be public for an example to count."""
        return (golden.article_id,)

    @abstractmethod
    def ask(self, served: Served, golden: Golden, limit: int) -> Sequence[str]:
        """Return the ids of what is answered."""

    def _fault(self, served: Served, golden: Golden) -> str:
        """Say where the article of a failing example stands now, "" when the example holds."""
        if golden.article_id in self.ask(served, golden, golden.place):
            return ""
        found = list(self.ask(served, golden, self._deepest))
        wanted = f"{golden.question}: {golden.article_id} should be among the first {golden.place}"
        if golden.article_id in found:
            return f"{wanted} and stands at place {found.index(golden.article_id) + 1:,}."
        return f"{wanted} and is not among the {len(found):,} found."


class GoldenPairs(GoldenCheck):
    """Examples of related articles."""

    plural = "golden pairs"

    def needed(self, golden: Golden) -> tuple[str, ...]:
        """Return both articles of the pair."""
        return golden.question, golden.article_id

    def ask(self, served: Served, golden: Golden, limit: int) -> Sequence[str]:
        """Return the related articles, as the site shows them."""
        wanted = RelatedRequest(limit=limit)
        return [item.id for item in served.related(golden.question, wanted)]


class GoldenQueries(GoldenCheck):
    """Examples of searches."""

    plural = "golden queries"

    def ask(self, served: Served, golden: Golden, limit: int) -> Sequence[str]:
        """Return the hits of the query, as a reader gets them."""
        request = search_request(
            SearchParameters.model_validate({"q": golden.question}), self.settings
        )
        return served.engine.rank(replace(request, limit=limit)).ids


def golden_checks(store: Store, settings: Settings) -> list[Check]:
    """Return the checks that the settings ask for, their files read; none where none is named.

    Raises
    ------
    GoldenError
        When a file cannot be read: before anything is built.
    """
    checks: list[Check] = []
    if settings.golden_pairs:
        pairs = read_golden(Path(settings.golden_pairs), DEEPEST_PAIR)
        checks.append(GoldenPairs(pairs, store, settings, DEEPEST_PAIR))
    if settings.golden_queries:
        queries = read_golden(Path(settings.golden_queries), DEEPEST_QUERY)
        checks.append(GoldenQueries(queries, store, settings, DEEPEST_QUERY))
    return checks
