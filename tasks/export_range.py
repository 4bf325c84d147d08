"""The job `export_range`: a range of frames of the Player as a file to download.

Payload: `video_id` and `export`, see `core.panes.export.RangeExport`. The file is an artifact of
the job itself, kept for a day (`tasks.rubbish`); the job's result names it.
"""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from core.artifacts import artifact_id
from core.errors import NotFound
from core.labels import LabelReader
from core.palette import CAMVID, Palette
from core.panes.drawing import PanesDrawer
from core.panes.export import TRUTH, RangeExport
from core.panes.joined_classes import JoinedClasses
from core.panes.layer import Layer
from core.range_files import write_label_maps, write_labels_video, write_panes
from core.records import Model, Progress, Segmentation, Video
from core.segmentation_outputs import Source
from core.store import models, segmentations, videos
from core.video.frame_table import FrameTable
from tasks.context import JobContext

_FILES = {
    "panes": ("panes.mp4", "video/mp4", "{stem} {panes} {range}.mp4"),
    "label_maps": ("label_maps.zip", "application/zip", "{stem} labels {letter} {range}.zip"),
    "labels_video": ("labels.mkv", "video/x-matroska", "{stem} labels {letter} {range}.mkv"),
}


def run(context: JobContext) -> None:
    """Writes the file that the payload describes."""
    export = RangeExport.from_dict(context.job.payload["export"])
    with context.folder.database.reading() as session:
        video = videos.get(session, context.job.payload["video_id"])
        found = {
            letter: segmentations.get(session, segmentation_id)
            for letter, segmentation_id in export.segmentations.items()
        }
        made_by = {letter: models.get(session, each.model_id) for letter, each in found.items()}
    name, media_type, title = _FILES[export.kind]
    out = context.work / name
    if export.kind == "panes":
        _write_panes(context, export, video, found, made_by, out)
    else:
        _write_labels(context, export, video, found, made_by, out)
    artifact = artifact_id(context.job.id, context.job.fence, name)
    size = context.folder.artifacts.put(out, artifact)
    result = {
        "artifact": artifact,
        "media_type": media_type,
        "filename": _filename(title, export, video),
        "size": size,
        "frames": export.frames,
    }
    context.finish(lambda _: result)


def _write_panes(
    context: JobContext,
    export: RangeExport,
    video: Video,
    found: dict[str, Segmentation],
    made_by: dict[str, Model],
    out: Path,
) -> None:
    classes = JoinedClasses()
    layers = {
        letter: Layer(
            _labels(context, each.labels),
            each.start,
            tuple(classes.join(made_by[letter].classes, made_by[letter].colours)),
        )
        for letter, each in found.items()
    }
    if video.truth is not None:
        joined = tuple(classes.join(CAMVID.names, CAMVID.colours))
        layers[TRUTH] = Layer(_labels(context, video.truth), 0, joined)
    drawer = PanesDrawer(layers, classes.palette(export.look.colours), export.look)
    source = Source(
        path=context.folder.artifacts.local_copy(video.original),
        name=video.name,
        width=video.width,
        height=video.height,
        frames=video.frames,
        fps=video.fps,
    )
    write_panes(
        source,
        drawer,
        range(export.first, export.last + 1),
        out,
        skipped=_reporter(context, "finding the first frame", export.first),
        done=_reporter(context, "writing", export.frames),
    )


def _write_labels(
    context: JobContext,
    export: RangeExport,
    video: Video,
    found: dict[str, Segmentation],
    made_by: dict[str, Model],
    out: Path,
) -> None:
    if export.letter == TRUTH:
        layer, palette = Layer(_labels(context, video.truth), 0, ()), CAMVID
    else:
        chosen, model = found[export.letter], made_by[export.letter]
        layer = Layer(_labels(context, chosen.labels), chosen.start, ())
        palette = Palette(names=model.classes, colours=model.colours)
    frames = range(export.first, export.last + 1)
    done = _reporter(context, "writing", export.frames)
    if export.kind == "label_maps":
        write_label_maps(layer, palette, frames, out, done=done)
        return
    if video.frame_table is None:
        raise NotFound(f"The video {video.name!r} is not ready any more; import it again.")
    times = FrameTable.load(context.folder.artifacts.local_copy(video.frame_table))
    write_labels_video(layer, times, video.fps, frames, out, done=done)


def _labels(context: JobContext, artifact: str | None) -> LabelReader:
    if artifact is None:
        raise NotFound("The labels that were to be exported are not there any more.")
    return LabelReader(context.folder.artifacts.open_range(artifact))


def _filename(title: str, export: RangeExport, video: Video) -> str:
    stem = PurePosixPath(video.name.replace("\\", "/")).stem or "video"
    frames = f"{export.first}-{export.last}"
    panes = " ".join(export.look.panes)
    return title.format(stem=stem, panes=panes, letter=export.letter, range=frames)


def _reporter(context: JobContext, stage: str, total: int) -> Callable[[int], None]:
    return lambda done: context.report(Progress(done, total, "frames", stage))
