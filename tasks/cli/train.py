"""`dyncell train`: trains networks in the foreground."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.known_genotypes import find_genotype
from core.model_file import DEFAULT_STATIC
from core.names import checked_name
from core.registry import resolve_model
from core.settings import Settings
from core.train.recipe import STEPS
from tasks.cli.cell_options import with_clips
from tasks.cli.options import open_folder, refuse_unwritable, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground
from tasks.queue.trainings import names_in_use

_Command = TypeVar("_Command", bound=Callable[..., Any])


def with_target(command: _Command) -> _Command:
    """Adds `--name` and `--out`, one of which says where the model goes."""
    file = click.Path(dir_okay=False, path_type=Path)
    command = click.option("--out", type=file, help="Write the model to this file.")(command)
    named = click.option("--name", help="Put the model into the registry under this name.")
    return named(command)


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
@with_target
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


@train.command()
@click.argument("genotype")
@click.argument("dataset")
@click.option(
    "--static",
    "static_model",
    default=DEFAULT_STATIC,
    show_default=True,
    help="The static network the cell lives in, a name or a file.",
)
@click.option("--split", "splits", multiple=True, help="Split to learn; repeatable [train].")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Decides all chance."
)
@with_clips
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Simulated clips per labelled frame.",
)
@click.option("--score", help="SPLIT or SPLIT:FIRST..LAST to score the result on, for its card.")
@click.option(
    "--synthetic",
    "streets",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2000),
    help="Synthetic streets to learn as well, three clips of each (CamVid's classes only).",
)
@click.option(
    "--key-interval",
    type=click.IntRange(min=0),
    help="Frames from one key frame to the next, 0 = only the first and scene cuts "
    "[5 for a light cell, 0 for a full one].",
)
@click.option("--own-head", is_flag=True, help="Train a copy of the head for the cell's frames.")
@click.option(
    "--memoryless", is_flag=True, help="The control of a full cell: it never sees the past."
)
@click.option(
    "--precision",
    default="fp32",
    show_default=True,
    type=click.Choice(["fp32", "bf16"]),
    help="bf16 is faster where the processor has matrix units.",
)
@with_target
@with_settings
def cell(
    settings: Settings,
    genotype: str,
    dataset: str,
    static_model: str,
    splits: tuple[str, ...],
    seed: int,
    steps: int,
    length: int,
    variants: int,
    score: str | None,
    streets: int,
    key_interval: int | None,
    own_head: bool,
    memoryless: bool,
    precision: str,
    name: str | None,
    out: Path | None,
) -> None:
    """Trains the cell GENOTYPE (a name, key or JSON file) on simulated clips of DATASET.

    The static network stays as it is. Give --name (registry) or --out (file). The same command,
    started again after an interruption, goes on from its checkpoint.
    """
    if (name is None) == (out is None):
        raise click.UsageError("Give --name or --out, one of the two.")
    if score:
        FrameChoice.parse(score)
    folder = open_folder(settings)
    described = find_genotype(folder, genotype)
    if memoryless and described.is_light:
        raise click.UsageError("--memoryless is for full cells; this one never reads high.")
    name = _refuse_bad_target(folder, name, out)
    resolve_model(folder, static_model)
    payload = {
        "genotype": described.to_dict(),
        "genotype_name": genotype,
        "dataset": dataset,
        "splits": list(splits or ("train",)),
        "static": static_model,
        "seed": seed,
        "steps": steps,
        "length": length,
        "variants": variants,
        "score": score,
        "streets": streets,
        "key_interval": key_interval,
        "own_head": own_head,
        "memoryless": memoryless,
        "precision": precision,
        "name": name,
        "out": None if out is None else str(out.absolute()),
    }
    title = f"Train the cell {genotype} on {dataset} (from a terminal)"
    with progress_bar() as show:
        job = run_in_foreground(folder, "train_cell", payload, title=title, on_progress=show)
    metrics = job.result["metrics"]
    if metrics:
        click.echo(f"{name or out}: {metrics['miou']}% mIoU on {metrics['scored_on']}.")
        return
    loss = job.progress.detail.get("loss") if job.progress is not None else None
    said = "" if loss is None else f", last loss {loss}"
    click.echo(f"{name or out}: {steps} steps{said}. Judge it with: dyncell evaluate.")


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
