"""Why an article is found, or not, and why it stands beside another, or not: in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from articles.article import Article, is_public
from articles.curation import EVERYWHERE, Curation, PinKind
from articles.store import Store
from index.fresh import content
from recommender.blocks import Decided
from recommender.pairing import Pairing, pairing
from recommender.related import RelatedRequest, UnknownArticleError
from recommender.shelf import BlockItem
from search.engine import MAXIMUM_WINDOW, SearchRequest
from search.placement import Placement, placement
from search.reason import Reason
from web.best_bets import best_bets
from web.blocks.reasons import reason_text
from web.formatting import counted
from web.parameters import SearchParameters, search_request
from web.problems import ParameterError
from web.served import Served
from web.settings import Settings
from web.standing import index_words, reader_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An answer: what is so, in one sentence, and what makes it so, in more.

    ``reasons`` are the parts of a score, the weightiest first; they add up to it. ``shown`` is what
    stands there, one article after the other, where that is the question.
    """

    holds: bool
    verdict: str
    details: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a question is asked of: what is served, the store, the settings, and when it is."""

    served: Served | None
    store: Store
    settings: Settings
    now: datetime


def asked_search(text: str, settings: Settings) -> SearchRequest:
    """Return the search that is meant by a query, or by the address of a page of hits.

    Raises
    ------
    ParameterError
        When the address has a parameter that cannot be used, or the query is too long.
    SearchError
        When it asks for a page that is too deep.
    """
    parts = urlsplit(text) if text.startswith(("http://", "https://", "/search?")) else None
    if parts is None or not parts.query:
        return search_request(SearchParameters(q=text), settings)
    known = SearchParameters.model_fields
    lists = {field.alias or name: "tuple" in str(field.annotation) for name, field in known.items()}
    values = {
        name: found if lists[name] else found[0]
        for name, found in parse_qs(parts.query).items()
        if name in lists
    }
    try:
        return search_request(SearchParameters.model_validate(values), settings)
    except ValidationError as error:
        raise ParameterError.of(error) from error


def why_found(article: Article, asked: SearchRequest, moment: Moment) -> Why:
    """Say why a search finds an article, and where, or why it does not."""
    served, now = moment.served, moment.now
    index = index_words(article, served, now)
    if not is_public(article, now):
        return Why(holds=False, verdict=reader_words(article, None, now), details=(index,))
    marked = served.engine.article(article.id) if served else None
    if served is None or marked is None:
        return Why(holds=False, verdict=index)
    found = placement(served.engine, marked.article, asked)
    bets = best_bets(asked, 0, moment.store, served, moment.settings, now)
    details = [*found.answer.notices, *_of_bets(article, bets.ids, bets.redirect)]
    correction = found.answer.correction
    if correction is not None and correction.searched:
        details.append(f"Nothing holds the query as typed; searched was “{correction.query}”.")
    older = [index] if content(marked.article) != content(article) else []
    if found.place is not None:
        total = counted(found.answer.total, "article")
        score = f", with a score of {found.hit.score:.2f}" if found.hit else ""
        page = (found.place - 1) // moment.settings.page_size + 1
        return Why(
            holds=True,
            verdict=f"Found, at place {found.place:,} of {total}, on page {page:,}{score}.",
            details=(*details, *_of_parts(found, missing=True), *older),
            reasons=found.hit.explanation if found.hit else (),
        )
    return Why(
        holds=False,
        verdict=_not_found(found),
        details=(*details, *_of_parts(found), *older),
    )


def why_beside(article: Article, other: Article, basis: Decided, moment: Moment) -> Why:
    """Say why an article stands in the Related block of another, or why it does not."""
    served, now, settings = moment.served, moment.now, moment.settings
    if article.id == other.id:
        return Why(holds=False, verdict="No article stands beside itself.")
    for one in (article, other):
        if not is_public(one, now):
            which = "It" if one is other else "The article beside which it would stand"
            words = reader_words(one, None, now)
            return Why(holds=False, verdict=f"{which} is not public. {words}")
    if served is None:
        return Why(holds=False, verdict="There is no index, so nothing stands beside anything.")
    asked = RelatedRequest(limit=settings.related_limit)
    items = served.blocks.related(article, asked, basis)
    details = list(_decided(basis.curation, article.id, other.id, now))
    pair: Pairing | None = None
    try:
        pair = pairing(served.recommender, article.id, other.id, asked)
    except UnknownArticleError:
        details.append("One of them has just come in and is not compared with others yet.")
    if pair is not None:
        details += _of_likeness(pair, settings.related_minimum_score)
    place = next((n for n, item in enumerate(items, 1) if item.article.id == other.id), None)
    if place is not None:
        item = items[place - 1]
        reason = reason_text(item.reason, item.article)
        verdict = f"It stands there, at place {place} of {len(items)}: {reason}."
    else:
        verdict = _not_beside(article.id, other.id, basis, pair, settings)
    return Why(
        holds=place is not None,
        verdict=verdict,
        details=tuple(details),
        shown=tuple(map(_shown, items)),
    )


def _of_bets(article: Article, ids: frozenset[str], redirect: str) -> Iterator[str]:
    if article.id in ids:
        yield "An editor has chosen it for this search: it stands before all hits, and not again."
    if redirect:
        yield f"An editor sends readers of this search to {redirect}: they do not see the hits."


def _not_found(found: Placement) -> str:
    if found.behind:
        return (
            f"It answers the search, but stands behind the first {MAXIMUM_WINDOW:,} of "
            f"{found.answer.total:,} articles, and nobody gets so far."
        )
    if found.filters:
        return f"Not found: left out by the filter of {' and '.join(found.filters)}."
    unwanted = [part.text for part in found.parts if part.unwanted and part.holds]
    if unwanted:
        return f"Not found: the query leaves out what has {', '.join(unwanted)}, and it has that."
    missing = [part.text for part in found.parts if not part.unwanted and not part.holds]
    if missing and len(missing) == sum(not part.unwanted for part in found.parts):
        none = missing[0] if len(missing) == 1 else "any of the words of the query"
        return f"Not found: it does not have {none}."
    if missing:
        return f"Not found: the query needs all of its words, and it has not {', '.join(missing)}."
    return "Not found: it has the words of the query, but not as the query joins them."


def _of_parts(found: Placement, *, missing: bool = False) -> Iterator[str]:
    """Yield for each part of the query, or those that are ``missing``, whether it is there."""
    for part in found.parts:
        if missing and (part.holds or part.unwanted):
            continue
        terms = f" (read as {' '.join(part.terms)})" if part.terms else ""
        left_out = ", which is to be left out" if part.unwanted else ""
        has = "it has that" if part.holds else "it does not have that"
        yield f"{part.text}{terms}{left_out}: {has}."


def _decided(curation: Curation, article_id: str, other_id: str, now: datetime) -> Iterator[str]:
    for where, words in ((article_id, "beside this article"), (EVERYWHERE, "everywhere")):
        for pin in curation.pins.get(where, ()):
            if pin.target_id == other_id and pin.span.holds(now):
                done = "pinned" if pin.kind is PinKind.PIN else "hidden"
                yield f"An editor has {done} it {words}."


def _of_likeness(pair: Pairing, least: float) -> Iterator[str]:
    other = pair.other
    yield (
        f"Its score is {other.score:.2f} and {least:.2f} is needed: {other.words:.2f} alike in "
        f"words, {other.themes:.2f} in themes."
    )
    yield (
        f"They share {', '.join(other.terms)}."
        if other.terms
        else "They share no word that counts."
    )
    if pair.place is not None:
        listed = counted(pair.listed, "article")
        yield f"By likeness it stands at place {pair.place:,} of {listed} that may stand there."


def _not_beside(
    article_id: str, other_id: str, basis: Decided, pair: Pairing | None, settings: Settings
) -> str:
    if other_id in basis.curation.hidden(article_id, basis.now):
        return "It does not stand there: an editor has hidden it."
    if pair is None:
        return "It does not stand there: it is not compared yet."
    if pair.own_story:
        return "It does not stand there: both are versions of one story, which is told once."
    if pair.other_language:
        return "It does not stand there: they are in different languages."
    if pair.other.score < settings.related_minimum_score:
        return "It does not stand there: it is not similar enough."
    if pair.stands_for:
        return f"It does not stand there: {pair.stands_for} tells the same story in its place."
    if pair.place is not None and pair.place > settings.related_limit:
        return "It does not stand there: others are nearer."
    return "It does not stand there: others stand before it, or one of them tells the same story."


def _shown(item: BlockItem) -> str:
    score = f" ({item.article.score:.2f})" if item.article.score else ""
    return f"{item.article.title}{score}: {reason_text(item.reason, item.article)}"
