"""The difference of two generations as sets would have it, from all that a generation holds."""

from dataclasses import replace

from articles.article import Article, Status


def naive_diff(before, after):
    """Return sets of ids added, removed and changed, and of terms gained and lost."""
    old, new = articles(before), articles(after)
    both = old.keys() & new.keys()
    words, fresh = set(before.terms), set(after.terms)
    return (
        new.keys() - old.keys(),
        old.keys() - new.keys(),
        {name for name in both if seen(old[name]) != seen(new[name])},
        fresh - words,
        words - fresh,
    )


def articles(generation):
    """Return all articles by their ids."""
    lines = generation.documents.lines(range(generation.articles))
    return {article.id: article for article in map(Article.from_json, lines)}


def seen(article):
    """Return an article without what only decides whether it is public."""
    return replace(article, status=Status.PUBLISHED, embargo_until=None, expires=None)
