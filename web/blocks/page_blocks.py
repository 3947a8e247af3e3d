"""What an answer about blocks says: items with their addresses and reasons in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape

from articles.article import Article
from recommender.blocks import Blocks
from recommender.fallback import BlockItem, Reason
from web.addresses import path_of, site_address
from web.formatting import web_address
from web.locales import gettext
from web.receipts import Receipt, Receipts, ShownItem
from web.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScore:
    """What the score of an item is made of."""

    total: float
    words: float
    themes: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlockItem:
    """One item of a block, as it is shown; all texts are plain."""

    position: int
    id: str
    url: str
    title: str
    summary: str
    section: str
    published: datetime | None
    reason: Reason
    reason_text: str
    copies: int
    score: ShownScore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """One block: its name in the contract, its heading, its items."""

    name: str
    title: str
    items: tuple[ShownBlockItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlocks:
    """What ``blocks/blocks.html`` shows and the JSON answer says.

    ``article`` is None where the blocks stand beside no article in particular; ``site`` is where
    this service is reached.
    """

    article: Article | None
    address: str
    recipe: str
    receipt: str
    site: str
    blocks: tuple[ShownBlock, ...]


def page_blocks(
    article: Article | None,
    blocks: Blocks,
    settings: Settings,
    receipts: Receipts,
    today: date,
    *,
    recipe: str,
    explain: bool = False,
) -> PageBlocks:
    """Return what is said of the blocks of a page."""
    found = {
        "related": (gettext("Related articles"), blocks.related),
        "editors_choice": (gettext("Editor’s choice"), blocks.editors_choice),
        "popular": (gettext("Popular"), blocks.popular),
    }
    shown = tuple(
        (name, tuple(ShownItem(item.article.id, item.reason.value) for item in items))
        for name, (_, items) in found.items()
    )
    site = site_address(settings)
    return PageBlocks(
        article=article,
        address=address_of(article.id, article.url, site) if article else "",
        recipe=recipe,
        receipt=receipts.sign(Receipt(article.id if article else "", recipe, today, shown)),
        site=site,
        blocks=tuple(
            ShownBlock(name=name, title=title, items=tuple(_items(items, site, explain)))
            for name, (title, items) in found.items()
        ),
    )


def address_of(article_id: str, url: str, site: str) -> str:
    """Return where an article is read: on the newspaper's site, or else on its page here."""
    return web_address(url) or site + path_of("pages.article", article_id=article_id)


def reason_text(item: BlockItem) -> str:
    """Return in words why an article stands in a block."""
    match item.reason:
        case Reason.PINNED:
            return gettext("Chosen for this article")
        case Reason.SIMILAR:
            return gettext("On the same subject")
        case Reason.SAME_STORY:
            return gettext("In the same story")
        case Reason.SAME_SECTION:
            return gettext("New in %(section)s", section=item.article.section)
        case Reason.NEWEST:
            return gettext("New")
        case Reason.EDITORS_CHOICE:
            return gettext("Chosen by the editors")
        case Reason.POPULAR:
            return gettext("Much read")
        case Reason.TRENDING:
            return gettext("Much read now")


def _items(items: Iterable[BlockItem], site: str, explain: bool) -> Iterable[ShownBlockItem]:
    for position, item in enumerate(items, 1):
        article = item.article
        compared = explain and article.score > 0
        yield ShownBlockItem(
            position=position,
            id=article.id,
            url=address_of(article.id, article.url, site),
            title=article.title,
            summary=unescape(article.snippet),
            section=article.section,
            published=article.published,
            reason=item.reason,
            reason_text=reason_text(item),
            copies=article.copies,
            score=ShownScore(
                total=article.score, words=article.words, themes=article.themes, terms=article.terms
            )
            if compared
            else None,
        )
