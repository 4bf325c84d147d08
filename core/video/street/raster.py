"""Draws surfaces into a picture with a depth buffer.

A plane's inverse depth is affine in pixels, so depth is exact and needs no interpolation.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.street.camera import Pose
from core.video.street.surface import SHADOW, Instance, Texture

NEAR = 0.35
_BORDER = 1e-4
_LEVEL = np.float32(0.999)


@dataclass(frozen=True, eq=False)
class Backdrop:
    """A picture so far away that only turning the camera moves it, filling z = 1 in world axes.

    Attributes:
        texture: What is painted on it.
        origin: Its top left corner, (3,).
        across: Its upper edge, (3,).
        down: Its left edge, (3,).
        label: Its class id.
    """

    texture: Texture
    origin: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    label: int


@dataclass(eq=False)
class Drawing:
    """What a camera sees of the street at one frame.

    Attributes:
        colour: (H, W, 3) uint8, the unlit paint.
        slot: (H, W) int32, which row of the arrays below each pixel shows.
        inverse_depth: (H, W) float32, 1 / metres along the optical axis, 0 at infinity.
        keys: (n,) int64, which surface each slot is, the same in every frame.
        labels: (n,) uint8.
        normals: (n, 3) float64.
        owners: (n,) int64, the instance each slot belongs to, -1 for a backdrop.
        instances: The instances the owners count.
        pose: The camera.
    """

    colour: NDArray[np.uint8]
    slot: NDArray[np.int32]
    inverse_depth: NDArray[np.float32]
    keys: NDArray[np.int64]
    labels: NDArray[np.uint8]
    normals: NDArray[np.float64]
    owners: NDArray[np.int64]
    instances: Sequence[Instance]
    pose: Pose


def _clipped(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of a polygon before the near plane."""
    kept = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (there[2] >= NEAR):
            kept.append(here + (NEAR - here[2]) / (there[2] - here[2]) * (there - here))
    return np.array(kept).reshape(-1, 3)


