"""Models: training makes them; they can be renamed and deleted."""

from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.names import checked_name
from core.records import Job, Model
from core.store import datasets, models
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import refuse_in_use, refuse_searched_on, unfinished_jobs


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
    name = checked_name(name, noun="model")
    with folder.database.writing() as session:
        found = datasets.get(session, dataset)
        if not found.is_ready and found.origin != "shipped":
            raise DyncellError(
                f"The dataset {found.name!r} is not imported yet; its import must end first."
            )
        if name in names_in_use(session):
            raise DyncellError(f"A model named {name!r} exists already; choose another name.")
        payload = {"dataset_id": found.id, "dataset": found.name, "name": name, **options}
        if options.get("start"):
            start = models.get(session, options["start"])
            payload |= {"start": start.name, "start_id": start.id}
        job = enqueue(
            session,
            "train_static",
            payload=payload,
            title=f"Train {name} on {found.name}",
        )
    notify(folder.settings)
    return job


def names_in_use(session: Session) -> set[str]:
    """Names of models, and of those that a training is about to make."""
    waiting = unfinished_jobs(session, kinds=["train_static"])
    coming = {str(job.payload.get("name")) for job in waiting}
    return coming | {model.name for model in models.list_models(session, limit=100_000)}


def rename_model(folder: DataFolder, id_or_name: str, name: str) -> Model:
    """Gives a model another name.

    Raises:
        NotFound: There is no such model.
        DyncellError: The name is taken or cannot be used, or the model is part of dyncell.
    """
    with folder.database.writing() as session:
        return models.rename(session, id_or_name, checked_name(name, noun="model"))


def delete_model(folder: DataFolder, id_or_name: str) -> Model:
    """Removes a model and its weights; evaluations of it keep their scores.

    Raises:
        NotFound: There is no such model.
        DyncellError: The model is part of dyncell, made segmentations that are kept, or a job
            or a search uses it.
    """
    with folder.database.writing() as session:
        known = models.get(session, id_or_name)
        if known.is_shipped:
            raise DyncellError(f"Model {known.name!r} is part of dyncell and stays.")
        refuse_in_use(
            session, known.id, what=f"Model {known.name!r}", keys=("model_id", "start_id")
        )
        refuse_searched_on(session, f"Model {known.name!r}", static_id=known.id)
        models.delete_model(session, known.id)
    folder.artifacts.delete(known.artifact)
    return known
