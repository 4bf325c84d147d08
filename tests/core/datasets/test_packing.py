"""Packing checks every file: bad input ends in one clear sentence and leaves nothing behind."""

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.datasets.decode import read_image, read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.problems import BadDataset
from core.datasets.scan import scan
from core.errors import Cancelled
from tests.core.datasets.test_image_header import with_exif
from tests.datasets_media import SIZE, label_map, make_camvid, picture, write_image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_camvid(tmp_path / "camvid")


def first(folder: Path, what: str, split: str = "train") -> Path:
    return min((folder / split / what).iterdir())


def refused(folder: Path, out: Path) -> BadDataset:
    """The error of a folder that cannot be packed; what it left behind is looked for."""
    with pytest.raises(BadDataset) as caught:
        pack(scan(folder), out)
    assert [path for path in out.parent.iterdir() if path.name != folder.name] == []
    return caught.value


def test_labels_of_another_size_are_named_with_both_sizes(folder: Path, tmp_path: Path) -> None:
    write_image(first(folder, "labels"), label_map(size=(40, 64)))
    name = first(folder, "labels").name
    assert str(refused(folder, tmp_path / "x.pack")) == (
        f"train/labels/{name} has 64x40 pixels but its image "
        f"train/images/{name.replace('png', 'jpg')} has 64x48: make them equal."
    )


def test_an_id_out_of_range_names_file_id_and_what_is_allowed(folder: Path, tmp_path: Path) -> None:
    labels = label_map()
    labels[3, 4] = 12
    write_image(first(folder, "labels"), labels)
    text = str(refused(folder, tmp_path / "x.pack"))
    assert text.startswith(f"train/labels/{first(folder, 'labels').name}: the id 12 at column 4")
    assert "allowed are 0..11, 255" in text
    assert "classes.json" in text


def test_all_problems_are_collected_up_to_20(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path / "camvid", splits={"train": 30})
    for path in (folder / "train" / "labels").iterdir():
        write_image(path, np.full(SIZE, 99, np.uint8))
    error = refused(folder, tmp_path / "x.pack")
    assert len(error.problems) == 20
    assert str(error).splitlines() == ["20 problems and maybe more were found:", *error.problems]
    assert len(set(error.problems)) == 20


def test_a_class_that_never_occurs_is_said_and_fine(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "val" / "labels").iterdir():
        write_image(path, label_map(classes=10))
    index = pack(scan(folder), tmp_path / "x.pack")
    assert index.notes == ("Never seen in val: Bicyclist.",)
    assert index.statistics["val"].class_pixels[10] == 0


def test_a_split_of_void_alone_is_said_and_defined(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "val" / "labels").iterdir():
        write_image(path, np.full(SIZE, 11, np.uint8))
    index = pack(scan(folder), tmp_path / "x.pack")
    assert "Every labelled pixel of val is void" in index.notes[0]
    assert index.statistics["val"].void_pixels == 10 * SIZE[0] * SIZE[1]
    assert (read_labels(PackReader(tmp_path / "x.pack"), index.split("val").frames[0]) == 255).all()


def test_one_frame_of_one_pixel_is_a_dataset(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path / "camvid", splits={"val": 1}, size=(1, 1), void=0)
    index = pack(scan(folder), tmp_path / "x.pack")
    assert len(index.split("val").frames) == 1
    assert index.dense_runs("val") == ()
    assert read_image(PackReader(tmp_path / "x.pack"), index.splits[0].frames[0]).shape == (1, 1, 3)


def test_an_image_without_label_is_kept_and_said(folder: Path, tmp_path: Path) -> None:
    first(folder, "labels", "val").unlink()
    index = pack(scan(folder), tmp_path / "x.pack")
    assert len(index.split("val").frames) == 10
    assert len(index.split("val").labelled) == index.statistics["val"].labelled_frames == 9
    assert "1 of 10 images of val have no label map" in index.notes[0]


def test_a_label_without_image_is_refused(folder: Path, tmp_path: Path) -> None:
    first(folder, "images").unlink()
    assert "has no image in train/images" in str(refused(folder, tmp_path / "x.pack"))


