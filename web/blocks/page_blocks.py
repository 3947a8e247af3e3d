"""What an answer about the blocks of a page says: items with addresses and reasons in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from articles.article import Article
from recommender.blocks import Blocks
from recommender.shelf import BlockItem
from web.addresses import article_address
from web.blocks.reasons import reason_text
from web.formatting import web_address
from web.locales import gettext, language_code
from web.receipts import Receipt, Receipts, ShownItem

MOST_KEPT = 4_096
"""Items that are kept as they are shown, of a kilobyte each."""


class Score(NamedTuple):
    """What the score of an item is made of."""

    total: float
    words: float
    themes: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlockItem:
    """One item of a block as it is shown; all texts are plain.

    ``score`` is what its score is made of, None where that is not asked or it was not compared.
    """

    position: int
    id: str
    url: str
    title: str
    summary: str
    section: str
    published: datetime | None
    reason: str
    reason_text: str
    copies: int
    score: Score | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """One block: its name, its heading, its items."""

    name: str
    title: str
    items: tuple[ShownBlockItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlocks:
    """What ``blocks/blocks.html`` shows and the JSON answer says.

    ``article`` is None where the blocks stand beside no article in particular; ``address`` is
    where the article is read, ``site`` where this service is reached.
    """

    article: Article | None
    address: str
    recipe: str
    receipt: str
    site: str
    blocks: tuple[ShownBlock, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no block has an item."""
        return not any(block.items for block in self.blocks)


def page_blocks(
    article: Article | None,
    blocks: Blocks,
    site: str,
    receipts: Receipts,
    today: date,
    *,
    recipe: str,
    explain: bool = False,
) -> PageBlocks:
    """Return what is said of the blocks of a page."""
    named = (
        ("related", gettext("Related articles"), blocks.related),
        ("editors_choice", gettext("Editor’s choice"), blocks.editors_choice),
        ("popular", gettext("Popular"), blocks.popular),
    )
    shown = tuple((name, _receipt(items)) for name, _, items in named)
    receipt = Receipt(article.id if article else "", recipe, today, shown)
    return PageBlocks(
        article=article,
        address=address_of(article.id, article.url, site) if article else "",
        recipe=recipe,
        receipt=receipts.sign(receipt),
        site=site,
        blocks=tuple(
            ShownBlock(name=name, title=title, items=shown_items(items, site, explain=explain))
            for name, title, items in named
        ),
    )


def address_of(article_id: str, url: str, site: str) -> str:
    """Return where an article is read: on the newspaper's site, or else on its page here."""
    return (web_address(url) if url else "") or article_address(site, article_id)


def shown_items(
    items: Sequence[BlockItem], site: str, *, explain: bool = False
) -> tuple[ShownBlockItem, ...]:
    """Return what is shown of the items of a block, in the language that is spoken."""
    language = language_code()
    return tuple(
        _shown(position, item, site, explain, language) for position, item in enumerate(items, 1)
    )


# Most items of Editor's choice and Popular stand on many pages at the same place.
@lru_cache(MOST_KEPT)
def _shown(
    position: int,
    item: BlockItem,
    site: str,
    explain: bool,
    language: str,  # noqa: ARG001  the reason is in it
) -> ShownBlockItem:
    article = item.article
    return ShownBlockItem(
        position=position,
        id=article.id,
        url=address_of(article.id, article.url, site),
        title=article.title,
        summary=unescape(article.snippet),
        section=article.section,
        published=article.published,
        reason=item.reason.value,
        reason_text=reason_text(item.reason, article),
        copies=article.copies,
        score=Score(article.score, article.words, article.themes, article.terms)
        if explain and article.score > 0
        else None,
    )


def _receipt(items: Iterable[BlockItem]) -> tuple[ShownItem, ...]:
    return tuple(ShownItem(item.article.id, item.reason.value) for item in items)
