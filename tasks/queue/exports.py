"""Exports of the Player: a job each, whose file is kept for a day."""

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import BadInput, DyncellError, NotFound
from core.panes.export import TRUTH, RangeExport
from core.records import Job, JobState, Segmentation, Video
from core.store import jobs, segmentations, videos
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify

_ALL = 1_000_000_000
_NAMES = {"panes": "panes", "label_maps": "label maps", "labels_video": "labels"}


def add_export(folder: DataFolder, export: RangeExport) -> Job:
    """Queues an export of a range of frames.

    Raises:
        NotFound: A segmentation or the ground truth is not there.
        BadInput: The range is not among the frames, or the segmentations are of several videos.
        DyncellError: A segmentation is not finished.
    """
    with folder.database.writing() as session:
        video, found = _read(session, export)
        _check(export, video, found)
        job = enqueue(
            session,
            "export_range",
            payload={"video_id": video.id, "export": export.to_dict()},
            title=f"Export {_NAMES[export.kind]} of {video.name}, frames {export.first} to "
            f"{export.last}",
        )
    notify(folder.settings)
    return job


def exported_file(folder: DataFolder, job_id: str) -> dict[str, str]:
    """The `artifact`, `media_type` and `filename` of a finished export.

    Raises:
        NotFound: There is no such export.
        DyncellError: It is not finished.
    """
    with folder.database.reading() as session:
        job = jobs.get(session, job_id)
    if job.kind != "export_range":
        raise NotFound(f"The job {job_id} is no export.")
    if job.state is not JobState.DONE:
        raise DyncellError(f"The export is not finished; job {job_id} says how far it is.")
    return {name: job.result[name] for name in ("artifact", "media_type", "filename")}


def forget_exports(session: Session, video_id: str) -> list[str]:
    """Cancels a video's exports and names their files, for the caller to remove afterwards."""
    found = jobs.list_jobs(session, kinds=["export_range"], limit=_ALL)
    files = []
    for job in found:
        if job.payload["video_id"] != video_id:
            continue
        if job.state is JobState.DONE:
            files.append(str(job.result["artifact"]))
        else:
            jobs.request_cancel(session, job.id)
    return files


def _read(session: Session, export: RangeExport) -> tuple[Video, dict[str, Segmentation]]:
    found = {
        letter: segmentations.get(session, segmentation_id)
        for letter, segmentation_id in export.segmentations.items()
    }
    ids = {each.video_id for each in found.values()}
    if len(ids) > 1:
        raise BadInput("The segmentations are of several videos; one is exported at a time.")
    return videos.get(session, ids.pop()), found


def _check(export: RangeExport, video: Video, found: dict[str, Segmentation]) -> None:
    if TRUTH in export.letters and TRUTH not in found and video.truth is None:
        raise NotFound("The true labels of this video are not known.")
    if not all(each.is_ready for each in found.values()):
        raise DyncellError("A segmentation is not finished yet; export it once it is.")
    export.check_within(start=0, frames=video.frames, what=video.name)
    chosen = found.get(export.letter)
    if export.kind != "panes" and chosen is not None:
        what = f"The segmentation {export.letter}"
        export.check_within(start=chosen.start, frames=chosen.frames, what=what)
