"""The job `train_static`: trains a static network and puts it into the registry.

Payload: `dataset` (a name or a path; `dataset_id` where it is a row), `splits` to learn, `score`
(`SPLIT` or `SPLIT:FIRST..LAST`; `val` where there is one when None), `name` of the model, `seed`,
`width`, `steps`, `extra` (share of crops from synthetic streets; a quarter where the classes are
theirs when None), `precision` (`auto`, `fp32`, `bf16`), `start` (a model or a file that the first
weights come from; `start_id` where it is a row). A command may give `out` (a file) instead of
`name`; started again it goes on from its checkpoint.
"""

import hashlib
import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.dataset_registry import BUILT_IN, resolve_dataset
from core.datasets.pack import PackReader
from core.datasets.training import DatasetData
from core.durable import replace_file
from core.frame_choice import FrameChoice
from core.model_file import SUFFIX, model_digest, read_header
from core.records import Progress
from core.registry import resolve_model
from core.street_classes import suit_streets
from core.train.config import StaticTraining
from core.train.data import TrainingData
from core.train.precision import probe_precision
from core.train.recipe import EXTRA, static_training
from core.train.static_run import train_to_file
from core.train.synthetic_data import SyntheticStreets
from tasks.context import JobContext
from tasks.synthetic_streets import rendered_streets
from tasks.training import THREADS, deliver, register, report_step, stage_reporter, stop_wish

Asked = dict[str, Any]

STREETS = SyntheticStreets(scenes=200)
"""The synthetic streets that extra crops come from."""

_SYNTHETIC_NOTE = "Trained on synthetic scenes only; real driving video is not its domain."


def run(context: JobContext) -> None:
    """Trains as the payload says; goes on from the checkpoint where there is one."""
    reader = resolve_dataset(
        context.folder,
        context.job.payload.get("dataset_id") or context.job.payload["dataset"],
        report=stage_reporter(context, "reading the dataset"),
    )
    asked = _resolved(context.job.payload, reader)
    data = _data(context, reader, FrameChoice(asked["splits"][0]), *asked["splits"][1:])
    score = FrameChoice.parse(asked["score"]) if asked["score"] else None
    start = _start(context, asked)
    checkpoints = _checkpoints(context, asked, data, start)
    training = _training(context, asked, data, checkpoints, start)
    context.log(
        f"seed {training.seed}, width {training.network.width}, {training.steps} steps, "
        f"{training.precision}, {len(data)} labelled frames"
    )
    file = context.work / "weights.safetensors"
    detail: dict[str, object] = {}
    header = train_to_file(
        training,
        data,
        file,
        command=_command(asked, training, start),
        extra=rendered_streets(context, STREETS, data.palette) if asked["extra"] else None,
        start=start,
        unseen=None if score is None else _data(context, reader, score),
        note=_SYNTHETIC_NOTE if asked["dataset"] == BUILT_IN else "",
        images=data.images,
        checkpoint_dir=checkpoints,
        threads=THREADS,
        progress=lambda at: report_step(context, at, detail),
        scored=stage_reporter(context, "scoring", detail),
        should_stop=lambda: stop_wish(context),
    )
    if header.metrics:
        context.log(f"mIoU {header.metrics['miou']}% on {header.metrics['scored_on']}")
    if asked.get("out"):
        deliver(context, file, header, Path(asked["out"]))
    else:
        register(context, file, header)
    shutil.rmtree(checkpoints, ignore_errors=True)


def _resolved(payload: Asked, reader: PackReader) -> Asked:
    """The payload with what was left open decided by the dataset."""
    index = reader.index
    score, extra = payload.get("score"), payload.get("extra")
    if score is None:
        has_unseen = any(split.name == "val" and split.labelled for split in index.splits)
        score = "val" if has_unseen and "val" not in payload["splits"] else ""
    if extra is None:
        is_street = suit_streets(index.palette.names, layout=index.layout)
        extra = EXTRA if is_street else 0.0
    return {**payload, "score": score, "extra": extra}


def _data(
    context: JobContext, reader: PackReader, choice: FrameChoice, *more_splits: str
) -> DatasetData:
    return DatasetData(
        reader,
        splits=(choice.split, *more_splits),
        frames=choice.frames,
        name=Path(context.job.payload["dataset"]).name,
        cache_dir=context.folder.settings.cache / "datasets",
        progress=stage_reporter(context, "decoding"),
    )


def _start(context: JobContext, asked: Asked) -> Path | None:
    chosen = asked.get("start_id") or asked.get("start")
    if not chosen:
        return None
    path = Path(chosen).expanduser()
    return path if path.is_file() else resolve_model(context.folder, chosen)


def _checkpoints(context: JobContext, asked: Asked, data: TrainingData, start: Path | None) -> Path:
    """A job's own folder; for a command one that the same command finds again."""
    folder = context.folder.settings.checkpoints
    if not asked.get("foreground"):
        return folder / context.job.id
    chosen = {key: asked[key] for key in ("seed", "width", "steps", "extra", "precision")}
    chosen["start"] = "" if start is None else model_digest(start)
    identity = json.dumps([chosen, data.digest], sort_keys=True)
    return folder / f"static-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def _training(
    context: JobContext,
    asked: Asked,
    data: TrainingData,
    checkpoints: Path,
    start: Path | None,
) -> StaticTraining:
    """The config; once chosen for a run it stays, whatever a second probe would say."""
    kept = checkpoints / "config.json"
    if kept.exists():
        return StaticTraining.from_dict(json.loads(kept.read_text()))
    training = static_training(
        data.palette.num_classes,
        seed=asked["seed"],
        width=asked["width"],
        steps=asked["steps"],
        extra=asked["extra"],
        start="" if start is None else model_digest(start),
    )
    if asked["precision"] == "auto":
        context.report(Progress(0, training.steps, "steps", "choosing the precision"))
        precision, seconds = probe_precision(training)
        times = ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
        context.log(f"training in {precision} (one step takes {times})")
    else:
        precision = asked["precision"]
    training = replace(training, precision=precision)
    checkpoints.mkdir(parents=True, exist_ok=True)
    with replace_file(kept) as temporary:
        temporary.write_text(json.dumps(training.to_dict()))
    return training


def _command(asked: Asked, training: StaticTraining, start: Path | None) -> str:
    """The command that makes these weights again, whoever asked for them.

    Where they begin from a model of ours, its own command comes first.
    """
    splits = [] if asked["splits"] == ["train"] else asked["splits"]
    words = [
        f"dyncell train static {shlex.quote(asked['dataset'])}",
        *(f"--split {shlex.quote(split)}" for split in splits),
        f"--seed {training.seed} --width {training.network.width} --steps {training.steps}",
        f"--synthetic {asked['extra']} --precision {training.precision}",
    ]
    before = ""
    if start is not None and start.suffix == SUFFIX:
        before = read_header(start).provenance.command
        begun = f"START{before.count(' && ') + 1}"
        before = f"{before.removesuffix('FILE')}{begun} && "
        words.append(f"--start {begun}")
    elif start is not None:
        words.append(f"--start {shlex.quote(asked['start'])}")
    if asked["score"]:
        words.append(f"--score {shlex.quote(asked['score'])}")
    return before + " ".join([*words, "--out FILE"])
