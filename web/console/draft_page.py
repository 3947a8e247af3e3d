"""What the page shows on which links are found for a draft."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from articles.article import Article
from recommender.anchors import Anchor
from recommender.drafts import Draft, DraftLinks, Link
from web.addresses import path_of

_SENTENCE_ENDS = (". ", "! ", "? ", "。", "！", "？", "؟ ", "। ")
_WIDEST = 200
"""Characters shown on each side of an anchor."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; ``number`` is that of the link on it, None where there is none."""

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """An article to link to.

    ``number`` marks the words for it in the draft, None where there are none good enough.
    ``address`` is where it is read here, ``code`` the link as HTML.
    """

    number: int | None
    title: str
    address: str
    published: datetime | None
    section: str
    shares: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """An article that should link to the draft, with the sentence in which that is to be."""

    title: str
    address: str
    language: str
    published: datetime | None
    section: str
    shares: str
    sentence: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """What ``draft.html`` shows.

    ``paragraphs`` are those of the draft with the links marked in it, None before a draft was sent;
    ``refused`` says that nothing was in it.
    """

    title: str = ""
    text: str = ""
    refused: bool = False
    paragraphs: tuple[tuple[Piece, ...], ...] | None = None
    links: tuple[ShownLink, ...] = ()
    sources: tuple[ShownSource, ...] = ()

    @property
    def anchored(self) -> int:
        """How many links have their words."""
        return sum(link.number is not None for link in self.links)


def empty_page(*, refused: bool = False) -> DraftPage:
    """Return the page that asks for a draft."""
    return DraftPage(refused=refused)


def filled_page(
    draft: Draft, links: DraftLinks, articles: Mapping[str, Article], site: str
) -> DraftPage:
    """Return the page of a draft: links are numbered in the order in which they stand in it.

    Parameters
    ----------
    draft : Draft
        The draft.
    links : DraftLinks
        What was found for it.
    articles : mapping of str to Article
        The articles that should link to it, by id.
    site : str
        Where readers reach this service: articles without an address are read there.
    """
    anchors = sorted((link.anchor for link in links.related if link.anchor), key=_start)
    numbers = {anchor: number for number, anchor in enumerate(anchors, 1)}
    shown = [
        _shown(link, numbers.get(link.anchor) if link.anchor else None, site)
        for link in links.related
    ]
    last = len(shown) + 1
    return DraftPage(
        title=draft.title,
        text=draft.text,
        paragraphs=tuple(_paragraphs(draft.text, anchors)),
        links=tuple(sorted(shown, key=lambda link: link.number or last)),
        sources=tuple(
            _source(link, articles[link.article.id])
            for link in links.entered
            if link.article.id in articles
        ),
    )


def _shown(link: Link, number: int | None, site: str) -> ShownLink:
    article = link.article
    address = path_of("pages.article", article_id=article.id)
    target = article.url or site + address
    words = link.anchor.text if link.anchor else article.title
    return ShownLink(
        number=number,
        title=article.title,
        address=address,
        published=article.published,
        section=article.section,
        shares=", ".join(article.terms),
        code=f'<a href="{escape(target)}">{escape(words, quote=False)}</a>',
    )


def _source(link: Link, article: Article) -> ShownSource:
    return ShownSource(
        title=article.title,
        address=path_of("pages.article", article_id=article.id),
        language=article.language,
        published=article.published,
        section=article.section,
        shares=", ".join(link.article.terms),
        sentence=_sentence(article.body, link.anchor) if link.anchor else (),
    )


def _paragraphs(text: str, anchors: Sequence[Anchor]) -> Iterator[tuple[Piece, ...]]:
    """Yield the lines of a text that are not blank, cut at its links."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        here = [
            (anchor.start - start, anchor.end - start, number)
            for number, anchor in enumerate(anchors, 1)
            if start <= anchor.start < end
        ]
        if line.strip():
            yield tuple(_pieces(line, here))
        start = end + 1


def _sentence(body: Sequence[str], anchor: Anchor) -> tuple[Piece, ...]:
    """Return the sentence of an article in which an anchor stands, not wider than it is shown."""
    text = body[anchor.paragraph - 1] if anchor.paragraph <= len(body) else ""
    if text[anchor.start : anchor.end] != anchor.text:
        return ()  # the article was changed at this very moment
    least, most = max(anchor.start - _WIDEST, 0), min(anchor.end + _WIDEST, len(text))
    first, last = least, most
    for end in _SENTENCE_ENDS:
        before = text.rfind(end, least, anchor.start)
        behind = text.find(end, anchor.end, most)
        first = max(first, before + len(end) if before >= 0 else 0)
        last = min(last, behind + len(end.strip()) if behind >= 0 else last)
    left = "… " if first == least and least else ""
    right = " …" if last == most < len(text) else ""
    pieces = _pieces(text[first:last], [(anchor.start - first, anchor.end - first, 0)])
    return tuple(piece for piece in (Piece(left), *pieces, Piece(right)) if piece.text)


def _pieces(text: str, spans: Iterable[tuple[int, int, int]]) -> Iterator[Piece]:
    done = 0
    for start, end, number in spans:
        if start > done:
            yield Piece(text[done:start])
        yield Piece(text[start:end], number)
        done = end
    if done < len(text):
        yield Piece(text[done:])


def _start(anchor: Anchor) -> int:
    return anchor.start
