"""`dyncell dynamics`: how a model behaves over time, on video with ground truth."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from core.data_folder import DataFolder
from core.dataset_registry import find_dataset, resolve_dataset
from core.dynamics.notes import document_notes
from core.dynamics.protocol import DynamicsProtocol
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.metrics.descriptions import BEHAVIOUR
from core.model_file import model_digest
from core.records import Dynamics
from core.registry import find_model_row
from core.settings import Settings
from core.store import dynamics as store
from tasks.cli.options import class_mapping, find_weights, open_folder, print_json, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground

_KINDS = {"static": "static network", "light": "light cell", "full": "full cell"}


@click.command()
@click.argument("model")
@click.argument("dataset")
@click.option("--split", required=True, help="A split, or some of its frames: val:52..100.")
@click.option("--map", "maps", multiple=True, metavar="A=B", help="The model's class A is B here.")
@click.option("--again", is_flag=True, help="Measure even where the numbers are stored.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def dynamics(
    settings: Settings,
    model: str,
    dataset: str,
    split: str,
    maps: tuple[str, ...],
    again: bool,
    as_json: bool,
) -> None:
    """Measures how MODEL behaves over time on a split of DATASET that is video with ground truth.

    mIoU by distance to a key frame, lag, recovery from cuts, use of the past, and drift over long
    videos. Frames before the chosen ones serve as their past. Names and paths both do. What is
    measured is stored; asking again returns it.
    """
    folder = open_folder(settings)
    choice = FrameChoice.parse(split)
    protocol = DynamicsProtocol(frames=choice.frames, mapping=class_mapping(maps))
    with progress_bar() as show:
        weights = find_weights(folder, model)
        reader = resolve_dataset(folder, dataset)
        keys = {
            "model_key": model_digest(weights),
            "data_key": reader.index.split_digest(choice.split),
            "protocol_key": protocol.key,
        }
        found = None if again else _stored(folder, keys)
        if found is None:
            row, data = find_model_row(folder, model), find_dataset(folder, dataset)
            name = _called(model, weights) if row is None else row.name
            payload = {
                "model": str(weights.absolute()),
                "model_name": name,
                "dataset": dataset if data is None else data.id,
                "split": choice.split,
                "protocol": protocol.to_dict(),
            }
            title = f"Measure {name} over time on {dataset} (from a terminal)"
            run_in_foreground(folder, "measure_dynamics", payload, title=title, on_progress=show)
            found = _stored(folder, keys)
    if found is None:
        raise DyncellError("What was measured has been deleted meanwhile; run the command again.")
    if as_json:
        print_json(asdict(found))
        return
    for line in dynamics_lines(found):
        click.echo(line)


def dynamics_lines(found: Dynamics) -> Iterator[str]:
    """A measurement, line by line."""
    document = found.document
    frames = found.options.get("frames")
    where = f"{found.dataset_name}/{found.split}"
    where += f", frames {frames[0]}..{frames[1]}" if frames else ""
    kind = document["model_class"]
    yield f"{found.model_name} ({_KINDS.get(kind, kind)}) on {where}"
    for key, value in document["numbers"].items():
        known = BEHAVIOUR[key]
        text = "-" if value is None else f"{value:.{known.digits}f} {known.unit}".rstrip()
        yield f"  {known.label:<22} {text:>12}"
    distance = document["distance"]
    if distance:
        yield "  mIoU by distance d to a key frame, in percent, on the same frames"
        yield "    " + "".join(f"{heading:>8}" for heading in ("d", "model", "static", "copy"))
        for row in zip(*(distance[k] for k in ("d", "miou", "static", "copy")), strict=True):
            yield "    " + "".join(_cell(value) for value in row)
    for note in document_notes(document):
        yield f"  note: {note}"


def _called(model: str, weights: Path) -> str:
    """A file is called by its name, a fresh cell as it was asked for."""
    return weights.stem if Path(model).is_file() else model


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'-':>8}"
    return f"{value:>8}" if isinstance(value, int) else f"{value:>8.2f}"


def _stored(folder: DataFolder, keys: dict[str, str]) -> Dynamics | None:
    with folder.database.reading() as session:
        return store.find(session, **keys)
