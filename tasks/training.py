"""What jobs that train share: telling how far they are, and handing the model over."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.durable import replace_file
from core.errors import DyncellError, Paused
from core.model_file import ModelHeader
from core.protocol import Protocol
from core.records import Progress, new_id
from core.registry import described
from core.store import models
from core.train.loop import StopWish, TrainingProgress
from tasks.context import JobContext
from tasks.queue.evaluations import order_evaluation
from tasks.queue.messages import notify

THREADS = 1
"""Threads of torch per training process: two trainings or an upload beside it stay quick."""


def stop_wish(context: JobContext) -> StopWish | None:
    """What the job's owner wants of a running training."""
    return "pause" if context.pause_requested() else None


def stage_reporter(
    context: JobContext,
    stage: str,
    detail: dict[str, object] | None = None,
    *,
    unit: str = "frames",
) -> Callable[[int, int], None]:
    """Reports a stage before or after the training; raises `Paused` where a rest is wanted."""

    def report(done: int, total: int) -> None:
        context.report(Progress(done, total, unit, stage, detail=detail or {}))
        if context.pause_requested():
            raise Paused(f"The training rests while {stage}; resume it to go on.")

    return report


def report_step(
    context: JobContext,
    at: TrainingProgress,
    detail: dict[str, object],
    *,
    stage: str = "training",
) -> None:
    """Reports a step; `detail` is kept from step to step."""
    left = at.steps - at.step
    rate = left / at.seconds_left if left and at.seconds_left else 0.0
    detail |= {"loss": round(at.loss, 4), "curve": at.curve.to_dict()}
    if rate:
        detail["rate"] = round(rate, 3)
    context.report(Progress(at.step, at.steps, "steps", stage, rate, dict(detail)))


def deliver(context: JobContext, file: Path, header: ModelHeader, out: Path) -> None:
    """Ends the job with the model as a file of the person's choice."""
    with replace_file(out) as part:
        shutil.copyfile(file, part)
    context.finish(lambda _: {"out": str(out), "metrics": header.metrics})


def register(context: JobContext, file: Path, header: ModelHeader) -> None:
    """Ends the job with the model in the registry, under the payload's name.

    Where the payload has `judge`, the model's evaluation is queued with it; it is left out where
    that is impossible by now.
    """
    model_id = new_id()
    artifact = artifact_id(model_id, context.job.fence, "weights.safetensors")
    context.folder.artifacts.put(file, artifact)
    values = described(file)

    def publish(session: Session) -> dict[str, object]:
        asked = context.job.payload
        cohort = asked.get("cohort", "")
        models.add(
            session, model_id, name=asked["name"], artifact=artifact, cohort=cohort, **values
        )
        if asked.get("judge"):
            _queue_evaluation(session, model_id, asked["judge"])
        return {"model_id": model_id, "metrics": header.metrics}

    context.finish(publish)
    notify(context.folder.settings)


def _queue_evaluation(session: Session, model_id: str, judge: dict[str, Any]) -> None:
    with suppress(DyncellError):  # the dataset is gone, say: the model stays
        order_evaluation(
            session,
            model=model_id,
            dataset=judge["dataset_id"],
            split=judge["split"],
            protocol=Protocol.from_dict(judge["protocol"]),
            latency=False,
        )
