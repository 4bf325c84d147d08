"""How long a frame of a trial's cell takes, beside one of its static network."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch

from core.engine import Engine
from core.nn.cell import DynamicCell
from core.nn.dynamic import DynamicSegmenter
from core.nn.segmenter import Segmenter

SHARE = 0.01
"""Part of a trial's time after which no more frames are timed than `LEAST`."""

LEAST, MOST = 3, 15
"""Frames of either kind that are timed."""


@dataclass(frozen=True)
class FrameTimes:
    """Medians in milliseconds, network alone: labels are upsampled in the same time after both.

    Attributes:
        steady: A frame of the cell.
        static: A frame of the static network.
    """

    steady: float
    static: float


def time_frames(
    segmenter: Segmenter,
    cell: DynamicCell,
    *,
    height: int,
    width: int,
    device: str,
    within: float,
) -> FrameTimes:
    """Times single frames as they are deployed, with as many threads as torch may use here.

    Where that is one thread of a processor, its own time is taken: what a frame takes while nobody
    else wants the processor, which other workers usually do. A frame of the static network and one
    of the cell take turns, so that what slows the machine down for a while slows both: their ratio
    is steadier than either time. What is in the picture does not matter, so it is noise.

    Args:
        segmenter: The static network.
        cell: The cell, in evaluation mode.
        height: Of the frames, in pixels.
        width: Of the frames, in pixels.
        device: `cpu` or `cuda`.
        within: Seconds after which `LEAST` frames are enough.
    """
    begun, clock = time.perf_counter(), _clock(device)
    engine = Engine(DynamicSegmenter(segmenter, cell), device=device)
    frame = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    images = engine.prepare(frame)
    steady, static = list[float](), list[float]()
    for number in range(1 + MOST):
        before = clock()
        _, state = engine.key(images)
        between = clock()
        engine.follow(images, state)
        after = clock()
        if number:  # the first of both warm up
            static.append(1e3 * (between - before))
            steady.append(1e3 * (after - between))
        if number >= LEAST and time.perf_counter() - begun > within:
            break
    return FrameTimes(steady=median(steady), static=median(static))


def _clock(device: str) -> Callable[[], float]:
    is_one_thread = device == "cpu" and torch.get_num_threads() == 1
    return time.thread_time if is_one_thread else time.perf_counter
