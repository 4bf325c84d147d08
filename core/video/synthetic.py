"""A procedural street seen from a driving car, with dense CamVid labels and exact flow.

Textured planes are drawn into a depth buffer, one class to a plane. Where a pixel's plane was in
the frame before, or will be in the next one, is computed from its depth and from the motion of the
camera and of the thing it belongs to, so the flow is exact to rounding. Light, shadows, haze and
noise change the picture and leave labels and flow alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.video.clip import Flow, Labels, Rgb
from core.video.street import paint
from core.video.street.camera import Camera
from core.video.street.layout import PIECE, Layout
from core.video.street.raster import NEAR, Backdrop, Canvas, Drawing, render
from core.video.street.surface import BUILDING, SKY, TREE, Instance
from core.video.street.traffic import Traffic
from core.video.street.weather import Weather

_SIGHT = 170.0
_DETAIL = 45.0  # farther off, posts and signs are thinner than anybody would label
_STILL, _FURNITURE = 9, 8
_LIGHT_OF_NOON = 1.0


@dataclass(frozen=True, eq=False)
class SyntheticFrame:
    """One rendered frame and what is known about it.

    Attributes:
        image: (H, W, 3) uint8 RGB.
        labels: (H, W) uint8 class ids in the order of `core.palette.CAMVID`; every pixel has one.
        flow_back: (H, W, 2) float32 pixels: where the point is in frame t-1 minus where it is here;
            0 where it is behind the camera then.
        visible_back: (H, W) bool: the pixel of t-1 nearest to that place shows the same surface.
        flow_forward: The same towards t+1.
        visible_forward: The same for t+1.
    """

    image: Rgb
    labels: Labels
    flow_back: Flow
    visible_back: NDArray[np.bool_]
    flow_forward: Flow
    visible_forward: NDArray[np.bool_]


class SyntheticScene:
    """An endless drive at 15 frames a second through one street, decided by the seed alone.

    Frame `t` is the same in whatever order frames are asked for; going forward one by one is the
    cheapest, as neighbouring frames share their geometry.
    """

    def __init__(self, seed: int, *, width: int = 480, height: int = 360) -> None:
        """Builds the street.

        Args:
            seed: Any whole number from 0.
            width: Picture width in pixels, at least 16.
            height: Picture height in pixels, at least 16.

        Raises:
            ValueError: The seed is negative or the picture too small.
        """
        if seed < 0 or min(width, height) < 16:
            raise ValueError(f"seed {seed}, {width}x{height}: seed >= 0 and sides >= 16 are needed")
        self.seed, self.width, self.height = seed, width, height
        self.weather = Weather.draw(seed)
        shade = self.weather.shade
        self._layout = Layout(seed, shade=shade)
        lane = self._layout.drive_side * 1.65
        rng = np.random.default_rng([seed, 0])
        self.camera = Camera(rng, lane=lane, width=width, height=height)
        self._traffic = Traffic(
            seed, layout=self._layout, camera=self.camera, shade=shade, lane=lane
        )
        self._backdrops = self._infinity(np.random.default_rng([seed, 2]))
        self._numbers: dict[tuple[int, ...], int] = {}
        self._next_number = 0
        self._drawing = lru_cache(maxsize=3)(self._draw)

    def render(self, t: int) -> SyntheticFrame:
        """Renders frame `t` with labels and flow both ways."""
        here = self._drawing(t)
        flow_back, visible_back = self._flow(here, t, t - 1)
        flow_forward, visible_forward = self._flow(here, t, t + 1)
        return SyntheticFrame(
            image=self._image(here, t),
            labels=here.labels[here.slot],
            flow_back=flow_back,
            visible_back=visible_back,
            flow_forward=flow_forward,
            visible_forward=visible_forward,
        )

    def render_still(self, t: int) -> tuple[Rgb, Labels]:
        """Renders image and labels of frame `t` alone, which is much cheaper."""
        here = self._drawing(t)
        return self._image(here, t), here.labels[here.slot]

    def depth(self, t: int) -> NDArray[np.float32]:
        """Metres along the optical axis at frame `t`, (H, W) float32, infinite in the sky."""
        with np.errstate(divide="ignore"):
            return np.float32(1) / self._drawing(t).inverse_depth

    def _infinity(self, rng: np.random.Generator) -> tuple[Backdrop, ...]:
        corner, across = np.array([-2.0, -1.5, 1.0]), np.array([4.0, 0, 0])
        sky = Backdrop(self.weather.sky, corner, across, np.array([0, 1.9, 0]), SKY)
        rows = [sky]
        for leafy, tall in ((rng.random() < 0.5, 0.075), (True, 0.045)):
            texture = paint.skyline(rng, leafy=bool(leafy))
            label = TREE if leafy else BUILDING
            low = np.array([-2.0, 0.01 - tall, 1.0])
            rows.append(Backdrop(texture, low, across, np.array([0, tall, 0]), label))
        return tuple(rows)

    def _instances(self, t: int) -> list[Instance]:
        first = int(np.floor(self.camera.advance(t) / PIECE))
        still = [
            Instance((_STILL, number), self._layout.piece(number), _stay)
            for number in range(first, first + int(_SIGHT / PIECE))
        ]
        near = range(first, first + int(_DETAIL / PIECE))
        pairs = [(number, self._layout.furniture(number)) for number in near]
        posts = [
            Instance((_FURNITURE, number), model, _stay)
            for number, model in pairs
            if model is not None
        ]
        return still + posts + self._traffic.near(t)

    def _number(self, instance: Instance) -> int:
        """The key of the instance's first surface, the same for as long as the scene lives."""
        if instance.key not in self._numbers:
            self._numbers[instance.key] = self._next_number
            self._next_number += len(instance.model.labels)
        return self._numbers[instance.key]

    def _draw(self, t: int) -> Drawing:
        size = (self.width, self.height)
        instances = self._instances(t)
        return render(
            instances,
            t,
            canvas=Canvas(self.camera.intrinsics, size=size),
            pose=self.camera.pose(t),
            backdrops=self._backdrops,
            numbers=np.array([self._number(i) for i in instances]),
            shadow=self.weather.darkness(t),
        )

    def _image(self, here: Drawing, t: int) -> Rgb:
        weather = self.weather
        facing = np.clip(here.normals @ weather.sun, 0, 1).astype(np.float32)[:, None]
        light = weather.ambient + weather.sunshine(t) * weather.sun_colour * (0.25 + facing)
        light[: len(self._backdrops)] = _LIGHT_OF_NOON
        return weather.expose(
            here.colour,
            shade=light.astype(np.float32)[here.slot],
            inverse_depth=here.inverse_depth,
            t=t,
        )

    def _flow(self, here: Drawing, t: int, other: int) -> tuple[Flow, NDArray[np.bool_]]:
        """Flow from frame `t` to frame `other` and whether its target shows the same surface."""
        there = self._drawing(other)
        lens = self.camera.intrinsics
        moved = np.array([i.track(other) - i.track(t) for i in here.instances])
        shift = np.concatenate([moved, np.zeros((1, 3))])[here.owners]
        project = lens @ there.pose.rotation
        shift = ((shift + here.pose.position - there.pose.position) @ project.T).astype(np.float32)
        warp = project @ here.pose.rotation.T @ np.linalg.inv(lens)
        grid_x, grid_y = np.arange(self.width), np.arange(self.height)[:, None]
        rows = [
            (warp[n, 0] * grid_x + (warp[n, 1] * grid_y + warp[n, 2])).astype(np.float32)
            + shift[:, n][here.slot] * here.inverse_depth
            for n in range(3)
        ]
        before = (rows[2] > NEAR * here.inverse_depth) & (rows[2] > 0)
        depth = np.where(before, rows[2], np.float32(1))
        x, y = rows[0] / depth, rows[1] / depth
        within = before & (x >= -0.5) & (x < self.width - 0.5)
        within &= (y >= -0.5) & (y < self.height - 0.5)
        column = np.where(within, np.rint(x), 0).astype(np.int32)
        line = np.where(within, np.rint(y), 0).astype(np.int32)
        same = there.keys[there.slot[line, column]] == here.keys[here.slot]
        flow = np.empty((self.height, self.width, 2), np.float32)
        flow[..., 0] = (x - grid_x) * before
        flow[..., 1] = (y - grid_y) * before
        return flow, within & same


def _stay(t: int) -> NDArray[np.float64]:
    return np.zeros(3)


def sequence(
    seed: int, frames: int, *, start: int = 0, width: int = 480, height: int = 360
) -> Iterator[SyntheticFrame]:
    """Renders consecutive frames of one street.

    Args:
        seed: Decides the street.
        frames: How many frames.
        start: The number of the first one.
        width: Picture width in pixels.
        height: Picture height in pixels.
    """
    scene = SyntheticScene(seed, width=width, height=height)
    for t in range(start, start + frames):
        yield scene.render(t)
