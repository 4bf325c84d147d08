"""A small dataset on disk whose labels are known by heart, and the rows that its import leaves."""

import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.dataset_registry import publish_pack
from core.datasets.packing import pack
from core.datasets.scan import scan
from core.records import Dataset, new_id
from core.store import datasets

HEIGHT, WIDTH = 48, 64
VOID_ROWS = 6
SPLITS = {"train": 3, "val": 2}


def labels_of(number: int) -> NDArray[np.uint8]:
    """Label map of frame `number`: void above, four quarters of four classes below."""
    labels = np.empty((HEIGHT, WIDTH), np.uint8)
    for quarter in range(4):
        top, left = quarter // 2 * HEIGHT // 2, quarter % 2 * WIDTH // 2
        labels[top : top + HEIGHT // 2, left : left + WIDTH // 2] = (number + quarter) % 11
    labels[:VOID_ROWS] = 11
    return labels


def make_dataset(folder: Path, *, name: str = "streets", wrong_id: int | None = None) -> Path:
    """Writes the frames in the layout of `shared/camvid`; `wrong_id` spoils one label."""
    root = folder / name
    for split, frames in SPLITS.items():
        for what in ("images", "labels"):
            (root / split / what).mkdir(parents=True)
        for number in range(frames):
            file = f"seq_{number:05}.png"
            image = np.full((HEIGHT, WIDTH, 3), 90 + 20 * number, np.uint8)
            cv2.imwrite(str(root / split / "images" / file), image)
            labels = labels_of(number)
            if wrong_id is not None and split == "val" and number == 1:
                labels[20, 20] = wrong_id
            cv2.imwrite(str(root / split / "labels" / file), labels)
    return root


def make_zip(folder: Path, *, name: str = "streets", wrong_id: int | None = None) -> Path:
    """The same as a zip archive."""
    root = make_dataset(folder, name=name, wrong_id=wrong_id)
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*.png")):
            archive.write(file, file.relative_to(folder))
    return path


def add_dataset(folder: DataFolder, place: Path, *, name: str = "streets") -> Dataset:
    """The dataset as its import leaves it: packed, without a job."""
    found = scan(make_dataset(place, name=f"files-{new_id()}"))
    path = place / f"{new_id()}.pack"
    index = pack(found, path)
    dataset_id = new_id()
    artifact = artifact_id(dataset_id, 1, "dataset.pack")
    size = folder.artifacts.put(path, artifact)
    with folder.database.writing() as session:
        datasets.add(session, dataset_id, name=name, origin="upload")
        return publish_pack(session, dataset_id, artifact=artifact, index=index, size=size)
