"""Writes the files that a range of frames is exported to, through the writers of segmentations."""

from collections.abc import Callable
from pathlib import Path

from core.errors import BadMedia
from core.label_maps import LabelMapsWriter
from core.palette import Palette
from core.panes.drawing import PanesDrawer
from core.panes.layer import Layer
from core.segmentation_outputs import Source, drawing_size, scaled
from core.video.frame_table import FrameTable
from core.video.probe import sane_rate
from core.video.reader import VideoReader
from core.video.writer import LabelVideoWriter, OverlayWriter

PANE_SIDE = 720
"""Short side in pixels that a pane is scaled down to."""

Told = Callable[[int], None]
"""Is told the number of frames done; may raise to stop."""


def write_panes(
    source: Source, drawer: PanesDrawer, frames: range, out: Path, *, skipped: Told, done: Told
) -> None:
    """Writes the panes of some frames as an .mp4 with the source's timing and sound.

    Args:
        source: The video.
        drawer: Draws the panes.
        frames: Consecutive frames of the video.
        out: The file to make.
        skipped: Told how many frames before the range were read.
        done: Told how many were written.

    Raises:
        BadMedia: The video ends before the range does, or stopped decoding.
        StorageFull: The disk is full; nothing is left behind.
    """
    size = drawing_size(source, PANE_SIDE)
    reading = VideoReader(
        source.path, start=frames.start, end=frames.stop, name=source.name, skipped=skipped
    )
    with reading as reader, OverlayWriter(out, sound=source.path) as writer:
        for frame in reader:
            writer.write(drawer.draw(scaled(frame.rgb, size), frame.index), frame.seconds)
            done(writer.frames)
        if writer.frames < len(frames):
            raise BadMedia(
                f"{source.name} could be decoded up to frame {frames.start + writer.frames - 1} "
                "only; choose a range that ends there."
            )


def write_label_maps(
    layer: Layer, palette: Palette, frames: range, out: Path, *, done: Told
) -> None:
    """Writes a layer's label maps of some frames as PNGs in a .zip; see `LabelMapsWriter`.

    Raises:
        DyncellError: The label file is damaged.
        StorageFull: The disk is full; nothing is left behind.
    """
    with LabelMapsWriter(out, palette) as writer:
        for number, frame in enumerate(frames, start=1):
            writer.write(layer.labels.frame(frame - layer.start), frame)
            done(number)


def write_labels_video(
    layer: Layer, times: FrameTable, fps: float, frames: range, out: Path, *, done: Told
) -> None:
    """Writes a layer's label maps of some frames as a lossless .mkv; see `LabelVideoWriter`.

    Args:
        layer: The layer.
        times: When the frames of the video are shown.
        fps: Average frames a second of the video.
        frames: Consecutive frames of the video that have labels.
        out: The file to make.
        done: Told how many were written.

    Raises:
        DyncellError: The label file is damaged.
        StorageFull: The disk is full; nothing is left behind.
    """
    with LabelVideoWriter(out, fps=sane_rate(fps)) as writer:
        for number, frame in enumerate(frames, start=1):
            labels = layer.labels.frame(frame - layer.start)
            writer.write(labels, float(times.seconds[frame]))
            done(number)
