"""The job `train_static`: trains a static network and puts it into the registry.

Payload: `name` (of the model), `seed`, `width`, `steps`, `scenes` (streets to render); a command
may give `out` (a file) instead of `name`.
"""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.durable import replace_file
from core.model_file import ModelHeader
from core.records import Progress, new_id
from core.registry import described
from core.store import models
from core.train.static import StopWish, TrainingProgress
from core.train.synthetic_data import SyntheticStreets
from core.train.synthetic_run import synthetic_training, train_on_synthetic
from tasks.context import JobContext


def run(context: JobContext) -> None:
    """Trains as the payload says; goes on from the job's checkpoint where there is one."""
    payload = context.job.payload
    training = synthetic_training(
        seed=payload["seed"], width=payload["width"], steps=payload["steps"]
    )
    context.log(f"seed {training.seed}, width {training.network.width}, {training.steps} steps")
    checkpoints = context.folder.settings.checkpoints / context.job.id
    file = context.work / "weights.safetensors"

    def rendered(done: int, total: int) -> None:
        context.report(Progress(done, total, "frames", "rendering streets"))

    def trained(at: TrainingProgress) -> None:
        left = at.steps - at.step
        rate = left / at.seconds_left if left and at.seconds_left else 0.0
        detail = {"loss": round(at.loss, 4)}
        context.report(Progress(at.step, at.steps, "steps", "training", rate, detail))

    def should_stop() -> StopWish | None:
        return "pause" if context.pause_requested() else None

    header = train_on_synthetic(
        training,
        file,
        streets=SyntheticStreets(scenes=payload["scenes"]),
        cache_dir=context.folder.settings.cache / "synthetic",
        checkpoint_dir=checkpoints,
        rendered=rendered,
        progress=trained,
        should_stop=should_stop,
    )
    context.log(f"held-out mIoU {header.metrics['miou']}%")
    if payload.get("out"):
        _deliver(context, file, header, Path(payload["out"]))
    else:
        _register(context, file, header)
    shutil.rmtree(checkpoints, ignore_errors=True)


def _deliver(context: JobContext, file: Path, header: ModelHeader, out: Path) -> None:
    with replace_file(out) as part:
        shutil.copyfile(file, part)
    context.finish(lambda _: {"out": str(out), "miou": header.metrics["miou"]})


def _register(context: JobContext, file: Path, header: ModelHeader) -> None:
    model_id = new_id()
    artifact = artifact_id(model_id, context.job.fence, "weights.safetensors")
    context.folder.artifacts.put(file, artifact)
    values = described(file)

    def publish(session: Session) -> dict[str, object]:
        name = context.job.payload["name"]
        models.add(session, model_id, name=name, artifact=artifact, **values)
        return {"model_id": model_id, "miou": header.metrics["miou"]}

    context.finish(publish)
