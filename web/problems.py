"""What is answered when something is wrong: problem+json for programs, a page for people."""

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, SkipValidation, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.sansio.response import Response as AnyResponse

from articles.database import NoRoomError
from articles.errors import BackfileError
from articles.message import Message
from articles.store import StoreError
from index.arrays import DamagedFileError
from index.publish import NoGenerationError
from recommender.related import UnknownArticleError
from search.errors import SearchError
from web.serving import change_generation
from web.watching.logs import request_id

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
PROGRAMS = ("/healthz", "/metrics", "/readyz")
"""Addresses beside those of the API that programs ask for."""
RETRY_AFTER = 30
"""Seconds after which to ask again while there is no generation."""


class FaultModel(BaseModel):
    """One parameter that cannot be used, and what to do about it."""

    parameter: str
    detail: SkipValidation[str]  # or the model would make a plain string of a Message


class ProblemModel(BaseModel):
    """What went wrong, after RFC 9457."""

    type: str = "about:blank"
    title: str = Field(description="The phrase of the status.")
    status: int
    detail: SkipValidation[str] = Field(description="What was wrong and what to do about it.")
    errors: list[FaultModel] = Field([], description="The parameters at fault.")
    request_id: str = Field("", description="By which the log knows the request.")


_FAULTS = {
    "bool_parsing": Message("input should be true or false"),
    "day": Message("give a day as year-month-day, such as 2011-07-11"),
    "greater_than_equal": Message("input should be greater than or equal to %(ge)s"),
    "int_parsing": Message("input should be a whole number"),
    "less_than_equal": Message("input should be less than or equal to %(le)s"),
    "int_parsing_size": Message("the number is too large"),
    "literal_error": Message("input should be %(expected)s"),
    "string_too_long": Message("at most %(max_length)s characters are allowed"),
    "too_long": Message("at most %(max_length)s values are allowed"),
    "words": Message("at most %(most)s words fit into one field"),
}
"""What is said of the faults that a reader can make, by their names in Pydantic."""


def _fault(item: ErrorDetails) -> str:
    """Return what is said of a fault that the validation found."""
    known = _FAULTS.get(item["type"])
    if known is None:
        return item["msg"][:1].lower() + item["msg"][1:]
    values = {
        name: value for name, value in item.get("ctx", {}).items() if f"%({name})" in known.template
    }
    if "expected" in values:
        values["expected"] = _one_of(str(values["expected"]))
    return Message(known.template, **values)


def _one_of(expected: str) -> str:
    """Return what Pydantic lists, "'a', 'b' or 'c'", as it is said in other languages, too."""
    others, joined, last = expected.rpartition(" or ")
    return Message("%(others)s or %(last)s", others=others, last=last) if joined else expected


class ParameterError(BackfileError):
    """A parameter that cannot be used."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.faults = [FaultModel(parameter=parameter, detail=detail)]

    @classmethod
    def of(cls, error: ValidationError) -> "ParameterError":
        """Return the error that names every parameter the validation found at fault."""
        faults = [
            FaultModel(
                parameter=".".join(str(part) for part in item["loc"]) or "body",
                detail=_fault(item),
            )
            for item in error.errors(include_url=False, include_input=False)
        ]
        raised = cls(faults[0].parameter, faults[0].detail)
        raised.args = ("; ".join(f"{fault.parameter}: {fault.detail}" for fault in faults),)
        raised.faults = faults
        return raised


DETAILS = {
    400: Message("The request cannot be read as it stands."),
    404: Message("Nothing is kept at this address."),
    405: Message("This address does not take that method; the header Allow names those it takes."),
    413: Message("The body is larger than this archive takes: send a shorter text."),
    415: Message("Send the body as JSON, with the header Content-Type: application/json."),
    500: Message("Something broke on our side; it has been written to the log."),
    503: Message(
        "The archive has no sound index: `backfile rebuild` makes one, no restart is needed."
    ),
}
"""What each status says unless the error says it better."""


def problem_of(error: Exception) -> ProblemModel:
    """Return the problem an error becomes; what it says never holds a path or a stack trace."""
    status, detail, faults = 500, "", []
    if isinstance(error, ParameterError):
        status, detail, faults = 400, str(error), error.faults
    elif isinstance(error, SearchError | UnknownArticleError):
        # The argument itself, which knows how it is said in other languages.
        status = 400 if isinstance(error, SearchError) else 404
        detail = error.args[0]
    elif isinstance(error, NoGenerationError | DamagedFileError):
        status = 503
    elif isinstance(error, NoRoomError):
        status, detail = 503, Message("The archive has no room left: nothing was stored.")
    elif isinstance(error, StoreError):
        status, detail = 503, Message("The archive’s database does not answer: try again soon.")
    elif isinstance(error, HTTPException):
        status = error.code or 500
        detail = DETAILS.get(status, error.description or "")
        if isinstance(error, ServiceUnavailable):
            detail = error.description or ""
    return ProblemModel(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or DETAILS.get(status, ""),
        errors=faults,
        request_id=request_id(),
    )


def answer_problem(error: Exception) -> AnyResponse:
    """Answer an error: problem+json under the API, a page with a search box elsewhere."""
    if isinstance(error, HTTPException) and (error.response or (error.code or 500) < 400):
        return error.get_response()
    problem = problem_of(error)
    if isinstance(error, DamagedFileError | StoreError):
        logger.error("%s", str(error))  # as text: a kept error would keep what its frames hold
    elif problem.status >= 500 and not isinstance(error, NoGenerationError | ServiceUnavailable):
        logger.error("%s %s failed", request.method, request.url_rule, exc_info=error)
    if request.path.startswith("/api/") or request.path in PROGRAMS:
        response = Response(problem.model_dump_json(), problem.status, mimetype=MEDIA_TYPE)
    else:
        page = render_template("problem.html", problem=problem, q=request.args.get("q", ""))
        response = Response(page, problem.status)
    if isinstance(error, HTTPException):
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name != "Content-Type"
        )
    if problem.status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def answer_damage(error: DamagedFileError) -> ResponseReturnValue:
    """Answer once more, from an older generation, where a damaged page of the index was met."""
    if not change_generation():
        return answer_problem(error)
    logger.error("%s", str(error))
    try:
        return current_app.dispatch_request()
    except Exception as again:  # noqa: BLE001  whatever it is has its answer, too
        return answer_problem(again)


def register_problems(app: Flask) -> None:
    """Let every error of the application be answered by `answer_problem`."""
    app.register_error_handler(DamagedFileError, answer_damage)
    for kind in (HTTPException, Exception):
        app.register_error_handler(kind, answer_problem)
