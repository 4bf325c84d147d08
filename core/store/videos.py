"""Videos: the uploaded files and what the import found in them."""

from dataclasses import fields
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Segmentation, Video, VideoOrigin
from core.store import segmentations
from core.store.finding import found_by, lined_up, naturally
from core.store.session import database_time
from core.store.tables import VideoRow


def add(
    session: Session,
    video_id: str,
    *,
    name: str,
    size: int,
    original: str,
    job_id: str,
    origin: VideoOrigin = "upload",
) -> Video:
    """Adds a video whose import job is queued in the same transaction."""
    row = VideoRow(
        id=video_id,
        name=name,
        origin=origin,
        size=size,
        job_id=job_id,
        original=original,
        width=0,
        height=0,
        frames=0,
        fps_num=0,
        fps_den=1,
        duration=0.0,
        codec="",
        rotation=0,
        has_audio=False,
        note="",
        created_at=session.scalar(select(database_time())),
    )
    session.add(row)
    session.flush()
    return _record(row)


def publish(session: Session, video_id: str, *, found: dict[str, Any]) -> Video:
    """Stores what the import found; the caller finishes its job in the same transaction.

    Args:
        session: A writing session.
        video_id: The video.
        found: Values of `Video`'s fields, by name.

    Raises:
        NotFound: The video was deleted meanwhile.
    """
    session.execute(update(VideoRow).where(VideoRow.id == video_id).values(**found))
    return get(session, video_id)


def get(session: Session, video_id: str) -> Video:
    """The video of that id.

    Raises:
        NotFound: There is none.
    """
    found = select(VideoRow).where(VideoRow.id == video_id)
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(f"There is no video {video_id}; it may have been deleted.")
    return _record(row)


VIDEO_ORDERS = {
    "newest": (VideoRow.created_at.desc(), VideoRow.id),
    "oldest": (VideoRow.created_at, VideoRow.id),
    "name": (naturally(VideoRow.name), VideoRow.id),
    "longest": (VideoRow.duration.desc(), VideoRow.id),
    "largest": (VideoRow.size.desc(), VideoRow.id),
}


def list_videos(
    session: Session, *, find: str = "", order: str = "newest", limit: int = 50, offset: int = 0
) -> list[Video]:
    """Videos (with `find` in their names), in one of `VIDEO_ORDERS`."""
    query = lined_up(found_by(select(VideoRow), find, VideoRow.name), order, VIDEO_ORDERS)
    return [_record(row) for row in session.scalars(query.limit(limit).offset(offset))]


def count(session: Session, *, find: str = "") -> int:
    """How many videos there are (with `find` in their names)."""
    return session.scalar(found_by(select(func.count(VideoRow.id)), find, VideoRow.name)) or 0


def find_sample(session: Session) -> Video | None:
    """The bundled sample, unless it was deleted."""
    row = session.scalar(select(VideoRow).where(VideoRow.origin == "sample").limit(1))
    return None if row is None else _record(row)


def rename(session: Session, video_id: str, *, name: str) -> Video:
    """Gives the video another name.

    Raises:
        NotFound: There is no such video.
    """
    session.execute(update(VideoRow).where(VideoRow.id == video_id).values(name=name))
    return get(session, video_id)


def delete_video(session: Session, video_id: str) -> tuple[Video, list[Segmentation]]:
    """Removes the video and its segmentations, and returns them.

    The caller cancels their jobs and removes their artifacts once the transaction is committed.

    Raises:
        NotFound: There is no such video.
    """
    video = get(session, video_id)
    results = segmentations.list_segmentations(session, video_id=video_id, limit=None)
    session.execute(delete(VideoRow).where(VideoRow.id == video_id))
    return video, results


def _record(row: VideoRow) -> Video:
    return Video(**{field.name: getattr(row, field.name) for field in fields(Video)})
