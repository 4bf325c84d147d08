"""A small dataset in a folder: stripes of three colours that move, in the layout `masks`."""

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

NAMES = ("red", "green", "blue")
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))
SIZE = (96, 72)


def stripes(t: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Image (72, 96, 3) RGB and labels of frame `t`; a row of void lies on top."""
    columns = (np.arange(SIZE[0]) + 2 * t) // 24 % 3
    labels = np.broadcast_to(columns.astype(np.uint8), (SIZE[1], SIZE[0])).copy()
    noise = np.random.default_rng(t).normal(0, 8, (SIZE[1], SIZE[0], 3))
    image = np.clip(np.array(COLOURS, np.float64)[labels] + noise, 0, 255).astype(np.uint8)
    labels[:4] = 255
    return image, labels


def write_dataset(folder: Path, *, train: int = 6, val: int = 10) -> Path:
    """Writes the dataset and returns `folder`: `train` single frames, `val` consecutive ones."""
    classes = [{"name": n, "colour": list(c)} for n, c in zip(NAMES, COLOURS, strict=True)]
    folder.mkdir(parents=True)
    (folder / "classes.json").write_text(json.dumps({"classes": classes, "frame_rate": 10}))
    for split, count, start in (("train", train, 100), ("val", val, 0)):
        for part in ("images", "masks"):
            (folder / part / split).mkdir(parents=True)
        for number in range(count):
            write_frame(folder, f"{split}/clip_{number:04}", *stripes(start + number))
    return folder


def write_frame(
    folder: Path, name: str, image: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> None:
    cv2.imwrite(str(folder / "images" / f"{name}.png"), image[..., ::-1])
    cv2.imwrite(str(folder / "masks" / f"{name}.png"), labels)


def zip_dataset(folder: Path, archive: Path) -> Path:
    """Packs the folder's files into `archive`, as a person would."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder.parent))
    return archive
