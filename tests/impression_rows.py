"""What the store holds of an experiment, row by row, and what that is by article, one by one."""

from articles.impressions import ArticleClicks, ArticlePlace, Tally
from articles.tables import BLOCK_ARTICLES


def article_rows(store):
    """Return every row of the table of experiments."""
    ordered = BLOCK_ARTICLES.select().order_by(*BLOCK_ARTICLES.primary_key.columns)
    with store._database.reading() as connection:
        rows = connection.execute(ordered).all()
    return {ArticlePlace(*row[:4]): Tally(*row[4:]) for row in rows}


def by_article(counted, begun, recipes, block="related"):
    """Return some rows by article and recipe, as the store's one query does."""
    found = {}
    for place, tally in counted.items():
        if place.begun == begun and place.recipe in recipes:
            key = place.article_id, place.recipe
            shown, clicks, page_shown, page_clicks = found.get(key, (0, 0, 0, 0))
            own = tally if place.block == block else Tally()
            found[key] = (
                shown + own.shown,
                clicks + own.clicks,
                max(page_shown, tally.shown),
                page_clicks + tally.clicks,
            )
    return [ArticleClicks(*key, *counts) for key, counts in sorted(found.items())]
