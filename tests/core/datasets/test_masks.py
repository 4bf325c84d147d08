"""Any folder of images and masks that says what its classes are."""

import re
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.datasets import classes_json
from core.datasets.decode import read_labels
from core.datasets.found import Found
from core.datasets.masks import scan_masks
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.problems import BadDataset
from tests.datasets_media import (
    CLASSES,
    label_map,
    make_masks,
    picture,
    write_classes,
    write_image,
)


def splits_of(found: Found) -> dict[str, list[str]]:
    assert found.problems == ()
    return {split.name: [frame.name for frame in split.frames] for split in found.splits}


def test_class_names_alone_are_enough(tmp_path: Path) -> None:
    make_masks(tmp_path)
    write_classes(tmp_path, {"classes": [{"name": each["name"]} for each in CLASSES]})
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    assert index.palette.names == ("floor", "wall", "robot")
    assert len(set(index.palette.colours)) == 3
    (split,) = index.splits
    assert (split.name, split.sequences) == ("train", ("hall", "yard"))
    assert [f.name for f in split.frames[:5]] == [
        *(f"hall/frame{n}" for n in range(4)),
        "yard/frame0",
    ]
    found = read_labels(PackReader(tmp_path / "x.pack"), split.frames[2])
    assert np.array_equal(found, label_map(2, classes=3))


@pytest.mark.parametrize("mode", [{"mode": "rgb"}, {}])
def test_masks_of_colours_are_read_and_recognised(tmp_path: Path, mode: dict[str, str]) -> None:
    make_masks(tmp_path, rgb=True, config=mode)
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    assert index.palette.colours[2] == (40, 80, 220)
    reader = PackReader(tmp_path / "x.pack")
    found = read_labels(reader, index.splits[0].frames[1])
    assert np.array_equal(found, label_map(1, classes=3))


def test_ids_void_and_several_ids_to_a_class_are_mapped(tmp_path: Path) -> None:
    classes = [{"name": "ground", "id": [0, 2]}, {"name": "wall", "id": 1, "color": "#0a0b0c"}]
    make_masks(tmp_path, sequences=["a"], frames=1)
    labels = label_map(classes=3)
    labels[0], labels[1] = 200, 255
    write_image(tmp_path / "masks" / "a" / "frame0.png", labels)
    write_classes(tmp_path, {"classes": classes, "void": [200, 255]})
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    assert index.palette.colours[1] == (10, 11, 12)
    found = read_labels(PackReader(tmp_path / "x.pack"), index.splits[0].frames[0])
    assert np.array_equal(found[2:], np.array([0, 1, 0])[label_map(classes=3)[2:]])
    assert (found[:2] == 255).all()


def test_several_colours_to_a_class_and_a_void_colour_are_mapped(tmp_path: Path) -> None:
    colours = np.array([[1, 1, 1], [2, 2, 2], [3, 0, 3]], np.uint8)
    write_image(tmp_path / "images" / "a.png", picture(label_map(classes=3)))
    write_image(tmp_path / "masks" / "a.png", colours[label_map(classes=3)])
    document: dict[str, Any] = {
        "classes": [{"name": "any", "colour": [9, 9, 9], "mask_colours": [[1, 1, 1], "#020202"]}],
        "mode": "rgb",
        "void": [3, 0, 3],
    }
    write_classes(tmp_path, document)
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    found = read_labels(PackReader(tmp_path / "x.pack"), index.splits[0].frames[0])
    assert np.array_equal(found, np.array([0, 0, 255])[label_map(classes=3)])
    assert index.palette.colours == ((9, 9, 9),)


def test_unknown_values_are_refused_unless_they_shall_be_void(tmp_path: Path) -> None:
    make_masks(tmp_path)
    write_classes(tmp_path, {"classes": CLASSES[:2]})
    with pytest.raises(BadDataset, match=r"masks/hall/frame0\.png: the id 2 .* or classes\.json\."):
        pack(scan_masks(tmp_path), tmp_path / "x.pack")
    write_classes(tmp_path, {"classes": CLASSES[:2], "unknown": "void"})
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    void = 4 * sum(int((label_map(classes=3, seed=seed) == 2).sum()) for seed in (0, 1))
    assert index.statistics["train"].void_pixels == void
    assert any("8 label maps hold values that are no class" in note for note in index.notes)


def test_suffixes_pair_images_and_masks_in_one_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_image(tmp_path / "data" / f"{name}_rgb.jpg", picture(label_map()))
        write_image(tmp_path / "data" / f"{name}_mask.png", label_map(classes=3))
    document = {
        "classes": CLASSES,
        "images": "data",
        "masks": "./data/",
        "image_suffix": "_rgb",
        "mask_suffix": "_mask",
    }
    write_classes(tmp_path, document)
    assert splits_of(scan_masks(tmp_path)) == {"train": ["a", "b"]}
    write_classes(tmp_path, {"classes": CLASSES, "images": "data", "masks": "data"})
    (problem,) = scan_masks(tmp_path).problems[:1]
    assert "say what mask names end with" in problem


