"""A folder is recognised by how its files lie."""

from pathlib import Path

import pytest

from core.datasets.archive import extract
from core.datasets.problems import BadDataset
from core.datasets.scan import ScannedLayout, scan
from tests.datasets_media import make_camvid, make_cityscapes, make_masks, make_pack


@pytest.mark.parametrize(
    ("layout", "make"),
    [("camvid", make_camvid), ("cityscapes", make_cityscapes), ("masks", make_masks)],
)
@pytest.mark.parametrize("below", ["", "top", "a/b"])
def test_layouts_are_recognised_and_single_folders_entered(
    tmp_path: Path, layout: ScannedLayout, make: object, below: str
) -> None:
    assert callable(make)
    make(tmp_path / below)
    (tmp_path / "__MACOSX" / "x").mkdir(parents=True)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / below / "Thumbs.db").write_bytes(b"x")
    for asked in ("auto", layout):
        found = scan(tmp_path, asked)
        assert (found.layout, found.problems) == (layout, ())
        assert found.num_frames > 0


def test_resource_forks_of_images_are_passed_over(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path)
    for path in [*folder.rglob("*.png"), *folder.rglob("*.jpg")]:
        path.with_name(f"._{path.name}").write_bytes(b"fork")
    assert scan(folder).problems == ()
    assert scan(folder).num_frames == 16


@pytest.mark.parametrize("layout", ["auto", "camvid", "cityscapes", "masks"])
def test_an_unknown_layout_says_what_was_looked_for(tmp_path: Path, layout: ScannedLayout) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(BadDataset, match=r"laid out in no known way \(.* looked for") as caught:
        scan(tmp_path, layout)
    named = [name for name in ("camvid:", "cityscapes:", "masks:") if name in str(caught.value)]
    assert named == (["camvid:", "cityscapes:", "masks:"] if layout == "auto" else [f"{layout}:"])


def test_folders_that_are_empty_missing_or_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="is empty"):
        scan(tmp_path)
    with pytest.raises(BadDataset, match="There is no folder"):
        scan(tmp_path / "missing")
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadDataset, match="is no folder"):
        scan(tmp_path / "file")
    with pytest.raises(ValueError, match="layout 'other'"):
        scan(tmp_path, "other")  # type: ignore[arg-type]


def test_the_insides_of_a_pack_are_not_taken_for_camvid(tmp_path: Path) -> None:
    make_pack(tmp_path / "tiny.pack")
    extract(tmp_path / "tiny.pack", tmp_path / "unpacked")
    with pytest.raises(BadDataset, match="unpacked holds what a dataset file of dyncell does"):
        scan(tmp_path / "unpacked")


def test_a_dataset_of_folders_without_images_says_so(tmp_path: Path) -> None:
    (tmp_path / "train" / "images").mkdir(parents=True)
    (tmp_path / "train" / "labels").mkdir()
    (problem,) = scan(tmp_path).problems
    assert problem.startswith("No image was found")
