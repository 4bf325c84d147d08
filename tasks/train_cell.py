"""The job `train_cell`: trains a dynamic cell and puts the model into the registry.

Payload: `genotype` (its JSON), `genotype_name` (what people call it), `dataset` (a name or a path;
`dataset_id` where it is a row), `splits` to learn, `static` (the static network: a name or a file;
`static_id` where it is a row), `name` of the model, `seed`, `steps`, `length` (frames of a clip),
`variants` (clips per image), `streets` (synthetic streets learnt as well, three clips of each),
`key_interval` (None: the usual one), `own_head`, `memoryless`, `precision`, `score` (what the model
is judged on for its card, `val` or `val:52..100`; nothing without). A command may give `out` (a
file) instead of `name`; started again it goes on from its checkpoint. The model joins the `cohort`,
and its evaluation is queued, where `judge` (`dataset_id`, `split`, `protocol`) asks for one.
"""

import hashlib
import json
import shlex
import shutil
from pathlib import Path

from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.datasets.training import DatasetData
from core.errors import BadCheckpoint
from core.frame_choice import FrameChoice, refuse_missing_frames
from core.model_file import model_digest, read_header
from core.registry import resolve_model
from core.train.cell_config import CellTraining
from core.train.cell_file import train_cell_to_file
from core.train.simulated_clips import SimulatedClips
from core.train.synthetic_data import SyntheticStreets
from core.video.simulate import Motion
from tasks.cell_lesson import Asked, labelled_frames, recorded_clips, training_of
from tasks.cell_score import add_score
from tasks.context import JobContext
from tasks.synthetic_streets import rendered_streets
from tasks.training import THREADS, deliver, register, report_step, stage_reporter, stop_wish


def run(context: JobContext) -> None:
    """Trains as the payload says; goes on from the checkpoint where there is one."""
    asked: Asked = context.job.payload
    static = resolve_model(context.folder, asked.get("static_id") or asked["static"])
    header = read_header(static)
    if header.kind != "static":
        what = "has a dynamic cell already" if header.kind == "cell" else "is a baseline"
        raise BadCheckpoint(
            f"{asked['static']} {what}: choose the static network that it is made of."
        )
    reader = resolve_dataset(
        context.folder,
        asked.get("dataset_id") or asked["dataset"],
        report=stage_reporter(context, "reading the dataset"),
    )
    data = labelled_frames(
        context.folder,
        asked,
        reader,
        input_size=header.config.input_size,
        progress=stage_reporter(context, "decoding"),
    )
    score = _score(asked, reader)
    training = training_of(asked)
    motion = Motion.for_palette(data.palette, length=training.length)
    street_clips = _street_clips(context, data, motion)
    checkpoints = _checkpoints(context, training, static=static, data=data)
    context.log(
        f"{asked['genotype_name']}, seed {training.seed}, {training.steps} steps of "
        f"{training.batch} clips of {training.length} frames, {training.precision}, "
        f"{len(data)} labelled frames"
    )
    file = context.work / "weights.safetensors"
    detail: dict[str, object] = {}
    written = train_cell_to_file(
        training,
        static,
        data,
        file,
        motion=motion,
        variants=asked["variants"],
        others=[*recorded_clips(asked, reader, data), *street_clips],
        cache_dir=context.folder.settings.cache / "features",
        command=_command(asked, training),
        checkpoint_dir=checkpoints,
        threads=THREADS,
        progress=lambda at: report_step(context, at, detail),
        cached=stage_reporter(context, "computing features", unit="clips"),
        should_stop=lambda: stop_wish(context),
    )
    if score is not None:
        written = add_score(
            file,
            reader,
            score,
            name=Path(asked["dataset"]).name,
            progress=stage_reporter(context, "scoring"),
        )
        context.log(f"mIoU {written.metrics['miou']}% on {written.metrics['scored_on']}")
    if asked.get("out"):
        deliver(context, file, written, Path(asked["out"]))
    else:
        register(context, file, written)
    shutil.rmtree(checkpoints, ignore_errors=True)


def _score(asked: Asked, reader: PackReader) -> FrameChoice | None:
    """What the model is judged on; frames that are not there are refused before the training."""
    if not asked.get("score"):
        return None
    choice = FrameChoice.parse(asked["score"])
    frames = len(reader.index.split(choice.split).frames)
    refuse_missing_frames(choice.frames, split=choice.split, frames=frames)
    return choice


def _street_clips(context: JobContext, data: DatasetData, motion: Motion) -> list[SimulatedClips]:
    """Simulated clips of as many synthetic streets as are asked for, as large as the images."""
    scenes = context.job.payload.get("streets", 0)
    if not scenes:
        return []
    height, width = data.sample(0)[1].shape
    streets = SyntheticStreets(scenes=scenes, width=width, height=height)
    return [SimulatedClips(rendered_streets(context, streets, data.palette), motion=motion)]


def _checkpoints(
    context: JobContext, training: CellTraining, *, static: Path, data: DatasetData
) -> Path:
    """A job's own folder; for a command one that the same command finds again."""
    asked, folder = context.job.payload, context.folder.settings.checkpoints
    if not asked.get("foreground"):
        return folder / context.job.id
    chosen = [training.digest, model_digest(static), data.digest, asked["variants"]]
    identity = json.dumps([*chosen, asked.get("streets", 0)])
    return folder / f"cell-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def _command(asked: Asked, training: CellTraining) -> str:
    """The command that makes these weights again, whoever asked for them."""
    words = [
        f"dyncell train cell {shlex.quote(asked['genotype_name'])} {shlex.quote(asked['dataset'])}",
        *(
            f"--split {shlex.quote(split)}"
            for split in asked["splits"]
            if asked["splits"] != ["train"]
        ),
        f"--static {shlex.quote(asked['static'])} --seed {training.seed}",
        f"--steps {training.steps} --length {training.length} --variants {asked['variants']}",
        f"--key-interval {training.cell.key_interval} --precision {training.precision}",
    ]
    words += [f"--synthetic {asked['streets']}"] if asked.get("streets") else []
    words += ["--own-head"] if training.cell.own_head else []
    words += [f"--score {shlex.quote(asked['score'])}"] if asked.get("score") else []
    words += ["--memoryless"] if training.memoryless else []
    return " ".join([*words, "--out FILE"])
