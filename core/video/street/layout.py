"""Where things stand: an endless street, ten metres at a time, each piece from its own seed."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.video.street import figures, paint, vehicles
from core.video.street.surface import (
    BUILDING,
    FENCE,
    PAVEMENT,
    ROAD,
    SHADOW,
    TREE,
    Model,
    Surface,
    Texture,
    Vector,
)

PIECE = 10.0
"""Metres of street in one piece."""

_DEEP = 12.0
_WIDE = 70.0


@dataclass(frozen=True, eq=False)
class Kit:
    """The textures all pieces of one street share.

    Attributes:
        roads: Road by marking.
        pavement: The pavement right of the road; the left one mirrors it.
        yard: The ground behind the pavements.
        facades: House fronts with their number of floors.
        sides: Blank walls.
        gables: Triangles under pitched roofs.
        roofs: Pitched roofs.
        fences: Fences and walls.
        hedges: Hedges.
    """

    roads: dict[str, Texture]
    pavement: Texture
    yard: Texture
    facades: tuple[tuple[Texture, int], ...]
    sides: tuple[Texture, ...]
    gables: tuple[Texture, ...]
    roofs: tuple[Texture, ...]
    fences: tuple[Texture, ...]
    hedges: tuple[Texture, ...]


@dataclass(frozen=True)
class Plot:
    """What stands along one side of one piece.

    Attributes:
        kind: What the side is used for there.
        setback: Metres from the pavement to the front.
        height: Metres of wall, 0 where nothing is built.
        pitched: Whether there is a sloping roof on top.
        facade: Which of the kit's facades.
    """

    kind: str
    setback: float
    height: float
    pitched: bool
    facade: int


def _kit(rng: np.random.Generator, half_width: float) -> Kit:
    slabs = paint.pavement(rng, paint.grey(rng, 128, 172, tint=8))
    ground = ((110, 112, 84), (120, 114, 104), (98, 106, 74))
    floors = [int(n) for n in rng.permutation([2, 2, 3, 3, 4, 5])]
    markings = ("dashes", "zebra", "plain", "arrow")
    return Kit(
        roads={m: paint.road(rng, half_width=half_width, marking=m) for m in markings},
        pavement=slabs,
        yard=paint.yard(rng, paint.pick(rng, ground)),
        facades=tuple((paint.facade(rng, floors=n), n) for n in floors),
        sides=tuple(paint.side_wall(rng) for _ in range(2)),
        gables=tuple(paint.gable(rng) for _ in range(2)),
        roofs=tuple(paint.roof(rng) for _ in range(2)),
        fences=tuple(paint.fence(rng) for _ in range(2)),
        hedges=tuple(figures.hedge(rng) for _ in range(2)),
    )


class Layout:
    """The still part of one street."""

    def __init__(self, seed: int, *, shade: figures.Shade) -> None:
        """Draws the street's width, style and textures.

        Args:
            seed: Decides everything.
            shade: Where the shadow of a point one metre high falls.
        """
        self._seed = seed
        self._shade = shade
        rng = np.random.default_rng([seed, 1])
        self.half_width = rng.uniform(4.75, 5.6)
        self.drive_side = -1 if rng.random() < 0.5 else 1
        self.walks = (rng.uniform(2.4, 4.6), rng.uniform(2.4, 4.6))
        self._block = int(rng.integers(7, 13))
        self._phase = int(rng.integers(3, self._block))
        self._styles = rng.dirichlet((2.0, 2.0, 1.0))
        self._lamp_gap = int(rng.integers(2, 4))
        self.parking = tuple(rng.uniform(0.1, 0.55, 2) * (rng.random(2) < 0.6))
        self._kit = _kit(rng, self.half_width)
        stock = [vehicles.car(rng, shade, oncoming=bool(n % 2)) for n in range(6)]
        self._cars = (stock[0::2], stock[1::2])
        self._trees = [figures.tree(rng, shade) for _ in range(4)]
        self.piece = lru_cache(maxsize=64)(self._piece)
        self.furniture = lru_cache(maxsize=64)(self._furnished)
        self._plot = lru_cache(maxsize=256)(self._draw_plot)

    def _rng(self, *address: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, *(part % 2**32 for part in address)])

    def is_junction(self, number: int) -> bool:
        """Whether a side road crosses at this piece."""
        return number % self._block == self._phase

    def _draw_plot(self, number: int, side: int) -> Plot:
        if self.is_junction(number):
            return Plot("junction", 0, 0, False, 0)
        style_rng = self._rng(2, (number - self._phase) // self._block, side)
        style = ("terrace", "houses", "park")[int(style_rng.choice(3, p=self._styles))]
        base, front = style_rng.uniform(2.9, 3.6), style_rng.uniform(0.0, 1.0)
        rng = self._rng(3, number // 2, side)
        facade = int(rng.integers(len(self._kit.facades)))
        floors = self._kit.facades[facade][1]
        pitched = bool(rng.random() < 0.6) and floors <= 3
        if style == "terrace":
            return Plot(style, front, floors * base + rng.uniform(0, 0.6), pitched, facade)
        if style == "houses":
            height = min(floors, 3) * base if rng.random() < 0.85 else 0.0
            return Plot(style, 3.0 + 2.5 * front, height, pitched, facade)
        return Plot(style, 4.0, 0, False, facade)

    def _piece(self, number: int) -> Model:
        """The surfaces of piece `number`, which reaches from 10 * number metres to the next."""
        parts = self._ground(number)
        for side in (-1, 1):
            rng = self._rng(4, number, side)
            plot = self._plot(number, side)
            parts += self._built(number, side, plot, rng)
            parts += self._planted(number, side, plot, rng)
            parts += self._parked(number, side, rng)
        return Model.of(parts)

    def _furnished(self, number: int) -> Model | None:
        """Lamps, signs and traffic lights of piece `number`, which only near ones show."""
        parts: list[Surface] = []
        for side in (-1, 1):
            parts += self._furniture(number, side, self._rng(7, number, side))
        return Model.of(parts) if parts else None

    def _edge(self, side: int) -> float:
        """Distance from the road's middle to the back of the pavement."""
        return self.half_width + self.walks[(side + 1) // 2]

    def _ground(self, number: int) -> list[Surface]:
        far, back = (number + 1) * PIECE, (0.0, 0.0, -PIECE)
        half, kit = self.half_width, self._kit
        if self.is_junction(number):
            plain = kit.roads["plain"]
            return [_flat((left, 0, far), _WIDE, plain) for left in (-half - _WIDE, half)] + [
                _flat((-half, 0, far), 2 * half, plain)
            ]
        marking = "dashes"
        if self.is_junction(number + 1) or self._rng(5, number).random() < 0.07:
            marking = "zebra"
        elif self.is_junction(number + 2):
            marking = "arrow"
        walks = kit.pavement
        parts = [_flat((-half, 0, far), 2 * half, kit.roads[marking])]
        left, right = self._edge(-1), self._edge(1)
        mirrored = Texture(np.ascontiguousarray(walks.pixels[:, ::-1]))
        for x, width, texture in (
            (half, right - half, walks),
            (-left, left - half, mirrored),
            (right, _WIDE, kit.yard),
            (-left - _WIDE, _WIDE, kit.yard),
        ):
            parts.append(Surface((x, 0, far), (width, 0, 0), back, texture, PAVEMENT))
        return parts

    def _built(self, number: int, side: int, plot: Plot, rng: np.random.Generator) -> list[Surface]:
        if not plot.height:
            return []
        kit, near, far = self._kit, number * PIECE, (number + 1) * PIECE
        x, tall = side * (self._edge(side) + plot.setback), plot.height
        parts = [_wall(side, x, near, tall, PIECE, kit.facades[plot.facade][0], BUILDING)]
        before = self._plot(number - 1, side)
        left = x if side > 0 else x - _DEEP
        if before.height < tall or before.setback > plot.setback:
            blank = kit.sides[plot.facade % len(kit.sides)]
            end = Surface((left, -tall, near), (_DEEP, 0, 0), (0, tall, 0), blank, BUILDING)
            parts.append(end)
        if plot.pitched:
            rise = 0.27 * _DEEP
            slope = kit.roofs[plot.facade % len(kit.roofs)]
            ridge, eaves = x + side * _DEEP / 2, (-side * _DEEP / 2, rise, 0.0)
            corner = (ridge, -tall - rise, near if side < 0 else far)
            run = (0, 0, PIECE) if side < 0 else (0, 0, -PIECE)
            parts.append(Surface(corner, run, eaves, slope, BUILDING))
            gable = kit.gables[plot.facade % len(kit.gables)]
            peak = (left, -tall - rise, near)
            parts.append(Surface(peak, (_DEEP, 0, 0), (0, rise, 0), gable, BUILDING))
        reach = self._shade[0] * tall
        if reach * side < 0:
            drift = self._shade[1] * tall
            parts.append(_shade(x, near, reach, drift))
        return parts

    def _planted(
        self, number: int, side: int, plot: Plot, rng: np.random.Generator
    ) -> list[Surface]:
        """Fences, hedges and trees."""
        parts: list[Surface] = []
        edge, near = self._edge(side), number * PIECE
        if plot.kind in ("houses", "park"):
            bound = self._rng(6, number // 3, side)
            x = side * (edge + 0.1)
            if bound.random() < 0.7:
                texture = self._kit.fences[int(bound.integers(2))]
                parts.append(_wall(side, x, near, bound.uniform(0.9, 1.7), PIECE, texture, FENCE))
            elif bound.random() < 0.6:
                texture = self._kit.hedges[int(bound.integers(2))]
                parts.append(_wall(side, x, near, bound.uniform(0.9, 1.8), PIECE, texture, TREE))
        count = {"park": 4, "houses": 2, "terrace": 0, "junction": 0}[plot.kind]
        for _ in range(count):
            if rng.random() < 0.75:
                away = edge + rng.uniform(0.8, 3.0 if plot.height else 12.0)
                parts += self._tree(side * away, near + rng.uniform(1, 9), rng)
        if plot.kind == "terrace" and rng.random() < 0.35:
            parts += self._tree(side * (self.half_width + 0.8), near + rng.uniform(2, 8), rng)
        return parts

    def _tree(self, x: float, z: float, rng: np.random.Generator) -> list[Surface]:
        return _moved(self._trees[int(rng.integers(len(self._trees)))], x, z)

    def _furniture(self, number: int, side: int, rng: np.random.Generator) -> list[Surface]:
        """Lamps, signs and traffic lights along the kerb."""
        if self.is_junction(number):
            return []
        parts: list[Surface] = []
        kerb, near = side * (self.half_width + 0.5), number * PIECE
        if (number + (side > 0)) % self._lamp_gap == 0:
            parts += _moved(figures.lamp(rng, self._shade, side=side), kerb, near + 2)
        if self.is_junction(number + 1):
            light = figures.traffic_light(rng, self._shade)
            parts += _moved(light, kerb + 0.1 * side, near + 8.5)
        elif rng.random() < 0.6:
            post = figures.sign(rng, self._shade)
            parts += _moved(post, kerb + 0.2 * side, near + rng.uniform(4, 9))
        return parts

    def _parked(self, number: int, side: int, rng: np.random.Generator) -> list[Surface]:
        if self.is_junction(number) or self.is_junction(number + 1):
            return []
        parts: list[Surface] = []
        for spot in (2.5, 7.6):
            if rng.random() < self.parking[(side + 1) // 2]:
                stock = self._cars[0 if side == self.drive_side else 1]
                model = stock[int(rng.integers(len(stock)))]
                x = side * (self.half_width - 1.1)
                parts += _moved(_surfaces(model), x, number * PIECE + spot)
        return parts


def _flat(corner: Vector, width: float, texture: Texture) -> Surface:
    return Surface(corner, (width, 0, 0), (0, 0, -PIECE), texture, ROAD)


def _wall(
    side: int, x: float, near: float, tall: float, long: float, texture: Texture, label: int
) -> Surface:
    """A wall along the street that faces it from the given side."""
    start, run = (near, long) if side < 0 else (near + long, -long)
    return Surface((x, -tall, start), (0, 0, run), (0, tall, 0), texture, label)


def _shade(x: float, near: float, reach: float, drift: float) -> Surface:
    """The shadow a house front throws towards the road."""
    corner: Vector = (x, 0, near + PIECE)
    across: Vector = (reach, 0, drift)
    if reach < 0:
        corner, across = (x + reach, 0, near + PIECE + drift), (-reach, 0, -drift)
    return Surface(corner, across, (0, 0, -PIECE), figures.veil(), SHADOW)


def _moved(surfaces: list[Surface], x: float, z: float) -> list[Surface]:
    return [
        Surface((s.origin[0] + x, s.origin[1], s.origin[2] + z), s.across, s.down, s.texture,
                s.label)
        for s in surfaces
    ]  # fmt: skip


def _surfaces(model: Model) -> list[Surface]:
    rows = zip(model.origins, model.across, model.down, model.textures, model.labels, strict=True)
    return [Surface(_vector(o), _vector(a), _vector(d), t, int(n)) for o, a, d, t, n in rows]


def _vector(values: np.typing.NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
