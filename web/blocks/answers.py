"""The JSON shapes of blocks."""

from datetime import datetime

from pydantic import BaseModel, Field

from recommender.fallback import Reason
from web.problems import ProblemModel


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
    url: str
    title: str


class PageBlocksModel(BaseModel):
    """Everything that stands beside an article."""

    article: BlocksArticleModel
    recipe: str = Field(description="The recipe of the related articles.")
    receipt: str = Field(description="To be handed back with views and clicks of this page.")
    blocks: BlocksModel


class UnknownPageModel(ProblemModel):
    """A page that is not known, with blocks that fit every page where they were asked for."""

    recipe: str | None = None
    receipt: str | None = None
    blocks: BlocksModel | None = Field(None, description="Only with `fallback`.")
