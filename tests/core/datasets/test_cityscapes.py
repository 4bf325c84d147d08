"""CityScapes, on a tiny made-up tree."""

from pathlib import Path

import cv2
import numpy as np

from core.datasets.cityscapes import CITYSCAPES, scan_cityscapes
from core.datasets.decode import read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from tests.datasets_media import label_map, make_cityscapes, picture, write_image

TRAIN_ID_OF = {
    **{7: 0, 8: 1, 11: 2, 12: 3, 13: 4, 17: 5, 19: 6, 20: 7, 21: 8, 22: 9, 23: 10, 24: 11},
    **{25: 12, 26: 13, 27: 14, 28: 15, 31: 16, 32: 17, 33: 18},
}


def test_label_ids_become_the_19_train_ids(tmp_path: Path) -> None:
    make_cityscapes(tmp_path)
    labels = np.arange(34 * 64, dtype=np.int64).reshape(34, 64) // 64
    image = tmp_path / "leftImg8bit" / "val" / "bonn" / "bonn_000007_000019_leftImg8bit.png"
    truth = tmp_path / "gtFine" / "val" / "bonn" / "bonn_000007_000019_gtFine_labelIds.png"
    write_image(image, np.zeros((34, 64, 3), np.uint8))
    write_image(truth, labels.astype(np.uint8))
    index = pack(scan_cityscapes(tmp_path), tmp_path / "x.pack")
    assert index.palette == CITYSCAPES
    assert len(CITYSCAPES.names) == len(set(CITYSCAPES.colours)) == 19
    frame = index.split("val").frames[-1]
    found = read_labels(PackReader(tmp_path / "x.pack"), frame)
    assert found[:, 0].tolist() == [TRAIN_ID_OF.get(value, 255) for value in range(34)]


def test_single_frames_are_sequences_of_their_own(tmp_path: Path) -> None:
    found = scan_cityscapes(make_cityscapes(tmp_path))
    assert found.problems == ()
    assert [(s.name, len(s.frames), s.sequences) for s in found.splits] == [
        ("train", 2, ("aachen_000000_000000", "aachen_000001_000000")),
        ("val", 1, ("bonn_000000_000000",)),
    ]


def test_snippets_keep_the_frames_around_a_label(tmp_path: Path) -> None:
    make_cityscapes(tmp_path, sequence=True)
    index = pack(scan_cityscapes(tmp_path), tmp_path / "x.pack")
    split = index.split("train")
    assert split.sequences == ("aachen_000000_000000", "aachen_000001_000000")
    assert [frame.name for frame in split.labelled] == [
        "aachen_000000_000019",
        "aachen_000001_000019",
    ]
    times = [frame.seconds for frame in split.frames if frame.sequence.startswith("aachen_000000")]
    assert np.allclose(times, np.arange(15, 23) / 17)
    assert index.dense_runs("train") == ()
    assert any("14 of 16 images of train have no label map" in note for note in index.notes)


def test_snippets_of_one_long_recording_are_told_apart(tmp_path: Path) -> None:
    for number in [*range(145, 175), *range(200, 206), *range(300, 330)]:
        name = f"hanover_000000_{number:06d}_leftImg8bit.png"
        folder = tmp_path / "leftImg8bit_sequence" / "train" / "hanover"
        write_image(folder / name, picture(label_map(size=(8, 12)), seed=number))
    for number in (164, 319):
        name = f"hanover_000000_{number:06d}_gtFine_labelIds.png"
        write_image(tmp_path / "gtFine" / "train" / "hanover" / name, label_map(size=(8, 12)))
    (split,) = scan_cityscapes(tmp_path).splits
    sizes = {s: sum(f.sequence == s for f in split.frames) for s in split.sequences}
    assert sizes == {
        "hanover_000000_000145": 30,
        "hanover_000000_000200": 6,
        "hanover_000000_000300": 30,
    }


def test_train_ids_are_taken_as_they_are(tmp_path: Path) -> None:
    make_cityscapes(tmp_path)
    labels = label_map(classes=19)
    labels[0] = 255
    for path in (tmp_path / "gtFine").rglob("*_labelIds.png"):
        cv2.imwrite(str(path).replace("labelIds", "labelTrainIds"), labels)
    index = pack(scan_cityscapes(tmp_path), tmp_path / "x.pack")
    reader = PackReader(tmp_path / "x.pack")
    assert np.array_equal(read_labels(reader, index.split("val").frames[0]), labels)


def test_labels_without_image_and_wrong_ids_are_named(tmp_path: Path) -> None:
    make_cityscapes(tmp_path)
    (tmp_path / "leftImg8bit/val/bonn/bonn_000000_000019_leftImg8bit.png").unlink()
    (problem,) = scan_cityscapes(tmp_path).problems
    assert problem.startswith("gtFine/val/bonn/bonn_000000_000019_gtFine_labelIds.png has no image")


def test_a_folder_of_something_else_says_what_was_looked_for(tmp_path: Path) -> None:
    (problem,) = scan_cityscapes(tmp_path).problems
    assert "leftImg8bit or leftImg8bit_sequence" in problem
