"""Related articles of one generation: from the stored lists, or computed for a text."""

import re
from itertools import filterfalse, islice

import numpy as np
from scipy import sparse

from articles.article import Article
from index import analysis
from index.arrays import Array
from index.generation import Generation
from index.opening import opening
from index.visibility import Visibility
from recommender.lists import LISTED, StoredLists
from recommender.neighbours import Neighbours, neighbours_of
from recommender.related import MAXIMUM_RELATED, RelatedArticle, UnknownArticleError

_DIGIT = re.compile(r"\d")
MOST_TERMS = 4
"""Shared words that explain one related article."""
LONGEST_TEXT = 200_000
"""Characters that are read of a posted text."""


class Recommender:
    """Answers which articles belong beside one; safe to share between threads.

    Parameters
    ----------
    generation : Generation
        What is recommended from.
    visibility : Visibility
        Says which of its articles are hidden now; none of these is ever recommended.
    minimum_score : float
        Cosine below which an article is not related.
    """

    def __init__(
        self, generation: Generation, visibility: Visibility, *, minimum_score: float = 0.1
    ) -> None:
        self._generation = generation
        self._visibility = visibility
        self._minimum_score = minimum_score
        self._lists = StoredLists(generation.related)

    def for_article(
        self, article_id: str, *, limit: int = 5, minimum_score: float | None = None
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles related to one, best first; never the article itself.

        Raises
        ------
        UnknownArticleError
            When no public article of the generation has that id.
        """
        document = self._generation.columns.document(article_id)
        hidden = self._visibility.hidden()
        if document is None or document in hidden:
            raise UnknownArticleError(f"there is no public article with the id {article_id!r}")
        row = self._generation.rows.rows([document])
        listed = self._lists.of(document)
        if limit > LISTED or np.isin(listed.documents, hidden).any():
            listed = neighbours_of(row, self._generation.rows, limit + len(hidden) + 1)
        excluded = np.append(hidden, document)
        return self._answer(row, listed, excluded, limit, minimum_score)

    def for_text(
        self,
        text: str,
        *,
        language: str | None = None,
        limit: int = 5,
        minimum_score: float | None = None,
    ) -> tuple[RelatedArticle, ...]:
        """Return the articles related to a text that need not be in the archive.

        Without ``language`` the text is read in that one of the archive's languages in which it has
        most known words.
        """
        text = text.encode("utf-8", "replace").decode()[:LONGEST_TEXT]
        languages = (language,) if language else self._generation.languages
        codes = max((self._codes(text, name) for name in languages), key=len)
        row = self._generation.rows.row_of(codes)
        hidden = self._visibility.hidden()
        found = neighbours_of(row, self._generation.rows, limit + len(hidden))
        return self._answer(row, found, hidden, limit, minimum_score)

    def _codes(self, text: str, language: str) -> list[int]:
        terms = analysis.terms(text, analysis.primary_language(language))
        found = {term: self._generation.terms.find(term) for term in set(terms)}
        return [code for term in terms if (code := found[term]) is not None]

    def _answer(
        self,
        row: sparse.csr_matrix,
        found: Neighbours,
        excluded: Array,
        limit: int,
        minimum_score: float | None,
    ) -> tuple[RelatedArticle, ...]:
        least = self._minimum_score if minimum_score is None else minimum_score
        documents, cosines = found.documents[0], found.cosines[0]
        kept = (documents >= 0) & (cosines >= least) & ~np.isin(documents, excluded)
        chosen = documents[kept][: min(limit, MAXIMUM_RELATED)]
        articles = self._generation.documents.articles(chosen)
        return tuple(
            self._related(article, float(score), self._shared(row, document))
            for article, score, document in zip(articles, cosines[kept], chosen, strict=False)
        )

    def _shared(self, row: sparse.csr_matrix, document: int) -> tuple[str, ...]:
        """Return the words that weigh most in the product of two rows, strongest first.

        Numbers count in the product but explain nothing to a reader.
        """
        other = self._generation.rows.rows([int(document)])
        common, in_row, in_other = np.intersect1d(
            row.indices, other.indices, assume_unique=True, return_indices=True
        )
        order = np.lexsort((common, -row.data[in_row] * other.data[in_other]))
        words = (self._generation.words[code] for code in common[order])
        return tuple(islice(filterfalse(_DIGIT.search, words), MOST_TERMS))

    @staticmethod
    def _related(article: Article, score: float, terms: tuple[str, ...]) -> RelatedArticle:
        return RelatedArticle(
            id=article.id,
            url=article.url,
            title=article.title,
            snippet=opening(article),
            section=article.section,
            published=article.published,
            score=score,
            terms=terms,
        )
