"""The JSON shapes of links from and to a draft."""

from dataclasses import asdict
from typing import Any

from pydantic import Field

from recommender.drafts import DraftLinks, Link
from web.answers import Answer, RelatedModel


class AnchorModel(Answer):
    """The words on which a link is to be set."""

    text: str
    start: int = Field(description="Where it begins in the posted text, in code points.")
    end: int = Field(description="Where it ends: `text[start:end]` is it.")


class PlacedAnchorModel(Answer):
    """The words of an article on which a link is to be set."""

    text: str
    paragraph: int = Field(description="The paragraph of the article's body, counted from 1.")
    start: int = Field(description="Where it begins in that paragraph, in code points.")
    end: int


class LinkModel(RelatedModel):
    """An article that a text should link to."""

    anchor: AnchorModel | None = Field(
        description="The words of the text for the link; no two links share any. Null where none "
        "are good enough."
    )


class EnteredModel(RelatedModel):
    """An article that should link to a text."""

    anchor: PlacedAnchorModel | None = Field(
        description="The words of the article for the link; null where none are good enough."
    )


class TextAnswerModel(Answer):
    """What belongs beside a text, and what it belongs beside, the closest first."""

    related: list[LinkModel]
    entered: list[EnteredModel] = Field(
        description="The articles in whose related articles the text would stand, at most 20."
    )


def text_answer(links: DraftLinks) -> TextAnswerModel:
    """Return the shape of what is answered to a text."""
    return TextAnswerModel(
        related=[LinkModel.model_validate(_linked(link)) for link in links.related],
        entered=[EnteredModel.model_validate(_linked(link)) for link in links.entered],
    )


def _linked(link: Link) -> dict[str, Any]:
    anchor = link.anchor and asdict(link.anchor)
    return {**asdict(link.article), "anchor": anchor}
