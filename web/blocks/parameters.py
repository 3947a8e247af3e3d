"""What may be asked about blocks."""

from typing import Literal

from pydantic import Field

from recommender.related import MAXIMUM_RELATED, Mode
from web.blocks.address_book import LONGEST
from web.parameters import Parameters

Format = Literal["json", "html"]


class BlocksParameters(Parameters):
    """Which page the blocks are for, and how they are wanted."""

    id: str = Field("", max_length=2_000, description="The article's id; or give its `url`.")
    url: str = Field(
        "",
        max_length=LONGEST,
        description="The article's address on the newspaper's site, or that of its page here.",
    )
    format: Format = Field("json", description="`html` gives a fragment to include in a page.")
    limit: int | None = Field(
        None, ge=1, le=MAXIMUM_RELATED, description="The most items of Related and of Popular."
    )
    mode: Mode = Field(
        "mixed",
        description="`background`: only articles earlier than this one are related; `followup`: "
        "only later ones.",
    )
    section: str = Field(
        "",
        max_length=300,
        description="The section that Editor's choice and Popular are of; default: Editor's "
        "choice is of the article's, Popular of all.",
    )
    recipe: str = Field("", max_length=100, description="The recipe of the related articles.")
    lang: str = Field(
        "",
        max_length=100,
        description="The language of headings, reasons and dates, such as `ru`; one that is not "
        "known, or none, means the setting `locale` or English.",
    )
    explain: bool = Field(False, description="Whether to say what the scores are made of.")
    fallback: bool = Field(
        False,
        description="Whether a page that is not known gets the blocks that fit every page, inside "
        "the problem.",
    )
