"""The job `measure_dynamics`: how a model behaves over time on video with ground truth.

Payload: `split`, `protocol`, `model_id` and `dataset_id`; a command may give `model` (a path, with
its `model_name`) and `dataset` (a name or path) instead. The job begins anew where it was lost: it
takes minutes.
"""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.dataset_registry import find_dataset, resolve_dataset
from core.dynamics.measure import measure_dynamics
from core.dynamics.protocol import DynamicsProtocol
from core.model_file import model_digest
from core.predict import VideoPredictor
from core.records import Progress
from core.registry import resolve_model
from core.store import dynamics, models
from tasks.context import JobContext


def run(context: JobContext) -> None:
    """Measures as the payload says and publishes the document."""
    payload, folder = context.job.payload, context.folder
    protocol = DynamicsProtocol.from_dict(payload["protocol"])
    dataset = payload.get("dataset_id") or payload["dataset"]
    reader = resolve_dataset(
        folder,
        dataset,
        report=lambda done, total: _report(context, "reading the dataset", done, total),
    )
    weights = resolve_model(folder, payload.get("model_id") or payload["model"])
    document = measure_dynamics(
        reader,
        payload["split"],
        VideoPredictor.load(weights, full_size=True),
        protocol=protocol,
        report=lambda stage, done, total: _report(context, stage, done, total),
    )
    for part, note in document["notes"].items():
        context.log(f"{part}: {note}")
    row = find_dataset(folder, dataset)
    record = {
        "model_key": model_digest(weights),
        "dataset_id": None if row is None else row.id,
        "dataset_name": Path(dataset).name if row is None else row.name,
        "data_key": reader.index.split_digest(payload["split"]),
        "split": payload["split"],
        "protocol_key": protocol.key,
        "options": protocol.to_dict(),
        "job_id": context.job.id,
        "document": document,
    }

    def publish(session: Session) -> dict[str, Any]:
        name = payload.get("model_name")
        if payload.get("model_id"):  # NotFound where it was deleted meanwhile
            name = models.get(session, payload["model_id"]).name
        made = dynamics.put(session, model_name=name, **record)
        return {"dynamics_id": made.id, **document["numbers"]}

    context.finish(publish)


def _report(context: JobContext, stage: str, done: int, total: int) -> None:
    context.report(Progress(done, total, "frames", stage))