def test_images_beside_the_file_itself_are_found(tmp_path: Path) -> None:
    make_masks(tmp_path, config={"images": ".", "masks": "masks"})
    for path in (tmp_path / "images").iterdir():
        path.rename(tmp_path / path.name)
    (tmp_path / "images").rmdir()
    found = scan_masks(tmp_path)
    assert found.problems == ()
    assert found.splits[0].sequences == ("hall", "yard")


def test_an_expression_finds_sequence_number_and_time(tmp_path: Path) -> None:
    for number in (9, 10, 11):
        for name in ("left", "right"):
            write_image(tmp_path / "images" / f"{number}-{name}.png", picture(label_map()))
            write_image(tmp_path / "masks" / f"{number}-{name}.png", label_map(classes=3))
    document = {
        "classes": CLASSES,
        "sequences": r"(?P<number>\d+)-(?P<sequence>.+)",
        "frame_rate": 20,
    }
    write_classes(tmp_path, document)
    (split,) = scan_masks(tmp_path).splits
    assert [(f.name, f.sequence, f.seconds) for f in split.frames] == [
        ("9-left", "left", 0.45),
        ("10-left", "left", 0.5),
        ("11-left", "left", 0.55),
        ("9-right", "right", 0.45),
        ("10-right", "right", 0.5),
        ("11-right", "right", 0.55),
    ]
    write_image(tmp_path / "images" / "odd.png", picture(label_map()))
    (problem,) = scan_masks(tmp_path).problems
    assert problem.startswith("classes.json line")
    assert "does not fit 'odd'" in problem


def test_a_frame_rate_alone_makes_consecutive_frames_dense(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=12, config={"frame_rate": 10})
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    assert [(run.sequence, len(run.frames)) for run in index.dense_runs("train")] == [
        ("hall", 12),
        ("yard", 12),
    ]
    names = [frame.name for frame in index.splits[0].frames[:12]]
    assert names == [f"hall/frame{n}" for n in range(12)]


def test_splits_by_shares_cut_every_sequence_into_blocks(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=5, config={"splits": {"train": 0.6, "val": 0.4}})
    assert splits_of(scan_masks(tmp_path)) == {
        "train": [f"{s}/frame{n}" for s in ("hall", "yard") for n in range(3)],
        "val": [f"{s}/frame{n}" for s in ("hall", "yard") for n in (3, 4)],
    }


def test_splits_by_whole_sequences_and_by_lists(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=2, config={"splits": {"train": ["hall"], "val": ["yard"]}})
    expected = {"train": ["hall/frame0", "hall/frame1"], "val": ["yard/frame0", "yard/frame1"]}
    assert splits_of(scan_masks(tmp_path)) == expected
    (tmp_path / "a.txt").write_text("hall/frame0.png\nhall/frame1\n")
    (tmp_path / "b.txt").write_text("images\\yard\\frame1.png\nyard/frame0\n")
    write_classes(tmp_path, {"classes": CLASSES, "splits": {"train": "a.txt", "val": "b.txt"}})
    assert scan_masks(tmp_path).problems == (
        "b.txt line 1: there is no image 'images/yard/frame1.png'; correct the line or add the "
        "image.",
    )
    (tmp_path / "b.txt").write_text("yard/frame1.png\nyard/frame0\n")
    assert splits_of(scan_masks(tmp_path)) == expected
    write_classes(tmp_path, {"classes": CLASSES, "splits": {"train": "a.txt", "val": "c.txt"}})
    (problem,) = scan_masks(tmp_path).problems
    assert "there is no file 'c.txt'" in problem


def test_splits_by_folder_inside_or_outside_the_images(tmp_path: Path) -> None:
    make_masks(tmp_path / "in", frames=2, sequences=["train", "val"])
    assert splits_of(scan_masks(tmp_path / "in")) == {
        "train": ["frame0", "frame1"],
        "val": ["frame0", "frame1"],
    }
    out = tmp_path / "out"
    for split in ("train", "night"):
        make_masks(out / split, frames=1, sequences=["a"])
        (out / split / "classes.json").rename(out / "classes.json")
    assert splits_of(scan_masks(out)) == {"train": ["a/frame0"], "night": ["a/frame0"]}
    make_masks(tmp_path / "any", frames=1, config={"splits": "folder"})
    assert splits_of(scan_masks(tmp_path / "any")) == {"hall": ["frame0"], "yard": ["frame0"]}


