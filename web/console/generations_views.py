"""The views of generations: which are kept, what differs between two, and going back to one."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.errors import BackfileError
from articles.jobs import MOST_JOBS, JobError, JobKind, JobOptions
from index.arrays import DamagedFileError
from index.diff import GenerationDiff
from index.generation import Generation
from index.publish import Generations, NoGenerationError
from web.console.diff_cache import DiffCache
from web.console.diff_page import DiffParameters, diff_page
from web.console.generations_page import ServeParameters, generations_page, serve_page
from web.console.rebuilds_views import begin, running_words
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


@console.get("/generations/serve")
def serve_generation(query: ServeParameters) -> str | tuple[str, int]:
    """Say what will change when another generation is served, and ask whether it is meant."""
    current = _kept().current_number() or 0
    try:
        with opened(_kept(), query.number) as (wanted,):
            sequence = wanted.manifest.store_sequence
            waiting = max(serving().store.last_sequence() - sequence, 0)
            page = serve_page(current, wanted, _difference(current, wanted), waiting, now())
    except (NoGenerationError, DamagedFileError) as error:
        return _listed(refused=f"It cannot be served: {error}."), 404
    return render_template("console/serve.html", page=page)


@console.post("/generations/serve")
def go_back(query: ServeParameters) -> AnyResponse | tuple[str, int]:
    """Begin to serve another generation, unless another one is served now than was seen."""
    current = _kept().current_number() or 0
    if request.form.get("served") != str(current):
        words = f"Nothing was changed: generation {current} is served meanwhile. See what differs."
        return _listed(refused=words), 409
    if query.number not in _kept().numbers():
        words = f"It cannot be served: there is no generation {query.number}."
        return _listed(refused=words), 404
    try:
        begin(JobKind.ROLLBACK, JobOptions(to=query.number))
    except JobError as error:
        return _listed(refused=running_words(error)), 409
    return redirect(url_for("console.rebuilds"), 303)


def _difference(served: int, wanted: Generation) -> GenerationDiff | None:
    """Return what will change, None where the served generation is the reason for going back."""
    try:
        with opened(_kept(), served) as (before,):
            return _DIFFS.difference(before, wanted)
    except (NoGenerationError, DamagedFileError):
        return None


def _kept() -> Generations:
    return Generations(serving().settings.generations_folder)


def _listed(refused: str = "") -> str:
    moment = now()
    jobs = serving().store.jobs.recent(moment, MOST_JOBS)
    try:
        open_ = served()
    except BackfileError:
        page = generations_page(_kept(), None, jobs, 0, moment)
    else:
        waiting = open_.freshness().waiting
        page = generations_page(_kept(), open_.generation, jobs, waiting, moment)
    return render_template("console/generations.html", page=page, refused=refused)
