"""The job `evaluate`: judges a model, or a folder of predictions, on a split of a dataset.

Payload: `evaluation_id`, `dataset_id`, `split`, `protocol`, and `model_id`; a command may give
`dataset` and `model` (paths) or `predictions` (a folder) instead, and brings the fields of the
evaluation's row, which it makes at the end, as `record`. `stored` is the file of another evaluation
whose predictions are scored again: no network runs. With `latency` the model is timed on
frames of the split too, which gives a row of its own.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.dataset_registry import resolve_dataset
from core.datasets.decode import read_image
from core.datasets.pack import PackReader
from core.evaluate import Labeller, ModelLabeller, evaluate
from core.evaluation_file import EvaluationFile
from core.model_stream import ModelStream
from core.predict import VideoPredictor
from core.prediction_folder import PredictionFolder
from core.protocol import Protocol
from core.records import Progress
from core.registry import resolve_model
from core.store import evaluations, latencies
from core.stored_predictions import StoredPredictions
from core.time_model import ModelTiming, time_model
from tasks.context import JobContext

Json = dict[str, Any]

_CLIP = 60
"""Frames of the split that a timing loops over."""


def run(context: JobContext) -> None:
    """Judges as the payload says and publishes the scores."""
    payload = context.job.payload
    protocol = Protocol.from_dict(payload["protocol"])
    reader = resolve_dataset(
        context.folder,
        payload.get("dataset_id") or payload["dataset"],
        report=lambda done, total: _report(context, "reading the dataset", done, total),
    )
    labeller = _labeller(context, reader, protocol)
    file = context.work / "details.zip"
    frames = reader.index.split(payload["split"]).frames
    with EvaluationFile.to(file, frames=frames) as details:
        scores = evaluate(
            reader,
            payload["split"],
            labeller,
            protocol=protocol,
            progress=lambda done, total: _report(context, "evaluating", done, total),
            on_prediction=details.add,
        )
    if isinstance(labeller, PredictionFolder) and labeller.void_pixels:
        scores["notes"]["void"] = (
            f"{labeller.void_pixels} predicted pixels said nothing and were judged as class 0"
        )
    if payload.get("rescored_from"):
        scores["rescored_from"] = payload["rescored_from"]
    context.log(f"mIoU {scores['miou']}% over {scores['frames']} frames")
    timing = _timed(context, reader) if payload.get("latency") else None
    _finish(context, scores, file, timing)


def _labeller(context: JobContext, reader: PackReader, protocol: Protocol) -> Labeller:
    payload, palette = context.job.payload, reader.index.palette
    if payload.get("stored"):
        stored = context.folder.artifacts.local_copy(payload["stored"])
        return StoredPredictions(stored, uses_flow=bool(payload.get("uses_flow")))
    if payload.get("predictions"):
        return PredictionFolder(Path(payload["predictions"]), num_classes=palette.num_classes)
    weights = resolve_model(context.folder, payload.get("model_id") or payload["model"])
    predictor = VideoPredictor.load(weights, full_size=True)
    return ModelLabeller(ModelStream(predictor, palette, mapping=dict(protocol.mapping or ())))


def _timed(context: JobContext, reader: PackReader) -> ModelTiming:
    """The model on its own: at the network's size, as videos are segmented."""
    payload = context.job.payload
    weights = resolve_model(context.folder, payload.get("model_id") or payload["model"])
    labelled = reader.index.split(payload["split"]).labelled
    sizes = Counter((frame.height, frame.width) for frame in labelled)
    size = sizes.most_common(1)[0][0]
    clip = [frame for frame in labelled if (frame.height, frame.width) == size][:_CLIP]
    return time_model(
        VideoPredictor.load(weights),
        [read_image(reader, frame) for frame in clip],
        progress=lambda done, total: _report(context, "timing", done, total),
    )


def _finish(context: JobContext, scores: Json, file: Path, timing: ModelTiming | None) -> None:
    payload = context.job.payload
    evaluation_id = payload["evaluation_id"]
    details = artifact_id(evaluation_id, context.job.fence, "details.zip")
    context.folder.artifacts.put(file, details)

    def publish(session: Session) -> Json:
        record = payload.get("record")
        if record is not None:
            evaluations.delete_same(session, record)
            evaluations.add(session, evaluation_id, **record, job_id=context.job.id)
        row = evaluations.publish(session, evaluation_id, scores=scores, details=details)
        if timing is not None:
            latencies.add(
                session,
                model_key=row.model_key,
                model_name=row.model_name,
                setting=timing.setting,
                measured=timing.measured,
            )
        return {"evaluation_id": evaluation_id, "miou": scores["miou"]}

    context.finish(publish)


def _report(context: JobContext, stage: str, done: int, total: int) -> None:
    context.report(Progress(done, total, "frames", stage))
