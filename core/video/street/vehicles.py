"""Cars and vans: boxes with a cabin whose sides are cut out."""

import cv2
import numpy as np

from core.video.street.figures import PAINTS, Cutout, Shade, blob, ground_shadow
from core.video.street.paint import Colour, fill, finish, grey, noise, pick
from core.video.street.surface import CAR, Model, Surface, Texture


def _car_end(rng: np.random.Generator, paint: Colour, *, rear: bool) -> Texture:
    picture = fill(48, 96, paint)
    dark = tuple(0.55 * c for c in paint)
    cv2.rectangle(picture, (0, 34), (96, 48), (dark[0], dark[1], dark[2]), -1)
    lamp_colour = (196.0, 20.0, 24.0) if rear else (240.0, 238.0, 220.0)
    for x in (4, 76):
        cv2.rectangle(picture, (x, 10), (x + 15, 24), lamp_colour, -1)
    if not rear:
        cv2.rectangle(picture, (26, 14), (70, 26), (26.0, 26.0, 28.0), -1)
    plate = (226.0, 196.0, 60.0) if rear else (232.0, 232.0, 230.0)
    cv2.rectangle(picture, (34, 30), (62, 38), plate, -1)
    return Texture(finish(picture, noise(rng, 48, 96), 0.03))


def _car_side(rng: np.random.Generator, paint: Colour) -> Texture:
    """Body, windows and wheels from the side, nose on the right."""
    cut = Cutout(96, 256, paint)
    lower = tuple(0.62 * c for c in paint)
    cut.polygon([(0.0, 0.42), (1.0, 0.42), (1.0, 0.86), (0.0, 0.86)], paint)
    cut.polygon(
        [(0.0, 0.72), (1.0, 0.72), (1.0, 0.86), (0.0, 0.86)], (lower[0], lower[1], lower[2])
    )
    cut.polygon([(0.01, 0.47), (0.115, 0.0), (0.575, 0.0), (0.75, 0.47)], paint)
    glass = grey(rng, 30, 70)
    cut.polygon([(0.09, 0.42), (0.17, 0.08), (0.34, 0.08), (0.34, 0.42)], glass)
    cut.polygon([(0.37, 0.42), (0.37, 0.08), (0.54, 0.08), (0.67, 0.42)], glass)
    cut.line([(0.355, 0.46), (0.355, 0.8)], (lower[0], lower[1], lower[2]), 1)
    for x in (0.19, 0.82):
        cut.ellipse((x, 0.82), (0.066, 0.175), (20, 20, 22))
        cut.ellipse((x, 0.82), (0.038, 0.1), grey(rng, 120, 160))
    return cut.texture(rng, 0.03)


def _screen(rng: np.random.Generator, paint: Colour) -> Texture:
    picture = fill(40, 96, grey(rng, 34, 70))
    cv2.line(picture, (60, 40), (90, 0), grey(rng, 110, 150), 5)
    cv2.rectangle(picture, (0, 0), (95, 39), paint, 4)
    return Texture(finish(picture, noise(rng, 40, 96), 0.03))


def _mirrored(texture: Texture) -> Texture:
    return Texture(np.ascontiguousarray(texture.pixels[:, ::-1]))


def car(rng: np.random.Generator, shade: Shade, *, oncoming: bool) -> Model:
    """A car at the origin, nose along z, or against it where it is oncoming."""
    paint = pick(rng, PAINTS, spread=10)
    wide, tall, long = rng.uniform(1.65, 1.85), rng.uniform(1.4, 1.75), rng.uniform(3.7, 4.6)
    if rng.random() < 0.12:
        wide, tall, long = 2.1, rng.uniform(2.3, 2.9), rng.uniform(5.2, 6.5)
    near, far = -long / 2, long / 2
    half, belt, low = wide / 2, -0.56 * tall, -0.14 * tall
    side = _car_side(rng, paint)
    rear, front = _car_end(rng, paint, rear=True), _car_end(rng, paint, rear=False)
    screen, skin = (
        _screen(rng, paint),
        Texture(finish(fill(16, 16, paint), noise(rng, 16, 16), 0.03)),
    )
    cabin = (0.03, 0.13, 0.56, 0.72) if not oncoming else (0.28, 0.44, 0.87, 0.97)
    start, top_near, top_far, end = (near + part * long for part in cabin)
    inner = half * 0.99
    nose, tail = (front, rear) if oncoming else (rear, front)
    left, right = (side, _mirrored(side)) if not oncoming else (_mirrored(side), side)
    roof_y = -tall * 0.98
    shell = [
        Surface((-half, belt, near), (wide, 0, 0), (0, low - belt, 0), nose, CAR),
        Surface((half, belt, far), (-wide, 0, 0), (0, low - belt, 0), tail, CAR),
        Surface((-half, -tall, far), (0, 0, -long), (0, tall, 0), right, CAR),
        Surface((half, -tall, near), (0, 0, long), (0, tall, 0), left, CAR),
        Surface((-half, belt, far), (wide, 0, 0), (0, 0, -long), skin, CAR),
        Surface((-inner, roof_y, top_near), (2 * inner, 0, 0), (0, belt - roof_y, start - top_near),
                screen, CAR),
        Surface((inner, roof_y, top_far), (-2 * inner, 0, 0), (0, belt - roof_y, end - top_far),
                screen, CAR),
        Surface((-inner, roof_y, top_far), (2 * inner, 0, 0), (0, 0, top_near - top_far), skin,
                CAR),
    ]  # fmt: skip
    reach = (shade[0] * tall * 0.8, shade[1] * tall * 0.8)
    fallen = ground_shadow(
        (min(-half, -half + reach[0]), far + max(reach[1], 0) + 0.1),
        (wide + abs(reach[0]), 0),
        (0, -long - abs(reach[1]) - 0.2),
        blob(),
    )
    return Model.of([fallen, ground_shadow((-half, far), (wide, 0), (0, -long), blob()), *shell])
