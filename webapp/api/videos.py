"""Videos: what was uploaded, playable."""

from pathlib import PurePosixPath

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from core.data_folder import DataFolder
from core.errors import NotFound
from core.palette import CAMVID
from core.records import Video
from core.store import videos
from tasks import queue
from webapp.api.access import Count, ItemId, OpenedFolder, Start, VideoFrame
from webapp.api.documents import NewName, Page, VideoDocument
from webapp.api.label_blocks import (
    LABEL_MAP_RESPONSE,
    LABELS_RESPONSE,
    send_label_map,
    send_labels,
)
from webapp.api.paging import Paged
from webapp.api.plain_uploads import FILE_BODY, FileName, receive_file
from webapp.api.problems import Problem
from webapp.api.ranges import file_response, send_artifact
from webapp.display_name import display_name

router = APIRouter(prefix="/videos", tags=["videos"])


@router.get("")
def list_videos(folder: OpenedFolder, paging: Paged) -> Page[VideoDocument]:
    """Videos, the newest first."""
    with folder.database.reading() as session:
        found = videos.list_videos(session, limit=paging.limit, offset=paging.offset)
        total = videos.count(session)
    items = [VideoDocument.of(video) for video in found]
    return paging.page(items, total)


@router.post("", status_code=201, openapi_extra=FILE_BODY)
async def upload(
    request: Request, folder: OpenedFolder, response: Response, name: FileName = "video"
) -> VideoDocument:
    """Takes the body of the request as a video; its job says how far the import is.

    A file that is large or comes over a bad line is better sent to `/uploads`, over tus.
    """
    video_id = await receive_file(request, folder, "video", name=name)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/videos/{video_id}"
    return VideoDocument.of(await run_in_threadpool(_video, folder, video_id))


@router.post("/sample")
def add_sample(folder: OpenedFolder) -> VideoDocument:
    """The bundled sample video: the one that is there, or a new one that a job renders."""
    return VideoDocument.of(queue.add_sample(folder))


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> VideoDocument:
    """One video."""
    return VideoDocument.of(_video(folder, item_id))


@router.patch("/{item_id}")
def rename(item_id: ItemId, asked: NewName, folder: OpenedFolder) -> VideoDocument:
    """Gives a video another name, which is only ever shown."""
    _video(folder, item_id)
    return VideoDocument.of(queue.rename_video(folder, item_id, display_name(asked.name)))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a video and everything made from it."""
    queue.delete_video(folder, item_id)


@router.head("/{item_id}/media", include_in_schema=False)
@router.get(
    "/{item_id}/media", response_class=Response, responses=file_response("video/mp4", "video/webm")
)
def media(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The playable file, whole or by Range."""
    video = _video(folder, item_id)
    if video.playable is None:
        raise _not_ready(video)
    kind = video.media_type or "video/mp4"
    return send_artifact(request, folder.artifacts, video.playable, media_type=kind)


@router.head("/{item_id}/poster", include_in_schema=False)
@router.get("/{item_id}/poster", response_class=Response, responses=file_response("image/jpeg"))
def poster(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """A picture of the video (JPEG)."""
    video = _video(folder, item_id)
    if video.poster is None:
        raise _not_ready(video)
    return send_artifact(request, folder.artifacts, video.poster, media_type="image/jpeg")


@router.get("/{item_id}/truth-labels", response_class=Response, responses=LABELS_RESPONSE)
def truth_labels(
    item_id: ItemId, request: Request, folder: OpenedFolder, start: Start = 0, count: Count = 16
) -> Response:
    """The true labels of some frames, where they are known."""
    video = _video(folder, item_id)
    if video.truth is None:
        raise NotFound("The true labels of this video are not known.")
    return send_labels(request, folder.artifacts, video.truth, start, count)


@router.get("/{item_id}/truth-label-map", response_class=Response, responses=LABEL_MAP_RESPONSE)
def truth_label_map(item_id: ItemId, folder: OpenedFolder, frame: VideoFrame) -> Response:
    """The true labels of one frame as a picture of class ids, as a download."""
    video = _video(folder, item_id)
    if video.truth is None:
        raise NotFound("The true labels of this video are not known.")
    name = f"{PurePosixPath(video.name).stem} truth {frame}.png"
    return send_label_map(
        folder.artifacts, video.truth, CAMVID, start=0, frame=frame, filename=name
    )


def _video(folder: DataFolder, video_id: str) -> Video:
    with folder.database.reading() as session:
        return videos.get(session, video_id)


def _not_ready(video: Video) -> Problem:
    return Problem(409, f"Video {video.id} is not imported yet; job {video.job_id} says how far.")