def test_a_folder_without_any_label_is_refused(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*/labels/*"):
        path.unlink()
    assert "No label map was found" in str(refused(folder, tmp_path / "x.pack"))


@pytest.mark.parametrize("what", ["images", "labels"])
def test_a_broken_file_is_named(folder: Path, tmp_path: Path, what: str) -> None:
    path = first(folder, what)
    path.write_bytes(path.read_bytes()[:-30])
    text = str(refused(folder, tmp_path / "x.pack"))
    assert text == (f"train/{what}/{path.name}: the image is cut off; replace or remove it.")


def test_an_image_too_large_to_decode_is_refused_by_its_header(
    folder: Path, tmp_path: Path
) -> None:
    path = first(folder, "images")
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert "65535x65535 pixels, more than 64 million" in str(refused(folder, tmp_path / "x.pack"))


def test_links_that_lead_out_are_refused_and_those_within_are_followed(
    folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "camvid" / ".." / "secret.jpg"
    path = first(folder, "images")
    kept = path.read_bytes()
    path.unlink()
    (folder / "kept").mkdir()
    (folder / "kept" / path.name).write_bytes(kept)
    path.symlink_to(os.path.relpath(folder / "kept" / path.name, path.parent))
    pack(scan(folder), tmp_path / "x.pack")
    (tmp_path / "x.pack").unlink()
    path.unlink()
    outside.write_bytes(kept)
    path.symlink_to(outside)
    problems = scan(folder).problems
    outside.unlink()
    assert problems[0] == (
        f"train/images/{path.name} is a link that leads out of the folder: put the files "
        "themselves there."
    )


def test_a_link_to_a_folder_outside_and_a_circle_are_not_followed(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "train" / "round").symlink_to(folder)
    assert len(scan(folder).splits) == 2
    (folder / "out").symlink_to(tmp_path.parent)
    assert any("out is a link that leads out" in text for text in scan(folder).problems)


@pytest.mark.parametrize(
    ("pixels", "suffix", "said"),
    [
        (np.uint8, ".bmp", "1 BMP"),
        (np.uint8, ".tif", "1 TIFF"),
        (np.uint16, ".png", "1 of 16 bits and 3 channels"),
    ],
)
def test_images_that_browsers_do_not_show_become_png_without_loss(
    folder: Path, tmp_path: Path, pixels: type, suffix: str, said: str
) -> None:
    path = first(folder, "images")
    image = picture(label_map(), seed=3)
    path.unlink()
    scale = 257 if pixels is np.uint16 else 1
    coded = cv2.cvtColor(image, cv2.COLOR_RGB2BGR).astype(pixels) * scale
    cv2.imwrite(str(path.with_suffix(suffix)), coded)
    index = pack(scan(folder), tmp_path / "x.pack")
    frame = index.split("train").frames[0]
    assert frame.image.endswith(".png")
    source = path.with_suffix(suffix).read_bytes()
    assert frame.image_digest == hashlib.sha256(source).hexdigest()
    assert np.array_equal(read_image(PackReader(tmp_path / "x.pack"), frame), image)
    assert index.notes[0] == f"1 images were written anew as PNG, without loss: {said}."


def test_transparency_is_dropped_and_palettes_are_resolved(folder: Path, tmp_path: Path) -> None:
    path = first(folder, "images")
    image = picture(label_map())
    path.unlink()
    see_through = np.dstack([cv2.cvtColor(image, cv2.COLOR_RGB2BGR), label_map() * 20])
    cv2.imwrite(str(path.with_suffix(".png")), see_through)
    index = pack(scan(folder), tmp_path / "x.pack")
    reader = PackReader(tmp_path / "x.pack")
    assert np.array_equal(read_image(reader, index.split("train").frames[0]), image)
    assert "with transparency" in index.notes[0]


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_pictures_that_a_camera_turned_are_packed_upright(tmp_path: Path, orientation: int) -> None:
    data = with_exif("jpg", orientation)
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    folder = tmp_path / "camvid"
    write_image(folder / "train" / "labels" / "a_1.png", label_map(size=shown.shape[:2]))
    (folder / "train" / "images").mkdir()
    (folder / "train" / "images" / "a_1.jpg").write_bytes(data)
    index = pack(scan(folder), tmp_path / "x.pack")
    frame = index.splits[0].frames[0]
    assert np.array_equal(read_image(PackReader(tmp_path / "x.pack"), frame), shown)
    assert "1 turned by the camera" in index.notes[-1]


def test_grey_images_are_kept_and_read_as_rgb(folder: Path, tmp_path: Path) -> None:
    path = first(folder, "images")
    path.unlink()
    write_image(path.with_suffix(".png"), label_map() * 20)
    index = pack(scan(folder), tmp_path / "x.pack")
    image = read_image(PackReader(tmp_path / "x.pack"), index.split("train").frames[0])
    assert np.array_equal(image, np.repeat(label_map()[..., None] * 20, 3, axis=2))
    assert index.notes == ()


def test_an_image_in_two_splits_is_said(folder: Path, tmp_path: Path) -> None:
    first(folder, "images", "val").write_bytes(first(folder, "images").read_bytes())
    index = pack(scan(folder), tmp_path / "x.pack")
    assert index.notes == ("In train and in val alike: 1 image; scores would flatter.",)


def test_digests_depend_on_content_and_not_on_place_time_or_coding(tmp_path: Path) -> None:
    one = make_camvid(tmp_path / "one")
    two = make_camvid(tmp_path / "deeper" / "two")
    for path in two.rglob("*.png"):
        os.utime(path, (1, 1))
        cv2.imwrite(str(path), cv2.imread(str(path), -1), [cv2.IMWRITE_PNG_COMPRESSION, 0])
    first_index = pack(scan(one), tmp_path / "1.pack")
    second_index = pack(scan(two), tmp_path / "2.pack")
    assert first_index.digest == second_index.digest
    labels = cv2.imread(str(first(two, "labels")), -1)
    labels[20, 20] = (labels[20, 20] + 1) % 11
    cv2.imwrite(str(first(two, "labels")), labels)
    third = pack(scan(two), tmp_path / "3.pack")
    assert third.split_digest("train") != first_index.split_digest("train")
    assert third.split_digest("val") == first_index.split_digest("val")


def test_packing_reports_and_can_be_stopped(folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    pack(scan(folder), tmp_path / "x.pack", progress=lambda *at: seen.append(at))
    assert seen == [(n, 16) for n in range(1, 17)]
    (tmp_path / "x.pack").unlink()
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        pack(scan(folder), tmp_path / "x.pack", should_stop=lambda: next(asked))
    assert [path.name for path in tmp_path.iterdir()] == ["camvid"]
