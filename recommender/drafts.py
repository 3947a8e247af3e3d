"""What a draft should link to, and what should link to it, each with the words for the link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from articles.article import Article
from index import analysis
from index.generation import Generation
from index.names import FIELD, LIKELY, SURE
from index.tfidf import Row
from recommender.anchors import Anchor, Subject, Word, chosen, distributed
from recommender.passage import Passage, Sequences, Span
from recommender.recommender import LONGEST_TEXT, Read, Recommender
from recommender.related import RelatedArticle, RelatedRequest

MOST_SHARED = 30
"""Shared words from which phrases are made, those that weigh most."""
LONGEST_READ = 12_000
"""Characters of an article in which a phrase is looked for."""
MOST_LINKED = 20
"""Links of a draft in whose stead others are looked for."""
MOST_ENTERED = 20
"""Articles that should link to a draft, at most."""
NEAR = 0.2
"""The score from which on a phrase may stand for an article without a word of its title."""
_IMAGINED = 1_000
"""Articles that are counted beside those of an archive: in a small one shares say little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is being written.

    ``barred`` are the parts of ``text`` in which no link may be set. ``linked`` are the addresses
    and ids of articles to which it links already, and which are not named again. Without
    ``published`` and ``language`` it is as new as can be, in the language of most of its words.
    """

    text: str
    title: str = ""
    language: str | None = None
    published: datetime | None = None
    barred: tuple[Span, ...] = ()
    linked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """An article to link to, or from, and the words for it; None where none are good enough."""

    article: RelatedArticle
    anchor: Anchor | None


@dataclass(frozen=True, slots=True)
class DraftLinks:
    """``related``: what a draft should link to. ``entered``: what should link to it."""

    related: tuple[Link, ...]
    entered: tuple[Link, ...]


class Drafts:
    """Finds links from and to drafts; safe to share between threads, and keeps nothing of them.

    Parameters
    ----------
    generation : Generation
        What is linked.
    recommender : Recommender
        Answers from the same generation.
    fresh : callable, optional
        Returns those of some articles, by id, that are not in the generation as they are now.
    """

    def __init__(
        self,
        generation: Generation,
        recommender: Recommender,
        fresh: Callable[[Sequence[str]], Mapping[str, Article]] = lambda _: {},
    ) -> None:
        self._generation = generation
        self._recommender = recommender
        self._fresh = fresh
        self._lexicon = _Lexicon(generation)

    def links(self, draft: Draft, request: RelatedRequest, *, places: int = 5) -> DraftLinks:
        """Return what a draft should link to, and the articles in whose lists it would stand.

        Parameters
        ----------
        draft : Draft
            Of its text what stands behind `LONGEST_TEXT` characters does not count.
        request : RelatedRequest
            How many, and which ones.
        places : int
            How long the lists of articles are.
        """
        whole = f"{draft.title}\n{draft.text}"
        read = self._recommender.read(whole, draft.language)
        more = replace(request, limit=request.limit + min(len(draft.linked), MOST_LINKED))
        found = self._recommender.for_text(read, more, published=draft.published)
        items = [item for item in found if draft.linked.isdisjoint((item.id, item.url))]
        items = items[: request.limit]
        entered = self._recommender.entered(read, places=places, limit=MOST_ENTERED)
        passage = Passage(draft.text[:LONGEST_TEXT], read.language, self._lexicon, draft.barred)
        title = Passage(draft.title[:LONGEST_TEXT], read.language, self._lexicon)
        anchors = distributed(passage, self._subjects(read, items))
        return DraftLinks(
            tuple(map(Link, items, anchors)),
            tuple(map(Link, entered, self._reverse(read, passage, title, entered))),
        )

    def _subjects(self, read: Read, items: Sequence[RelatedArticle]) -> list[Subject]:
        """Return what the phrases of the draft are to stand for."""
        subjects = [_subject({}, [], [], near=False)] * len(items)
        for place, article, row in self._read(items):
            texts = [article.title, *article.people, *article.places, *article.tags]
            language = analysis.primary_language(article.language)
            title, *others = (analysis.terms(text, language) for text in texts)
            body = analysis.terms("\n".join(_paragraphs(article)), language)
            words, near = self._shared(read, row), items[place].score >= NEAR
            subjects[place] = _subject(words, title, [*others, body], near=near)
        return subjects

    def _reverse(
        self, read: Read, draft: Passage, title: Passage, items: Sequence[RelatedArticle]
    ) -> list[Anchor | None]:
        """Return for each article the phrase of its text that stands for the draft."""
        whole = _subject({}, title.terms, [draft.terms], near=True)
        anchors: list[Anchor | None] = [None] * len(items)
        for place, article, row in self._read(items):
            near = items[place].score >= NEAR or not title.terms
            subject = whole._replace(words=self._shared(read, row), near=near)
            paragraphs = _paragraphs(article)
            passage = Passage("\n".join(paragraphs), article.language, self._lexicon)
            anchors[place] = chosen(paragraphs, passage, subject)
        return anchors

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles of these ids as they are now, those that there are."""
        found = (self._generation.columns.document(name) for name in ids)
        documents = [document for document in found if document is not None]
        built = self._generation.documents.articles(documents)
        return {**{article.id: article for article in built}, **self._fresh(ids)}

    def _read(self, items: Sequence[RelatedArticle]) -> Iterator[tuple[int, Article, Row]]:
        """Yield the place, the article and the row of each that there is."""
        ids = [item.id for item in items]
        fresh, articles = self._fresh(ids), self.articles(ids)
        for place, name in enumerate(ids):
            document = self._generation.columns.document(name)
            if name in fresh:
                yield place, fresh[name], self._row(fresh[name])
            elif document is not None and name in articles:
                row = self._generation.rows.rows([document])
                yield place, articles[name], Row(row.indices, row.data)

    def _row(self, article: Article) -> Row:
        """Return the row of an article that the build did not read; its new words do not count."""
        text = "\n".join((article.title, article.summary, *_paragraphs(article)))
        terms = analysis.terms(text, analysis.primary_language(article.language))
        codes = map(self._lexicon.code, terms)
        return self._generation.rows.row_of([code for code in codes if code is not None])

    def _shared(self, read: Read, row: Row) -> dict[str, Word]:
        """Return the words that weigh most in the product of two rows."""
        common, in_row, in_other = np.intersect1d(
            read.seed.row.terms, row.terms, assume_unique=True, return_indices=True
        )
        products = read.seed.row.values[in_row] * row.values[in_other]
        total = float(products.sum()) or 1.0
        order = np.lexsort((common, -products))[:MOST_SHARED]
        return {
            self._generation.terms[int(common[place])]: Word(
                float(products[place]) / total,
                self._lexicon.frequency_of(int(common[place])),
            )
            for place in order.tolist()
        }


