"""Segmentations: ordering them, their labels, exports and reports."""

from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.data_folder import DataFolder
from core.records import Segmentation, Video
from core.store import segmentations, videos
from tasks import queue
from webapp.api.access import Count, ItemId, Limit, Offset, OpenedFolder, Start
from webapp.api.documents import Page, SegmentationDocument, SegmentationRequest
from webapp.api.label_blocks import LABELS_RESPONSE, send_labels
from webapp.api.problems import Problem
from webapp.api.ranges import send_artifact

router = APIRouter(prefix="/segmentations", tags=["segmentations"])


@router.get("")
def list_segmentations(
    folder: OpenedFolder, video_id: str | None = None, limit: Limit = 50, offset: Offset = 0
) -> Page[SegmentationDocument]:
    """Segmentations (of one video), the newest first."""
    with folder.database.reading() as session:
        found = segmentations.list_segmentations(
            session, video_id=video_id, limit=limit, offset=offset
        )
        total = segmentations.count(session, video_id=video_id)
    items = [SegmentationDocument.of(each) for each in found]
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.post("", status_code=201)
def create(asked: SegmentationRequest, folder: OpenedFolder) -> SegmentationDocument:
    """Orders a segmentation; its job says how far it is."""
    made = queue.add_segmentation(
        folder, video_id=asked.video_id, model=asked.model, options=asked.options
    )
    return SegmentationDocument.of(made)


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> SegmentationDocument:
    """One segmentation."""
    return SegmentationDocument.of(_with_video(folder, item_id)[0])


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a segmentation; its video stays."""
    queue.delete_segmentation(folder, item_id)


@router.get("/{item_id}/labels", response_class=Response, responses=LABELS_RESPONSE)
def labels(item_id: ItemId, folder: OpenedFolder, start: Start = 0, count: Count = 16) -> Response:
    """The labels of some frames, counted from the segmentation's first frame."""
    found, _ = _with_video(folder, item_id)
    return send_labels(folder.artifacts, _ready(found, found.labels), start, count)


@router.head("/{item_id}/overlay", include_in_schema=False)
@router.get("/{item_id}/overlay", response_class=Response)
def overlay(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The video with the labels painted over it, as a download."""
    found, video = _with_video(folder, item_id)
    return send_artifact(
        request,
        folder.artifacts,
        _ready(found, found.overlay),
        media_type="video/mp4",
        filename=f"{_stem(video)} overlay.mp4",
    )


@router.head("/{item_id}/labels-video", include_in_schema=False)
@router.get("/{item_id}/labels-video", response_class=Response)
def labels_video(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The labels as a lossless video, as a download."""
    found, video = _with_video(folder, item_id)
    return send_artifact(
        request,
        folder.artifacts,
        _ready(found, found.labels_video),
        media_type="video/x-matroska",
        filename=f"{_stem(video)} labels.mkv",
    )


@router.get("/{item_id}/report")
def report(item_id: ItemId, folder: OpenedFolder) -> dict[str, Any]:
    """The measured numbers: stability, latency, speed."""
    found, _ = _with_video(folder, item_id)
    _ready(found, found.labels)
    return found.report


def _with_video(folder: DataFolder, segmentation_id: str) -> tuple[Segmentation, Video]:
    with folder.database.reading() as session:
        found = segmentations.get(session, segmentation_id)
        return found, videos.get(session, found.video_id)


def _ready(segmentation: Segmentation, artifact: str | None) -> str:
    if artifact is None:
        raise Problem(
            409,
            f"Segmentation {segmentation.id} is not finished; "
            f"job {segmentation.job_id} says how far it is.",
        )
    return artifact


def _stem(video: Video) -> str:
    return PurePosixPath(video.name.replace("\\", "/")).stem or "video"
