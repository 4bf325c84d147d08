"""The textures of ground, walls and sky, painted from a random generator."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.street.surface import Texture

Colour = tuple[float, float, float]


def noise(
    rng: np.random.Generator, height: int, width: int, *, coarse: int = 4
) -> NDArray[np.float32]:
    """Smooth noise of several scales, (height, width) float32 of about -1..1."""
    total = np.zeros((height, width), np.float32)
    cells, weight = coarse, 0.5
    while cells <= max(height, width):
        grid = rng.standard_normal((cells, cells), dtype=np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR)
        cells, weight = cells * 3, weight * 0.7
    return total


def fill(height: int, width: int, colour: Colour) -> NDArray[np.float32]:
    """A plain picture, (height, width, 3) float32 of 0..255."""
    return np.full((height, width, 3), colour, np.float32)


def finish(
    picture: NDArray[np.float32], grain: NDArray[np.float32], strength: float
) -> NDArray[np.uint8]:
    """Adds grain to a picture and rounds it to uint8."""
    lit = picture * (1 + strength * grain[..., None])
    return np.clip(lit, 0, 255).astype(np.uint8)


def grey(rng: np.random.Generator, low: float, high: float, *, tint: float = 6) -> Colour:
    """A nearly grey colour."""
    base = rng.uniform(low, high)
    r, g, b = base + rng.uniform(-tint, tint, 3)
    return float(r), float(g), float(b)


def pick(rng: np.random.Generator, colours: tuple[Colour, ...], *, spread: float = 12) -> Colour:
    """One of the colours, slightly changed."""
    chosen = colours[int(rng.integers(len(colours)))]
    r, g, b = np.clip(np.array(chosen) + rng.uniform(-spread, spread, 3), 0, 255)
    return float(r), float(g), float(b)


def road(rng: np.random.Generator, *, half_width: float, marking: str) -> Texture:
    """Ten metres of road seen from above: `dashes`, `zebra`, `plain` or `arrow`."""
    size = 384
    picture = fill(size, size, grey(rng, 88, 112, tint=3))
    scale = size / (2 * half_width)
    for lane in (-1, 1):
        for wheel in (-0.75, 0.75):
            x = int(size / 2 + (lane * 1.6 + wheel) * scale)
            cv2.line(picture, (x, 0), (x, size), grey(rng, 82, 98, tint=2), int(0.35 * scale))
    white = (205.0, 205.0, 200.0)
    line = max(int(0.12 * scale), 2)
    middle = size // 2
    if marking == "zebra":
        for place in np.arange(0.02, 1.0, 0.09):
            left = int(place * size)
            corners = (left, int(0.3 * size)), (left + int(0.045 * size), int(0.62 * size))
            cv2.rectangle(picture, *corners, white, -1)
    elif marking != "plain":
        for start in (0.05, 0.55):
            ends = (middle, int(start * size)), (middle, int((start + 0.27) * size))
            cv2.line(picture, *ends, white, line)
        if marking == "arrow":
            x = int(size / 2 - 1.6 * scale)
            cv2.arrowedLine(picture, (x, int(0.7 * size)), (x, int(0.35 * size)), white, line * 2)
    for side in (int(0.35 * scale), size - int(0.35 * scale)):
        cv2.line(picture, (side, 0), (side, size), (196.0, 182.0, 90.0), line)
    for _ in range(int(rng.integers(0, 3))):
        x, y = rng.integers(0, size, 2)
        patch = (int(x) + int(rng.integers(20, 90)), int(y) + int(rng.integers(20, 120)))
        cv2.rectangle(picture, (int(x), int(y)), patch, grey(rng, 72, 96, tint=2), -1)
    return Texture(finish(picture, noise(rng, size, size), 0.07))


def pavement(rng: np.random.Generator, colour: Colour) -> Texture:
    """Ten metres of paving slabs seen from above, the kerb on the left edge."""
    height, width = 320, 96
    picture = fill(height, width, colour)
    dark = tuple(0.8 * c for c in colour)
    for y in range(0, height, 20):
        cv2.line(picture, (0, y), (width, y), dark, 1)
        shift = 12 * ((y // 20) % 2)
        for x in range(shift, width, 24):
            cv2.line(picture, (x, y), (x, y + 20), dark, 1)
    cv2.rectangle(picture, (0, 0), (5, height), tuple(min(1.18 * c, 255) for c in colour), -1)
    return Texture(finish(picture, noise(rng, height, width, coarse=3), 0.08))


def yard(rng: np.random.Generator, colour: Colour) -> Texture:
    """Ten by some metres of trodden ground."""
    picture = fill(128, 128, colour)
    return Texture(finish(picture, noise(rng, 128, 128), 0.12))


def _bricks(picture: NDArray[np.float32], colour: Colour) -> None:
    mortar = tuple(0.82 * c for c in colour)
    height, width = picture.shape[:2]
    for y in range(0, height, 6):
        cv2.line(picture, (0, y), (width, y), mortar, 1)


_WALLS: tuple[Colour, ...] = (
    (150, 92, 70),
    (168, 120, 88),
    (188, 170, 140),
    (205, 198, 185),
    (120, 84, 70),
    (176, 160, 120),
    (140, 140, 145),
    (222, 214, 196),
    (100, 96, 100),
)
_SHOPS: tuple[Colour, ...] = (
    (150, 30, 34),
    (24, 70, 50),
    (28, 44, 96),
    (40, 40, 44),
    (190, 140, 40),
    (210, 206, 198),
)


def _window(
    picture: NDArray[np.float32], box: tuple[int, int, int, int], frame: Colour, glass: Colour
) -> None:
    left, top, right, bottom = box
    cv2.rectangle(picture, (left - 2, top - 2), (right + 2, bottom + 2), frame, -1)
    cv2.rectangle(picture, (left, top), (right, bottom), glass, -1)
    bright = tuple(min(1.5 * c + 20, 255) for c in glass)
    half = (top + bottom) // 2
    cv2.line(picture, (left, half), (right, half), frame, 1)
    cv2.line(picture, ((left + right) // 2, top), ((left + right) // 2, bottom), frame, 1)
    cv2.line(picture, (left + 1, half - 2), (right - 1, top + 1), bright, 1)


def facade(rng: np.random.Generator, *, floors: int) -> Texture:
    """Ten metres of house front with windows, a door or a shop on the ground floor."""
    storey, width = 76, 256
    height = storey * floors
    wall = pick(rng, _WALLS)
    picture = fill(height, width, wall)
    if rng.random() < 0.6:
        _bricks(picture, wall)
    frame = grey(rng, 190, 235) if rng.random() < 0.7 else grey(rng, 50, 90)
    columns = int(rng.integers(3, 6))
    pitch = width / columns
    half = int(pitch * rng.uniform(0.2, 0.36))
    tall = int(storey * rng.uniform(0.22, 0.3))
    has_shop = rng.random() < 0.45
    for floor in range(floors):
        middle = int((floor + 0.5) * storey)
        for column in range(columns):
            x = int((column + 0.5) * pitch)
            glass = grey(rng, 38, 92, tint=8)
            if floor < floors - 1 or not has_shop:
                _window(picture, (x - half, middle - tall, x + half, middle + tall), frame, glass)
    ground = height - storey
    if has_shop:
        shop = pick(rng, _SHOPS)
        cv2.rectangle(picture, (0, ground), (width, height), shop, -1)
        for left in range(14, width - 60, 82):
            glass = grey(rng, 45, 110, tint=10)
            cv2.rectangle(picture, (left, ground + 22), (left + 64, height - 12), glass, -1)
        cv2.rectangle(picture, (30, ground + 5), (width - 30, ground + 15), grey(rng, 170, 230), -1)
    else:
        x = int((int(rng.integers(columns)) + 0.5) * pitch)
        door = pick(rng, _SHOPS)
        cv2.rectangle(picture, (x - 12, height - 58), (x + 12, height), door, -1)
    if rng.random() < 0.5:
        cv2.rectangle(picture, (0, 0), (width, 5), tuple(0.7 * c for c in wall), -1)
    fade = np.linspace(1.04, 0.9, height, dtype=np.float32)[:, None, None]
    return Texture(finish(picture * fade, noise(rng, height, width, coarse=3), 0.06))


def side_wall(rng: np.random.Generator) -> Texture:
    """A blank wall with few windows."""
    wall = pick(rng, _WALLS)
    picture = fill(192, 192, wall)
    _bricks(picture, wall)
    for x, y in rng.integers(20, 160, (int(rng.integers(1, 4)), 2)):
        box = (int(x) - 9, int(y) - 13, int(x) + 9, int(y) + 13)
        _window(picture, box, grey(rng, 180, 230), grey(rng, 40, 90))
    return Texture(finish(picture, noise(rng, 192, 192, coarse=3), 0.07))


def gable(rng: np.random.Generator) -> Texture:
    """The triangle of wall under a pitched roof."""
    wall = pick(rng, _WALLS)
    picture = finish(fill(96, 192, wall), noise(rng, 96, 192, coarse=3), 0.07)
    alpha = np.zeros((96, 192), np.uint8)
    cv2.fillConvexPoly(alpha, np.array([(0, 96), (96, 2), (192, 96)], np.int32), 255)
    return Texture(np.dstack([picture, alpha]))


def roof(rng: np.random.Generator) -> Texture:
    """Rows of tiles or slates."""
    colour = pick(rng, ((96, 62, 52), (86, 88, 96), (120, 70, 54), (70, 66, 68)))
    picture = fill(96, 192, colour)
    for y in range(0, 96, 8):
        cv2.line(picture, (0, y), (192, y), tuple(0.78 * c for c in colour), 1)
    return Texture(finish(picture, noise(rng, 96, 192, coarse=3), 0.1))


def fence(rng: np.random.Generator) -> Texture:
    """Ten metres of boards, wall or dense railings."""
    height, width = 48, 320
    kind = int(rng.integers(3))
    colours: tuple[Colour, ...] = ((122, 92, 62), (140, 96, 78), (52, 56, 58))
    colour = pick(rng, colours[kind : kind + 1])
    picture = fill(height, width, colour)
    dark = tuple(0.66 * c for c in colour)
    if kind == 1:
        _bricks(picture, colour)
        cv2.rectangle(picture, (0, 0), (width, 4), grey(rng, 150, 190), -1)
    else:
        for x in range(0, width, 8 if kind == 0 else 5):
            cv2.line(picture, (x, 0), (x, height), dark if kind == 0 else grey(rng, 88, 110), 1)
        for y in (8, height - 8):
            cv2.line(picture, (0, y), (width, y), tuple(1.15 * c for c in colour), 2)
    return Texture(finish(picture, noise(rng, height, width, coarse=3), 0.1))


def sky(rng: np.random.Generator, *, top: Colour, low: Colour, cloud: float) -> Texture:
    """The sky above the street; `cloud` 0..1 says how much of it is covered."""
    height, width = 192, 512
    fade = np.linspace(0, 1, height, dtype=np.float32)[:, None, None] ** 1.3
    picture = fill(height, width, top) * (1 - fade) + fill(height, width, low) * fade
    billow = noise(rng, height, width, coarse=5)
    cover = np.clip((billow + 2.2 * cloud - 1.0) * 1.4, 0, 1)[..., None] * min(0.35 + cloud, 1.0)
    shade = 0.86 + 0.1 * noise(rng, height, width, coarse=6)[..., None]
    white = (
        np.array([255, 255, 258], np.float32) * shade * (0.75 + 0.25 * float(np.mean(low)) / 255)
    )
    picture = picture * (1 - cover) + white * cover
    return Texture(np.clip(picture, 0, 255).astype(np.uint8))


def skyline(rng: np.random.Generator, *, leafy: bool) -> Texture:
    """The row of trees or houses that closes the street."""
    height, width = 64, 1024
    alpha = np.zeros((height, width), np.uint8)
    colour = pick(rng, ((70, 86, 56),)) if leafy else pick(rng, _WALLS)
    picture = fill(height, width, colour)
    x = 0
    while x < width:
        span = int(rng.integers(18, 60))
        top = int(rng.integers(16, 46))
        if leafy:
            cv2.ellipse(alpha, (x, height), (span, height - top), 0, 0, 360, 255, -1)
        else:
            tone = pick(rng, _WALLS, spread=6)
            cv2.rectangle(picture, (x, top), (x + span, height), tone, -1)
            for y in range(top + 4, height, 8):
                cv2.line(picture, (x + 3, y), (x + span - 3, y), tuple(0.6 * c for c in tone), 2)
            cv2.rectangle(alpha, (x, top), (x + span, height), 255, -1)
        x += span
    return Texture(np.dstack([finish(picture, noise(rng, height, width), 0.15), alpha]))
