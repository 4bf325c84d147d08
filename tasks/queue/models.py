"""Models: they can be renamed and deleted."""

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.names import checked_name
from core.records import Model
from core.store import models
from tasks.queue.unfinished import refuse_in_use, refuse_searched_on


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
        gone = remove_model(session, id_or_name)
    folder.artifacts.delete(gone.artifact)
    return gone


def remove_model(session: Session, id_or_name: str) -> Model:
    """Removes a model; the caller deletes its weights after the commit.

    Raises:
        NotFound: There is no such model.
        DyncellError: As `delete_model`.
    """
    known = models.get(session, id_or_name)
    if known.is_shipped:
        raise DyncellError(f"Model {known.name!r} is part of dyncell and stays.")
    refuse_in_use(
        session,
        (known.id, known.name),
        what=f"Model {known.name!r}",
        keys=("model_id", "start_id", "start", "static_id", "static"),
    )
    refuse_searched_on(session, f"Model {known.name!r}", static_id=known.id)
    return models.delete_model(session, known.id)
