"""`dyncell evaluate`: scores of a model, or of a folder of predictions, on a dataset split."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.data_folder import DataFolder
from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.frame_choice import FrameChoice
from core.model_file import model_digest
from core.prediction_folder import PredictionFolder
from core.protocol import Protocol
from core.records import Evaluation, Latency
from core.registry import find_model_row
from core.settings import Settings
from core.store import evaluations, latencies
from tasks.cli.judging import evaluation_payload, stored_evaluation
from tasks.cli.options import (
    class_mapping,
    find_weights,
    open_folder,
    print_json,
    threads_text,
    with_settings,
)
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="[MODEL] DATASET")
@click.option("--split", required=True, help="A split, or some of its frames: val:52..100.")
@click.option("--predictions", type=_FOLDER, help="Label PNGs named like the frames, not a model.")
@click.option("--map", "maps", multiple=True, metavar="A=B", help="The model's class A is B here.")
@click.option("--no-flow", is_flag=True, help="Leave TC-m out.")
@click.option("--latency", is_flag=True, help="Time the model on this machine too.")
@click.option("--again", is_flag=True, help="Measure even where the scores are stored.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def evaluate(
    settings: Settings,
    what: tuple[str, ...],
    split: str,
    predictions: Path | None,
    maps: tuple[str, ...],
    no_flow: bool,
    latency: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Judges MODEL, or the PNGs in --predictions, on a split of DATASET.

    Names and paths both do. Scores are stored; asking again returns them (with --latency the
    model is judged and timed anew).
    """
    if len(what) != (1 if predictions else 2):
        raise click.UsageError("Give MODEL and DATASET, or --predictions FOLDER and DATASET.")
    folder = open_folder(settings)
    choice = FrameChoice.parse(split)
    protocol = Protocol(frames=choice.frames, mapping=class_mapping(maps))
    if no_flow:
        protocol = replace(protocol, flow=None)
    with progress_bar() as show:
        reader = resolve_dataset(folder, what[-1])
        payload = _payload(folder, what, predictions, reader, choice.split, protocol)
        payload["latency"] = latency and predictions is None
        found = (
            None if again or payload["latency"] else stored_evaluation(folder, payload["record"])
        )
        if found is None:
            title = f"Evaluate {payload['record']['model_name']} on {what[-1]} (from a terminal)"
            job = run_in_foreground(folder, "evaluate", payload, title=title, on_progress=show)
            with folder.database.reading() as session:
                found = evaluations.get(session, job.result["evaluation_id"])
    if as_json:
        print_json(_document(folder, found))
        return
    _print(found)
    if payload["latency"]:
        click.echo(f"  {_timing_line(_timings(folder, found)[0])}")


def _payload(
    folder: DataFolder,
    what: tuple[str, ...],
    predictions: Path | None,
    reader: PackReader,
    split: str,
    protocol: Protocol,
) -> dict[str, Any]:
    frames = reader.index.split(split).labelled
    payload = evaluation_payload(
        folder, dataset=what[-1], reader=reader, split=split, protocol=protocol
    )
    record = payload["record"]
    if predictions is not None:
        source = PredictionFolder(predictions, num_classes=reader.index.palette.num_classes)
        chosen = _in_range(frames, reader, split, protocol.frames)
        payload["predictions"] = str(predictions.absolute())
        record |= {"model_id": None, "model_name": predictions.name}
        record["model_key"] = source.digest(chosen)
        return payload
    weights = find_weights(folder, what[0])
    model = find_model_row(folder, what[0])
    payload["model"] = str(weights.absolute())
    record |= {
        "model_id": None if model is None else model.id,
        "model_name": weights.stem if model is None else model.name,
        "model_key": model_digest(weights),
    }
    return payload


def _in_range(
    labelled: tuple[Any, ...], reader: PackReader, split: str, frames: tuple[int, int] | None
) -> tuple[Any, ...]:
    if frames is None:
        return labelled
    chosen = reader.index.split(split).frames[frames[0] : frames[1] + 1]
    return tuple(frame for frame in chosen if frame.label is not None)


def _timings(folder: DataFolder, found: Evaluation) -> list[Latency]:
    with folder.database.reading() as session:
        return latencies.list_latencies(session, model_key=found.model_key)


def _timing_line(timing: Latency) -> str:
    setting, measured = timing.setting, timing.measured
    busy = ", the machine was busy with other work" if setting["busy"] else ""
    return (
        f"latency {measured['latency_p50_ms']:.1f} ms (95%: {measured['latency_p95_ms']:.1f}) per "
        f"frame of {setting['width']}x{setting['height']} on {setting['device']}, "
        f"{setting['precision']}, {threads_text(setting['threads'])}{busy}"
    )


def _document(folder: DataFolder, found: Evaluation) -> dict[str, Any]:
    return {
        **found.scores,
        "latencies": [{**row.setting, **row.measured} for row in _timings(folder, found)],
        "model": found.model_name,
        "model_key": found.model_key,
        "dataset": found.dataset_name,
        "data_key": found.data_key,
        "protocol": found.options,
        "protocol_key": found.protocol_key,
        "evaluation_id": found.id,
    }


def _print(found: Evaluation) -> None:
    scores = found.scores
    frames = found.options.get("frames")
    where = f"{found.dataset_name}/{found.split}"
    where += f", frames {frames[0]}..{frames[1]}" if frames else ""
    when = datetime.fromtimestamp(found.created_at).strftime("%Y-%m-%d %H:%M")
    frames_scored = f"{scores['frames']} labelled frames, measured {when}"
    click.echo(f"{found.model_name} on {where}: {frames_scored}")
    present = f"over {scores['classes_present']} of {len(scores['classes'])} classes"
    for label, key, remark in (
        ("mIoU", "miou", present),
        ("fwIoU", "fwiou", ""),
        ("pixel accuracy", "pixel_accuracy", ""),
        ("mean class accuracy", "mean_accuracy", ""),
        ("boundary IoU", "boundary_miou", f"d = {scores['boundary_d']}"),
        ("pixel change rate", "pcr", f"hand labels {_text(scores['gt_pcr'])}"),
        ("ABA flicker", "aba_flicker", f"hand labels {_text(scores['gt_aba_flicker'])}"),
        ("static flicker", "static_flicker", f"{_text(scores['static_coverage'])} stand still"),
        ("TC-m", "tc_m", f"hand labels {_text(scores['tc_gt'])}"),
    ):
        if scores[key] is not None:
            click.echo(f"  {label:<20} {_text(scores[key]):>8}  {remark}")
    for key, value in scores.items():
        if key.startswith(("vc", "tvacc")) and value is not None:
            click.echo(f"  {key.upper().replace('ACC', 'acc'):<20} {_text(value):>8}")
    click.echo("  IoU per class")
    for name, iou in scores["classes"].items():
        click.echo(f"    {name:<18} {_text(iou):>8}")
    for reason in dict.fromkeys(scores["notes"].values()):
        click.echo(f"  note: {reason}")


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}%"
