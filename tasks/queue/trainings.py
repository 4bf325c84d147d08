"""Trainings: what makes models out of datasets, ordered here and run by workers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.genotype import Genotype
from core.names import checked_name
from core.records import Dataset, Job, JobKind
from core.store import datasets, models
from core.street_classes import refuse_other_classes
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import unfinished_jobs

TRAININGS: tuple[JobKind, ...] = ("train_static", "train_cell")
"""Kinds of job that end with a model."""


def add_training(
    folder: DataFolder,
    *,
    dataset: str,
    name: str,
    options: dict[str, Any],
) -> Job:
    """Queues the training of a static network.

    Args:
        folder: The data folder.
        dataset: Name or id of the dataset.
        name: The name the model shall have.
        options: As `tasks.train_static` reads them: `splits`, `seed`, `width`, `steps`, `extra`
            (share of synthetic streets), `precision`, `start` (a model's name or id, or None).

    Raises:
        NotFound: There is no such dataset.
        DyncellError: The dataset is not ready, the name is taken or cannot be used, or an option
            is out of range.
    """
    with folder.database.writing() as session:
        found, payload = _order(session, dataset, name, options)
        if options.get("start"):
            start = models.get(session, options["start"])
            payload |= {"start": start.name, "start_id": start.id}
        job = enqueue(
            session,
            "train_static",
            payload=payload,
            title=f"Train {payload['name']} on {found.name}",
        )
    notify(folder.settings)
    return job


def add_cell_training(
    folder: DataFolder,
    *,
    genotype: Genotype,
    title: str,
    static: str,
    dataset: str,
    name: str,
    options: dict[str, Any],
) -> Job:
    """Queues the training of a dynamic cell.

    Args:
        folder: The data folder.
        genotype: The cell.
        title: What people call it.
        static: Name or id of the static network it lives in.
        dataset: Name or id of the dataset.
        name: The name the model shall have.
        options: As `tasks.train_cell` reads them: `splits`, `seed`, `steps`, `length`, `variants`,
            `streets`, `key_interval`, `own_head`, `memoryless`, `precision`.

    Raises:
        NotFound: There is no such dataset or model.
        DyncellError: The dataset is not ready or has other classes than the static network, which
            has a cell itself, or than the synthetic streets that are asked for; or the name is
            taken or cannot be used.
    """
    with folder.database.writing() as session:
        job = order_cell_training(
            session,
            genotype=genotype,
            title=title,
            static=static,
            dataset=dataset,
            name=name,
            options=options,
        )
    notify(folder.settings)
    return job


def order_cell_training(
    session: Session,
    *,
    genotype: Genotype,
    title: str,
    static: str,
    dataset: str,
    name: str,
    options: dict[str, Any],
) -> Job:
    """What `add_cell_training` does, within the caller's transaction; `notify` after the commit."""
    found, payload = _order(session, dataset, name, options)
    network = models.get(session, static)
    if network.kind != "static":
        what = "has a cell already" if network.kind == "cell" else "is a baseline"
        raise DyncellError(f"{network.name!r} {what}: choose a static network for this one.")
    if network.classes != found.classes:
        raise DyncellError(
            f"{network.name!r} knows other classes than the dataset {found.name!r}: choose a "
            "static network trained on these classes."
        )
    if options.get("streets"):
        refuse_other_classes(found.classes, what=repr(found.name))
    payload |= {
        "genotype": genotype.to_dict(),
        "genotype_name": title,
        "static": network.name,
        "static_id": network.id,
    }
    return enqueue(
        session,
        "train_cell",
        payload=payload,
        title=f"Train {payload['name']}: {title} on {found.name}",
    )


def names_in_use(session: Session) -> set[str]:
    """Names of models, and of those that a training is about to make."""
    waiting = unfinished_jobs(session, kinds=list(TRAININGS))
    coming = {str(job.payload.get("name")) for job in waiting}
    return coming | {model.name for model in models.list_models(session, limit=100_000)}


def _order(
    session: Session, dataset: str, name: str, options: dict[str, Any]
) -> tuple[Dataset, dict[str, Any]]:
    """The dataset and the payload that trainings have in common."""
    name = checked_name(name, noun="model")
    found = datasets.get(session, dataset)
    if not found.is_ready and found.origin != "shipped":
        raise DyncellError(
            f"The dataset {found.name!r} is not imported yet; its import must end first."
        )
    if name in names_in_use(session):
        raise DyncellError(f"A model named {name!r} exists already; choose another name.")
    if found.is_ready:
        _refuse_unlearnable(found, options.get("splits", ()))
    return found, {"dataset_id": found.id, "dataset": found.name, "name": name, **options}


def _refuse_unlearnable(dataset: Dataset, splits: Sequence[str]) -> None:
    labelled = [name for name, split in dataset.splits.items() if split["labelled"]]
    for split in splits:
        if split not in labelled:
            raise DyncellError(
                f"Nothing can be learnt from {split!r} of {dataset.name!r}; its splits with labels "
                f"are: {', '.join(labelled) or 'none'}."
            )
