"""The things that are cut out of a labelled image and move in front of its street."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE
from core.video.clip import Labels
from core.video.simulation.drive import Drive, Matrix, steady
from core.video.simulation.motion import Motion

MOST = 32
"""The most things of an image, the largest first; what is left over stays on the street."""

SMALLEST, LARGEST = 1.5e-4, 0.35
"""Share of the image that a thing may cover."""

SMALL = 0.02
"""The largest share of the image where small components stand for things."""

NOMINAL_SPEED = 5.0
"""The `Motion.speed` at which things have the speeds drawn here."""

FASTEST_ACROSS, FASTEST_ALONG = 0.03, 0.1
"""The most that a thing may move a frame, as a share of its distance."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Thing:
    """A flat upright cut-out that stands on the street.

    Attributes:
        box: Its rectangle in the image: top, left, bottom, right, the last two exclusive.
        mask: (bottom - top, right - left) bool, its pixels.
        homographies: (T, 3, 3) float64, from pixels of the last frame to pixels of frame t.
    """

    box: tuple[int, int, int, int]
    mask: Mask
    homographies: Matrix


def find_things(
    labels: Labels, *, drive: Drive, motion: Motion, rng: np.random.Generator
) -> tuple[Thing, ...]:
    """Cuts things out of a label map and draws how they move.

    Args:
        labels: (H, W) uint8.
        drive: The camera's way.
        motion: Which classes are things and how fast they move.
        rng: Source of all randomness.
    """
    found = sorted(_cut(labels, motion), key=lambda each: -int(each[1].sum()))[:MOST]
    return tuple(
        _put(box, mask, moves=moves, drive=drive, motion=motion, rng=rng)
        for box, mask, moves in found
    )


def _cut(labels: Labels, motion: Motion) -> Iterator[tuple[tuple[int, int, int, int], Mask, bool]]:
    present = {int(n) for n in np.flatnonzero(np.bincount(labels.ravel(), minlength=IGNORE))}
    largest = LARGEST
    movers = motion.movers or ()
    if motion.movers is None and not motion.standers:
        movers, largest = tuple(range(IGNORE)), SMALL
    for each in sorted(present & set(movers)):
        yield from ((box, mask, True) for box, mask in _components(labels == each, largest))
    if standers := sorted(present & set(motion.standers)):
        together = np.isin(labels, standers)
        yield from ((box, mask, False) for box, mask in _components(together, largest))


def _components(where: Mask, largest: float) -> Iterator[tuple[tuple[int, int, int, int], Mask]]:
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(where.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    fits = (areas >= SMALLEST * where.size) & (areas <= largest * where.size)
    for number in np.flatnonzero(fits):
        if number == 0:
            continue
        left, top, width, height = (int(n) for n in stats[number, :4])
        box = (top, left, top + height, left + width)
        yield box, numbers[top : box[2], left : box[3]] == number


def _put(
    box: tuple[int, int, int, int],
    mask: Mask,
    *,
    moves: bool,
    drive: Drive,
    motion: Motion,
    rng: np.random.Generator,
) -> Thing:
    left, bottom = box[1:3]
    foot = np.array([left + float(np.median(np.flatnonzero(mask[-1]))), bottom - 1, 1.0])
    ray = np.linalg.inv(drive.lens) @ foot
    nearness = max(float(drive.street.nearness(ray, np.zeros(3))), 1 / drive.street.end)
    velocity = _velocity(rng) * (motion.objects * motion.speed / NOMINAL_SPEED * moves)
    limit = np.array([FASTEST_ACROSS, 0.0, min(FASTEST_ALONG, 0.5 / motion.length)]) / nearness
    velocity = np.clip(velocity, -limit, limit)
    places = -velocity * steady(rng, motion.length)[:, None]
    homographies = [
        drive.homography(t, place=place, nearness=nearness) for t, place in enumerate(places)
    ]
    return Thing(box, mask, np.stack(homographies))


def _velocity(rng: np.random.Generator) -> Matrix:
    """Camera heights a frame: crossing slowly, along with the camera or against it, or resting."""
    across = 0.05 * rng.standard_normal()
    along = rng.choice([0.0, rng.uniform(0, 0.4), -rng.uniform(0, 0.4)], p=[0.3, 0.4, 0.3])
    return np.array([across, 0.0, along])
