"""What the pages show on which results are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from flask import url_for
from markupsafe import escape

from articles.article import Article
from articles.judgments import Grade, JudgmentKind, asked
from recommender.related import RelatedArticle
from search.engine import Hit, SearchAnswer
from search.reason import Reason
from web.console.judging import CHOICES, field_of
from web.console.parameters import (
    MOST_JUDGED,
    JudgeParameters,
    JudgeRelatedParameters,
    JudgeSearchParameters,
)
from web.formatting import counted
from web.search_page import MODES, Choice

SIZES = {10: "first 10", MOST_JUDGED: f"first {MOST_JUDGED}"}
ORDERS = {"ranked": "As ranked", "shuffled": "Shuffled"}
Result = TypeVar("Result", Hit, RelatedArticle)
LABELS = {"good": "Good", "fair": "Fair", "bad": "Bad", "none": "Not judged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedResult:
    """One result with the choices beside it.

    ``marked_title`` and ``snippet`` are escaped HTML; ``choice`` is the one of the judge so far.
    """

    id: str
    field: str
    marked_title: str
    snippet: str
    published: datetime | None
    section: str
    source: str = ""
    language: str = ""
    shares: str = ""
    reasons: tuple[Reason, ...] = ()
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePage:
    """What ``judge.html`` shows.

    ``article`` is the one beside which related articles stand, None where a query is judged.
    ``modes`` are the ways to search, empty for related articles; ``sizes`` say how many results are
    shown. ``address`` is where the form goes; ``elsewhere`` counts what the judge has said of
    articles that are not among the results now.
    """

    parameters: JudgeParameters
    query: str
    article: Article | None
    results: tuple[JudgedResult, ...]
    notices: tuple[str, ...]
    modes: tuple[Choice, ...]
    sizes: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    address: str
    elsewhere: int

    @property
    def labels(self) -> dict[str, str]:
        """The choices beside a result, in their order, with their words."""
        return LABELS

    @property
    def judged(self) -> int:
        """How many of the results this judge has judged."""
        return sum(CHOICES[result.choice] is not None for result in self.results)

    @property
    def progress(self) -> str:
        """How far the judge has come, in words."""
        beside = f", and {self.elsewhere} that no longer stand here" if self.elsewhere else ""
        return f"{self.judged} of {counted(len(self.results), 'result')} judged by you{beside}"


def judge_search_page(
    parameters: JudgeSearchParameters,
    answer: SearchAnswer,
    grades: Mapping[str, Grade],
    judge: str,
) -> JudgePage:
    """Return the page on which the hits of a query are judged."""
    hits = _ordered(answer.hits, parameters, JudgmentKind.SEARCH, parameters.q, judge)
    return JudgePage(
        parameters=parameters,
        query=parameters.q,
        article=None,
        results=tuple(
            JudgedResult(
                id=hit.id,
                field=field_of(hit.id),
                marked_title=hit.marked_title,
                snippet=hit.snippet,
                published=hit.published,
                section=hit.section,
                source=hit.source,
                language=hit.language,
                reasons=hit.explanation,
                choice=_choice(grades.get(hit.id)),
            )
            for hit in hits
        ),
        notices=answer.notices,
        modes=_choices("console.judge", parameters, "mode", MODES),
        sizes=_choices("console.judge", parameters, "size", SIZES),
        orders=_choices("console.judge", parameters, "order", ORDERS),
        address=url_for("console.keep", **_arguments(parameters)),
        elsewhere=len(grades.keys() - {hit.id for hit in hits}),
    )


def judge_related_page(
    parameters: JudgeRelatedParameters,
    article: Article,
    related: Sequence[RelatedArticle],
    grades: Mapping[str, Grade],
    judge: str,
) -> JudgePage:
    """Return the page on which the articles beside one are judged."""
    items = _ordered(related, parameters, JudgmentKind.RELATED, article.id, judge)
    return JudgePage(
        parameters=parameters,
        query="",
        article=article,
        results=tuple(
            JudgedResult(
                id=item.id,
                field=field_of(item.id),
                marked_title=str(escape(item.title)),
                snippet=item.snippet,
                published=item.published,
                section=item.section,
                shares=", ".join(item.terms),
                choice=_choice(grades.get(item.id)),
            )
            for item in items
        ),
        notices=(),
        modes=(),
        sizes=_choices("console.judge_related", parameters, "size", SIZES),
        orders=_choices("console.judge_related", parameters, "order", ORDERS),
        address=url_for("console.keep_related", **_arguments(parameters)),
        elsewhere=len(grades.keys() - {item.id for item in items}),
    )


def shuffled(
    results: Iterable[Result], kind: JudgmentKind, question: str, judge: str
) -> tuple[Result, ...]:
    """Return the results in an order that tells nothing of their rank.

    It is another one for each judge and question, and always the same for these two: who comes back
    finds the results in the order in which they were.
    """
    seed = f"{judge}\0{kind}\0{asked(kind, question)}\0"

    def place(result: Result) -> bytes:
        return sha256((seed + result.id).encode(errors="surrogatepass")).digest()

    return tuple(sorted(results, key=place))


def _ordered(
    results: Sequence[Result],
    parameters: JudgeParameters,
    kind: JudgmentKind,
    question: str,
    judge: str,
) -> tuple[Result, ...]:
    if parameters.order == "ranked":
        return tuple(results)
    return shuffled(results, kind, question, judge)


def _choice(grade: Grade | None) -> str:
    return next(name for name, meant in CHOICES.items() if meant is grade)


def _choices(
    endpoint: str, parameters: JudgeParameters, name: str, labels: Mapping[Any, str]
) -> tuple[Choice, ...]:
    """Return the links that change one parameter."""
    return tuple(
        Choice(
            label,
            url_for(endpoint, **_arguments(parameters.model_copy(update={name: value}))),
            value == getattr(parameters, name),
        )
        for value, label in labels.items()
    )


def _arguments(parameters: JudgeParameters) -> dict[str, Any]:
    return parameters.model_dump(mode="json", exclude_defaults=True)
