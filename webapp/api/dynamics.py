"""Dynamics: how a model behaves over time, ordered and read below the model."""

from dataclasses import fields
from typing import Any, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from core.data_folder import DataFolder
from core.dynamics.notes import document_notes
from core.dynamics.protocol import DynamicsProtocol
from core.errors import NotFound
from core.records import Dynamics, Job, Model
from core.store import dynamics, models
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import JobDocument, Page
from webapp.api.paging import Paged
from webapp.api.problems import Problem

router = APIRouter(prefix="/models/{item_id}/dynamics", tags=["models"])

_ALL = 100_000


class DynamicsRequest(BaseModel):
    """What shall be measured: on a dataset, by name or id, on a split, on some of its frames."""

    dataset: str
    split: str
    frames: tuple[int, int] | None = Field(
        None, description="First and last frame, counted from 0, both included; all where missing."
    )
    mapping: dict[str, str] | None = Field(
        None, description="Class of the model to class of the dataset, where the names differ."
    )


class DynamicsDocument(BaseModel):
    """What was measured; `notes` says in sentences what is missing and why."""

    id: str
    model_key: str
    model_name: str
    dataset_id: str | None
    dataset_name: str
    data_key: str
    split: str
    protocol_key: str
    options: dict[str, Any]
    job_id: str
    document: dict[str, Any]
    created_at: float
    notes: list[str]

    @classmethod
    def of(cls, found: Dynamics) -> Self:
        """The document of a record."""
        values = {each.name: getattr(found, each.name) for each in fields(found)}
        return cls(notes=document_notes(found.document), **values)


class DynamicsOrdered(BaseModel):
    """The measurement where it is there already, else the job that makes it."""

    measured: DynamicsDocument | None
    job: JobDocument | None


@router.get("")
def list_dynamics(item_id: ItemId, folder: OpenedFolder, paging: Paged) -> Page[DynamicsDocument]:
    """What was measured of a model's weights, the newest first."""
    model = _model(folder, item_id)
    with folder.database.reading() as session:
        found = dynamics.list_dynamics(session, model_key=model.sha256, limit=_ALL)
    return paging.cut([DynamicsDocument.of(each) for each in found])


@router.post("", status_code=202)
def create(
    item_id: ItemId, asked: DynamicsRequest, folder: OpenedFolder, response: Response
) -> DynamicsOrdered:
    """Orders a measurement; one that is there already is answered with (200)."""
    try:
        protocol = DynamicsProtocol(
            frames=asked.frames, mapping=tuple(sorted((asked.mapping or {}).items())) or None
        )
    except ValueError as error:
        raise Problem(422, f"The {error}.") from error
    made = queue.add_dynamics(
        folder, model=item_id, dataset=asked.dataset, split=asked.split, protocol=protocol
    )
    if isinstance(made, Job):
        return DynamicsOrdered(measured=None, job=JobDocument.of(made))
    response.status_code = 200
    return DynamicsOrdered(measured=DynamicsDocument.of(made), job=None)


@router.get("/{dynamics_id}")
def show(item_id: ItemId, dynamics_id: str, folder: OpenedFolder) -> DynamicsDocument:
    """One measurement of a model."""
    model = _model(folder, item_id)
    with folder.database.reading() as session:
        found = dynamics.get(session, dynamics_id)
    if found.model_key != model.sha256:
        raise NotFound(f"There is no measurement {dynamics_id} of this model.")
    return DynamicsDocument.of(found)


@router.delete("/{dynamics_id}", status_code=204)
def delete(item_id: ItemId, dynamics_id: str, folder: OpenedFolder) -> None:
    """Removes a measurement; the model stays."""
    queue.delete_dynamics(folder, show(item_id, dynamics_id, folder).id)


def _model(folder: DataFolder, model_id: str) -> Model:
    with folder.database.reading() as session:
        return models.get(session, model_id)
