"""`dyncell worker`."""

import logging
import sys

import click

from core.settings import Settings
from tasks.cli.options import with_settings
from tasks.worker import USUAL, run_worker


@click.command()
@click.option(
    "--slots",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many jobs of any kind may run at once.",
)
@click.option(
    "--queues",
    default=",".join(USUAL),
    show_default=True,
    help="`general` takes every job; `interactive` adds a slot for imports and segmentations only; "
    "`search` takes the jobs of searches only.",
)
@click.option("--supervised", is_flag=True, hidden=True, help="End when standard input closes.")
@with_settings
def worker(settings: Settings, *, slots: int, queues: str, supervised: bool) -> None:
    """Run a worker that takes jobs, until Ctrl-C or SIGTERM."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("dyncell").setLevel(logging.INFO)
    names = [name.strip() for name in queues.split(",") if name.strip()]
    pipe = sys.stdin.fileno() if supervised else None
    run_worker(settings, slots=slots, queues=names, parent_pipe=pipe)
