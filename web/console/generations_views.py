"""The views of generations: those that are kept, and what differs between two of them."""

from flask import render_template

from articles.errors import BackfileError
from index.arrays import DamagedFileError
from index.publish import Generations, NoGenerationError
from web.console.diff_cache import DiffCache
from web.console.diff_page import DiffParameters, diff_page
from web.console.generations_page import generations_page
from web.console.session import now
from web.console.views import console
from web.generation_diff import opened
from web.serving import served, serving

_DIFFS = DiffCache()


@console.get("/generations")
def generations() -> str:
    """Show the generations that are kept."""
    return _listed()


@console.get("/generations/diff")
def generation_diff(query: DiffParameters) -> str | tuple[str, int]:
    """Show what differs between two generations."""
    try:
        with opened(_kept(), query.before, query.after) as (before, after):
            page = diff_page(query, _DIFFS.difference(before, after), before, after)
    except (NoGenerationError, DamagedFileError) as error:
        return _listed(refused=f"They cannot be compared: {error}."), 404
    return render_template("console/generation_diff.html", page=page)


def _kept() -> Generations:
    return Generations(serving().settings.generations_folder)


def _listed(refused: str = "") -> str:
    try:
        open_ = served()
    except BackfileError:
        page = generations_page(_kept(), None, 0, now())
    else:
        waiting = open_.freshness().waiting
        page = generations_page(_kept(), open_.generation, waiting, now())
    return render_template("console/generations.html", page=page, refused=refused)
