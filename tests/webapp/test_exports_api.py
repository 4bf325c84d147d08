import numpy as np
import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.datasets.found import LabelCoding
from core.datasets.label_file import decode_labels
from tests.webapp.stored import add_model, add_segmentation, add_video

LOOK = {
    "panes": ["source", "A"],
    "mode": "side",
    "share": 0.5,
    "opacity": 0.6,
    "hidden": [],
    "zoom": [1, 0.5, 0.5],
    "colours": [],
}


@pytest.fixture
def segmentation_id(folder: DataFolder) -> str:
    return add_segmentation(folder, add_video(folder), add_model(folder)).id


def _asked(segmentation_id: str, **other: object) -> dict[str, object]:
    good = {"kind": "panes", "first": 3, "last": 9, "letter": "A", "look": LOOK}
    return good | {"segmentations": {"A": segmentation_id}} | other


def test_an_export_is_ordered_and_its_file_awaited(
    client: TestClient, segmentation_id: str
) -> None:
    made = client.post("/exports", json=_asked(segmentation_id))
    assert made.status_code == 202
    job = made.json()
    assert (job["kind"], job["state"]) == ("export_range", "queued")
    assert "street.mp4, frames 3 to 9" in job["title"]
    answer = client.get(f"/exports/{job['id']}/file")
    assert (answer.status_code, answer.json()["status"]) == (409, 409)
    assert "not finished" in answer.json()["detail"]
    assert client.get(f"/exports/{'0' * 16}/file").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first": 9, "last": 3}, "the last frame must not be before the first"),
        ({"last": 20}, "street.mp4 has the frames 0 to 19"),
        ({"first": 0, "last": 500_000}, "too many for one export"),
        ({"look": LOOK | {"panes": ["source", "B"]}}, "no segmentation 'B'"),
        ({"look": {}}, "not told whole"),
        ({"kind": "gif"}, "kind is not valid"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_a_sentence(
    client: TestClient, segmentation_id: str, wrong: dict[str, object], sentence: str
) -> None:
    answer = client.post("/exports", json=_asked(segmentation_id, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert client.get("/jobs", params={"state": "queued"}).json()["total"] == 0


def test_the_label_map_of_a_frame_is_a_picture_of_class_ids(
    client: TestClient, segmentation_id: str
) -> None:
    address = f"/segmentations/{segmentation_id}/label-map"
    answer = client.get(address, params={"frame": 7})
    assert answer.headers["content-type"] == "image/png"
    assert 'filename="street labels 7.png"' in answer.headers["content-disposition"]
    coding = LabelCoding(mode="ids", ids={n: n for n in range(256)}, colours={})
    labels, _ = decode_labels(answer.content, coding)
    np.testing.assert_array_equal(labels, np.full((6, 8), 7))
    outside = client.get(address, params={"frame": 20})
    assert outside.status_code == 416
    assert "frames 0 to 19; frame 20 has none" in outside.json()["detail"]