class Canvas:
    """A picture, a depth buffer and the pen that fills both."""

    def __init__(self, intrinsics: NDArray[np.float64], *, size: tuple[int, int]) -> None:
        """Makes an empty canvas.

        Args:
            intrinsics: (3, 3) pixels.
            size: Width and height in pixels.
        """
        self.width, self.height = size
        self.lens = np.linalg.inv(intrinsics)
        self._project = intrinsics
        self.colour = np.zeros((self.height, self.width, 3), np.uint8)
        self.slot = np.zeros((self.height, self.width), np.int32)
        self.inverse_depth = np.zeros((self.height, self.width), np.float32)

    def boxes(self, frames: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Where surfaces can touch the canvas.

        Args:
            frames: (n, 3, 3) float64; columns of each are the edges across and down and the
                corner, in camera axes.

        Returns:
            (n, 4) left, top, right, bottom, the last two exclusive, and (n,) areas in pixels.
        """
        corner, across, down = frames[:, :, 2], frames[:, :, 0], frames[:, :, 1]
        corners = np.stack([corner, corner + across, corner + across + down, corner + down], axis=1)
        edges, areas = self._extent(np.maximum(corners, [-np.inf, -np.inf, NEAR]))
        for row in np.flatnonzero(corners[..., 2].min(axis=1) < NEAR):
            kept = _clipped(corners[row])
            if len(kept) >= 3:
                some_edges, some_areas = self._extent(kept[None])
                edges[row], areas[row] = some_edges[0], some_areas[0]
            else:
                edges[row] = 0
        return edges, areas

    def _extent(
        self, corners: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        points = corners @ self._project.T  # (n, corners, 3)
        x, y = points[..., 0] / points[..., 2], points[..., 1] / points[..., 2]
        low = np.ceil(np.stack([x.min(axis=1), y.min(axis=1)], axis=1))
        high = np.floor(np.stack([x.max(axis=1), y.max(axis=1)], axis=1)) + 1
        limit = [self.width, self.height]
        edges = np.concatenate([np.clip(low, 0, limit), np.clip(high, 0, limit)], axis=1)
        turns = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
        return edges.astype(np.int64), 0.5 * np.abs(turns.sum(axis=1))

    def draw(
        self,
        plane: NDArray[np.float64],
        box: NDArray[np.int64],
        *,
        area: float,
        texture: Texture,
        slot: int,
        shadow: float | None = None,
        infinite: bool = False,
    ) -> None:
        """Draws one surface where nothing nearer has been drawn.

        Args:
            plane: (3, 3) float64, from homogeneous pixels to (across, down, 1) / depth.
            box: (4,) left, top, right, bottom of the pixels it can touch.
            area: Pixels it would cover on an endless canvas.
            texture: What is painted on it.
            slot: What to write into the slot buffer.
            shadow: How dark it makes what is there, instead of covering it.
            infinite: Whether it is infinitely far away.
        """
        left, top, right, bottom = (int(edge) for edge in box)
        window = (slice(top, bottom), slice(left, right))
        local = plane.copy()
        local[:, 2] += plane[:, 0] * left + plane[:, 1] * top
        known = self.inverse_depth[window]
        if infinite:
            depth, inside = np.zeros_like(known), np.ones(known.shape, np.bool_)
        else:
            depth, inside = _cover(local, bottom - top, right - left)
            inside &= (depth >= known * _LEVEL) if shadow is not None else (depth > known)
        if not inside.any():
            return
        if not texture.is_cut:
            self._write(window, inside, depth, slot)
            patch = _sample(texture, local, (right - left, bottom - top), area)
            cv2.copyTo(patch, inside.view(np.uint8), self.colour[window])
            return
        patch = _sample(texture, local, (right - left, bottom - top), area)
        alpha = patch[..., 3] * inside
        if shadow is None:
            self._write(window, alpha > 127, depth, slot)
        over = None if shadow is not None else patch[..., :3]
        _blend(self.colour[window], over, alpha, 1.0 if shadow is None else shadow)

    def _write(
        self,
        window: tuple[slice, slice],
        mask: NDArray[np.bool_],
        depth: NDArray[np.float32],
        slot: int,
    ) -> None:
        np.copyto(self.slot[window], np.int32(slot), where=mask)
        np.copyto(self.inverse_depth[window], depth, where=mask)


def _cover(
    plane: NDArray[np.float64], height: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Inverse depth of each pixel, and whether its ray meets the parallelogram."""
    x = plane[:, 0, None] * np.arange(width)  # (3, width)
    y = plane[:, 1, None] * np.arange(height) + plane[:, 2, None]  # (3, height)
    a, b, depth = (y[row][:, None] + x[row] for row in range(3))
    # A hair beyond the edge, or neighbours that share it would leave cracks between them.
    slack = -_BORDER * depth
    rest = depth - slack
    inside = (a >= slack) & (a <= rest) & (b >= slack) & (b <= rest)
    inside &= (depth > 0) & (depth < 1 / NEAR)
    return depth.astype(np.float32), inside


def _sample(
    texture: Texture, plane: NDArray[np.float64], size: tuple[int, int], area: float
) -> NDArray[np.uint8]:
    """The texture as seen through the window, from the copy that fits its distance."""
    levels = texture.levels
    shrink = levels[0].shape[0] * levels[0].shape[1] / max(area, 1e-3)
    level = min(max(round(0.5 * math.log2(max(shrink, 1e-6)) - 0.2), 0), len(levels) - 1)
    pixels = levels[level]
    height, width = pixels.shape[:2]
    scale = np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1.0]])
    outside = cv2.BORDER_CONSTANT if texture.is_cut else cv2.BORDER_REPLICATE
    patch = cv2.warpPerspective(
        pixels,
        scale @ plane,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=outside,
    )
    return patch.astype(np.uint8, copy=False)


