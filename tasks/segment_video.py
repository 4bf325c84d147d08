"""The job `segment_video`: a model's labels for every frame of a video.

Payload from a page: `segmentation_id`. From a command: `video`, `model` (a weights file), `out`,
`labels`, `label_maps`, `report` (files or None) and the options.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.durable import replace_file
from core.predict import VideoPredictor
from core.records import Progress, Segmentation
from core.segmentation import segment_file
from core.segmentation_outputs import Outputs, Source
from core.store import models, segmentations, videos
from core.video.probe import probe
from tasks.context import JobContext

OVERLAY_SIDE = 720
"""Short side of the overlay that a page offers; a command writes the video's own size."""


def run(context: JobContext) -> None:
    """Segments what the payload names."""
    if "segmentation_id" in context.job.payload:
        _segment_stored(context, context.job.payload["segmentation_id"])
    else:
        _segment_files(context, context.job.payload)


def _segment_files(context: JobContext, payload: dict[str, Any]) -> None:
    path = Path(payload["video"])
    info = probe(path)
    source = Source(
        path=path,
        name=path.name,
        width=info.width,
        height=info.height,
        frames=info.frames,
        fps=float(info.fps),
    )
    outputs = Outputs(
        overlay=Path(payload["out"]),
        labels_video=_path(payload["labels"]),
        label_maps=_path(payload["label_maps"]),
    )
    report = _segment(context, source, outputs, model=Path(payload["model"]), options=payload)
    report |= {"model": payload["model_name"], "model_sha256": report["model"]}
    if payload["report"]:
        with replace_file(Path(payload["report"])) as part:
            part.write_text(json.dumps(report, indent=2, allow_nan=False) + "\n")
    context.finish(lambda _: report)


def _segment_stored(context: JobContext, segmentation_id: str) -> None:
    with context.folder.database.reading() as session:
        segmentation = segmentations.get(session, segmentation_id)
        video = videos.get(session, segmentation.video_id)
        model = models.get(session, segmentation.model_id)
    source = Source(
        path=context.folder.artifacts.local_copy(video.original),
        name=video.name,
        width=video.width,
        height=video.height,
        frames=video.frames,
        fps=video.fps,
    )
    outputs = Outputs(
        overlay=context.work / "overlay.mp4",
        overlay_side=OVERLAY_SIDE,
        labels_video=context.work / "labels.mkv",
        labels=context.work / "labels.bin",
        series=context.work / "series.npz",
    )
    weights = context.folder.artifacts.local_copy(model.artifact)
    report = _segment(context, source, outputs, model=weights, options=segmentation.options)
    report |= {"model": model.name, "model_sha256": report["model"]}
    found = _stored(context, segmentation, outputs) | {
        "width": report["width"],
        "height": report["height"],
        "start": segmentation.options.get("start") or 0,
        "frames": report["frames"],
        "report": report,
    }
    context.finish(lambda session: _publish(session, segmentation_id, found))


def _segment(
    context: JobContext, source: Source, outputs: Outputs, *, model: Path, options: dict[str, Any]
) -> dict[str, Any]:
    context.report(Progress(stage="loading the model"))
    predictor = VideoPredictor.load(
        model,
        full_size=bool(options.get("full_size")),
        key_interval=options.get("key_interval"),
    )
    start, end = options.get("start") or 0, options.get("end")
    engine = predictor.engine
    width, height = predictor.label_size(source.width, source.height)
    context.log(
        f"{source.name}: {source.width}x{source.height}, {source.frames} frames, from {start} to "
        f"{'the end' if end is None else end}; labels {width}x{height}; model "
        f"{predictor.model_id[:12]} on {engine.device}, {engine.precision}, "
        f"{engine.threads} threads"
    )
    report = segment_file(
        source, predictor, outputs, start=start, end=end, progress=_reporter(context)
    )
    context.log(f"{report['frames']} frames at {report['fps_e2e']} frames/s")
    asked = {"video": source.name, "start": start, "full_size": predictor.full_size}
    return report | asked


def _stored(context: JobContext, segmentation: Segmentation, outputs: Outputs) -> dict[str, Any]:
    files = {
        "overlay": outputs.overlay,
        "labels_video": outputs.labels_video,
        "labels": outputs.labels,
        "series": outputs.series,
    }
    found: dict[str, Any] = {"size": 0}
    for what, path in files.items():
        if path is not None:
            found[what] = artifact_id(segmentation.id, context.job.fence, path.name)
            found["size"] += context.folder.artifacts.put(path, found[what])
    return found


def _publish(session: Session, segmentation_id: str, found: dict[str, Any]) -> dict[str, Any]:
    segmentation = segmentations.publish(session, segmentation_id, found=found)
    return {"segmentation_id": segmentation.id, "frames": segmentation.frames}


def _reporter(context: JobContext) -> Callable[[int, int], None]:
    began = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal began
        if done == 0:
            began = time.monotonic()
            context.report(Progress(0, total, "frames", "finding the first frame"))
            return
        elapsed = time.monotonic() - began
        rate = done / elapsed if elapsed > 0 else 0.0
        context.report(Progress(done, total, "frames", "segmenting", rate))

    return report


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
