import numpy as np
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from tasks import queue
from tests.webapp.stored import add_model, add_segmentation, add_series, add_video


def test_the_numbers_per_frame_come_by_range_with_their_units(
    client: TestClient, folder: DataFolder
) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder))
    series = add_series(folder, made)
    address = f"/segmentations/{made.id}/series"
    whole = client.get(address).json()
    assert (whole["start"], whole["count"], whole["frames"]) == (0, 20, 20)
    assert whole["units"]["aba_flicker"] == "%"
    assert whole["units"]["network_ms"] == "ms"
    assert whole["numbers"]["aba_flicker"][0] is None
    for name, values in series.numbers.items():
        np.testing.assert_allclose(
            np.array(whole["numbers"][name], float), values.astype(float), atol=1e-4
        )
    assert whole["paths"] == 4 * ["key", "light", "light", "light", "light"]
    part = client.get(address, params={"start": 4, "count": 3}).json()
    assert part["paths"] == whole["paths"][4:7]
    assert part["numbers"]["pcr"] == whole["numbers"]["pcr"][4:7]
    assert client.get(address, params={"start": 18, "count": 9}).json()["count"] == 2
    assert client.get(address, params={"start": 20}).status_code == 416
    assert client.get(address, params={"count": 0}).status_code == 422
    assert client.get(f"/segmentations/{made.id}").json()["has_series"] is True


def test_without_them_the_answer_says_why_and_what_helps(
    client: TestClient, folder: DataFolder
) -> None:
    video, model = add_video(folder), add_model(folder)
    older = add_segmentation(folder, video, model)
    answer = client.get(f"/segmentations/{older.id}/series")
    assert answer.status_code == 404
    assert "Segment the video again" in answer.json()["detail"]
    assert client.get(f"/segmentations/{older.id}").json()["has_series"] is False
    waiting = queue.add_segmentation(folder, video_id=video.id, model=model.name, options={})
    assert client.get(f"/segmentations/{waiting.id}/series").status_code == 409
    damaged = add_segmentation(folder, video, model)
    add_series(folder, damaged)
    (path,) = folder.artifacts.folder.glob(f"{damaged.id}*series*")
    path.write_bytes(b"no series")
    refused = client.get(f"/segmentations/{damaged.id}/series")
    assert refused.status_code == 409
    assert "segment the video again" in refused.json()["detail"]