def test_list_files_beside_it_are_used_without_being_named(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=2)
    (tmp_path / "train.txt").write_text("hall/frame0\n")
    (tmp_path / "test.txt").write_text("yard/frame1\n")
    assert splits_of(scan_masks(tmp_path)) == {"train": ["hall/frame0"], "test": ["yard/frame1"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n"classes": [\n{"name": "a"},\n]}', "line 4: this is no JSON"),
        ("[]", "line 1: this must be an object"),
        ("[" * 100_000, "line 1: this JSON cannot be read"),
        ('{"classes": ' + "[" * 60 + "]" * 60 + "}", "line 1: this is nested too deeply"),
        ('{\n"classes": []}', 'line 2: "classes" must list'),
        ('{"name": 1}', "line 1: 'name' means nothing here"),
        ('{\n"classes": [\n{"name": "a"},\n{"title": "b"}]}', 'line 4: a class must have a "name"'),
        ('{\n"classes": [\n{"name": "a"},\n{"name": "a"}]}', "line 4: the class name 'a' stands"),
        ('{"classes": [{"name": "a",\n"colour": [1, 2]}]}', "line 2: [1, 2] is no colour"),
        ('{"classes": [{"name": "a",\n"colour": [1, 2, 256]}]}', "line 2: [1, 2, 256] is no"),
        ('{"classes": [{"name": "a",\n"id": -1}]}', "line 2: -1 is no id"),
        (
            '{"classes": [{"name": "a"},\n{"name": "b",\n"id": 0}]}',
            "line 3: the id 0 belongs to two",
        ),
        ('{"classes": [{"name": "a",\n"farbe": 1}]}', "line 2: 'farbe' means nothing"),
        ('{"classes": [{"name": "a"}],\n"mode": "grey"}', 'line 2: "mode" must be "ids" or "rgb"'),
        (
            '{"classes": [{"name": "a"}],\n"mode": "rgb"}',
            "line 1: the class 'a' needs a \"colour\"",
        ),
        ('{"classes": [{"name": "a"}],\n"frame_rate": 0}', 'line 2: "frame_rate" must be a number'),
        (
            '{"classes": [{"name": "a"}],\n"sequences": "("}',
            "line 2: this is no regular expression",
        ),
        ('{"classes": [{"name": "a"}],\n"sequences": ".*"}', 'line 2: this must be "folder" or'),
        ('{"classes": [{"name": "a"}],\n"splits": {"a": 0.5}}', "line 2: the shares make 0.5"),
        ('{"classes": [{"name": "a"}],\n"splits": {"a": 1, "b": "c"}}', "line 2: all splits must"),
        (
            '{"classes": [{"name": "a"}],\n"splits": {"a/b": 1}}',
            "'a/b' cannot be the name of a split",
        ),
        (
            '{"classes": [{"name": "a"}],\n"splits": {"a": ["x"]}}',
            "line 2: there is no sequence 'x'",
        ),
        ('{"classes": [{"name": "a"}],\n"void": "x"}', "line 2: 'x' is neither an id nor a colour"),
        ('{"classes": [{"name": "a"}],\n"images": "../up"}', "line 2: there is no folder"),
        (
            '{"classes": [{"name": "a"}],\n"images": "a",\n"images": "b"}',
            "line 3: the key 'images'",
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_named_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    make_masks(tmp_path, frames=1)
    (tmp_path / "classes.json").write_text(text)
    problems = scan_masks(tmp_path).problems
    assert problems
    assert all(problem.startswith("classes.json line ") for problem in problems)
    assert said in problems[0]


def test_300_classes_are_too_many_and_254_are_not(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=1)
    write_classes(tmp_path, {"classes": [{"name": str(n)} for n in range(300)]})
    (problem,) = scan_masks(tmp_path).problems
    assert problem == "classes.json line 2: 300 classes are too many; at most 254."
    write_classes(tmp_path, {"classes": [{"name": str(n)} for n in range(254)]})
    index = pack(scan_masks(tmp_path), tmp_path / "x.pack")
    assert index.palette.num_classes == 254
    assert any(note.startswith("Never seen in train: 3, 4, 5") for note in index.notes)


def test_several_problems_are_shown_at_once(tmp_path: Path) -> None:
    make_masks(tmp_path)
    shutil.copy(tmp_path / "images/hall/frame0.png", tmp_path / "images/hall/frame0.bmp")
    (tmp_path / "images/hall/frame1.png").unlink()
    (tmp_path / "masks/yard/frame2.png").write_bytes(b"nonsense")
    (tmp_path / "images/yard/frame3.png").write_bytes(b"")
    assert scan_masks(tmp_path).problems == (
        "images/hall/frame0.bmp and images/hall/frame0.png have the same name but for the suffix: "
        "remove one of them.",
        "masks/hall/frame1.png has no image in images: add the image or remove the mask.",
        "masks/yard/frame2.png: it is no PNG, JPEG, BMP, TIFF or WebP image; replace or remove it.",
        "images/yard/frame3.png: it is empty; replace or remove it.",
    )


def test_a_mask_that_was_saved_as_jpeg_is_refused(tmp_path: Path) -> None:
    make_masks(tmp_path, frames=1, sequences=["a"])
    mask = tmp_path / "masks" / "a" / "frame0.png"
    cv2.imwrite(str(mask.with_suffix(".jpg")), label_map(classes=3))
    mask.unlink()
    (problem,) = scan_masks(tmp_path).problems[:1]
    assert problem == (
        "masks/a/frame0.jpg is a JPEG file, which blurs class ids: save label maps as PNG."
    )


def test_the_text_of_the_module_tells_of_every_key() -> None:
    told = re.findall(r'^ {6}"(\w+)":', str(classes_json.__doc__), re.MULTILINE)
    assert sorted(told) == sorted(classes_json._KEYS)
