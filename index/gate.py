"""The gate: a finished generation is checked before it is served, and refused when it fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.errors import BackfileError
from index.build_step import OnProgress
from index.generation import Generation

_NAMED = 20
"""Failures of one check that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check found.

    ``summary`` is a sentence such as "11 of 12 golden pairs hold."; ``failures`` say one by one
    what does not, ``notes`` what was not checked. A verdict may be ``passed`` with failures.
    """

    passed: bool
    summary: str
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Return the verdict as sentences, the failures cut to a number that can be read."""
        named = self.failures[:_NAMED]
        rest = len(self.failures) - len(named)
        more = (f"{rest:,} more fail.",) if rest else ()
        return (self.summary, *named, *more, *self.notes)


class RefusedGenerationError(BackfileError):
    """A generation failed a check; what was served before is served still.

    ``verdicts`` are what all checks found.
    """

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__(
            "the new index is refused, and what was served is served still:\n"
            + "\n".join(f"  {line}" for verdict in verdicts for line in verdict.lines())
            + "\nThe refused index was removed. Correct the articles, the settings or the list; "
            "`backfile rebuild --force` serves it all the same."
        )
        self.verdicts = tuple(verdicts)


Check = Callable[[Generation, OnProgress], Verdict]
"""Looks at a generation that is complete and not yet served.

How what stands above the index takes part without the index knowing it.
"""


def judge(
    folder: Path, checks: Sequence[Check], on_progress: OnProgress, *, force: bool
) -> tuple[Verdict, ...]:
    """Let every check look at a finished generation; return what they find.

    Raises
    ------
    RefusedGenerationError
        When one of them fails, unless ``force`` says to serve it all the same.
    """
    if not checks:
        return ()
    generation = Generation(folder)
    try:
        verdicts = tuple(check(generation, on_progress) for check in checks)
    finally:
        generation.close()
    if force or all(verdict.passed for verdict in verdicts):
        return verdicts
    raise RefusedGenerationError(verdicts)
