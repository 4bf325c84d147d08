"""What a person sees of a folder before it is taken."""

import base64
import json
from pathlib import Path

import cv2
import numpy as np

from core.datasets.preview import preview, render_examples
from core.datasets.scan import scan
from core.palette import CAMVID
from tests.datasets_media import label_map, make_camvid, make_masks, write_image


def test_a_preview_is_plain_json_about_everything_found(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path, splits={"train": 5, "val": 9})
    next((folder / "val" / "labels").iterdir()).unlink()
    shown = json.loads(json.dumps(preview(scan(folder)).to_dict()))
    assert shown["layout"] == "camvid"
    assert shown["classes"][3] == {"name": "Road", "colour": list(CAMVID.colours[3])}
    assert shown["splits"] == {
        "train": {"frames": 5, "labelled": 5, "sequences": 1},
        "val": {"frames": 9, "labelled": 8, "sequences": 1},
    }
    assert shown["sizes"] == [[64, 48, 14]]
    assert shown["bytes"] == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    assert shown["problems"] == []
    assert len(shown["warnings"]) == 1
    assert sum(shown["pixels"].values()) + shown["void"] == 6 * 64 * 48
    assert shown["void"] == 6 * 64 * 2


def test_wrong_ids_show_in_the_preview_already(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path, splits={"val": 2})
    for path in (folder / "val" / "labels").iterdir():
        write_image(path, np.full((48, 64), 77, np.uint8))
    found = scan(folder)
    assert found.problems == ()
    shown = preview(found)
    assert len(shown.problems) == 2
    assert "the id 77" in shown.problems[0]
    assert render_examples(found) == []


def test_examples_are_small_pictures_with_their_labels_over_them(tmp_path: Path) -> None:
    folder = make_masks(tmp_path, frames=3)
    big = label_map(classes=3, size=(480, 800))
    write_image(folder / "images" / "hall" / "frame0.png", np.zeros((480, 800, 3), np.uint8))
    write_image(folder / "masks" / "hall" / "frame0.png", big)
    found = scan(folder)
    examples = render_examples(found, count=4)
    assert [each["name"] for each in examples] == [
        "train: hall/frame0",
        "train: hall/frame1",
        "train: yard/frame0",
        "train: yard/frame2",
    ]
    first = cv2.imdecode(
        np.frombuffer(base64.b64decode(examples[0]["jpeg"]), np.uint8), cv2.IMREAD_COLOR_RGB
    )
    assert first.shape == (192, 320, 3)
    colour = np.array(found.palette.colours[big[240, 400]]) / 2
    assert np.abs(first[96, 160] - colour).max() < 12
    assert len(render_examples(found)) == 6


def test_a_folder_with_problems_is_still_shown(tmp_path: Path) -> None:
    folder = make_masks(tmp_path, frames=2)
    (folder / "masks" / "hall" / "frame0.png").write_bytes(b"nonsense")
    shown = preview(scan(folder))
    assert shown.splits["train"]["frames"] == 3
    assert shown.problems == [
        "masks/hall/frame0.png: it is no PNG, JPEG, BMP, TIFF or WebP image; replace or remove it."
    ]
    (folder / "classes.json").write_text("{")
    shown = preview(scan(folder))
    assert shown.splits == {}
    assert shown.problems[0].startswith("classes.json line 1")
    assert render_examples(scan(folder)) == []
