"""How an article begins: what stands for it where no passage is better."""

from html import escape

from articles.article import Article

LONGEST_PASSAGE = 240
"""Characters of a passage, marks not counted."""


def opening(article: Article) -> str:
    """Return the summary or the beginning of the body as HTML, cut at a word."""
    text = article.summary or (article.body[0] if article.body else "")
    if len(text) <= LONGEST_PASSAGE:
        return escape(text)
    return escape(text[:LONGEST_PASSAGE].rpartition(" ")[0] or text[:LONGEST_PASSAGE]) + " …"
