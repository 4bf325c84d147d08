"""Datasets: what was imported, and the frames in it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from core.data_folder import DataFolder
from core.datasets.index import Frame
from core.datasets.pack import PackReader
from core.errors import NotFound
from core.records import Dataset
from core.store import datasets
from tasks import queue
from webapp.api.access import Count, ItemId, OpenedFolder, Start
from webapp.api.dataset_documents import (
    DatasetDocument,
    DatasetRequest,
    FrameDocument,
    FramesDocument,
)
from webapp.api.documents import NewName, Page
from webapp.api.members import send_member
from webapp.api.paging import Paged
from webapp.api.plain_uploads import FILE_BODY, FileName, receive_file
from webapp.api.problems import Problem
from webapp.api.ranges import file_response
from webapp.dataset_pack import open_pack

router = APIRouter(prefix="/datasets", tags=["datasets"])

SplitName = Annotated[str, Path(description="The name of a split.")]
Position = Annotated[
    int, Path(ge=0, le=10**9, description="The frame's place in its split, from 0.")
]


@router.get("")
def list_datasets(folder: OpenedFolder, paging: Paged) -> Page[DatasetDocument]:
    """Datasets, the newest first."""
    with folder.database.reading() as session:
        found = datasets.list_datasets(session, limit=paging.limit, offset=paging.offset)
        total = datasets.count(session)
    items = [DatasetDocument.of(dataset) for dataset in found]
    return paging.page(items, total)


@router.post("", status_code=201, openapi_extra=FILE_BODY)
async def upload(
    request: Request, folder: OpenedFolder, response: Response, name: FileName = "dataset"
) -> DatasetDocument:
    """Takes the body of the request, a zip archive, and queues a look at it; take it then."""
    dataset_id = await receive_file(request, folder, "dataset", name=name)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/datasets/{dataset_id}"
    return DatasetDocument.of(await run_in_threadpool(_dataset, folder, dataset_id))


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> DatasetDocument:
    """One dataset."""
    return DatasetDocument.of(_dataset(folder, item_id))


@router.post("/{item_id}/take", status_code=202)
def take(item_id: ItemId, asked: DatasetRequest, folder: OpenedFolder) -> DatasetDocument:
    """Takes a dataset that was looked at; its job says how far the import is."""
    return DatasetDocument.of(queue.take_dataset(folder, item_id, name=asked.name))


@router.patch("/{item_id}")
def rename(item_id: ItemId, asked: NewName, folder: OpenedFolder) -> DatasetDocument:
    """Gives a dataset another name; what was measured on it keeps the one of then."""
    return DatasetDocument.of(queue.rename_dataset(folder, item_id, asked.name))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a dataset and its frames; evaluations on it keep their scores."""
    _dataset(folder, item_id)
    queue.delete_dataset(folder, item_id)


@router.get("/{item_id}/frames")
def frames(
    item_id: ItemId,
    folder: OpenedFolder,
    split: Annotated[str, Query(description="The name of a split.")],
    start: Start = 0,
    count: Count = 50,
) -> FramesDocument:
    """Some frames of a split, in order."""
    found = _pack(folder, item_id)[1].index.split(split).frames
    shown = enumerate(found[start : start + count], start)
    items = [FrameDocument.of(frame, position=position) for position, frame in shown]
    return FramesDocument(items=items, total=len(found), split=split, start=start, count=count)


@router.head("/{item_id}/splits/{split}/frames/{position}/image", include_in_schema=False)
@router.get(
    "/{item_id}/splits/{split}/frames/{position}/image",
    response_class=Response,
    responses=file_response("image/jpeg", "image/png"),
)
def image(
    item_id: ItemId, split: SplitName, position: Position, request: Request, folder: OpenedFolder
) -> Response:
    """The picture of a frame (JPEG or PNG)."""
    artifact, pack = _pack(folder, item_id)
    member = _frame(pack, split, position).image
    return _send(request, folder, artifact, pack, member)


@router.head("/{item_id}/splits/{split}/frames/{position}/labels", include_in_schema=False)
@router.get(
    "/{item_id}/splits/{split}/frames/{position}/labels",
    response_class=Response,
    responses=file_response("image/png"),
)
def labels(
    item_id: ItemId, split: SplitName, position: Position, request: Request, folder: OpenedFolder
) -> Response:
    """The label map of a frame: an 8-bit grey PNG of class ids, 255 = no class."""
    artifact, pack = _pack(folder, item_id)
    frame = _frame(pack, split, position)
    if frame.label is None:
        raise NotFound(f"Frame {frame.name} of {split} has no labels.")
    return _send(request, folder, artifact, pack, frame.label)


def _dataset(folder: DataFolder, dataset_id: str) -> Dataset:
    with folder.database.reading() as session:
        return datasets.get(session, dataset_id)


def _pack(folder: DataFolder, dataset_id: str) -> tuple[str, PackReader]:
    found = _dataset(folder, dataset_id)
    if found.artifact is None:
        raise Problem(
            409, f"Dataset {found.id} is not imported yet; job {found.job_id} says how far it is."
        )
    return found.artifact, open_pack(folder.artifacts, found.artifact)


def _frame(pack: PackReader, split: str, position: int) -> Frame:
    found = pack.index.split(split).frames
    if position >= len(found):
        raise NotFound(f"Split {split} has {len(found)} frames; there is no frame {position}.")
    return found[position]


def _send(
    request: Request, folder: DataFolder, artifact: str, pack: PackReader, member: str
) -> Response:
    start, length = pack.member_range(member)
    return send_member(
        request, folder.artifacts, artifact, member=member, start=start, length=length
    )
