"""`dyncell jobs`: the queue, from a terminal."""

from dataclasses import asdict
from typing import Any

import click

from core.records import Job
from core.settings import Settings
from core.store import jobs as store
from tasks import queue
from tasks.cli.options import open_folder, print_json, with_settings


@click.group()
def jobs() -> None:
    """Shows, cancels and retries jobs."""


@jobs.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_(settings: Settings, limit: int, as_json: bool) -> None:
    """Lists jobs, the newest first."""
    with open_folder(settings).database.reading() as session:
        found = store.list_jobs(session, limit=limit)
    if as_json:
        print_json({"jobs": [_document(job) for job in found]})
        return
    for job in found:
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


def _document(job: Job) -> dict[str, Any]:
    shown = ("id", "kind", "state", "title", "attempt", "error", "created_at", "finished_at")
    values = asdict(job)
    return {name: values[name] for name in shown} | {"progress": asdict(job.progress)}
