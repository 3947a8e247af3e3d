"""Rebuilds in the console: begun, watched, cancelled, refused, and gone back from."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from lxml import html

from articles.article import Article
from articles.jobs import (
    Finding,
    JobKind,
    JobOptions,
    JobProgress,
    JobReport,
    JobState,
    Worker,
    this_process,
)
from index.builder import rebuild
from index.publish import Generations
from recommender.lists import related_lists
from tests.archives import NOW
from tests.consoles import fields, log_in, open_console, send
from web.rebuilding import room

PATH = "/admin/rebuilds"
PAUSE = Event()  # never set: asks again only after a moment


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A console whose rebuilds wait for nobody."""
    monkeypatch.setenv("BACKFILE_BUILD_NICENESS", "0")
    with open_console(tmp_path / "home") as (app, _):
        yield app
        app.extensions["watching"].close()


@pytest.fixture
def store(opened):
    return opened.extensions["backfile"].store


@pytest.fixture
def admin(opened):
    client = opened.test_client()
    log_in(client, "ada")
    return client


@pytest.fixture
def viewer(opened):
    client = opened.test_client()
    log_in(client, "vera")
    return client


def words(page):
    parts = html.document_fromstring(page.text).find(".//main").itertext()
    return " ".join(" ".join(parts).split())


def alert(page):
    found = html.document_fromstring(page.text).find(".//*[@role='alert']")
    return found.text_content() if found is not None else ""


def ended(store):
    """Wait until no job is open, and return the last one."""
    deadline = time.monotonic() + 60
    while store.jobs.current(datetime.now(UTC)) and time.monotonic() < deadline:
        PAUSE.wait(0.05)
    return store.jobs.recent(datetime.now(UTC))[0]


def at_work(store, by="tomas", kind=JobKind.REBUILD):
    """Return a job that this process has claimed."""
    now = datetime.now(UTC)
    asked = store.jobs.ask(kind, JobOptions(), this_process(), by=by, now=now)
    return store.jobs.claim(asked.id, this_process(), now)


def test_a_rebuild_is_begun_done_and_gone_back_from(opened, store, admin):
    store.upsert([Article(id="zither", title="A zither is found", body=("zither",))], NOW)
    page = admin.get(PATH)
    assert "The next rebuild" in page.text
    assert "1 change since the generation that is served" in words(page)
    begun = send(admin, PATH, do="begin")
    assert (begun.status_code, begun.location) == (303, PATH)
    job = ended(store)
    assert (job.state, job.asked_by, job.report.generation) == (JobState.DONE, "ada", 2)
    told = words(admin.get(PATH))
    assert "Job 1: Rebuild done" in told
    assert "generation 2, 33 articles" in told
    report = words(admin.get(f"{PATH}/job?number=1"))
    assert "Rebuild: done" in report
    assert "Passed Every checksum of" in report
    assert "Relating articles" in report
    assert "asked for by ada" in words(admin.get("/admin/generations"))
    assert "zither</mark> is found" in admin.get("/search?q=zither").text
    before = words(admin.get("/admin/generations/serve?number=1"))
    assert "Serve generation 1 instead of 2?" in before
    assert "Articles out 1 are in this index and not in that one" in before
    gone = send(admin, "/admin/generations/serve?number=1")
    assert (gone.status_code, gone.location) == (303, PATH)
    job = ended(store)
    assert (job.kind, job.state) == (JobKind.ROLLBACK, JobState.DONE)
    assert Generations(opened.extensions["backfile"].settings.generations_folder).list()[0].current
    assert "Job 2: Rollback to generation 1 done" in words(admin.get(PATH))
    assert "went back" in admin.get("/admin/audit?kind=index").text


def test_how_far_it_is_is_seen_and_it_can_be_cancelled(store, admin, viewer):
    job = at_work(store)
    progress = JobProgress(
        stage="relating articles", done=300, total=1_200, fraction=0.42, rate=96.4, seconds_left=75
    )
    store.jobs.beat(job, progress, datetime.now(UTC))
    page = admin.get(PATH)
    told = words(page)
    assert "asked for by tomas" in told
    assert "42%" in told
    assert "Relating articles 300 of 1,200, 96 a second" in told
    assert "Time left about 1 min 15 s" in told
    assert html.document_fromstring(page.text).find(".//progress").get("value") == "42"
    assert "Cancel" not in viewer.get(PATH).text
    assert "42%" in viewer.get(PATH).text
    cancelled = send(admin, PATH, do="cancel")
    assert cancelled.status_code == 303
    told = words(admin.get(PATH))
    assert "what is served stays as it is" in told
    assert "Rebuild being cancelled" in told
    assert "Cancel this" not in told
    state = store.jobs.beat(job, progress, datetime.now(UTC))
    assert state is JobState.CANCELLING
    store.jobs.end(job, JobState.CANCELLED, JobReport(), datetime.now(UTC))
    assert "Job 1: Rebuild cancelled" in words(admin.get(PATH))


