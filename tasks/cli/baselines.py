"""`dyncell baselines`: the trivial baselines of a static network, made, trained and judged."""

import sys
from pathlib import Path
from typing import Any

import click

from core.baselines.random_cells import Cohort, drawn_cells, twin_cells
from core.class_mapping import class_ids
from core.dataset_registry import resolve_dataset
from core.frame_choice import FrameChoice
from core.nn.cell_config import DEFAULT_KEY_INTERVAL
from core.settings import Settings
from tasks.cli.baseline_run import Asking, BaselineRun, registered_static
from tasks.cli.baseline_table import print_markdown, print_table, table_document
from tasks.cli.cell_options import with_clips
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.progress import progress_bar
from tasks.queue.baselines import refuse_no_static, refuse_unsteady

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("static")
@click.argument("dataset")
@click.option("--split", required=True, help="A split, or some of its frames: val:52..100.")
@click.option(
    "--trained",
    default="all",
    show_default=True,
    type=click.Choice(["all", "kept", "none"]),
    help="Train the cells that are missing; take only those that are there; or leave them out.",
)
@click.option(
    "--seeds",
    default=3,
    show_default=True,
    type=click.IntRange(0, 100),
    help="Seeds 0, 1, ... of the named cells and the memoryless control.",
)
@click.option(
    "--random-cells",
    "count",
    default=20,
    show_default=True,
    type=click.IntRange(0, 1000),
    help="Random light cells, one seed each, whose mean is a row.",
)
@click.option(
    "--random-seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Draws the random cells from the space `extended`, four nodes.",
)
@click.option(
    "--random-from",
    type=_FILE,
    metavar="FILE",
    help="Take them from a search's random twin instead: what `search show NAME --json` printed.",
)
@click.option(
    "--key-interval",
    default=DEFAULT_KEY_INTERVAL,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Frames from one key frame to the next, of light cells, copy and dis-labels.",
)
@click.option(
    "--learn", "learnt", multiple=True, help="Split that cells learn; repeatable [train]."
)
@with_clips
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--markdown", is_flag=True, help="Print the table as a page of Markdown.")
@with_settings
def baselines(
    settings: Settings,
    static: str,
    dataset: str,
    split: str,
    trained: str,
    seeds: int,
    count: int,
    random_seed: int,
    random_from: Path | None,
    key_interval: int,
    learnt: tuple[str, ...],
    steps: int,
    length: int,
    as_json: bool,
    markdown: bool,
) -> None:
    """Judges what every cell must beat, on the network STATIC and a split of DATASET.

    Running means of the softmax (as it is, along DIS flow, along one homography), copy, labels
    carried along DIS flow, the named cells, the mean of random cells, and the memoryless control.
    All become models and rows of the leaderboard. The same command, started again, does only what
    is missing.
    """
    if as_json and markdown:
        raise click.UsageError("Give --json or --markdown, not both.")
    choice = FrameChoice.parse(split)
    cohort = _cohort(trained, count, random_seed, random_from)
    folder = open_folder(settings)
    network = registered_static(folder, static)
    refuse_no_static(network)
    options: dict[str, Any] = {
        "splits": list(learnt or ("train",)),
        "steps": steps,
        "length": length,
        "variants": 1,
        "precision": "fp32",
        "own_head": False,
    }
    with progress_bar() as show:
        reader = resolve_dataset(folder, dataset)
        reader.index.split(choice.split)
        refuse_unsteady(dataset, choice, reader.index.summary()[choice.split])
        class_ids(network.classes, reader.index.palette.names, mapping={})
        run = BaselineRun(
            folder,
            Asking(
                static=network,
                dataset=dataset,
                judged=choice,
                key_interval=key_interval,
                options=options,
                seeds=0 if trained == "none" else seeds,
                cohort=cohort,
                trains=trained == "all",
            ),
            reader,
            show,
        )
        run.prepare()
        click.echo(run.plan_text(), err=True)
        run.work(say=lambda text: click.echo(text, err=True))
    document = table_document(folder, run, command=_command())
    if as_json:
        print_json(document)
    elif markdown:
        print_markdown(document)
    else:
        print_table(document)
    if run.failures:
        raise click.ClickException(
            f"{len(run.failures)} of them failed and have no row: {'; '.join(run.failures)}"
        )


def _cohort(trained: str, count: int, seed: int, source: Path | None) -> Cohort | None:
    if trained == "none" or not count:
        return None
    return drawn_cells(count, seed=seed) if source is None else twin_cells(source, count)


def _command() -> str:
    """What was typed, but for where the data folder lies and how the table is printed."""
    words, skip = [], False
    for word in sys.argv[1:]:
        if not skip and word != "--data" and not word.startswith("--data="):
            words.append(word)
        skip = word == "--data"
    return " ".join(["dyncell", *(w for w in words if w not in ("--json", "--markdown"))])
