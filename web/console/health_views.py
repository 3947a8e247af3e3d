"""The view of health."""

from flask import render_template

from articles.errors import BackfileError
from index.publish import Generations
from web.console.health_page import HealthParameters, health_page
from web.console.session import now
from web.console.views import console
from web.rebuilding.room import room_for
from web.serving import served, serving
from web.status import read_status
from web.watching.requests import watcher


@console.get("/health")
def health(query: HealthParameters) -> str:
    """Show how the archive is."""
    kept, moment, watching = serving(), now(), watcher()
    try:
        open_ = served()
    except BackfileError:
        known = None
    else:
        known = open_.generation, open_.visibility
    status = read_status(kept.settings, kept.store, moment, known)
    page = health_page(
        query,
        status,
        watching.processes(),
        watching.last_day(moment),
        room_for(kept.store, Generations(kept.settings.generations_folder)),
        kept.store.jobs.recent(moment),
        moment,
    )
    return render_template("console/health.html", page=page)
