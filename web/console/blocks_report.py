"""The views of the block report: what is followed, by which recipe, and which articles are thin."""

from flask import Response, render_template

from web.block_report.clicks import clicks_between
from web.block_report.experiment import read_experiment
from web.block_report.files import MOST_LINES, counts_file, thin_file
from web.block_report.thin import ThinArticles, ThinRequest, thin_articles
from web.console.blocks_page import blocks_page, thin_page
from web.console.blocks_parameters import BlocksReportParameters, ThinParameters
from web.console.session import now
from web.console.views import attached, console
from web.serving import served, serving


@console.get("/blocks")
def blocks(query: BlocksReportParameters) -> str:
    """Show how often items of blocks are followed, and what an experiment says."""
    first, last = query.span()
    kept = serving()
    clicks = clicks_between(kept.store.impressions.items(first, last), first, last)
    plan = kept.settings.recipe_plan
    experiment = read_experiment(kept.store.impressions, plan, now().date())
    page = blocks_page(clicks, experiment, kept.settings.report_days)
    return render_template("console/blocks.html", page=page)


@console.get("/blocks.csv")
def blocks_file(query: BlocksReportParameters) -> Response:
    """Return every count of these days."""
    items = serving().store.impressions.items(*query.span())
    return attached(counts_file(items), "blocks.csv", "text/csv")


@console.get("/blocks/thin")
def thin(query: ThinParameters) -> str:
    """Show which articles have too few similar ones, and what fills all blocks."""
    page = thin_page(_thin(query.request()), query)
    return render_template("console/thin.html", page=page)


@console.get("/blocks/thin.csv")
def thin_file_of(query: ThinParameters) -> Response:
    """Return these articles as a file."""
    asked = ThinRequest(
        similar=query.similar, section=query.section, language=query.language, limit=MOST_LINES
    )
    return attached(thin_file(_thin(asked).shown), "thin-articles.csv", "text/csv")


def _thin(asked: ThinRequest) -> ThinArticles:
    kept, open_ = serving(), served()
    curation = kept.store.curation.read()
    return thin_articles(open_.generation, open_.visibility, curation, kept.settings, now(), asked)
