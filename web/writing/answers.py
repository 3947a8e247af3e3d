"""What a call that writes answers: one line for each article, and how many of each kind."""

from collections.abc import Sequence

from flask import Response
from pydantic import BaseModel, Field

from articles.writing import WriteOutcome, Written, counts_of
from web.api import as_json


class WrittenModel(BaseModel):
    """What became of one article."""

    id: str = Field(description="Empty where the article was not read far enough to have one.")
    outcome: WriteOutcome
    reasons: list[str] = Field(description="What was repaired, or why it was rejected.")


class WriteAnswerModel(BaseModel):
    """What became of every article, in the order in which they were sent."""

    added: int
    changed: int
    unchanged: int
    withdrawn: int
    rejected: int
    articles: list[WrittenModel]


def write_model(written: Sequence[Written]) -> WriteAnswerModel:
    """Return the answer about articles that were sent."""
    return WriteAnswerModel(
        articles=[
            WrittenModel(id=one.id, outcome=one.outcome, reasons=list(one.reasons))
            for one in written
        ],
        **{name.value: count for name, count in counts_of(written).items()},
    )


def write_answer(written: Sequence[Written], *, again: bool) -> Response:
    """Return the answer as a response that says whether it was given before."""
    response = as_json(write_model(written))
    response.headers["Cache-Control"] = "no-store"
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return response
