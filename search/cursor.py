"""Cursors: a place among hits that stays right while articles come and go."""

import math
from dataclasses import dataclass
from typing import Self

from articles.message import Message
from search.errors import SearchError

LONGEST = 1_000
"""Characters of a cursor as it is written."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """One hit of a page, by whatever it may be sorted; ``published`` is in seconds since 1970.

    Examples
    --------
    >>> str(Cursor(1310385600, 12.5, "2011/treaty"))
    '1310385600~12.5~2011/treaty'
    >>> Cursor.parse("~12.5~undated").published is None
    True
    """

    published: int | None
    score: float
    id: str

    def __str__(self) -> str:
        published = "" if self.published is None else self.published
        return f"{published}~{self.score:.9g}~{self.id}"  # so many digits tell float32 apart

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor that was written so.

        Raises
        ------
        SearchError
            When it is none.
        """
        try:
            published, score, article_id = text[:LONGEST].split("~", 2)
            found = cls(int(published) if published else None, float(score), article_id)
        except ValueError:
            found = None
        if (
            found is None
            or not found.id
            or not math.isfinite(found.score)
            or abs(found.published or 0) >= 1 << 62
        ):
            raise SearchError(Message("this names no place among hits: begin at the first page"))
        return found
