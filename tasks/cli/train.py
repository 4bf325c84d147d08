"""`dyncell train`: trains networks in the foreground."""

from pathlib import Path

import click

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.names import checked_name
from core.settings import Settings
from core.train.recipe import STEPS
from tasks.cli.options import open_folder, refuse_unwritable, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground
from tasks.queue.models import names_in_use


@click.group()
def train() -> None:
    """Trains networks."""


@train.command()
@click.argument("dataset")
@click.option("--split", "splits", multiple=True, help="Split to learn; repeatable [train].")
@click.option("--score", help="SPLIT or SPLIT:FIRST..LAST to score the result on [val].")
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
    "--steps", default=STEPS, show_default=True, type=click.IntRange(min=1), help="Training steps."
)
@click.option(
    "--synthetic",
    "extra",
    type=click.FloatRange(0.0, 0.8),
    help="Share of crops from synthetic streets [0.25 for CamVid's classes, else 0].",
)
@click.option(
    "--precision",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "fp32", "bf16"]),
    help="auto measures which trains faster here.",
)
@click.option(
    "--start",
    help="Begin from this model's weights (a name or a file; other classes cost it the last "
    "layer) or from an ImageNet checkpoint of MobileNet-v2 of the same width.",
)
@click.option("--name", help="Put the model into the registry under this name.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the model to this file."
)
@with_settings
def static(
    settings: Settings,
    dataset: str,
    splits: tuple[str, ...],
    score: str | None,
    seed: int,
    width: float,
    steps: int,
    extra: float | None,
    precision: str,
    start: str | None,
    name: str | None,
    out: Path | None,
) -> None:
    """Trains a static network on DATASET, a name or a path; give --name (registry) or --out (file).

    The same command, started again after an interruption, goes on from its checkpoint.
    """
    if (name is None) == (out is None):
        raise click.UsageError("Give --name or --out, one of the two.")
    if score:
        FrameChoice.parse(score)
    folder = open_folder(settings)
    name = _refuse_bad_target(folder, name, out)
    payload = {
        "dataset": dataset,
        "splits": list(splits or ("train",)),
        "score": score,
        "seed": seed,
        "width": width,
        "steps": steps,
        "extra": extra,
        "precision": precision,
        "start": start,
        "name": name,
        "out": None if out is None else str(out.absolute()),
    }
    title = f"Train a static network on {dataset} (from a terminal)"
    with progress_bar() as show:
        job = run_in_foreground(folder, "train_static", payload, title=title, on_progress=show)
    metrics = job.result["metrics"]
    said = f"{metrics['miou']}% mIoU on {metrics['scored_on']}" if metrics else "not scored"
    click.echo(f"{name or out}: {said}.")


def _refuse_bad_target(folder: DataFolder, name: str | None, out: Path | None) -> str | None:
    """Hours of training must not end at a name that is taken or a folder that is missing."""
    if out is not None and not out.absolute().parent.is_dir():
        raise DyncellError(f"There is no folder {out.absolute().parent}; make it first.")
    if out is not None:
        refuse_unwritable(out.absolute().parent)
    if name is None:
        return None
    name = checked_name(name, noun="model")
    with folder.database.reading() as session:
        if name in names_in_use(session):
            raise DyncellError(f"A model named {name!r} exists already; choose another name.")
    return name
