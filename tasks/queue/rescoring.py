"""Scoring stored predictions again after labels changed; the old evaluation stays."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Dataset, Evaluation, new_id
from core.scores import SAME_JUDGE
from core.store import datasets, evaluations
from tasks.queue.evaluations import split_digest
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import is_unfinished


@dataclass(frozen=True)
class Rescoring:
    """What scoring stored predictions again takes.

    Attributes:
        record: The fields of the new evaluation's row, but its id and its job.
        payload: The job's payload, but the evaluation's id.
        title: The job's title.
    """

    record: dict[str, Any]
    payload: dict[str, Any]
    title: str


def score_again(
    folder: DataFolder, evaluation_id: str, *, dataset: str | None = None
) -> Evaluation:
    """Judges what an evaluation predicted by the labels of now; no network runs.

    Args:
        folder: The data folder.
        evaluation_id: The evaluation; it stays as it is.
        dataset: Name or id of the dataset with the present labels; the one that was evaluated on,
            or the one that has its name now, where None.

    Returns:
        The evaluation under the present labels: the one that is there, or a new one whose job is
        queued.

    Raises:
        NotFound: There is no such evaluation or dataset.
        DyncellError: It has no predictions, the labels are the same, or the classes differ.
    """
    with folder.database.writing() as session:
        asked = rescoring(session, evaluation_id, dataset=dataset)
        keys = ("model_key", "data_key", "protocol_key")
        known = evaluations.find(session, **{key: asked.record[key] for key in keys})
        if known is not None and (known.is_ready or is_unfinished(session, known.job_id)):
            return known
        new_evaluation = known.id if known is not None else new_id()
        job = enqueue(
            session,
            "evaluate",
            payload={"evaluation_id": new_evaluation, **asked.payload},
            title=asked.title,
        )
        if known is not None:
            made = evaluations.restart(session, known.id, job_id=job.id)
        else:
            made = evaluations.add(session, new_evaluation, **asked.record, job_id=job.id)
    notify(folder.settings)
    return made


def rescoring(session: Session, evaluation_id: str, *, dataset: str | None = None) -> Rescoring:
    """What scoring an evaluation's predictions again takes.

    Raises:
        NotFound: There is no such evaluation or dataset.
        DyncellError: It has no predictions, the labels are the same, or the classes differ.
    """
    old = evaluations.get(session, evaluation_id)
    if not old.is_ready or old.details is None:
        raise DyncellError(
            "This evaluation has kept no predictions; evaluate its model again instead."
        )
    data = present_dataset(session, old, dataset=dataset)
    data_key = split_digest(data, old.split)
    if data_key == old.data_key:
        raise DyncellError(
            f"The labels of {data.name}/{old.split} are those it was scored by: import the "
            "changed labels first, under any name."
        )
    classes = tuple(str(name) for name in old.scores.get("classes_list") or ())
    if data.classes != classes:
        raise DyncellError(
            f"{data.name} has other classes now than this evaluation; evaluate its model again."
        )
    kept = ("model_id", "model_name", "model_key", "split", "protocol_key", "options")
    return Rescoring(
        record={key: getattr(old, key) for key in kept}
        | {"dataset_id": data.id, "dataset_name": data.name, "data_key": data_key},
        payload={
            "dataset_id": data.id,
            "split": old.split,
            "protocol": old.options,
            "stored": old.details,
            "rescored_from": old.id,
            "uses_flow": (old.scores.get("notes") or {}).get("tc_m") == SAME_JUDGE,
        },
        title=f"Score {old.model_name} on {data.name}/{old.split} again",
    )


def present_dataset(
    session: Session, evaluation: Evaluation, *, dataset: str | None = None
) -> Dataset:
    """The dataset whose labels an evaluation would be scored by now.

    Raises:
        NotFound: There is none: neither the one that was evaluated on nor one of its name.
    """
    for name in (dataset,) if dataset else (evaluation.dataset_id, evaluation.dataset_name):
        if name is None:
            continue
        try:
            return datasets.get(session, name)
        except NotFound:
            if dataset:
                raise
    raise NotFound(
        f"The dataset {evaluation.dataset_name!r} is gone: import it again, or name the dataset "
        "with the present labels."
    )
