"""Segmentations: ordering them, their labels, exports and reports."""

from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.data_folder import DataFolder
from core.palette import Palette
from core.records import Segmentation, Video
from core.store import models, segmentations, videos
from tasks import queue
from webapp.api.access import Count, ItemId, OpenedFolder, Start, VideoFrame
from webapp.api.documents import Page, SegmentationDocument, SegmentationRequest
from webapp.api.label_blocks import (
    LABEL_MAP_RESPONSE,
    LABELS_RESPONSE,
    send_label_map,
    send_labels,
)
from webapp.api.paging import Paged
from webapp.api.problems import Problem
from webapp.api.ranges import file_response, send_artifact
from webapp.api.series import MOST, OLDER, SeriesCount, SeriesDocument, read_series

router = APIRouter(prefix="/segmentations", tags=["segmentations"])


@router.get("")
def list_segmentations(
    folder: OpenedFolder, paging: Paged, video_id: str | None = None
) -> Page[SegmentationDocument]:
    """Segmentations (of one video), the newest first."""
    with folder.database.reading() as session:
        found = segmentations.list_segmentations(
            session, video_id=video_id, limit=paging.limit, offset=paging.offset
        )
        total = segmentations.count(session, video_id=video_id)
    items = [SegmentationDocument.of(each) for each in found]
    return paging.page(items, total)


@router.post("", status_code=201)
def create(asked: SegmentationRequest, folder: OpenedFolder) -> SegmentationDocument:
    """Orders a segmentation; its job says how far it is."""
    options = asked.options.model_dump(exclude_none=True)
    made = queue.add_segmentation(
        folder, video_id=asked.video_id, model=asked.model, options=options
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
def labels(
    item_id: ItemId, request: Request, folder: OpenedFolder, start: Start = 0, count: Count = 16
) -> Response:
    """The labels of some frames, counted from the segmentation's first frame."""
    found, _ = _with_video(folder, item_id)
    return send_labels(request, folder.artifacts, _ready(found, found.labels), start, count)


@router.get("/{item_id}/label-map", response_class=Response, responses=LABEL_MAP_RESPONSE)
def label_map(item_id: ItemId, folder: OpenedFolder, frame: VideoFrame) -> Response:
    """The labels of one frame as a picture of class ids, as a download."""
    found, video = _with_video(folder, item_id)
    labels = _ready(found, found.labels)
    with folder.database.reading() as session:
        model = models.get(session, found.model_id)
    return send_label_map(
        folder.artifacts,
        labels,
        Palette(names=model.classes, colours=model.colours),
        start=found.start,
        frame=frame,
        filename=f"{_stem(video)} labels {frame}.png",
    )


@router.head("/{item_id}/overlay", include_in_schema=False)
@router.get("/{item_id}/overlay", response_class=Response, responses=file_response("video/mp4"))
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
@router.get(
    "/{item_id}/labels-video", response_class=Response, responses=file_response("video/x-matroska")
)
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


@router.get("/{item_id}/series")
def series(
    item_id: ItemId, folder: OpenedFolder, start: Start = 0, count: SeriesCount = MOST
) -> SeriesDocument:
    """Numbers of some frames, counted from the segmentation's first frame."""
    found, _ = _with_video(folder, item_id)
    _ready(found, found.labels)
    if found.series is None:
        raise Problem(404, OLDER)
    return read_series(folder.artifacts, found.series, start, count)


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
