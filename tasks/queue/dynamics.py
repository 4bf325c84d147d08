"""Dynamics: asking again for the same model, data and protocol returns what is stored."""

from core.class_mapping import class_ids
from core.data_folder import DataFolder
from core.dynamics.protocol import DynamicsProtocol
from core.errors import DyncellError
from core.frame_choice import refuse_missing_frames
from core.records import Dynamics, Job
from core.store import datasets, dynamics, models
from tasks.queue.evaluations import split_digest
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import unfinished_jobs


def add_dynamics(
    folder: DataFolder, *, model: str, dataset: str, split: str, protocol: DynamicsProtocol
) -> Job | Dynamics:
    """What is stored under these keys; else the job that waits or runs for them, or a new one.

    Args:
        folder: The data folder.
        model: Name or id of the model.
        dataset: Name or id of the dataset.
        split: What is judged.
        protocol: How.

    Raises:
        NotFound: There is no such model or dataset.
        DyncellError: The dataset is not ready, has no such split or no video with ground truth in
            it, or the classes differ.
    """
    with folder.database.writing() as session:
        judged, data = models.get(session, model), datasets.get(session, dataset)
        data_key = split_digest(data, split)
        frames = int(data.splits[split]["frames"])
        refuse_missing_frames(protocol.frames, split=split, frames=frames)
        if not data.splits[split]["dense"]:
            raise DyncellError(
                f"{data.name}/{split} is no video with ground truth: its labelled frames lie too "
                "far apart to show how labels behave over time; choose another split."
            )
        class_ids(judged.classes, data.classes, mapping=dict(protocol.mapping or ()))
        known = dynamics.find(
            session, model_key=judged.sha256, data_key=data_key, protocol_key=protocol.key
        )
        if known is not None:
            return known
        payload = {
            "model_id": judged.id,
            "dataset_id": data.id,
            "split": split,
            "protocol": protocol.to_dict(),
        }
        for job in unfinished_jobs(session, kinds=["measure_dynamics"]):
            if job.payload == payload:
                return job
        job = enqueue(
            session,
            "measure_dynamics",
            payload=payload,
            title=f"Measure {judged.name} over time on {data.name}/{split}",
        )
    notify(folder.settings)
    return job


def delete_dynamics(folder: DataFolder, dynamics_id: str) -> None:
    """Removes a measurement; model and dataset stay.

    Raises:
        NotFound: There is no such measurement.
    """
    with folder.database.writing() as session:
        dynamics.delete_dynamics(session, dynamics_id)
