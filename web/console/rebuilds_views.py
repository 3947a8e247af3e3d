"""The views of rebuilds: begin one, watch it, cancel it, read what became of it; go back."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from articles.errors import BackfileError
from articles.jobs import JobError, JobKind, JobOptions, JobRunningError
from index.publish import Generations
from web.console.rebuilds_page import SHOWN, JobParameters, job_page, rebuilds_page
from web.console.session import now
from web.console.views import console, user_name
from web.rebuilding.room import room_for
from web.rebuilding.starting import start
from web.serving import served, serving


@console.get("/rebuilds")
def rebuilds() -> str:
    """Show the rebuild that is at work, what the next one needs, and what became of others."""
    return _shown()


@console.post("/rebuilds")
def change_rebuilds() -> AnyResponse | tuple[str, int]:
    """Begin a rebuild, or cancel the one that is at work."""
    form = request.form
    try:
        if form.get("do") == "cancel":
            _cancel(form.get("job", ""))
        else:
            options = JobOptions(force="force" in form, resume="anew" not in form)
            begin(JobKind.REBUILD, options)
    except JobError as error:
        return _shown(refused=running_words(error)), 409
    return redirect(url_for("console.rebuilds"), 303)


@console.get("/rebuilds/job")
def rebuild_job(query: JobParameters) -> str:
    """Show the report of one job."""
    job = serving().store.jobs.get(query.number, now())
    if job is None:
        raise NotFound(f"There is no job {query.number}: the store keeps the latest ones only.")
    return render_template("console/rebuild_job.html", page=job_page(job))


def begin(kind: JobKind, options: JobOptions) -> None:
    """Begin a job in the name of who asks.

    Raises
    ------
    JobRunningError
        When another one is at work.
    """
    kept = serving()
    start(kind, kept.store, kept.settings, by=user_name(), options=options)


def running_words(error: JobError) -> str:
    """Return why nothing was begun, for somebody who sees the page of rebuilds."""
    if not isinstance(error, JobRunningError):
        return f"Nothing was changed: {error}."
    job = error.job
    return (
        f"Nothing was begun, because {job.asked_by} was first: a {job.kind} is at work since "
        f"{job.asked_at:%H:%M} UTC."
    )


def _cancel(number: str) -> None:
    jobs, moment = serving().store.jobs, now()
    current = jobs.current(moment)
    if current is None or str(current.id) != number:
        raise JobError(f"job {number[:20]} is not at work any more, so there is nothing to cancel")
    jobs.cancel(by=user_name(), now=moment)
    flash("The job stops, and what is served stays as it is.")


def _shown(refused: str = "") -> str:
    kept, moment = serving(), now()
    try:
        waiting = served().freshness().waiting
    except BackfileError:
        waiting = kept.store.last_sequence()
    page = rebuilds_page(
        kept.store.jobs.recent(moment, SHOWN),
        room_for(kept.store, Generations(kept.settings.generations_folder)),
        kept.store.count(),
        waiting,
        moment,
    )
    return render_template("console/rebuilds.html", page=page, refused=refused)
