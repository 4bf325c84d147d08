"""Videos and segmentations: adding them queues the job that makes them."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Segmentation, Video, VideoOrigin, new_id
from core.store import jobs, models, segmentations, videos
from tasks.queue.exports import forget_exports
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.rubbish import artifacts_of

SAMPLE_NAME = "Sample drive (synthetic)"
"""The name of the bundled sample."""

_SAMPLE_KEY = "sample"


def add_video(
    folder: DataFolder,
    path: Path,
    *,
    name: str,
    origin: VideoOrigin = "upload",
    video_id: str | None = None,
) -> Video:
    """Takes the file `path` as a video and queues its import.

    Args:
        folder: The data folder.
        path: The file; it is not changed and not needed afterwards.
        name: The name to show.
        origin: Where it came from.
        video_id: An id chosen before, so that asking twice for the same upload gives one video.

    Raises:
        StorageFull: The disk is full; nothing is kept.
    """
    video_id = video_id or new_id()
    original = artifact_id(video_id, 0, "original.bin")
    try:
        size = folder.artifacts.put(path, original)
        with folder.database.writing() as session:
            video = _find_video(session, video_id) or _add_video(
                session, video_id, name=name, size=size, original=original, origin=origin
            )
    except BaseException:
        _forget_original(folder, video_id, original)
        raise
    notify(folder.settings)
    return video


def add_sample(folder: DataFolder) -> Video:
    """The sample video: the one that is there, or a new one whose rendering is queued."""
    with folder.database.writing() as session:
        known = videos.find_sample(session)
        video = known or _add_sample(session, key=_SAMPLE_KEY) or _add_sample(session)
    if video is None:
        raise RuntimeError("a job without a key is always new")
    notify(folder.settings)
    return video


def add_sample_once(folder: DataFolder) -> None:
    """Adds the sample to a fresh data folder; one that was deleted does not come back."""
    with folder.database.writing() as session:
        if videos.find_sample(session) is None:
            _add_sample(session, key=_SAMPLE_KEY)
    notify(folder.settings)


def add_segmentation(
    folder: DataFolder, *, video_id: str, model: str, options: dict[str, Any]
) -> Segmentation:
    """Queues a segmentation of a video with a model, named or by id.

    Raises:
        NotFound: There is no such video or model.
        DyncellError: The video is not ready.
    """
    segmentation_id, job_id = new_id(), new_id()
    with folder.database.writing() as session:
        video = videos.get(session, video_id)
        if not video.is_ready:
            raise DyncellError(
                f"The video {video.name!r} is not ready yet; its import must end first "
                "(the Jobs page shows how far it is, or why it failed)."
            )
        chosen = models.get(session, model)
        enqueue(
            session,
            "segment_video",
            payload={"segmentation_id": segmentation_id},
            title=f"Segment {video.name} with {chosen.name}",
            job_id=job_id,
        )
        added = segmentations.add(
            session,
            segmentation_id,
            video_id=video.id,
            model_id=chosen.id,
            job_id=job_id,
            options=options,
        )
    notify(folder.settings)
    return added


def rename_video(folder: DataFolder, video_id: str, name: str) -> Video:
    """Gives a video another name; it may be any text, names of videos are only shown.

    Raises:
        NotFound: There is no such video.
    """
    with folder.database.writing() as session:
        return videos.rename(session, video_id, name=name)


def delete_video(folder: DataFolder, video_id: str) -> None:
    """Removes a video, its segmentations, exports and their files, and cancels their jobs.

    Raises:
        NotFound: There is no such video.
    """
    with folder.database.writing() as session:
        video, results = videos.delete_video(session, video_id)
        for job_id in (video.job_id, *(result.job_id for result in results)):
            jobs.request_cancel(session, job_id)
        exported = forget_exports(session, video_id)
    for name in exported:
        folder.artifacts.delete(name)
    _delete_artifacts(folder, [video, *results])


def delete_segmentation(folder: DataFolder, segmentation_id: str) -> None:
    """Removes a segmentation and its files, and cancels its job.

    Raises:
        NotFound: There is no such segmentation.
    """
    with folder.database.writing() as session:
        result = segmentations.delete_segmentation(session, segmentation_id)
        jobs.request_cancel(session, result.job_id)
    _delete_artifacts(folder, [result])


def _find_video(session: Session, video_id: str) -> Video | None:
    try:
        return videos.get(session, video_id)
    except NotFound:
        return None


def _forget_original(folder: DataFolder, video_id: str, original: str) -> None:
    """Removes the file of a video that could not be added, unless somebody else added it."""
    try:
        with folder.database.reading() as session:
            known = _find_video(session, video_id)
    except Exception:  # the database is away: upkeep removes the file when nothing names it
        return
    if known is None:
        folder.artifacts.delete(original)


def _add_video(
    session: Session, video_id: str, *, name: str, size: int, original: str, origin: VideoOrigin
) -> Video:
    job = enqueue(session, "import_video", payload={"video_id": video_id}, title=f"Import {name}")
    return videos.add(
        session,
        video_id,
        name=name,
        size=size,
        original=original,
        job_id=job.id,
        origin=origin,
    )


def _add_sample(session: Session, *, key: str | None = None) -> Video | None:
    """The new sample; None where the key says that there was one before."""
    video_id = new_id()
    payload = {"video_id": video_id, "sample": True}
    title = f"Render {SAMPLE_NAME}"
    job = enqueue(session, "import_video", payload=payload, title=title, idempotency_key=key)
    if job.payload != payload:
        return None
    return videos.add(
        session,
        video_id,
        name=SAMPLE_NAME,
        size=0,
        original="",
        job_id=job.id,
        origin="sample",
    )


def _delete_artifacts(folder: DataFolder, rows: list[Video | Segmentation]) -> None:
    for name in artifacts_of(rows):
        folder.artifacts.delete(name)
    notify(folder.settings)
