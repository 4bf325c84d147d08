"""Evaluations: asking again for the same model, data and protocol returns the stored scores."""

from sqlalchemy.orm import Session

from core.class_mapping import class_ids
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import refuse_missing_frames
from core.protocol import Protocol
from core.records import Dataset, Evaluation, new_id
from core.store import datasets, evaluations, jobs, models
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import is_unfinished


def add_evaluation(
    folder: DataFolder,
    *,
    model: str,
    dataset: str,
    split: str,
    protocol: Protocol,
    latency: bool = True,
) -> Evaluation:
    """The evaluation with these keys: the one that is there, or a new one whose job is queued.

    One that failed or was cancelled is queued again.

    Args:
        folder: The data folder.
        model: Name or id of the model.
        dataset: Name or id of the dataset.
        split: What is scored.
        protocol: How.
        latency: Time the model on the machine that evaluates it, too.

    Raises:
        NotFound: There is no such model or dataset.
        DyncellError: The dataset is not ready or has no such split, or the classes differ.
    """
    with folder.database.writing() as session:
        added = order_evaluation(
            session, model=model, dataset=dataset, split=split, protocol=protocol, latency=latency
        )
    notify(folder.settings)
    return added


def order_evaluation(
    session: Session,
    *,
    model: str,
    dataset: str,
    split: str,
    protocol: Protocol,
    latency: bool,
) -> Evaluation:
    """What `add_evaluation` does, within the caller's transaction; `notify` after the commit."""
    judged, data = models.get(session, model), datasets.get(session, dataset)
    data_key = split_digest(data, split)
    frames = int(data.splits[split]["frames"])
    refuse_missing_frames(protocol.frames, split=split, frames=frames)
    class_ids(judged.classes, data.classes, mapping=dict(protocol.mapping or ()))
    known = evaluations.find(
        session, model_key=judged.sha256, data_key=data_key, protocol_key=protocol.key
    )
    if known is not None and (known.is_ready or is_unfinished(session, known.job_id)):
        return known
    evaluation_id = known.id if known is not None else new_id()
    job = enqueue(
        session,
        "evaluate",
        payload={
            "evaluation_id": evaluation_id,
            "model_id": judged.id,
            "dataset_id": data.id,
            "split": split,
            "protocol": protocol.to_dict(),
            "latency": latency,
        },
        title=f"Evaluate {judged.name} on {data.name}/{split}",
    )
    if known is not None:
        return evaluations.restart(session, known.id, job_id=job.id)
    return evaluations.add(
        session,
        evaluation_id,
        model_id=judged.id,
        model_name=judged.name,
        model_key=judged.sha256,
        dataset_id=data.id,
        dataset_name=data.name,
        data_key=data_key,
        split=split,
        protocol_key=protocol.key,
        options=protocol.to_dict(),
        job_id=job.id,
    )


def delete_evaluation(folder: DataFolder, evaluation_id: str) -> None:
    """Removes an evaluation and its files, and cancels its job.

    Raises:
        NotFound: There is no such evaluation.
    """
    with folder.database.writing() as session:
        gone = remove_evaluation(session, evaluation_id)
    if gone.details:
        folder.artifacts.delete(gone.details)
    notify(folder.settings)


def remove_evaluation(session: Session, evaluation_id: str) -> Evaluation:
    """Removes an evaluation and cancels its job; the caller deletes its files after the commit.

    Raises:
        NotFound: There is no such evaluation.
    """
    gone = evaluations.delete_evaluation(session, evaluation_id)
    if is_unfinished(session, gone.job_id):
        jobs.request_cancel(session, gone.job_id)
    return gone


def split_digest(dataset: Dataset, split: str) -> str:
    """The hash of a split's frames and labels.

    Raises:
        DyncellError: The dataset is not ready, or has no such split or no labels in it.
    """
    if not dataset.is_ready:
        raise DyncellError(
            f"The dataset {dataset.name!r} is not imported yet; its import must end first."
        )
    found = dataset.splits.get(split)
    if found is None:
        raise DyncellError(
            f"{dataset.name!r} has no split {split!r}; it has {', '.join(dataset.splits)}."
        )
    if not found["labelled"]:
        raise DyncellError(f"No frame of {dataset.name}/{split} has labels to evaluate against.")
    return str(found["digest"])
