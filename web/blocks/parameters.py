"""What may be asked about blocks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from articles.addresses import LONGEST
from articles.identifiers import MAXIMUM_ID_BYTES
from recommender.related import MAXIMUM_RELATED, Mode
from web.locales import LOCALES
from web.parameters import BesideParameters, Parameters

MOST_IDS = 100
"""Articles that can be asked about at once."""
Format = Literal["json", "html"]
Id = Annotated[str, Field(max_length=MAXIMUM_ID_BYTES)]


def _spoken(tag: str) -> str:
    """Return the language of ours that a tag means, such as ``ru-RU``; empty for any other."""
    code = tag.partition("-")[0].lower()
    return code if code in LOCALES else ""


Spoken = Annotated[str, Field(max_length=100), AfterValidator(_spoken)]


class PageParameters(Parameters):
    """Which article's page it is."""

    id: Id = Field("", description="The article's id; or give its `url`.")
    url: str = Field(
        "",
        max_length=LONGEST,
        description="The article's address on the newspaper's site, or that of its page here; "
        "parameters such as `utm_source` do not count.",
    )


class BlocksParameters(PageParameters):
    """Which page the blocks are for, and how they are wanted."""

    format: Format = Field("json", description="`html` gives a fragment to include in a page.")
    limit: int | None = Field(
        None, ge=1, le=MAXIMUM_RELATED, description="The most items of Related and of Popular."
    )
    mode: Mode | None = Field(
        None,
        description="`background`: only articles earlier than this one are related; `followup`: "
        "only later ones; otherwise as the recipe says.",
    )
    section: str = Field(
        "",
        max_length=300,
        description="The section that Editor's choice and Popular are of; otherwise Editor's "
        "choice is of the article's, Popular of all.",
    )
    recipe: str = Field(
        "",
        max_length=100,
        description="The recipe of the related articles; otherwise the one in use.",
    )
    lang: Spoken = Field(
        "",
        description="The language of headings, reasons and dates, such as `ru`; one that is not "
        "known means the setting `locale`, or else English.",
    )
    explain: bool = Field(False, description="Whether to say what the scores are made of.")
    fallback: bool = Field(
        False,
        description="Whether a page that is not known gets the blocks that fit every page, inside "
        "the problem.",
    )


class BesidePageParameters(BesideParameters):
    """Which page related articles are wanted for, and which."""

    url: str = Field(min_length=1, max_length=LONGEST, description="As for `page-blocks`.")


class ChoiceParameters(Parameters):
    """Which editor's choice is wanted."""

    section: str = Field("", max_length=300, description="Empty for that of all sections.")
    limit: int | None = Field(
        None, ge=1, le=MAXIMUM_RELATED, description="Otherwise the size that the editors chose."
    )


class Batch(BesideParameters):
    """Many articles, and which related articles of each are wanted."""

    ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_IDS)]
