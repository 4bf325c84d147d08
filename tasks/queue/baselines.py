"""The trivial baselines of a static network, ordered all at once."""

from typing import Any

from sqlalchemy.orm import Session

from core.baselines.random_cells import Cohort
from core.class_mapping import class_ids
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import FrameChoice, refuse_missing_frames
from core.nn.cell_config import DEFAULT_KEY_INTERVAL
from core.protocol import Protocol
from core.records import Dataset, Job, Model
from core.store import datasets, models
from tasks.queue.evaluations import split_digest
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import unfinished_jobs


def add_baselines(
    folder: DataFolder,
    *,
    static: str,
    dataset: str,
    judged: FrameChoice,
    seeds: int,
    cohort: Cohort | None,
    options: dict[str, Any],
) -> Job:
    """Queues the job that adds the baselines of a static network; returns one that is under way.

    Args:
        folder: The data folder.
        static: Name or id of the static network.
        dataset: Name or id of the dataset.
        judged: What the baselines are judged on.
        seeds: Seeds of every named cell and of the control; 0 trains nothing.
        cohort: The random cells; None for none.
        options: As `tasks.train_cell` reads them, shared by all cells: `splits`, `steps`,
            `length`, `variants`, `precision`; `key_interval` is that of light cells, the usual one
            where it is left out.

    Raises:
        NotFound: There is no such model or dataset.
        DyncellError: The model is no static network, or the data are unfit to judge or to train.
    """
    with folder.database.writing() as session:
        network, data = models.get(session, static), datasets.get(session, dataset)
        split_digest(data, judged.split)
        refuse_no_static(network)
        refuse_unsteady(data.name, judged, data.splits[judged.split])
        class_ids(network.classes, data.classes, mapping={})
        if seeds or cohort is not None:
            _refuse_unlearnable(network, data, options["splits"])
        payload = {
            "static_id": network.id,
            "static": network.name,
            "dataset_id": data.id,
            "dataset": data.name,
            "split": judged.split,
            "protocol": Protocol(frames=judged.frames).to_dict(),
            "seeds": seeds,
            "cohort": None if cohort is None else _document(cohort),
            "options": {"key_interval": DEFAULT_KEY_INTERVAL} | options,
        }
        job = _under_way(session, payload) or enqueue(
            session,
            "baselines",
            payload=payload,
            title=f"Add the baselines of {network.name} on {data.name}/{judged}",
        )
    notify(folder.settings)
    return job


def refuse_no_static(model: Model) -> None:
    """Demands a static network.

    Raises:
        DyncellError: The model is none.
    """
    if model.kind != "static":
        what = "has a cell" if model.kind == "cell" else "is a baseline itself"
        raise DyncellError(
            f"{model.name!r} {what}: baselines are made of a static network; choose the one that "
            "it lives in."
        )


def refuse_unsteady(dataset: str, judged: FrameChoice, summary: dict[str, Any]) -> None:
    """Demands video with ground truth, without which steadiness means nothing.

    Args:
        dataset: What the dataset is called.
        judged: The split and its frames.
        summary: What the dataset's row says of the split.

    Raises:
        DyncellError: The split has no labelled frames that follow each other, or not that many.
    """
    refuse_missing_frames(judged.frames, split=judged.split, frames=int(summary["frames"]))
    if not summary.get("dense"):
        raise DyncellError(
            f"{dataset}/{judged.split} has no consecutive labelled frames, so nothing of it can "
            "tell how steady a baseline is; choose a split that is video with labels."
        )


def _refuse_unlearnable(network: Model, data: Dataset, splits: list[str]) -> None:
    if network.classes != data.classes:
        raise DyncellError(
            f"{network.name!r} knows other classes than {data.name!r}, so no cell of it can be "
            "trained there: leave the trained baselines out."
        )
    for split in splits:
        split_digest(data, split)


def _document(cohort: Cohort) -> dict[str, Any]:
    return {"name": cohort.name, "genotypes": [each.to_dict() for each in cohort.genotypes]}


def _under_way(session: Session, payload: dict[str, Any]) -> Job | None:
    waiting = unfinished_jobs(session, kinds=["baselines"])
    return next((job for job in waiting if job.payload == payload), None)
