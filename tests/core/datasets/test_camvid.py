"""CamVid in all the layouts it goes around in."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.datasets.camvid import scan_camvid, usual_split
from core.datasets.decode import read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.palette import CAMVID
from tests.datasets_media import label_map, make_camvid, picture, write_image
from tests.media import CAMVID as SHARED
from tests.media import needs_camvid

COLOURS = {
    "Sky": (128, 128, 128),
    "Archway": (192, 0, 128),
    "Bridge": (0, 128, 64),
    "TrafficCone": (0, 0, 64),
    "LaneMkgsDriv": (128, 0, 192),
    "ParkingBlock": (64, 192, 128),
    "VegetationMisc": (192, 192, 0),
    "TrafficLight": (0, 64, 64),
    "Fence": (64, 64, 128),
    "OtherMoving": (128, 64, 64),
    "CartLuggagePram": (64, 0, 192),
    "MotorcycleScooter": (192, 0, 192),
    "Void": (0, 0, 0),
}
GROUPS = "Sky Building Building Pole Road Pavement Tree SignSymbol Fence Car Pedestrian Bicyclist"


def make_original(folder: Path, names: list[str]) -> Path:
    colours = np.array(list(COLOURS.values()), np.uint8)
    for number, name in enumerate(names):
        which = label_map(number, classes=len(colours))
        write_image(folder / "701_StillsRaw_full" / f"{name}.png", picture(which % 11))
        write_image(folder / "LabeledApproved_full" / f"{name}_L.png", colours[which])
    return folder


@needs_camvid
def test_the_shared_camvid_packs_with_its_counts_and_its_dense_clip(tmp_path: Path) -> None:
    found = scan_camvid(SHARED)
    assert found.problems == found.warnings == ()
    index = pack(found, tmp_path / "camvid.pack")
    assert [(split.name, len(split.frames)) for split in index.splits] == [
        ("train", 367),
        ("val", 101),
    ]
    assert index.split("train").sequences == ("0001TP", "0006R0", "0016E5")
    assert index.dense_runs("train") == ()
    assert index.step_seconds("train", "0006R0") == 1.0
    (run,) = index.dense_runs("val")
    assert len(run.frames) == 101
    assert run.step_seconds == pytest.approx(2 / 30)
    assert min(min(found.class_pixels) for found in index.statistics.values()) > 0
    reader = PackReader(tmp_path / "camvid.pack")
    for frame in index.split("val").frames[::25]:
        stored = cv2.imread(str(SHARED / "val" / "labels" / f"{frame.name}.png"), -1)
        assert np.array_equal(read_labels(reader, frame), np.where(stored == 11, 255, stored))
        source = SHARED / "val" / "images" / f"{frame.name}.jpg"
        assert reader.image_bytes(frame) == source.read_bytes()


@needs_camvid
def test_the_usual_split_is_that_of_the_shared_camvid() -> None:
    for split in ("train", "val"):
        for path in (SHARED / split / "images").iterdir():
            assert usual_split(path.stem) == split


def test_any_subset_of_splits_of_any_name_is_taken(tmp_path: Path) -> None:
    found = scan_camvid(make_camvid(tmp_path, splits={"night": 3, "test": 2}))
    assert [(split.name, len(split.frames)) for split in found.splits] == [
        ("test", 2),
        ("night", 3),
    ]
    assert found.palette == CAMVID


def test_the_inside_of_a_split_is_a_dataset_too(tmp_path: Path) -> None:
    found = scan_camvid(make_camvid(tmp_path, splits={"val": 3}) / "val")
    assert [(split.name, len(split.frames)) for split in found.splits] == [("val", 3)]
    assert found.problems == ()


def test_the_layout_of_segnet_is_taken(tmp_path: Path) -> None:
    for split, frames in (("train", 3), ("val", 2), ("test", 1)):
        for step in range(frames):
            name = f"0001TP_{6690 + 30 * step:06d}.png"
            write_image(tmp_path / split / name, picture(label_map(step)))
            write_image(tmp_path / f"{split}annot" / name, label_map(step))
    (tmp_path / "train.txt").write_text("/SegNet/CamVid/train/0001TP_006690.png nothing\n")
    index = pack(scan_camvid(tmp_path), tmp_path / "x.pack")
    assert {split.name: len(split.frames) for split in index.splits} == {
        "train": 3,
        "val": 2,
        "test": 1,
    }


def test_the_colours_of_the_original_become_the_usual_11_classes(tmp_path: Path) -> None:
    make_original(tmp_path, ["Seq05VD_f00000", "0006R0_f00930"])
    index = pack(scan_camvid(tmp_path), tmp_path / "x.pack")
    reader = PackReader(tmp_path / "x.pack")
    (frame,) = index.split("train").frames
    assert (frame.name, frame.sequence, frame.seconds) == ("0006R0_f00930", "0006R0", 31.0)
    wanted = [CAMVID.names.index(name) for name in GROUPS.split()] + [255]
    which = label_map(1, classes=len(COLOURS))
    assert np.array_equal(read_labels(reader, frame), np.array(wanted)[which])


def test_colours_that_no_class_has_are_void_and_said(tmp_path: Path) -> None:
    make_original(tmp_path, ["0006R0_f00930"])
    path = tmp_path / "LabeledApproved_full" / "0006R0_f00930_L.png"
    pixels = cv2.imread(str(path))
    pixels[:2] = (1, 2, 3)
    cv2.imwrite(str(path), pixels)
    index = pack(scan_camvid(tmp_path), tmp_path / "x.pack")
    labels = read_labels(PackReader(tmp_path / "x.pack"), index.split("train").frames[0])
    assert (labels[:2] == 255).all()
    assert any("0006R0_f00930_L.png with 128 pixels" in note for note in index.notes)


def test_the_original_is_split_as_usual(tmp_path: Path) -> None:
    names = {
        "train": ["0001TP_008520", "0006R0_f03930", "0016E5_07920", "0016E5_08190"],
        "val": ["0016E5_07959", "0016E5_08159"],
        "test": ["0001TP_008550", "Seq05VD_f00000"],
    }
    make_original(tmp_path, [name for split in names.values() for name in split])
    found = scan_camvid(tmp_path)
    assert {s.name: [frame.name for frame in s.frames] for s in found.splits} == names


def test_frames_of_other_sequences_are_all_train(tmp_path: Path) -> None:
    found = scan_camvid(make_original(tmp_path, ["0001TP_008550", "mine_000001", "still"]))
    assert [(split.name, len(split.frames)) for split in found.splits] == [("train", 3)]
    assert found.splits[0].sequences == ("0001TP", "frames", "mine")


def test_lists_split_the_original_and_name_the_line_that_is_wrong(tmp_path: Path) -> None:
    make_original(tmp_path, ["0001TP_008550", "0006R0_f00930", "0016E5_07959"])
    (tmp_path / "train.txt").write_text("# mine\n0006R0_f00930\n\n")
    (tmp_path / "val.txt").write_text("701_StillsRaw_full/0001TP_008550.png  some_label.png\n")
    found = scan_camvid(tmp_path)
    assert found.problems == ()
    assert {s.name: [frame.name for frame in s.frames] for s in found.splits} == {
        "train": ["0006R0_f00930"],
        "val": ["0001TP_008550"],
    }
    (tmp_path / "val.txt").write_text("0001TP_008550\nnowhere.png\n0001TP_008550\n")
    assert scan_camvid(tmp_path).problems == (
        "val.txt line 2: there is no image 'nowhere.png'; correct the line or add the image.",
        "val.txt line 3: '0001TP_008550' stands there twice; remove one.",
    )
    (tmp_path / "val.txt").write_bytes(b"0001TP_008550\n\xff\xfe\n")
    assert scan_camvid(tmp_path).problems == (
        "val.txt line 2: this is no UTF-8 text; save it as UTF-8.",
    )


def test_a_folder_of_something_else_says_what_was_looked_for(tmp_path: Path) -> None:
    write_image(tmp_path / "pictures" / "a.png", picture(label_map()))
    (problem,) = scan_camvid(tmp_path).problems[:1]
    assert "is not laid out like CamVid: SPLIT/images with SPLIT/labels" in problem
