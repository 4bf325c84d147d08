"""Rows and files as a finished import and a finished segmentation leave them behind."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.frame_series import NUMBERS, FrameSeries
from core.labels import LabelWriter
from core.nn.config import StaticConfig
from core.palette import CAMVID, Palette
from core.records import JobState, Model, Segmentation, Video, new_id
from core.store import jobs, models, segmentations, videos

REPORT = {
    "frames": 20,
    "frames_timed": 15,
    "width": 8,
    "height": 6,
    "aba_flicker": 1.25,
    "pcr": 6.5,
    "static_flicker": 0.5,
    "static_coverage": 80.0,
    "latency_p50_ms": 12.5,
    "latency_p95_ms": 20.0,
    "fps_model": 80.0,
    "fps_e2e": 40.0,
    "threads": 1,
}


def put_file(folder: DataFolder, name: str, data: bytes) -> str:
    path = folder.settings.work / name
    path.write_bytes(data)
    folder.artifacts.put(path, name)
    path.unlink()
    return name


def add_video(
    folder: DataFolder, name: str = "street.mp4", *, media: bytes = b"0123456789" * 100
) -> Video:
    """A video whose import is done; its media are not decodable, nobody here decodes them."""
    video_id = new_id()
    playable = put_file(folder, artifact_id(video_id, 1, "playable.mp4"), media)
    poster = put_file(folder, artifact_id(video_id, 1, "poster.jpg"), b"\xff\xd8\xff\xe0 poster")
    job_id = _done_job(folder, "import_video", f"Import {name}")
    with folder.database.writing() as session:
        videos.add(session, video_id, name=name, size=len(media), original=playable, job_id=job_id)
        found = {
            "playable": playable,
            "poster": poster,
            "media_type": "video/mp4",
            "width": 8,
            "height": 6,
            "frames": 20,
            "fps_num": 10,
            "fps_den": 1,
            "duration": 2.0,
            "codec": "h264",
        }
        return videos.publish(session, video_id, found=found)


def add_model(
    folder: DataFolder,
    name: str = "camvid",
    *,
    palette: Palette = CAMVID,
    images: Sequence[str] = (),
    sha256: str = "0" * 64,
) -> Model:
    """A model's row; nobody here loads its weights."""
    model_id = new_id()
    with folder.database.writing() as session:
        return models.add(
            session,
            model_id,
            name=name,
            kind="static",
            artifact=artifact_id(model_id, 0, "weights.safetensors"),
            sha256=sha256,
            size=1000,
            palette=palette,
            config=StaticConfig(num_classes=palette.num_classes).to_dict(),
            provenance={
                "data": "the synthetic street",
                **({"training": {"images": list(images)}} if images else {}),
            },
            metrics={"miou": 78.95, "scored_on": "streets nobody chose"},
            params=507_916,
        )


def add_segmentation(
    folder: DataFolder, video: Video, model: Model, *, busy: bool = False
) -> Segmentation:
    """A finished segmentation of 20 frames; the labels of frame n are n modulo 11."""
    segmentation_id = new_id()
    job_id = _done_job(folder, "segment_video", f"Segment {video.name}")
    labels = artifact_id(segmentation_id, 1, "labels.bin")
    _put_labels(folder, labels)
    overlay = put_file(folder, artifact_id(segmentation_id, 1, "overlay.mp4"), b"overlay")
    with folder.database.writing() as session:
        segmentations.add(
            session,
            segmentation_id,
            video_id=video.id,
            model_id=model.id,
            job_id=job_id,
            options={},
        )
        found = {
            "labels": labels,
            "overlay": overlay,
            "labels_video": overlay,
            "width": 8,
            "height": 6,
            "start": 0,
            "frames": 20,
            "size": 7,
            "report": REPORT | {"busy": busy},
        }
        return segmentations.publish(session, segmentation_id, found=found)


def add_series(folder: DataFolder, segmentation: Segmentation) -> FrameSeries:
    """Numbers for each of the 20 frames of a segmentation."""
    counts = np.arange(20, dtype=np.float32)
    numbers = {name: counts + place / 4 for place, name in enumerate(NUMBERS)}
    numbers["aba_flicker"][[0, -1]] = np.nan
    series = FrameSeries(numbers, (np.arange(20) % 5 > 0).astype(np.uint8))
    path, name = folder.settings.work / "series.npz", artifact_id(segmentation.id, 1, "series.npz")
    series.save(path)
    folder.artifacts.put(path, name)
    with folder.database.writing() as session:
        segmentations.publish(session, segmentation.id, found={"series": name})
    return series


def add_failed_job(folder: DataFolder, title: str, *, error: str, cause: str = "") -> str:
    """A job that ended with a reason."""
    with folder.database.writing() as session:
        job = jobs.enqueue(session, "import_video", payload={}, title=title, priority=1)
        claimed = jobs.claim(session, ["import_video"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        assert claimed.id == job.id
        jobs.append_log(session, job.id, claimed.fence, lines=["reading", error])
        ended = jobs.fail(session, job.id, claimed.fence, error=error, cause=cause)
        assert ended is JobState.FAILED
    return job.id


def _done_job(folder: DataFolder, kind: str, title: str) -> str:
    with folder.database.writing() as session:
        job = jobs.enqueue(session, kind, payload={}, title=title, priority=1)  # type: ignore[arg-type]
        claimed = jobs.claim(session, [kind], lease_owner="nobody", lease_seconds=60)  # type: ignore[list-item]
        assert claimed is not None
        jobs.finish(session, claimed.id, claimed.fence)
    return job.id


def _put_labels(folder: DataFolder, name: str) -> None:
    path: Path = folder.settings.work / name
    with LabelWriter(path, width=8, height=6) as writer:
        for number in range(20):
            writer.append(np.full((6, 8), number % 11, np.uint8))
    folder.artifacts.put(path, name)
