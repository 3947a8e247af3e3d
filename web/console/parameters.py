"""What may be asked of the console in an address."""

from typing import Literal

from pydantic import Field

from articles.judgments import Grade, Judgment, JudgmentKind, asked, fault_of
from search.engine import Match, Mode, SearchRequest, Sort
from web.console.session import now
from web.parameters import Parameters
from web.problems import ParameterError

Order = Literal["ranked", "shuffled"]
MOST_JUDGED = 20
"""Results on one page to judge: more tire the judge."""


class JudgeParameters(Parameters):
    """How many results are judged, and in which order they are shown."""

    order: Order = "ranked"
    size: int = Field(10, ge=1, le=MOST_JUDGED)


class JudgeSearchParameters(JudgeParameters):
    """A search to judge: as a reader searches, without filters."""

    q: str = ""
    sort: Sort = "relevance"
    match: Match = "any"
    mode: Mode = "exact"

    def request(self) -> SearchRequest:
        """Return the search. ParameterError when nobody could judge the query."""
        query = asked(JudgmentKind.SEARCH, self.q)
        if not query:
            raise ParameterError("q", "give the words whose results are to be judged")
        require_question(JudgmentKind.SEARCH, "q", query)
        return SearchRequest(
            query=query,
            sort=self.sort,
            match=self.match,
            mode=self.mode,
            limit=self.size,
            facets=False,
            explain=True,
        )


class JudgeRelatedParameters(JudgeParameters):
    """A list of related articles to judge: the article's id."""

    id: str


class StartParameters(Parameters):
    """The page of the list of what is judged."""

    page: int = Field(1, ge=1, le=1_000_000)


class DownloadParameters(Parameters):
    """Whether judgments of searches or of related articles are wanted."""

    kind: JudgmentKind = JudgmentKind.SEARCH


class LoginParameters(Parameters):
    """Where to go after the login, and whether something that was sent is lost."""

    next: str = ""
    lost: bool = False


def require_question(kind: JudgmentKind, parameter: str, question: str) -> None:
    """Raise `ParameterError` when the store cannot keep what is said of the question."""
    probe = Judgment(
        kind=kind, question=question, article_id="-", grade=Grade.BAD, judge="-", at=now()
    )
    if fault := fault_of(probe):
        raise ParameterError(parameter, f"this cannot be judged: {fault}")
