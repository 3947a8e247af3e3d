"""Articles that came in after a build, in its space: their rows by the codes of its terms.

A word that the generation does not know gets a code behind those of all others, so that two new
articles with one new name find each other.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from articles.article import Article
from index import analysis
from index.boilerplate import uncounted
from index.function_words import function_terms, is_amount
from index.strings import StringTable
from index.tfidf import Row, StoredRows

MOST_WORDS = 400_000
"""New words that are remembered; others do not count."""
_REMEMBERED = 65_536


class FreshTerms:
    """Reads new articles; one thread at a time may do so, while others look up words.

    Parameters
    ----------
    rows : StoredRows
        Of the generation.
    terms : StringTable
        The terms by whose codes these are.

    Attributes
    ----------
    codes : dict of int
        The code of each new term.
    words : list of str
        How the term of each of these codes is written.
    """

    def __init__(self, rows: StoredRows, terms: StringTable) -> None:
        self._rows = rows
        self._terms = len(terms)
        self._find = lru_cache(_REMEMBERED)(terms.find)
        self.codes: dict[str, int] = {}
        self.words: list[str] = []

    @property
    def count(self) -> int:
        """How many codes there are, with those of the generation."""
        return self._terms + len(self.words)

    def row(self, article: Article) -> Row:
        """Return the TF-IDF row of an article, as a build would have it in this archive."""
        language = analysis.primary_language(article.language)
        counts: Counter[int] = Counter()
        summary = () if article.summary in article.body else (article.summary,)
        for text in (article.title, *summary, *article.body):
            counts.update(self._codes(text, language))
        record = {"title": article.title, "body": article.body}
        for passage in uncounted(record, self._rows.boilerplate):
            counts.subtract(self._codes(passage, language))
        return self._rows.row_of(list(counts.elements()))

    def known(self, terms: Sequence[str]) -> list[int]:
        """Return the codes of those of some terms that are known, new ones among them."""
        found = {term: self._code(term) for term in set(terms)}
        return [code for term in terms if (code := found[term]) is not None]

    def word(self, code: int) -> str:
        """Return how the term of a code behind those of the generation is written."""
        return self.words[code - self._terms]

    def _code(self, term: str) -> int | None:
        code = self._find(term)
        return self.codes.get(term) if code is None else code

    def _codes(self, text: str, language: str) -> list[int]:
        term_of, functional = analysis.term_of(language), function_terms(language)
        found: list[int] = []
        for token in analysis.tokens(text):
            term = term_of(token)
            code = self._code(term)
            if code is None and len(self.words) < MOST_WORDS:
                # What tells nothing has no weight in the generation; here it has no code at all.
                if term in functional or is_amount(term):
                    continue
                code = self._terms + len(self.words)
                self.words.append(token)
                self.codes[term] = code
            if code is not None:
                found.append(code)
        return found
