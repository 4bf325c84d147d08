"""Models: the registry of trained weights."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from core.model_file import SUFFIX
from core.store import models
from tasks import queue
from webapp.api.access import IdOrName, ItemId, OpenedFolder
from webapp.api.documents import ModelDocument, NewName, Page
from webapp.api.paging import Paged
from webapp.api.plain_uploads import FILE_BODY, FileName, receive_file
from webapp.api.ranges import file_response, send_artifact

router = APIRouter(prefix="/models", tags=["models"])


@router.get("")
def list_models(folder: OpenedFolder, paging: Paged) -> Page[ModelDocument]:
    """Models, the newest first."""
    with folder.database.reading() as session:
        found = models.list_models(session, limit=paging.limit, offset=paging.offset)
        total = models.count(session)
    items = [ModelDocument.of(model) for model in found]
    return paging.page(items, total)


@router.post("", status_code=201, openapi_extra=FILE_BODY)
async def upload(
    request: Request, folder: OpenedFolder, response: Response, name: FileName = "model"
) -> ModelDocument:
    """Takes the body, a weights file, as a model; a name that is taken gets a number behind it."""
    model_id = await receive_file(request, folder, "model", name=name)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/models/{model_id}"
    return await run_in_threadpool(show, model_id, folder)


@router.get("/{item_id}")
def show(item_id: IdOrName, folder: OpenedFolder) -> ModelDocument:
    """One model, by id or name."""
    with folder.database.reading() as session:
        return ModelDocument.of(models.get(session, item_id))


@router.patch("/{item_id}")
def rename(item_id: ItemId, asked: NewName, folder: OpenedFolder) -> ModelDocument:
    """Gives a model another name."""
    return ModelDocument.of(queue.rename_model(folder, item_id, asked.name))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a model and its weights; evaluations of it keep their scores."""
    queue.delete_model(folder, item_id)


@router.head("/{item_id}/file", include_in_schema=False)
@router.get(
    "/{item_id}/file", response_class=Response, responses=file_response("application/octet-stream")
)
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
