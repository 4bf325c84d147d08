"""What moves on its own: streams of cars, cyclists and people, and who crosses the road."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.video.street import figures, vehicles
from core.video.street.camera import FRAME_RATE, Camera
from core.video.street.layout import PIECE, Layout
from core.video.street.surface import Instance, Model

_LEAD, _STREAM, _CROSSING = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Stream:
    """Things of one kind that follow each other for ever at one speed.

    Attributes:
        number: Which stream this is.
        models: What the members look like.
        x: Where across the street, metres.
        spread: How far members stray from it, metres.
        speed: Metres a second along the street, negative towards the camera.
        gap: Mean distance between members, metres.
        reach: How far away members still appear, metres.
    """

    number: int
    models: Sequence[Model]
    x: float
    spread: float
    speed: float
    gap: float
    reach: float

    def members(self, seed: int, t: int, ahead: float) -> Iterator[Instance]:
        """Those that are near a camera which has driven `ahead` metres at frame `t`."""
        start = self.speed * t / FRAME_RATE
        first = int(np.floor((ahead - 8 - start) / self.gap)) - 1
        last = int(np.ceil((ahead + self.reach - start) / self.gap)) + 1
        for place in range(first, last):
            rng = np.random.default_rng([seed, 11, self.number, place % 2**32])
            x = self.x + rng.uniform(-1, 1) * self.spread
            offset = (place + rng.uniform(-0.36, 0.36)) * self.gap
            model = self.models[int(rng.integers(len(self.models)))]
            if -8 < offset + start - ahead < self.reach:
                key = (_STREAM, self.number, place)
                yield Instance(key, model, _Straight(x, offset, self.speed))


@dataclass(frozen=True)
class _Straight:
    x: float
    offset: float
    speed: float

    def __call__(self, t: int) -> NDArray[np.float64]:
        return np.array([self.x, 0.0, self.offset + self.speed * t / FRAME_RATE])


@dataclass(frozen=True)
class _Crossing:
    """To and fro across the road for ever, turning on the pavements."""

    z: float
    half: float
    speed: float
    phase: float

    def __call__(self, t: int) -> NDArray[np.float64]:
        way = (self.speed * t / FRAME_RATE / (2 * self.half) + self.phase) % 2.0
        return np.array([self.half * (2 * min(way, 2 - way) - 1), 0.0, self.z])


@dataclass(frozen=True, eq=False)
class _Lead:
    """The car in front, which keeps a changing distance."""

    camera: Camera
    x: float
    mean: float
    swing: float
    phase: float

    def __call__(self, t: int) -> NDArray[np.float64]:
        seconds = t / FRAME_RATE
        away = self.mean + self.swing * np.sin(2 * np.pi * 0.045 * seconds + self.phase)
        return np.array([self.x, 0.0, self.camera.advance(t) + away])


class Traffic:
    """Everything that moves in one street."""

    def __init__(
        self, seed: int, *, layout: Layout, camera: Camera, shade: figures.Shade, lane: float
    ) -> None:
        """Draws who is about.

        Args:
            seed: Decides everything.
            layout: The street.
            camera: The camera, for the car in front of it.
            shade: Where the shadow of a point one metre high falls.
            lane: The x of the camera's lane, metres.
        """
        self._seed, self._layout, self._camera = seed, layout, camera
        rng = np.random.default_rng([seed, 10])
        people = [figures.pedestrian(rng, shade) for _ in range(7)]
        away = [vehicles.car(rng, shade, oncoming=False) for _ in range(2)]
        towards = [vehicles.car(rng, shade, oncoming=True) for _ in range(5)]
        riders = [figures.bicyclist(rng, shade, sideways=False) for _ in range(3)]
        self._crossers = [*people, figures.bicyclist(rng, shade, sideways=True)]
        self._crossing_share = rng.uniform(0.1, 0.4)
        self._lead = None
        if rng.random() < 0.6:
            track = _Lead(camera, lane, rng.uniform(14, 24), rng.uniform(2, 6), rng.uniform(0, 6.3))
            self._lead = Instance((_LEAD,), away[0], track)
        side = layout.drive_side
        half = layout.half_width
        streams = [
            (towards, -side * 1.65, 0.15, -rng.uniform(7, 10), rng.uniform(22, 70), 90.0),
        ]
        for way, gap in ((side, rng.uniform(22, 50)), (-side, rng.uniform(30, 80))):
            pace = rng.uniform(3.0, 4.5) * way * side
            # Where cars are parked there is no room between them and the traffic.
            if not layout.parking[(way + 1) // 2]:
                streams.append((riders, way * (half - 0.75), 0.15, pace, gap, 42.0))
        for walk in (-1, 1):
            x = walk * (half + layout.walks[(walk + 1) // 2] * 0.55)
            for speed in (rng.uniform(0.9, 1.5), -rng.uniform(0.9, 1.5)):
                streams.append((people, x, 0.5, speed, rng.uniform(11, 40), 38.0))
        self._streams = [Stream(n, *row) for n, row in enumerate(streams)]

    def near(self, t: int) -> list[Instance]:
        """What moves near the camera at frame `t`."""
        ahead = self._camera.advance(t)
        found = [] if self._lead is None else [self._lead]
        for stream in self._streams:
            found += stream.members(self._seed, t, ahead)
        first = int(ahead // PIECE)
        for number in range(first, first + 4):
            found += self._crossing(number)
        return found

    def _crossing(self, number: int) -> list[Instance]:
        """Who walks to and fro across the road in piece `number`."""
        rng = np.random.default_rng([self._seed, 12, number % 2**32])
        share = 0.9 if self._layout.is_junction(number + 1) else self._crossing_share * 0.4
        if self._layout.is_junction(number) or rng.random() > share:
            return []
        model = self._crossers[int(rng.integers(len(self._crossers)))]
        z = (number + rng.uniform(0.4, 0.65)) * PIECE
        half, speed = self._layout.half_width + 1.0, rng.uniform(0.9, 1.8)
        # On a pavement when the camera drives past, and in the road while it comes near.
        phase = -speed * z / self._camera.speed / (2 * half) + int(rng.integers(2))
        track = _Crossing(z, half, speed, phase)
        return [Instance((_CROSSING, number), model, track)]
