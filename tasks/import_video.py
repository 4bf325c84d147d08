"""The job `import_video`: reads an uploaded file through and makes it playable.

Payload: `video_id`; `sample` renders the bundled sample instead of reading an upload.
The process that decodes is limited in memory: nobody knows what a file brings.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.records import Progress, Video
from core.store import videos
from core.video.playable import limit_process, needs_copy, write_playable, write_poster
from core.video.probe import survey
from core.video.sample import write_sample
from tasks.context import JobContext

MEMORY = 6 * 2**30
"""Bytes of address space for decoding; 8192x4320 HEVC stays under half of it."""


CPU_SECONDS = 6 * 3600
"""Processor seconds for one import; hours of 4K stay under it."""


def run(context: JobContext) -> None:
    """Finds out what the video is, makes what the Player needs, and publishes it."""
    video_id = context.job.payload["video_id"]
    limit_process(MEMORY, int(time.process_time()) + CPU_SECONDS)
    with context.folder.database.reading() as session:
        video = videos.get(session, video_id)
    found: dict[str, Any] = {}
    if context.job.payload.get("sample"):
        path = _render_sample(context, video, found)
    else:
        path = context.folder.artifacts.local_copy(video.original)
    found |= _make_playable(context, video, path)
    context.finish(lambda session: _publish(session, video_id, found))


def _publish(session: Session, video_id: str, found: dict[str, Any]) -> dict[str, Any]:
    video = videos.publish(session, video_id, found=found)
    return {"video_id": video.id, "frames": video.frames}


def _render_sample(context: JobContext, video: Video, found: dict[str, Any]) -> Path:
    path, truth = context.work / "sample.mp4", context.work / "truth.bin"
    write_sample(path, truth, progress=_reporter(context, "rendering the sample"))
    found["original"] = _put(context, video, path, "original.mp4")
    found["truth"] = _put(context, video, truth, "truth.bin")
    found["size"] = path.stat().st_size
    return path


def _make_playable(context: JobContext, video: Video, path: Path) -> dict[str, Any]:
    info, table = survey(
        path,
        name=video.name,
        progress=lambda done: context.report(Progress(done, 0, "frames", "reading")),
    )
    context.log(
        f"{info.width}x{info.height}, {info.frames} frames, {info.codec} in {info.container}, "
        f"{float(info.fps):.3f} frames/s{', damaged' if info.damaged else ''}"
    )
    found: dict[str, Any] = {
        "width": info.width,
        "height": info.height,
        "frames": info.frames,
        "duration": info.duration,
        "codec": info.codec,
        "rotation": info.rotation,
        "has_audio": info.has_audio,
        "note": "Some frames of the file are damaged and were left out." if info.damaged else "",
    }
    rate = info.fps
    if needs_copy(info, table):
        copy = context.work / "playable.mp4"
        report = _reporter(context, "preparing")
        rate = write_playable(
            path, copy, info=info, progress=lambda done: report(done, info.frames)
        )
        found["playable"] = _put(context, video, copy, "playable.mp4")
        found["media_type"] = "video/mp4"
    else:
        found["playable"] = video.original or _own_original(context, video)
        found["media_type"] = f"video/{info.container}"
    found |= {"fps_num": rate.numerator, "fps_den": rate.denominator}
    poster, frame_table = context.work / "poster.jpg", context.work / "frames.bin"
    write_poster(path, poster)
    table.save(frame_table)
    found["poster"] = _put(context, video, poster, "poster.jpg")
    found["frame_table"] = _put(context, video, frame_table, "frames.bin")
    return found


def _own_original(context: JobContext, video: Video) -> str:
    """The id of the original that this attempt wrote itself."""
    return artifact_id(video.id, context.job.fence, "original.mp4")


def _put(context: JobContext, video: Video, path: Path, what: str) -> str:
    name = artifact_id(video.id, context.job.fence, what)
    context.folder.artifacts.put(path, name)
    return name


def _reporter(context: JobContext, stage: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        context.report(Progress(done, total, "frames", stage))

    return report
