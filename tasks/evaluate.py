"""The job `evaluate`: judges a model, or a folder of predictions, on a split of a dataset.

Payload: `evaluation_id`, `dataset_id`, `split`, `protocol`, and `model_id`; a command may give
`dataset` and `model` (paths) or `predictions` (a folder) instead, and brings the fields of the
evaluation's row, which it makes at the end, as `record`.
"""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.evaluate import Labeller, ModelLabeller, evaluate
from core.evaluation_file import EvaluationFile
from core.predict import VideoPredictor
from core.prediction_folder import PredictionFolder
from core.protocol import Protocol
from core.records import Progress
from core.registry import resolve_model
from core.store import evaluations
from tasks.context import JobContext

Json = dict[str, Any]


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
    with EvaluationFile.to(file) as details:
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
    context.log(f"mIoU {scores['miou']}% over {scores['frames']} frames")
    _finish(context, scores, file)


def _labeller(context: JobContext, reader: PackReader, protocol: Protocol) -> Labeller:
    payload, palette = context.job.payload, reader.index.palette
    if payload.get("predictions"):
        return PredictionFolder(Path(payload["predictions"]), num_classes=palette.num_classes)
    weights = resolve_model(context.folder, payload.get("model_id") or payload["model"])
    predictor = VideoPredictor.load(weights, full_size=True)
    return ModelLabeller(predictor, palette, mapping=dict(protocol.mapping or ()))


def _finish(context: JobContext, scores: Json, file: Path) -> None:
    payload = context.job.payload
    evaluation_id = payload["evaluation_id"]
    details = artifact_id(evaluation_id, context.job.fence, "details.zip")
    context.folder.artifacts.put(file, details)

    def publish(session: Session) -> Json:
        record = payload.get("record")
        if record is not None:
            evaluations.delete_same(session, record)
            evaluations.add(session, evaluation_id, **record, job_id=context.job.id)
        evaluations.publish(session, evaluation_id, scores=scores, details=details)
        return {"evaluation_id": evaluation_id, "miou": scores["miou"]}

    context.finish(publish)


def _report(context: JobContext, stage: str, done: int, total: int) -> None:
    context.report(Progress(done, total, "frames", stage))
