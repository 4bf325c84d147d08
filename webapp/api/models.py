"""Models: the registry of trained weights."""

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from core.model_file import SUFFIX
from core.store import models
from tasks import queue
from webapp.api.access import ItemId, Limit, Offset, OpenedFolder
from webapp.api.documents import ModelDocument, Page
from webapp.api.ranges import send_artifact

router = APIRouter(prefix="/models", tags=["models"])


class NewName(BaseModel):
    """The name a model shall have."""

    name: str


@router.get("")
def list_models(folder: OpenedFolder, limit: Limit = 50, offset: Offset = 0) -> Page[ModelDocument]:
    """Models, the newest first."""
    with folder.database.reading() as session:
        found = models.list_models(session, limit=limit, offset=offset)
        total = models.count(session)
    items = [ModelDocument.of(model) for model in found]
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.get("/{name}")
def show(name: str, folder: OpenedFolder) -> ModelDocument:
    """One model, by id or name."""
    with folder.database.reading() as session:
        return ModelDocument.of(models.get(session, name))


@router.patch("/{item_id}")
def rename(item_id: ItemId, asked: NewName, folder: OpenedFolder) -> ModelDocument:
    """Gives a model another name."""
    return ModelDocument.of(queue.rename_model(folder, item_id, asked.name))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a model and its weights; evaluations of it keep their scores."""
    queue.delete_model(folder, item_id)


@router.head("/{item_id}/file", include_in_schema=False)
@router.get("/{item_id}/file", response_class=Response)
def file(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The weights file, as a download that `dyncell models import` reads."""
    with folder.database.reading() as session:
        model = models.get(session, item_id)
    return send_artifact(
        request,
        folder.artifacts,
        model.artifact,
        media_type="application/octet-stream",
        filename=f"{model.name}{SUFFIX}",
    )
