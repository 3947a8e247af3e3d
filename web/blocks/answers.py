"""The JSON shapes of blocks, as the OpenAPI document has them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from recommender.shelf import Reason
from web.problems import ProblemModel

HTML: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
"""What an answer in HTML is."""


class ScoreModel(BaseModel):
    """What the score of an item is made of."""

    total: float = Field(description="How likely both are about one subject, between 0 and 1.")
    words: float = Field(description="The likeness of the words, four fifths of the similarity.")
    themes: float = Field(description="The likeness of the themes, one fifth of the similarity.")
    terms: list[str] = Field(description="The words that weigh most in the score.")


class BlockItemModel(BaseModel):
    """One article of a block, and why it stands there."""

    position: int = Field(description="Counted from 1.")
    id: str
    url: str = Field(description="The article on the newspaper's site, or else its page here.")
    title: str
    summary: str = Field(description="Its summary or its beginning, as text.")
    section: str
    published: datetime | None
    reason: Reason
    reason_text: str = Field(description="The reason in words.")
    copies: int = Field(description="How many other versions its story has.")
    score: ScoreModel | None = Field(
        description="Null without `explain`, and where the article was not compared."
    )


class BlockModel(BaseModel):
    """One block of a page."""

    title: str
    items: list[BlockItemModel]


class BlocksModel(BaseModel):
    """The three blocks of a page; no story stands in them twice."""

    related: BlockModel
    editors_choice: BlockModel
    popular: BlockModel


class BlocksArticleModel(BaseModel):
    """The article beside which the blocks stand."""

    id: str
    url: str = Field(description="The article on the newspaper's site, or else its page here.")
    title: str


class PageBlocksModel(BaseModel):
    """Everything that stands beside an article."""

    model_config = ConfigDict(openapi_extra={"content": HTML})  # type: ignore[typeddict-unknown-key]

    article: BlocksArticleModel
    recipe: str = Field(description="The recipe of the related articles.")
    receipt: str = Field(description="To be handed back with views and clicks of this page.")
    blocks: BlocksModel


class UnknownPageModel(ProblemModel):
    """A page that is not known, with blocks that fit every page where they were asked for."""

    recipe: str = Field("", description="Only with `fallback`, as what follows.")
    receipt: str = ""
    blocks: BlocksModel | None = None


class ChoiceModel(BlockModel):
    """The editor's choice of a section, or of all where it is empty."""

    section: str


class BatchEntryModel(BaseModel):
    """What belongs beside one of many articles."""

    id: str
    is_known: bool = Field(description="Whether a public article has that id.")
    related: list[BlockItemModel]


class BatchModel(BaseModel):
    """What belongs beside each of many articles, in their order."""

    articles: list[BatchEntryModel]
