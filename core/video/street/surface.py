"""What the street is made of: flat textured surfaces, grouped into models that move as one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import CAMVID

SKY, BUILDING, POLE, ROAD, PAVEMENT, TREE, SIGN, FENCE, CAR, PEDESTRIAN, BICYCLIST = range(
    CAMVID.num_classes
)
SHADOW = 254
"""The label of a surface that only darkens the ground under it and is no class of its own."""

Vector = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Texture:
    """A picture stretched over a surface, with its halved copies for the distance.

    Attributes:
        pixels: (h, w, 3) uint8 RGB, or (h, w, 4) with an alpha that cuts the outline.
    """

    pixels: NDArray[np.uint8]

    @cached_property
    def levels(self) -> tuple[NDArray[np.uint8], ...]:
        """The picture and its halved copies, down to 4 pixels."""
        levels = [np.ascontiguousarray(self.pixels)]
        while min(levels[-1].shape[:2]) >= 8:
            height, width = levels[-1].shape[:2]
            half = cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
            levels.append(half.astype(np.uint8, copy=False))
        return tuple(levels)

    @property
    def is_cut(self) -> bool:
        """Whether the alpha cuts an outline."""
        return bool(self.pixels.shape[2] == 4)


@dataclass(frozen=True, eq=False)
class Surface:
    """One textured parallelogram in metres: x to the right, y down, z forward, ground at y = 0.

    Attributes:
        origin: The corner that carries the texture's top left.
        across: The edge along the texture's width.
        down: The edge along the texture's height.
        texture: What is painted on it.
        label: The class id of all of it, or `SHADOW`.
    """

    origin: Vector
    across: Vector
    down: Vector
    texture: Texture
    label: int


@dataclass(frozen=True, eq=False)
class Model:
    """Surfaces that move together, as arrays.

    Attributes:
        origins: (n, 3) float64 metres.
        across: (n, 3) float64 metres.
        down: (n, 3) float64 metres.
        normals: (n, 3) float64, of length 1, towards whoever sees the surface.
        textures: n textures.
        labels: (n,) uint8.
    """

    origins: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    normals: NDArray[np.float64]
    textures: tuple[Texture, ...]
    labels: NDArray[np.uint8]

    @classmethod
    def of(cls, surfaces: Sequence[Surface]) -> "Model":
        """Gathers surfaces into one model."""
        across = np.array([s.across for s in surfaces], np.float64).reshape(-1, 3)
        down = np.array([s.down for s in surfaces], np.float64).reshape(-1, 3)
        facing = -np.cross(across, down)
        return cls(
            origins=np.array([s.origin for s in surfaces], np.float64).reshape(-1, 3),
            across=across,
            down=down,
            normals=facing / np.linalg.norm(facing, axis=1, keepdims=True).clip(1e-9),
            textures=tuple(s.texture for s in surfaces),
            labels=np.array([s.label for s in surfaces], np.uint8),
        )


@dataclass(frozen=True, eq=False)
class Instance:
    """A model placed in the street.

    Attributes:
        key: Says which thing this is, the same in every frame.
        model: Its surfaces.
        track: Gives where its origin is at a frame number, (3,) float64 metres.
    """

    key: tuple[int, ...]
    model: Model
    track: Callable[[int], NDArray[np.float64]]
