"""What commands say of jobs: rebuilds and rollbacks, running or ended."""

from pydantic import TypeAdapter
from rich.filesize import decimal

from articles.jobs import (
    Job,
)
from web.cli.output import moment, print_facts, print_json, print_text
from web.cli.progress import progress_words


def tell(job: Job | None, *, as_json: bool) -> None:
    """Print a job, or that there was none."""
    if as_json:
        print_json({"job": TypeAdapter(Job | None).dump_python(job, mode="json")})
    elif job is None:
        print_text("Nothing has been rebuilt yet: run `backfile rebuild`.")
    else:
        print_job(job)


def print_job(job: Job) -> None:
    """Print a job for people."""
    progress, report = job.progress, job.report
    facts = [
        ("Job", f"{job.kind} {job.id}, asked for by {job.asked_by} at {moment(job.asked_at)}"),
        ("State", job.state.value),
        ("Process", f"{job.worker.pid} on {job.worker.host}" if job.is_open else ""),
    ]
    if job.is_open and progress.stage:
        facts += [
            ("Done", f"{progress.fraction:.0%}"),
            (progress.stage.capitalize(), progress_words(progress)),
        ]
    facts += [("Ended", moment(job.ended) if job.ended else ""), ("", report.message)]
    if report.generation:
        facts.append(("Serves", f"generation {report.generation}"))
    if report.articles:
        built = f"{report.articles:,} articles, {decimal(report.bytes)}, in {report.seconds:.1f} s"
        facts.append(("Built", built))
    print_facts(facts)
    for finding in report.findings:
        for line in finding.lines:
            print_text(line, indent=2)
