"""What a segmentation reads and writes: the source, and the files that receive its labels."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.label_maps import LabelMapsWriter
from core.labels import LabelWriter
from core.palette import Palette
from core.video.clip import Frame, Labels, Rgb
from core.video.overlay import draw_overlay
from core.video.probe import sane_rate
from core.video.writer import LabelVideoWriter, OverlayWriter

OPACITY = 0.5
"""How strongly the labels cover the picture in the overlay."""

Sink = Callable[[Frame, Labels], None]
"""Receives every frame with its labels, in order."""


@dataclass(frozen=True)
class Source:
    """A video that was probed.

    Attributes:
        path: The file.
        name: What to call it in messages.
        width: Width as shown, in pixels.
        height: Height as shown, in pixels.
        frames: How many frames it has.
        fps: Average frames per second.
    """

    path: Path
    name: str
    width: int
    height: int
    frames: int
    fps: float


@dataclass(frozen=True)
class Outputs:
    """The files to write; None writes none of that kind.

    Attributes:
        overlay: The picture with its labels, .mp4, with the source's sound.
        overlay_side: Short side in pixels that the overlay is scaled down to; None = as it is.
        labels_video: The class ids as grey levels, lossless, .mkv.
        label_maps: The class ids as PNGs with a palette, named by their frames, .zip.
        labels: The class ids in deflated blocks, for the Player.
        series: The numbers per frame, see `core.frame_series`.
    """

    overlay: Path | None = None
    overlay_side: int | None = None
    labels_video: Path | None = None
    label_maps: Path | None = None
    labels: Path | None = None
    series: Path | None = None


def open_sinks(
    stack: ExitStack, source: Source, outputs: Outputs, *, palette: Palette, size: tuple[int, int]
) -> list[Sink]:
    """Opens the outputs on `stack`, which completes them, or removes them after an error.

    Args:
        stack: Closes the files.
        source: The video.
        outputs: What to write.
        palette: Colours of the overlay.
        size: Width and height of the labels.

    Raises:
        StorageFull: The disk is full.
    """
    sinks: list[Sink] = []
    if outputs.overlay is not None:
        overlay = stack.enter_context(OverlayWriter(outputs.overlay, sound=source.path))
        drawn = drawing_size(source, outputs.overlay_side)
        sinks.append(
            lambda frame, labels: overlay.write(
                draw_overlay(scaled(frame.rgb, drawn), labels, palette, opacity=OPACITY),
                frame.seconds,
            )
        )
    if outputs.labels_video is not None:
        grey = stack.enter_context(
            LabelVideoWriter(outputs.labels_video, fps=sane_rate(source.fps))
        )
        sinks.append(lambda frame, labels: grey.write(labels, frame.seconds))
    if outputs.label_maps is not None:
        maps = stack.enter_context(LabelMapsWriter(outputs.label_maps, palette))
        sinks.append(lambda frame, labels: maps.write(labels, frame.index))
    if outputs.labels is not None:
        blocks = LabelWriter(outputs.labels, width=size[0], height=size[1])
        stack.enter_context(blocks)
        sinks.append(lambda _, labels: blocks.append(labels))
    return sinks


def drawing_size(source: Source, side: int | None) -> tuple[int, int]:
    """Width and height of the source, its short side at most `side` pixels; None = as it is."""
    shrink = 1.0 if side is None else min(1.0, side / min(source.width, source.height))
    return round(source.width * shrink), round(source.height * shrink)


def scaled(rgb: Rgb, size: tuple[int, int]) -> Rgb:
    """A frame scaled down to a width and height, (H, W, 3) uint8."""
    if (rgb.shape[1], rgb.shape[0]) == size:
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