class _Lexicon:
    """What a generation knows of terms."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

        self.code = lru_cache(65_536)(generation.terms.find)
        """Returns the code of a term, None where no article has it."""

    def is_name(self, term: str) -> bool:
        """Say whether it is a name wherever it stands."""
        code = self.code(term)
        kinds = SURE | LIKELY | FIELD
        return code is not None and bool(self._generation.names.kind(code) & kinds)

    def frequency(self, term: str) -> float:
        """Return the share of the articles in which it stands."""
        code = self.code(term)
        return 0.0 if code is None else self.frequency_of(code)

    def frequency_of(self, code: int) -> float:
        """Return it for the code of a term."""
        return int(self._generation.frequencies[code]) / (self._generation.articles + _IMAGINED)


def _subject(
    words: dict[str, Word], title: Sequence[str], others: Sequence[Sequence[str]], *, near: bool
) -> Subject:
    texts = [title, *others]
    terms = frozenset(term for text in texts for term in text)
    return Subject(words, frozenset(title), terms, Sequences(texts), near)


def _paragraphs(article: Article) -> list[str]:
    """Return the paragraphs of an article that lie within `LONGEST_READ`."""
    kept: list[str] = []
    size = 0
    for paragraph in article.body:
        size += len(paragraph)
        if size > LONGEST_READ:
            break
        kept.append(paragraph)
    return kept
