"""The views of the console. Who may see which of them is said in `web.console.roles`."""

from collections.abc import Iterable

from flask import Response, flash, redirect, render_template, request, url_for
from flask_openapi3 import APIBlueprint
from werkzeug.wrappers import Response as AnyResponse

from articles.judgments import JudgmentKind
from recommender.related import RelatedRequest
from web.console import judging
from web.console.downloads import qrels_lines, topics_lines
from web.console.judge_page import judge_related_page, judge_search_page
from web.console.parameters import (
    DownloadParameters,
    JudgeParameters,
    JudgeRelatedParameters,
    JudgeSearchParameters,
    StartParameters,
    require_question,
)
from web.console.session import PATH, current_user, now
from web.console.start_page import start_page
from web.formatting import counted
from web.serving import served, serving

console = APIBlueprint("console", __name__, url_prefix=PATH, doc_ui=False)


@console.get("/")
def start(query: StartParameters) -> str:
    """Show what is judged so far."""
    page = start_page(serving().store, query, user_name())
    return render_template("console/start.html", page=page)


@console.get("/judge")
def judge(query: JudgeSearchParameters) -> str:
    """Show the first hits of a query, each with the choices beside it."""
    asked = query.request()
    answer = served().engine.search(asked)
    name, kind = user_name(), JudgmentKind.SEARCH
    grades = judging.grades_of(serving().store, kind, asked.query, name)
    page = judge_search_page(query, answer, grades, name)
    return render_template("console/judge.html", page=page)


@console.post("/judge")
def keep(query: JudgeSearchParameters) -> AnyResponse:
    """Keep what was chosen for the hits of a query."""
    return _keep(JudgmentKind.SEARCH, query.request().query, "console.judge", query)


@console.get("/judge/related")
def judge_related(query: JudgeRelatedParameters) -> str:
    """Show the articles beside one, each with the choices beside it."""
    article = served().article(query.id)
    related = served().related(query.id, RelatedRequest(limit=query.size))
    name, kind = user_name(), JudgmentKind.RELATED
    grades = judging.grades_of(serving().store, kind, query.id, name)
    page = judge_related_page(query, article, related, grades, name)
    return render_template("console/judge.html", page=page)


@console.post("/judge/related")
def keep_related(query: JudgeRelatedParameters) -> AnyResponse:
    """Keep what was chosen for the articles beside one."""
    article = served().article(query.id)
    return _keep(JudgmentKind.RELATED, article.id, "console.judge_related", query)


@console.get("/judgments.qrels")
def qrels(query: DownloadParameters) -> Response:
    """Return the judgments as trec_eval reads them."""
    lines = qrels_lines(query.kind, serving().store.judgments.all(query.kind))
    return attached(lines, f"{query.kind}.qrels")


@console.get("/judgments.tsv")
def topics(query: DownloadParameters) -> Response:
    """Return the questions that were judged: topics, or the ids of articles."""
    lines = topics_lines(query.kind, serving().store.judgments.all(query.kind))
    name = "topics.tsv" if query.kind is JudgmentKind.SEARCH else "ids.txt"
    return attached(lines, name)


def _keep(kind: JudgmentKind, question: str, endpoint: str, query: JudgeParameters) -> AnyResponse:
    require_question(kind, "id", question)
    chosen = judging.chosen_grades(request.form)
    given, taken = judging.keep(
        serving().store, kind, question, chosen, judge=user_name(), now=now()
    )
    words = [f"{counted(given, 'judgment')} kept"] if given or not taken else []
    words += [f"{counted(taken, 'judgment')} taken back"] if taken else []
    flash(f"{', '.join(words)}.")
    return redirect(url_for(endpoint, **query.model_dump(mode="json", exclude_defaults=True)), 303)


def user_name() -> str:
    """Return the name of who judges; `web.console.roles` lets nobody in without one."""
    user = current_user()
    return user.name if user else ""


def attached(lines: Iterable[str], name: str, mimetype: str = "text/plain") -> Response:
    """Return text as a file of that name, which a browser keeps."""
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response("".join(lines), mimetype=mimetype, headers=headers)
