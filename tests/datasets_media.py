"""Tiny datasets for tests, made on the spot: pictures in the colours of their labels."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.index import DatasetIndex
from core.datasets.packing import pack
from core.datasets.scan import scan
from core.palette import CAMVID, Palette

Pixels = NDArray[np.uint8]

SIZE = (48, 64)
"""Height and width of the frames."""

CLASSES: tuple[dict[str, Any], ...] = (
    {"name": "floor", "colour": [120, 90, 60]},
    {"name": "wall", "colour": [200, 200, 180]},
    {"name": "robot", "colour": [40, 80, 220]},
)
"""Classes of a folder of masks."""


def label_map(
    step: int = 0, *, classes: int = 11, size: tuple[int, int] = SIZE, seed: int = 0
) -> Pixels:
    """Blocks of all classes, the same for the same seed, moved on by a pixel a step."""
    height, width = size
    blocks = np.random.default_rng(seed).permutation(np.arange(24) % classes).reshape(4, 6)
    rows = np.arange(height) * 4 // height
    columns = ((np.arange(width) + step) % width) * 6 // width
    return blocks[rows[:, None], columns].astype(np.uint8)


def picture(labels: Pixels, palette: Palette = CAMVID, *, seed: int = 0) -> Pixels:
    """(H, W, 3) RGB: every pixel near the colour of its class; void is black."""
    colours = np.zeros((256, 3), np.int16)
    colours[: palette.num_classes] = palette.colours
    noise = np.random.default_rng(seed).integers(-12, 13, (*labels.shape, 3))
    return np.clip(colours[labels] + noise, 0, 255).astype(np.uint8)


def write_image(path: Path, pixels: Pixels) -> Path:
    """Writes grey or RGB pixels in the format of the suffix; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coded = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    if not cv2.imwrite(str(path), coded):
        raise OSError(f"{path} could not be written")
    return path


def make_camvid(
    folder: Path,
    *,
    splits: Mapping[str, int] | None = None,
    size: tuple[int, int] = SIZE,
    void: int = 11,
) -> Path:
    """CamVid with one folder per split; `val` is labelled at 15 frames a second, others at 1."""
    for number, (split, frames) in enumerate((splits or {"train": 6, "val": 10}).items()):
        spacing = 2 if split == "val" else 30
        for step in range(frames):
            name = f"00{number:02d}XY_{600 + spacing * step:05d}"
            labels = label_map(step, size=size, seed=number)
            image = picture(labels, seed=step)
            labels[:2] = void
            write_image(folder / split / "images" / f"{name}.jpg", image)
            write_image(folder / split / "labels" / f"{name}.png", labels)
    return folder


def make_cityscapes(folder: Path, *, sequence: bool = False) -> Path:
    """CityScapes: two cities, one of them in `val`; a label on frame 19 of each snippet."""
    for split, city, snippets in (("train", "aachen", 2), ("val", "bonn", 1)):
        for snippet in range(snippets):
            stem = f"{city}_{snippet:06d}"
            labels = label_map(snippet, classes=34, seed=snippet)
            frames = range(15, 23) if sequence else [19]
            top = "leftImg8bit_sequence" if sequence else "leftImg8bit"
            for number in frames:
                name = f"{stem}_{number:06d}_leftImg8bit.png"
                image = picture(labels % 11, seed=number)
                write_image(folder / top / split / city / name, image)
            name = f"{stem}_000019_gtFine_labelIds.png"
            write_image(folder / "gtFine" / split / city / name, labels)
    return folder


def make_masks(
    folder: Path,
    *,
    frames: int = 4,
    sequences: Iterable[str] = ("hall", "yard"),
    config: Mapping[str, Any] | None = None,
    rgb: bool = False,
) -> Path:
    """Images and masks with a `classes.json`; `config` is added to it."""
    palette = Palette(
        names=tuple(each["name"] for each in CLASSES),
        colours=tuple(tuple(each["colour"]) for each in CLASSES),
    )
    for place, sequence in enumerate(sequences):
        for step in range(frames):
            labels = label_map(step, classes=3, seed=place)
            image = picture(labels, palette, seed=100 * place + step)
            mask = np.array(palette.colours, np.uint8)[labels] if rgb else labels
            write_image(folder / "images" / sequence / f"frame{step}.png", image)
            write_image(folder / "masks" / sequence / f"frame{step}.png", mask)
    write_classes(folder, {"classes": list(CLASSES), **(config or {})})
    return folder


def write_classes(folder: Path, document: object) -> Path:
    """Writes `classes.json`, one value to a line."""
    path = folder / "classes.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def zip_folder(folder: Path, out: Path, *, top: str = "") -> Path:
    """Packs a folder into an ordinary zip, below the folder `top` in it."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, str(Path(top) / path.relative_to(folder)))
    return out


def make_pack(path: Path, *, splits: Mapping[str, int] | None = None) -> DatasetIndex:
    """Writes a pack of a tiny CamVid; its folder is made beside it."""
    folder = make_camvid(path.with_suffix(".folder"), splits=splits)
    return pack(scan(folder), path)