def _blend(
    under: NDArray[np.uint8],
    over: NDArray[np.uint8] | None,
    alpha: NDArray[np.uint8],
    strength: float,
) -> None:
    """Lays paint, or a shadow where there is none, over what is there, in place."""
    weight = alpha.astype(np.float32)[..., None] * np.float32(strength / 255)
    if over is None:
        under[...] = (under * (1 - weight)).astype(np.uint8)
        return
    under[...] = (under + weight * (over.astype(np.float32) - under) + 0.5).astype(np.uint8)


def render(
    instances: Sequence[Instance],
    t: int,
    *,
    canvas: Canvas,
    pose: Pose,
    backdrops: Sequence[Backdrop],
    numbers: NDArray[np.int64],
    shadow: float,
) -> Drawing:
    """Draws instances at frame `t`, far ones first.

    Args:
        instances: What is near enough to be seen.
        t: The frame number.
        canvas: An empty canvas.
        pose: The camera.
        backdrops: What lies at infinity, from the back to the front.
        numbers: (len(instances),) int64, the key of each instance's first surface.
        shadow: How dark shadows are, 0..1.
    """
    counts = [len(i.model.labels) for i in instances]
    owners = np.repeat(np.arange(len(instances)), counts)
    places = np.array([i.track(t) for i in instances])[owners] - pose.position
    turn = pose.rotation.T
    corner = (np.concatenate([i.model.origins for i in instances]) + places) @ turn
    across = np.concatenate([i.model.across for i in instances]) @ turn
    down = np.concatenate([i.model.down for i in instances]) @ turn
    labels = np.concatenate([i.model.labels for i in instances])
    textures = [texture for i in instances for texture in i.model.textures]
    frames = np.stack([across, down, corner], axis=2)
    starts = np.cumsum([0, *counts[:-1]])
    keys = np.repeat(numbers - starts, counts) + np.arange(len(labels))
    first = len(backdrops)
    far = np.array([np.stack([b.across, b.down, b.origin], axis=1) for b in backdrops])
    far = pose.rotation @ far
    planes, (boxes, areas) = np.linalg.inv(far) @ canvas.lens, canvas.boxes(far)
    for slot, backdrop in enumerate(backdrops):
        canvas.draw(
            planes[slot], boxes[slot], area=areas[slot], texture=backdrop.texture, slot=slot,
            infinite=True,
        )  # fmt: skip
    rows = _order(frames, labels)
    boxes, areas = canvas.boxes(frames[rows])
    seen = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    rows, boxes, areas = rows[seen], boxes[seen], areas[seen]
    planes = np.linalg.inv(frames[rows]) @ canvas.lens
    for row, plane, box, area in zip(rows, planes, boxes, areas, strict=True):
        canvas.draw(
            plane, box, area=float(area), texture=textures[row], slot=int(row) + first,
            shadow=shadow if labels[row] == SHADOW else None,
        )  # fmt: skip
    normals = np.concatenate([i.model.normals for i in instances])
    return Drawing(
        colour=canvas.colour,
        slot=canvas.slot,
        inverse_depth=canvas.inverse_depth,
        keys=np.concatenate([-1 - np.arange(first), keys]),
        labels=np.concatenate([np.array([b.label for b in backdrops], np.uint8), labels]),
        normals=np.concatenate([np.tile([0.0, 0.0, -1.0], (first, 1)), normals]),
        owners=np.concatenate([np.full(first, -1), owners]),
        instances=instances,
        pose=pose,
    )


def _order(frames: NDArray[np.float64], labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Rows of the surfaces that face the camera: ground, its shadows, then far to near."""
    corner, across, down = frames[:, :, 2], frames[:, :, 0], frames[:, :, 1]
    facing = np.linalg.det(frames) > 1e-9
    depths = np.stack([corner, corner + across, corner + down, corner + across + down])[..., 2]
    seen = np.flatnonzero(facing & (depths.max(axis=0) > NEAR))
    flat = np.isin(labels[seen], (3, 4)).astype(int) * 2 + (labels[seen] == SHADOW)
    order: NDArray[np.int64] = seen[np.lexsort((-depths.mean(axis=0)[seen], -flat))]
    return order
