"""`dyncell data`: datasets, from a terminal."""

from pathlib import Path
from typing import Any

import click

from core.camvid_neighbours import extract_neighbours
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.names import checked_name
from core.records import Dataset, Progress, new_id
from core.settings import Settings
from core.store import datasets as store
from tasks import queue
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground


@click.group()
def data() -> None:
    """Imports, lists, describes and deletes datasets."""


@data.command("import")
@click.argument("layout", type=click.Choice(["camvid", "cityscapes", "masks", "auto"]))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--name", help="Its name; the folder's or archive's name by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def import_(settings: Settings, layout: str, path: Path, name: str | None, as_json: bool) -> None:
    """Imports the folder or zip archive PATH, whose files lie as LAYOUT says."""
    folder = open_folder(settings)
    name = checked_name(name or path.absolute().stem, noun="dataset")
    dataset = _add(folder, path, name)
    payload = {"dataset_id": dataset.id, "stage": "all", "layout": layout, "archive": path.name}
    try:
        with progress_bar() as show:
            run_in_foreground(
                folder,
                "import_dataset",
                payload,
                title=f"Import the dataset {name} (from a terminal)",
                on_progress=show,
            )
    except BaseException:
        queue.delete_dataset(folder, dataset.id)
        raise
    with folder.database.reading() as session:
        dataset = store.get(session, dataset.id)
    if as_json:
        print_json(_document(dataset))
        return
    frames = ", ".join(f"{split}: {found['frames']}" for split, found in dataset.splits.items())
    click.echo(f"{name}: {len(dataset.classes)} classes, frames {frames}.")


@data.command()
@click.argument("images", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("video", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--labels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of their label maps [labels beside IMAGES].",
)
@click.option("--sequence", required=True, help="The images' sequence, such as 0016E5.")
@click.option(
    "--count", default=7, show_default=True, type=click.IntRange(1, 100), help="Frames to take."
)
@click.option(
    "--every",
    default=2,
    show_default=True,
    type=click.IntRange(1, 30),
    help="Take every how many frames of the video.",
)
@click.option("--first", help="LABEL:FRAME, a label's number and its frame's, counted from 1.")
@with_settings
def neighbours(
    settings: Settings,
    images: Path,
    video: Path,
    labels: Path | None,
    sequence: str,
    count: int,
    every: int,
    first: str | None,
) -> None:
    """Writes the frames before each labelled one of IMAGES, taken from CamVid's raw VIDEO.

    Cells then learn from real clips: import the folder afterwards, with the labels beside it. The
    data folder is not touched.
    """
    labels = labels or images.absolute().parent / "labels"
    if not labels.is_dir():
        raise DyncellError(f"There is no folder {labels}; name the label maps' with --labels.")
    with progress_bar() as show:
        done = extract_neighbours(
            images,
            labels,
            video,
            sequence=sequence,
            count=count,
            every=every,
            first=None if first is None else _first(first),
            progress=lambda at, of: show(Progress(at, of, "frames", "reading")),
        )
    click.echo(
        f"{done.written} frames before {done.labelled} labelled ones; these agree with the video "
        f"(least correlation {done.likeness:.3f})."
    )


def _first(text: str) -> tuple[int, int]:
    label, _, frame = text.partition(":")
    if not (label.isdecimal() and frame.isdecimal()):
        raise click.UsageError(f"--first is {text!r}; LABEL:FRAME is wanted, such as 390:392.")
    return int(label), int(frame)


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_(settings: Settings, as_json: bool) -> None:
    """Lists the datasets."""
    with open_folder(settings).database.reading() as session:
        found = store.list_datasets(session, limit=100_000)
    if as_json:
        print_json({"datasets": [_document(dataset) for dataset in found]})
        return
    for dataset in found:
        frames = ", ".join(f"{split} {s['frames']}" for split, s in dataset.splits.items())
        click.echo(
            f"{dataset.name:<24} {dataset.layout:<10} {dataset.size / 1e6:>8.1f} MB  "
            f"{frames or _unready(dataset)}"
        )


@data.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def stats(settings: Settings, name: str, as_json: bool) -> None:
    """Prints what the splits of the dataset NAME hold, class by class."""
    with open_folder(settings).database.reading() as session:
        dataset = store.get(session, name)
    if as_json:
        print_json(_document(dataset) | {"splits": dataset.splits, "digest": dataset.digest})
        return
    if not dataset.is_ready:
        click.echo(f"{dataset.name}: {_unready(dataset)}")
        return
    click.echo(f"{dataset.name}  ({dataset.layout}, id {dataset.id}, {dataset.digest[:16]})")
    for split, found in dataset.splits.items():
        click.echo(
            f"{split}: {found['frames']} frames in {found['sequences']} sequences, "
            f"{found['labelled']} labelled, {found['dense']} of them consecutive"
        )
        labelled = sum(found["pixels"]) or 1
        for class_name, pixels in zip(dataset.classes, found["pixels"], strict=True):
            click.echo(f"    {class_name:<18} {100 * pixels / labelled:>7.3f}%")
        click.echo(f"    {'void':<18} {100 * found['void'] / (labelled + found['void']):>7.3f}%")


@data.command()
@click.argument("name")
@with_settings
def delete(settings: Settings, name: str) -> None:
    """Removes the dataset NAME and its files."""
    gone = queue.delete_dataset(open_folder(settings), name)
    click.echo(f"{gone.name} is deleted, {gone.size / 1e6:.1f} MB are free again.")


def _add(folder: DataFolder, path: Path, name: str) -> Dataset:
    """The row alone: the command itself does what a worker would do for the browser."""
    dataset_id = new_id()
    source = ""
    if path.is_file():
        source = queue.put_source(folder, path, dataset_id)
    with folder.database.writing() as session:
        return store.add(
            session,
            dataset_id,
            name=name,
            origin="upload" if source else "folder",
            source=source,
            path="" if source else str(path.absolute()),
        )


def _unready(dataset: Dataset) -> str:
    return "rendered on first use" if dataset.origin == "shipped" else "not imported yet"


def _document(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "layout": dataset.layout,
        "classes": list(dataset.classes),
        "splits": {split: found["frames"] for split, found in dataset.splits.items()},
        "labelled": {split: found["labelled"] for split, found in dataset.splits.items()},
        "bytes": dataset.size,
        "digest": dataset.digest,
        "ready": dataset.is_ready,
    }
