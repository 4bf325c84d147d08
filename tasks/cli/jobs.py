"""`dyncell jobs`: the queue, from a terminal."""

from dataclasses import asdict
from typing import Any

import click

from core.records import Job, JobState
from core.settings import Settings
from core.store import jobs as store
from core.store.job_lines import JobLine, list_lines
from tasks import queue
from tasks.cli.options import open_folder, print_json, with_settings


@click.group()
def jobs() -> None:
    """Shows, cancels and retries jobs."""


@jobs.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--all", "every", is_flag=True, help="Each trial of a search on a line of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_(settings: Settings, limit: int, every: bool, as_json: bool) -> None:
    """Lists jobs, the newest first; the trials of a search on one line."""
    with open_folder(settings).database.reading() as session:
        if every:
            found = [JobLine(job) for job in store.list_jobs(session, limit=limit)]
        else:
            found = list_lines(session, limit=limit)
    if as_json:
        print_json({"jobs": [_document(line) for line in found]})
        return
    for line in found:
        job = line.job
        if line.search_id:
            counts = ", ".join(f"{line.states[s]} {s}" for s in JobState if s in line.states)
            click.echo(f"{'':35}trials of {line.search_name or line.search_id}: {counts}")
            continue
        click.echo(f"{job.id}  {job.state:<9}  {_progress(job):>5}  {job.title}")
        if job.error:
            click.echo(f"{'':18}{job.error}")
    if not found:
        click.echo("No jobs yet.")


@jobs.command()
@click.argument("job_id", metavar="ID")
@with_settings
def cancel(settings: Settings, job_id: str) -> None:
    """Cancels a job."""
    job = queue.cancel(open_folder(settings), job_id)
    click.echo(f"{job.id} is {job.state}{' and will stop' if job.cancel_requested else ''}.")


@jobs.command()
@click.argument("job_id", metavar="ID")
@with_settings
def retry(settings: Settings, job_id: str) -> None:
    """Puts a failed or cancelled job back into the queue."""
    job = queue.retry(open_folder(settings), job_id)
    click.echo(f"{job.id} is {job.state}.")


def _progress(job: Job) -> str:
    return f"{100 * job.progress.share:.0f}%" if job.progress.total else ""


def _document(line: JobLine) -> dict[str, Any]:
    """A job; where `folded` is given it is the newest of those of a search."""
    job, folded = line.job, None
    if line.search_id:
        folded = {"search_id": line.search_id, "states": line.states}
    shown = ("id", "kind", "state", "title", "attempt", "error", "created_at", "finished_at")
    values = asdict(job)
    return {name: values[name] for name in shown} | {
        "progress": asdict(job.progress),
        "folded": folded,
    }
