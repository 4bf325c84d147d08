"""The things that stand or move in the street: each builder gives a model at the origin."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.street.paint import Colour, fill, finish, grey, noise, pick
from core.video.street.surface import (
    BICYCLIST,
    PEDESTRIAN,
    POLE,
    SHADOW,
    SIGN,
    TREE,
    Model,
    Surface,
    Texture,
    Vector,
)

Shade = tuple[float, float]
"""Where the shadow of a point one metre high falls: metres in x and z."""

Points = list[tuple[float, float]]

_CLOTHES: tuple[Colour, ...] = (
    (40, 44, 60),
    (150, 40, 44),
    (60, 70, 50),
    (196, 190, 180),
    (90, 60, 90),
    (30, 90, 130),
    (200, 160, 60),
    (24, 24, 26),
)
_SKIN: tuple[Colour, ...] = ((212, 168, 140), (168, 120, 92), (112, 78, 58))
PAINTS: tuple[Colour, ...] = (
    (176, 178, 182),
    (32, 34, 38),
    (150, 24, 28),
    (28, 52, 112),
    (222, 222, 220),
    (84, 88, 92),
    (30, 84, 66),
    (196, 186, 150),
)


class Cutout:
    """A picture and its outline, drawn in parts of the unit square."""

    def __init__(self, height: int, width: int, base: Colour) -> None:
        self.picture = fill(height, width, base)
        self.alpha = np.zeros((height, width), np.uint8)

    def _pixels(self, points: Points) -> NDArray[np.int32]:
        height, width = self.alpha.shape
        return np.round(np.array(points) * (width - 1, height - 1)).astype(np.int32)

    def polygon(self, points: Points, colour: Colour) -> None:
        """Fills the polygon through points of the unit square."""
        pixels = self._pixels(points)
        cv2.fillPoly(self.picture, [pixels], colour)
        cv2.fillPoly(self.alpha, [pixels], 255)

    def line(self, points: Points, colour: Colour, thickness: int) -> None:
        """Draws a line through points of the unit square, its thickness in pixels."""
        pixels = self._pixels(points)
        cv2.polylines(self.picture, [pixels], False, colour, thickness)
        cv2.polylines(self.alpha, [pixels], False, 255, thickness)

    def ellipse(
        self, centre: tuple[float, float], radii: tuple[float, float], colour: Colour
    ) -> None:
        """Fills an upright ellipse of the unit square."""
        height, width = self.alpha.shape
        middle = (int(centre[0] * width), int(centre[1] * height))
        axes = (max(int(radii[0] * width), 1), max(int(radii[1] * height), 1))
        cv2.ellipse(self.picture, middle, axes, 0, 0, 360, colour, -1)
        cv2.ellipse(self.alpha, middle, axes, 0, 0, 360, 255, -1)

    def texture(self, rng: np.random.Generator, grain: float) -> Texture:
        """The drawing so far, with grain in its paint."""
        height, width = self.alpha.shape
        paint = finish(self.picture, noise(rng, height, width, coarse=3), grain)
        return Texture(np.dstack([paint, self.alpha]))


def upright(
    texture: Texture, *, width: float, height: float, label: int, shade: Shade
) -> list[Surface]:
    """A cut-out that stands at the origin facing the traffic, with the shadow it throws."""
    corner = (-width / 2, -height, 0.0)
    standing = Surface(corner, (width, 0, 0), (0, height, 0), texture, label)
    reach = (shade[0] * height, shade[1] * height)
    fallen = ground_shadow(
        (-width / 2 + reach[0], reach[1]), (width, 0), (-reach[0], -reach[1]), texture
    )
    return [fallen, standing]


def ground_shadow(
    corner: tuple[float, float],
    across: tuple[float, float],
    down: tuple[float, float],
    texture: Texture,
) -> Surface:
    """A shadow on the ground; mirrored where the sun would show its back."""
    x, z = corner
    if across[0] * down[1] - across[1] * down[0] > 0:
        x, z = x + across[0], z + across[1]
        across = (-across[0], -across[1])
    return Surface((x, 0, z), (across[0], 0, across[1]), (down[0], 0, down[1]), texture, SHADOW)


def blob() -> Texture:
    """The soft dark under a thing that stands on the ground."""
    y, x = np.mgrid[-1:1:32j, -1:1:32j]
    alpha = np.clip(1.25 - np.maximum(np.abs(x), np.abs(y)) ** 3 * 1.25, 0, 1) * 230
    return Texture(np.dstack([np.zeros((32, 32, 3)), alpha]).astype(np.uint8))


def veil() -> Texture:
    """An even shadow, for what is too long to have an outline."""
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[..., 3] = 215
    return Texture(pixels)


def _limbs(cut: Cutout, rng: np.random.Generator, top: float, bottom: float) -> None:
    """A person between two heights of the unit square."""
    coat, trousers = pick(rng, _CLOTHES), pick(rng, _CLOTHES)
    tall = bottom - top
    stride = rng.uniform(0.05, 0.2)
    hip = top + 0.52 * tall
    for side in (-1, 1):
        foot = 0.5 + side * stride
        leg = [(0.5 + side * 0.16, hip), (0.5, hip), (foot - 0.08, bottom), (foot + 0.1, bottom)]
        cut.polygon(leg, trousers)
    shoulder = top + 0.17 * tall
    cut.polygon([(0.26, shoulder), (0.74, shoulder), (0.7, hip + 0.04), (0.3, hip + 0.04)], coat)
    for side in (-1, 1):
        swing = rng.uniform(0.0, 0.12)
        hand = (0.5 + side * (0.3 + swing), hip + 0.02)
        elbow = (0.5 + side * 0.16, shoulder)
        outer = (0.5 + side * 0.27, shoulder + 0.02)
        cut.polygon([elbow, outer, hand, (hand[0] - side * 0.1, hand[1])], coat)
    cut.ellipse((0.5, top + 0.085 * tall), (0.15, 0.085 * tall), pick(rng, _SKIN))
    cut.ellipse((0.5, top + 0.05 * tall), (0.15, 0.05 * tall), pick(rng, ((40, 30, 26),)))


def pedestrian(rng: np.random.Generator, shade: Shade) -> Model:
    """Somebody on foot."""
    cut = Cutout(112, 48, pick(rng, _CLOTHES))
    _limbs(cut, rng, 0.01, 0.99)
    height = rng.uniform(1.55, 1.9)
    texture = cut.texture(rng, 0.08)
    standing = upright(texture, width=0.42 * height, height=height, label=PEDESTRIAN, shade=shade)
    return Model.of([*standing, *_foot(0.5, 0.4)])


def _foot(width: float, length: float) -> list[Surface]:
    return [ground_shadow((-width / 2, length / 2), (width, 0), (0, -length), blob())]


def bicyclist(rng: np.random.Generator, shade: Shade, *, sideways: bool) -> Model:
    """Somebody on a bicycle, seen from behind or from the side."""
    dark = grey(rng, 28, 60)
    if sideways:
        cut = Cutout(112, 112, dark)
        for x in (0.2, 0.8):
            cut.ellipse((x, 0.8), (0.185, 0.185), dark)
            cut.ellipse((x, 0.8), (0.13, 0.13), grey(rng, 90, 120))
        frame = pick(rng, PAINTS)
        cut.line([(0.2, 0.8), (0.42, 0.55), (0.7, 0.55), (0.8, 0.8)], frame, 5)
        cut.line([(0.42, 0.55), (0.5, 0.8), (0.7, 0.55)], frame, 5)
        coat, legs = pick(rng, _CLOTHES), pick(rng, _CLOTHES)
        cut.polygon([(0.36, 0.5), (0.5, 0.5), (0.58, 0.66), (0.54, 0.82), (0.46, 0.8)], legs)
        cut.polygon([(0.34, 0.52), (0.5, 0.54), (0.64, 0.24), (0.5, 0.2)], coat)
        cut.polygon([(0.58, 0.24), (0.64, 0.3), (0.76, 0.5), (0.71, 0.52)], coat)
        cut.ellipse((0.6, 0.12), (0.075, 0.09), pick(rng, _SKIN))
        cut.ellipse((0.59, 0.08), (0.085, 0.06), pick(rng, PAINTS))
        size = (1.7, 1.75)
    else:
        cut = Cutout(112, 52, dark)
        cut.polygon([(0.43, 0.5), (0.57, 0.5), (0.57, 1.0), (0.43, 1.0)], dark)
        _limbs(cut, rng, 0.01, 0.86)
        cut.line([(0.08, 0.42), (0.92, 0.42)], dark, 3)
        size = (0.75, 1.75)
    texture = cut.texture(rng, 0.08)
    standing = upright(texture, width=size[0], height=size[1], label=BICYCLIST, shade=shade)
    return Model.of([*standing, *_foot(size[0], 0.7)])


def tree(rng: np.random.Generator, shade: Shade) -> list[Surface]:
    """A tree with leaves, or bare in winter, crown and trunk both of class tree."""
    height, width = 192, 160
    leaf = pick(rng, ((62, 86, 38), (78, 96, 48), (96, 104, 58), (52, 72, 40), (128, 100, 52)))
    bark = pick(rng, ((70, 56, 44), (88, 80, 70)))
    cut = Cutout(height, width, leaf)
    stem = rng.uniform(0.03, 0.05)
    crown = rng.uniform(0.62, 0.74)
    for _ in range(int(rng.integers(14, 26))):
        angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.3)
        centre = (0.5 + reach * np.cos(angle), crown / 2 + 0.75 * reach * np.sin(angle))
        radius = rng.uniform(0.07, 0.17)
        cut.ellipse(centre, (radius, radius), leaf)
    paint = cut.picture
    leaves = noise(rng, height, width, coarse=8)
    paint *= (1 + 0.28 * leaves + np.linspace(0.22, -0.28, height)[:, None])[..., None]
    # Holes at the rim let the sky through, as between real leaves.
    rim = cv2.GaussianBlur(cut.alpha, (0, 0), 6).astype(np.float32) / 255
    cut.alpha[(rim + 0.25 * leaves) < 0.45] = 0
    trunk: Points = [(0.5 - stem, 1), (0.5 + stem, 1), (0.5 + stem * 0.5, 0.4), (0.5, 0.3)]
    cut.polygon([*trunk, (0.5 - stem * 0.5, 0.4)], bark)
    tall = rng.uniform(5.0, 10.5)
    texture = cut.texture(rng, 0.1)
    across = tall * rng.uniform(0.6, 0.85)
    return upright(texture, width=across, height=tall, label=TREE, shade=shade)


def hedge(rng: np.random.Generator) -> Texture:
    """Ten metres of clipped leaves."""
    leaf = pick(rng, ((58, 80, 40), (70, 92, 46), (48, 66, 38)))
    grain = noise(rng, 48, 320, coarse=12)
    return Texture(finish(fill(48, 320, leaf), grain, 0.3))


def _post(rng: np.random.Generator) -> Texture:
    metal = grey(rng, 62, 150)
    width = 16
    round_off = 1.15 - 0.5 * np.abs(np.linspace(-0.8, 1, width, dtype=np.float32)) ** 2
    picture = fill(128, width, metal) * round_off[None, :, None]
    return Texture(np.clip(picture, 0, 255).astype(np.uint8))


def _post_surfaces(texture: Texture, height: float, radius: float, shade: Shade) -> list[Surface]:
    corner = (-radius, -height, 0.0)
    standing = Surface(corner, (2 * radius, 0, 0), (0, height, 0), texture, POLE)
    reach = (shade[0] * height, shade[1] * height)
    fallen = ground_shadow(
        (-radius + reach[0], reach[1]), (2 * radius, 0), (-reach[0], -reach[1]), veil()
    )
    return [fallen, standing]


def lamp(rng: np.random.Generator, shade: Shade, *, side: int) -> list[Surface]:
    """A lamp post whose arm reaches over the road; `side` is -1 left of the road, 1 right of it."""
    height, radius = rng.uniform(5.5, 8.5), rng.uniform(0.12, 0.17)
    post = _post(rng)
    arm = rng.uniform(1.0, 2.0)
    left = -arm if side > 0 else 0.0
    head = (-arm - 0.5 if side > 0 else arm - 0.2, -height - 0.12, -0.02)
    return [
        *_post_surfaces(post, height, radius, shade),
        Surface((left, -height, -0.01), (arm, 0, 0), (0, 0.18, 0), post, POLE),
        Surface(head, (0.7, 0, 0), (0, 0.22, 0), post, POLE),
    ]


def _plate(rng: np.random.Generator, kind: str) -> Texture:
    cut = Cutout(64, 64, (220, 220, 220))
    red, white, blue = (190.0, 26.0, 30.0), (232.0, 232.0, 228.0), (24.0, 70.0, 160.0)
    if kind == "round":
        cut.ellipse((0.5, 0.5), (0.49, 0.49), red)
        cut.ellipse((0.5, 0.5), (0.35, 0.35), white)
        cut.polygon([(0.36, 0.35), (0.44, 0.35), (0.44, 0.66), (0.36, 0.66)], (20, 20, 20))
        cut.polygon([(0.52, 0.35), (0.66, 0.35), (0.66, 0.66), (0.52, 0.66)], (20, 20, 20))
    elif kind == "triangle":
        cut.polygon([(0.5, 0.0), (1.0, 0.95), (0.0, 0.95)], red)
        cut.polygon([(0.5, 0.26), (0.8, 0.82), (0.2, 0.82)], white)
    elif kind == "blue":
        cut.ellipse((0.5, 0.5), (0.49, 0.49), blue)
        cut.polygon([(0.3, 0.45), (0.5, 0.2), (0.7, 0.45), (0.56, 0.45), (0.56, 0.8), (0.44, 0.8),
                     (0.44, 0.45)], white)  # fmt: skip
    else:
        board = pick(rng, ((30, 110, 70), (28, 70, 150), (225, 225, 220), (200, 150, 40)))
        cut.polygon([(0, 0), (1, 0), (1, 1), (0, 1)], board)
        ink = (20.0, 20.0, 24.0) if sum(board) > 450 else (230.0, 230.0, 226.0)
        for y in (0.25, 0.5, 0.75):
            cut.line([(0.15, y), (rng.uniform(0.5, 0.85), y)], ink, 4)
    return cut.texture(rng, 0.04)


def sign(rng: np.random.Generator, shade: Shade) -> list[Surface]:
    """A post with one or two plates."""
    height = rng.uniform(2.6, 3.6)
    kinds = ("round", "triangle", "blue", "board")
    parts = _post_surfaces(_post(rng), height, rng.uniform(0.09, 0.12), shade)
    top = height
    for _ in range(int(rng.integers(1, 3))):
        kind = kinds[int(rng.integers(4))]
        wide = rng.uniform(0.8, 1.15) if kind != "board" else rng.uniform(1.1, 1.9)
        tall = wide if kind != "board" else rng.uniform(0.7, 1.1)
        corner: Vector = (-wide / 2, -top, -0.06)
        parts.append(Surface(corner, (wide, 0, 0), (0, tall, 0), _plate(rng, kind), SIGN))
        top -= tall + 0.06
    return parts


def traffic_light(rng: np.random.Generator, shade: Shade) -> list[Surface]:
    """A traffic light on its post; the lights are of class sign."""
    cut = Cutout(96, 40, (26, 26, 28))
    cut.polygon([(0, 0), (1, 0), (1, 1), (0, 1)], (24, 26, 28))
    lit = int(rng.integers(3))
    lamps: tuple[Colour, ...] = ((255, 60, 40), (255, 190, 40), (60, 255, 150))
    for number, colour in enumerate(lamps):
        shown = colour if number == lit else tuple(0.28 * c for c in colour)
        cut.ellipse((0.5, 0.2 + 0.3 * number), (0.3, 0.125), (shown[0], shown[1], shown[2]))
    height = rng.uniform(2.9, 3.4)
    box = Surface(
        (-0.25, -height - 0.1, -0.08), (0.5, 0, 0), (0, 1.2, 0), cut.texture(rng, 0), SIGN
    )
    return [*_post_surfaces(_post(rng), height, 0.11, shade), box]
