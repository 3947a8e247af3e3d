"""What a check of an archive found: how much was looked at, and what is wrong with it."""

from dataclasses import dataclass

MOST_NAMED = 20
"""Faults of one check that are told one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what of it, and what to do about it."""

    where: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one check found.

    Attributes
    ----------
    name : str
        What was checked.
    count : int
        How many things were looked at.
    noun : str
        What these are, in the singular.
    wrong : int
        How many things are wrong with them.
    faults : tuple of Fault
        The first of these.
    """

    name: str
    count: int
    noun: str
    wrong: int
    faults: tuple[Fault, ...]


class Faults:
    """Collects what one check finds, of which only some is kept.

    Examples
    --------
    >>> found = Faults("lists", "list")
    >>> found.looked()
    >>> found.add("list of a1", "it names itself", "rebuild")
    >>> found.checked().wrong
    1
    """

    def __init__(self, name: str, noun: str) -> None:
        self._name, self._noun = name, noun
        self._count = self._wrong = 0
        self._kept: list[Fault] = []

    def looked(self, count: int = 1) -> None:
        """Count what was looked at."""
        self._count += count

    def add(self, where: str, what: str, remedy: str) -> None:
        """Count one thing that is wrong."""
        self._wrong += 1
        if len(self._kept) < MOST_NAMED:
            self._kept.append(Fault(where, what, remedy))

    def checked(self) -> Checked:
        """Return what was found so far."""
        return Checked(
            name=self._name,
            count=self._count,
            noun=self._noun,
            wrong=self._wrong,
            faults=tuple(self._kept),
        )
