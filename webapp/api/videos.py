"""Videos: what was uploaded, playable."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Video
from core.store import videos
from tasks import queue
from webapp.api.access import Count, ItemId, Limit, Offset, OpenedFolder, Start
from webapp.api.documents import Page, VideoDocument
from webapp.api.label_blocks import LABELS_RESPONSE, send_labels
from webapp.api.problems import Problem
from webapp.api.ranges import send_artifact

router = APIRouter(prefix="/videos", tags=["videos"])


@router.get("")
def list_videos(folder: OpenedFolder, limit: Limit = 50, offset: Offset = 0) -> Page[VideoDocument]:
    """Videos, the newest first."""
    with folder.database.reading() as session:
        found = videos.list_videos(session, limit=limit, offset=offset)
        total = videos.count(session)
    items = [VideoDocument.of(video) for video in found]
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> VideoDocument:
    """One video."""
    return VideoDocument.of(_video(folder, item_id))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a video and everything made from it."""
    queue.delete_video(folder, item_id)


@router.head("/{item_id}/media", include_in_schema=False)
@router.get("/{item_id}/media", response_class=Response)
def media(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """The playable file, whole or by Range."""
    video = _video(folder, item_id)
    if video.playable is None:
        raise _not_ready(video)
    kind = video.media_type or "video/mp4"
    return send_artifact(request, folder.artifacts, video.playable, media_type=kind)


@router.head("/{item_id}/poster", include_in_schema=False)
@router.get("/{item_id}/poster", response_class=Response)
def poster(item_id: ItemId, request: Request, folder: OpenedFolder) -> Response:
    """A picture of the video (JPEG)."""
    video = _video(folder, item_id)
    if video.poster is None:
        raise _not_ready(video)
    return send_artifact(request, folder.artifacts, video.poster, media_type="image/jpeg")


@router.get("/{item_id}/truth-labels", response_class=Response, responses=LABELS_RESPONSE)
def truth_labels(
    item_id: ItemId, folder: OpenedFolder, start: Start = 0, count: Count = 16
) -> Response:
    """The true labels of some frames, where they are known."""
    video = _video(folder, item_id)
    if video.truth is None:
        raise NotFound("The true labels of this video are not known.")
    return send_labels(folder.artifacts, video.truth, start, count)


def _video(folder: DataFolder, video_id: str) -> Video:
    with folder.database.reading() as session:
        return videos.get(session, video_id)


def _not_ready(video: Video) -> Problem:
    return Problem(409, f"Video {video.id} is not imported yet; job {video.job_id} says how far.")
