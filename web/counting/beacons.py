"""Beacons: what a page says when it is read, or when an item of its blocks is followed."""

from typing import Annotated, Literal, Self

from flask import Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from web.problems import ParameterError
from web.receipts import LONGEST

LONGEST_BODY = LONGEST + 4_096
"""Bytes of the longest body of a beacon that is read."""
MOST_EVENTS = 1_000
"""Events that a server may send at once."""
_LONGEST_ID = 2_000

ReceiptText = Annotated[str, Field(max_length=LONGEST)]
Id = Annotated[str, Field(max_length=_LONGEST_ID)]


class Beacon(BaseModel):
    """A body whose unknown members are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ViewBeacon(Beacon):
    """That an article was opened: by the receipt of its blocks, or by its id or address."""

    receipt: ReceiptText = Field("", description="As the blocks of the page had it.")
    id: Id = Field("", description="The article's id.")
    url: Id = Field("", description="The article's address.")

    @model_validator(mode="after")
    def _name_one(self) -> Self:
        if not (self.receipt or self.id or self.url):
            raise PydanticCustomError("one_of", "give a receipt, an id or a url")
        return self


class ClickBeacon(Beacon):
    """That an item of a block was followed."""

    receipt: ReceiptText = Field(min_length=1, description="As the blocks of the page had it.")
    block: str = Field(max_length=40, description="Such as related.")
    position: int = Field(ge=1, le=1_000, description="The item's position, counted from 1.")


class EventModel(ViewBeacon):
    """What a server says that one of its readers did."""

    kind: Literal["view", "click"] = "view"
    block: str = Field("", max_length=40, description="The block of a click.")
    position: int = Field(1, ge=1, le=1_000, description="The position of a click, from 1.")
    at: AwareDatetime | None = Field(None, description="When; default: now.")
    address: str = Field(
        "",
        max_length=100,
        description="The reader's address, from which views are told apart and which is not "
        "stored; without one each event counts. A click needs one.",
    )
    agent: str = Field("", max_length=2_000, description="The reader's user agent, likewise.")
    private: bool = Field(
        False, description="Whether the reader asked not to be tracked (DNT, Sec-GPC)."
    )


class EventsModel(Beacon):
    """Events of a server, in their order."""

    events: list[EventModel] = Field(max_length=MOST_EVENTS)


def read_view(request: Request) -> ViewBeacon:
    """Return the view that was posted, whatever the type of its content.

    Raises
    ------
    ParameterError
        When it cannot be read.
    """
    try:
        return ViewBeacon.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise _unreadable(error) from error


def read_click(request: Request) -> ClickBeacon:
    """Return the click that was posted, likewise."""
    try:
        return ClickBeacon.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise _unreadable(error) from error


def read_events(request: Request) -> list[EventModel]:
    """Return the events that were posted, likewise."""
    try:
        return EventsModel.model_validate_json(request.get_data(cache=False)).events
    except ValidationError as error:
        raise _unreadable(error) from error


def _unreadable(error: ValidationError) -> ParameterError:
    if error.errors(include_url=False)[0]["type"] == "json_invalid":
        return ParameterError("body", "this is not a JSON document that can be read")
    return ParameterError.of(error)
