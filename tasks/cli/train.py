"""`dyncell train`: trains networks in the foreground."""

from pathlib import Path

import click

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.settings import Settings
from core.store import models
from tasks.cli.options import open_folder, refuse_unwritable, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground


@click.group()
def train() -> None:
    """Trains networks."""


@train.command()
@click.argument("dataset", type=click.Choice(["synthetic"]))
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Decides all chance."
)
@click.option(
    "--width",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0.1, 2.0),
    help="Width of the encoder; 1.0 has about three times the parameters of 0.5.",
)
@click.option(
    "--steps", default=6000, show_default=True, type=click.IntRange(min=1), help="Training steps."
)
@click.option(
    "--scenes",
    default=400,
    show_default=True,
    type=click.IntRange(min=1),
    help="Streets to render and train on, three frames each.",
)
@click.option("--name", help="Put the model into the registry under this name.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the model to this file."
)
@with_settings
def static(
    settings: Settings,
    dataset: str,
    seed: int,
    width: float,
    steps: int,
    scenes: int,
    name: str | None,
    out: Path | None,
) -> None:
    """Trains a static network on DATASET; give --name (registry) or --out (file)."""
    if (name is None) == (out is None):
        raise click.UsageError("Give --name or --out, one of the two.")
    folder = open_folder(settings)
    _refuse_bad_target(folder, name, out)
    payload = {
        "dataset": dataset,
        "seed": seed,
        "width": width,
        "steps": steps,
        "scenes": scenes,
        "name": name,
        "out": None if out is None else str(out.absolute()),
    }
    title = f"Train a static network on {dataset} (from a terminal)"
    with progress_bar() as show:
        job = run_in_foreground(folder, "train_static", payload, title=title, on_progress=show)
    click.echo(f"{name or out}: {job.result['miou']}% mIoU on held-out streets.")


def _refuse_bad_target(folder: DataFolder, name: str | None, out: Path | None) -> None:
    """Hours of training must not end at a name that is taken or a folder that is missing."""
    if out is not None and not out.absolute().parent.is_dir():
        raise DyncellError(f"There is no folder {out.absolute().parent}; make it first.")
    if out is not None:
        refuse_unwritable(out.absolute().parent)
    with folder.database.reading() as session:
        taken = {model.name for model in models.list_models(session, limit=1000)}
    if name in taken:
        raise DyncellError(f"A model named {name!r} exists already; choose another name.")