def test_of_two_admins_one_is_first_and_the_other_is_told(opened, store, admin):
    other = opened.test_client()
    log_in(other, "ada")
    page = other.get(PATH)  # before anybody presses
    at_work(store, by="ines")
    refused = other.post(PATH, data=fields(page, PATH) | {"do": "begin"})
    assert refused.status_code == 409
    assert "because ines was first: a rebuild is at work since" in alert(refused)
    assert "asked for by ines" in words(refused)
    assert len(store.jobs.recent(datetime.now(UTC))) == 1
    back = other.get("/admin/generations/serve?number=1")
    form = fields(back, "/admin/generations/serve")
    both = other.post("/admin/generations/serve?number=1", data=form)
    assert both.status_code == 409
    assert "ines was first" in alert(both)


def test_a_job_that_has_ended_meanwhile_is_not_cancelled_nor_the_next_one(store, admin):
    job = at_work(store)
    form = fields(admin.get(PATH), PATH) | {"do": "cancel"}
    store.jobs.end(job, JobState.DONE, JobReport(generation=1), datetime.now(UTC))
    second = at_work(store)
    late = admin.post(PATH, data=form)
    assert late.status_code == 409
    assert "job 1 is not at work any more" in alert(late)
    assert store.jobs.get(second.id, datetime.now(UTC)).state is JobState.RUNNING


def test_why_it_was_refused_is_read_before_it_is_served_all_the_same(store, admin, viewer):
    job = at_work(store)
    findings = (
        Finding(passed=True, lines=("Every checksum of 5 files fits.",)),
        Finding(passed=False, lines=("1 article differs.", "<b>a1</b> is public and is missing.")),
    )
    report = JobReport(findings=findings)
    store.jobs.end(job, JobState.REFUSED, report, datetime.now(UTC))
    page = admin.get(PATH)
    assert "refused by the checks" in page.text
    assert "1 check failed" in page.text
    (link,) = html.document_fromstring(page.text).xpath("//a[text()='Read why']/@href")
    page = admin.get(link)
    assert "Failed 1 article differs. <b>a1</b> is public and is missing." in words(page)
    assert "The last rebuild was refused by the checks" in admin.get("/admin/health").text
    assert "all the same</button>" not in viewer.get(link).text
    form = fields(page, PATH)
    box = html.document_fromstring(page.text).find(".//input[@name='force']")
    assert box.get("required") is not None
    admin.post(PATH, data=form | {"do": "begin", "force": "on"})
    job = ended(store)
    assert (job.options.force, job.state) == (True, JobState.DONE)
    assert "Override yes" in words(admin.get(f"{PATH}/job?number={job.id}"))


def test_too_little_room_is_said_beforehand_and_needs_a_yes(store, admin, monkeypatch):
    monkeypatch.setattr(room, "free_disk", lambda _: 1_000)
    page = admin.get(PATH)
    assert "A rebuild needs about" in words(page)
    assert html.document_fromstring(page.text).find(".//input[@name='force']") is not None
    assert "A rebuild needs about" in words(admin.get("/admin/health"))


def test_an_interrupted_rebuild_is_gone_on_with_or_begun_anew(store, admin):
    now = datetime.now(UTC)
    lost = replace(this_process(), pid=2**22 + 1)
    asked = store.jobs.ask(JobKind.REBUILD, JobOptions(), lost, by="ines", now=now)
    store.jobs.claim(asked.id, lost, now)
    page = admin.get(PATH)
    assert "Job 1: Rebuild interrupted" in words(page)
    assert "The next one goes on from what is complete" in words(page)
    form = fields(page, PATH) | {"do": "begin", "anew": "on"}
    admin.post(PATH, data=form)
    assert not ended(store).options.resume


def test_nothing_is_served_that_was_not_seen(opened, store, admin):
    generations = Generations(opened.extensions["backfile"].settings.generations_folder)
    for _ in range(2):
        rebuild(store, generations, now=NOW, steps=[related_lists])
    page = admin.get("/admin/generations/serve?number=1")
    generations.rollback(2)
    late = admin.post(
        "/admin/generations/serve?number=1", data=fields(page, "/admin/generations/serve")
    )
    assert late.status_code == 409
    assert "generation 2 is served meanwhile" in alert(late)
    form = fields(admin.get("/admin/generations/serve?number=1"), "/admin/generations/serve")
    assert admin.post("/admin/generations/serve?number=9", data=form).status_code == 404
    assert admin.get("/admin/generations/serve?number=9").status_code == 404
    assert store.jobs.recent(datetime.now(UTC)) == []
    (generations.folder / "000002" / "manifest.json").write_text("{}")
    page = admin.get("/admin/generations/serve?number=1")
    assert "because generation 2 is damaged" in words(page)


@pytest.mark.parametrize("number", ["", "0", "x", str(2**40)])
def test_a_number_that_is_none_is_refused(admin, number):
    assert admin.get(f"{PATH}/job?number={number}").status_code == 400
    assert admin.get(f"/admin/generations/serve?number={number}").status_code == 400


def test_an_unknown_job_is_not_found(admin):
    assert admin.get(f"{PATH}/job?number=77").status_code == 404


def test_a_job_of_another_machine_that_is_silent_is_interrupted(opened, store, admin):
    now = datetime.now(UTC) - timedelta(minutes=30)
    far = Worker("elsewhere", "another machine", 7)
    asked = store.jobs.ask(JobKind.REBUILD, JobOptions(), far, by="ines", now=now)
    store.jobs.claim(asked.id, far, now)
    opened.extensions["clock"] = lambda: datetime.now(UTC)
    log_in(admin, "ada")
    assert "Job 1: Rebuild interrupted" in words(admin.get(PATH))
