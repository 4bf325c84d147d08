"""Datasets: an archive or a folder is looked at first, and packed once somebody takes it."""

from pathlib import Path

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.names import checked_name
from core.records import Dataset, DatasetOrigin, new_id
from core.store import datasets, jobs
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import is_unfinished, refuse_in_use, refuse_searched_on


def add_dataset(
    folder: DataFolder,
    path: Path,
    *,
    name: str,
    dataset_id: str | None = None,
    take: bool = False,
) -> Dataset:
    """Takes a zip archive, or names a folder of this host, and queues a look at it.

    Args:
        folder: The data folder.
        path: The archive, which is not needed afterwards, or the folder, which is read again when
            it is packed.
        name: The name it shall have.
        dataset_id: An id chosen before, so that asking twice for one upload gives one dataset.
        take: Pack it at once where the look finds no problem.

    Raises:
        DyncellError: The name is taken or cannot be used.
        StorageFull: The disk is full; nothing is kept.
    """
    dataset_id = dataset_id or new_id()
    name = checked_name(name, noun="dataset")
    origin: DatasetOrigin = "folder" if path.is_dir() else "upload"
    source = ""
    try:
        if origin == "upload":
            source = put_source(folder, path, dataset_id)
        with folder.database.writing() as session:
            known = _find(session, dataset_id)
            if known is not None:
                return known
            job = enqueue(
                session,
                "import_dataset",
                payload={"dataset_id": dataset_id, "stage": "all" if take else "preview"},
                title=f"Look at the dataset {name}",
            )
            added = datasets.add(
                session,
                dataset_id,
                name=name,
                origin=origin,
                job_id=job.id,
                source=source,
                path=str(path.absolute()) if origin == "folder" else "",
            )
    except BaseException:
        if source and not _exists(folder, dataset_id):
            folder.artifacts.delete(source)
        raise
    notify(folder.settings)
    return added


def put_source(folder: DataFolder, path: Path, dataset_id: str) -> str:
    """Puts the archive of a dataset among the artifacts and returns its name.

    Raises:
        StorageFull: The disk is full; nothing is kept.
    """
    source = artifact_id(dataset_id, 0, "source.zip")
    folder.artifacts.put(path, source)
    return source


def take_dataset(folder: DataFolder, dataset_id: str, *, name: str | None = None) -> Dataset:
    """Queues the packing of a dataset that was looked at.

    Raises:
        NotFound: There is no such dataset.
        DyncellError: It was taken already, a job is at it, problems were found, or the name
            cannot be used.
    """
    chosen = None if name is None else checked_name(name, noun="dataset")
    with folder.database.writing() as session:
        known = datasets.get(session, dataset_id)
        if known.is_ready:
            raise DyncellError(f"The dataset {known.name!r} is imported already.")
        if is_unfinished(session, known.job_id):
            raise DyncellError(f"A job is at {known.name!r}; wait for it, or cancel it first.")
        if known.preview.get("problems"):
            raise DyncellError(
                f"{known.name!r} cannot be imported: {known.preview['problems'][0]} "
                "Mend the files and bring them again."
            )
        job = enqueue(
            session,
            "import_dataset",
            payload={"dataset_id": known.id, "stage": "pack"},
            title=f"Import the dataset {chosen or known.name}",
        )
        taken = datasets.take(session, known.id, job_id=job.id, name=chosen)
    notify(folder.settings)
    return taken


def rename_dataset(folder: DataFolder, id_or_name: str, name: str) -> Dataset:
    """Gives a dataset another name; evaluations of it keep the name of then.

    Raises:
        NotFound: There is no such dataset.
        DyncellError: The name is taken or cannot be used, a training, an evaluation or a search
            knows the dataset by its name, or it is part of dyncell.
    """
    chosen = checked_name(name, noun="dataset")
    with folder.database.writing() as session:
        known = datasets.get(session, id_or_name)
        if known.origin == "shipped":
            raise DyncellError(f"The dataset {known.name!r} is part of dyncell and keeps its name.")
        _refuse_used(session, known)
        return datasets.rename(session, known.id, name=chosen)


def delete_dataset(folder: DataFolder, id_or_name: str) -> Dataset:
    """Removes a dataset and its files; evaluations on it keep their scores.

    Raises:
        NotFound: There is no such dataset.
        DyncellError: A training, an evaluation or a search uses it, or it is part of dyncell.
    """
    with folder.database.writing() as session:
        known = datasets.get(session, id_or_name)
        if known.origin == "shipped":
            raise DyncellError(f"The dataset {known.name!r} is part of dyncell and stays.")
        _refuse_used(session, known)
        if known.job_id:
            jobs.request_cancel(session, known.job_id)
        datasets.delete_dataset(session, known.id)
    for artifact in (known.source, known.artifact):
        if artifact:
            folder.artifacts.delete(artifact)
    notify(folder.settings)
    return known


def _refuse_used(session: Session, known: Dataset) -> None:
    what = f"The dataset {known.name!r}"
    keys = ("dataset_id", "dataset")
    refuse_in_use(session, (known.id, known.name), what=what, keys=keys, but="import_dataset")
    refuse_searched_on(session, what, dataset_id=known.id)


def import_folders(root: Path | None) -> list[Path]:
    """Folders under `--import-root` that the browser may import, by name; none without a root."""
    if root is None or not root.is_dir():
        return []
    inside = [path for path in sorted(root.iterdir()) if path.is_dir() and not path.is_symlink()]
    return [path for path in inside if not path.name.startswith(".")]


def _find(session: Session, dataset_id: str) -> Dataset | None:
    try:
        return datasets.get(session, dataset_id)
    except NotFound:
        return None


def _exists(folder: DataFolder, dataset_id: str) -> bool:
    with folder.database.reading() as session:
        return _find(session, dataset_id) is not None
