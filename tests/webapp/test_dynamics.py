"""The behaviour of a model over time, on its page and over HTTP."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.dynamics.protocol import DynamicsProtocol
from core.records import JobState
from core.store import jobs
from tasks import queue
from tests.webapp.judged import add_dataset
from tests.webapp.measured import add_dynamics, light_document
from tests.webapp.stored import add_model
from tests.webapp.test_pages import FRAME, texts
from webapp.dynamics_charts import distance_figure, lag_figure, strength_figure
from webapp.dynamics_words import distance_sentence, drift_sentence, number_text, past_sentence

Opener = Callable[[str], AppTest]


@pytest.fixture
def open_card(ours: None) -> Opener:
    def opened(model_id: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=180)
        test.query_params["model"] = model_id
        test.run()
        return test.switch_page("app_pages/models.py").run()

    return opened


def test_what_was_measured_is_on_the_card_with_what_is_missing(
    open_card: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model, dataset = add_model(folder), add_dataset(folder, tmp_path)
    add_dynamics(folder, model=model, dataset=dataset)
    test = open_card(model.id)
    assert not test.exception
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown["mIoU@d, least"] == "50.0 %"
    assert shown["Lag"] == "n/a"
    assert shown["Cut recovery"] == "2 frames"
    assert shown["Cut recovery, blind"] == "over 2 frames"
    plain = "".join(each for each in texts(test) if each not in "\\\u2060")
    assert "Least 50.0 % at d = 2" in plain
    assert "The lag <b>needs</b> 8 judged frames." in plain
    assert "beyond a factor of 2 from frame 24 of a still image" in plain
    assert "no number any more from frame 25 of noise" in plain
    assert "is not within 1 mIoU of the static network in 3 frames" in plain


def test_a_measurement_is_ordered_from_the_card_with_an_estimate(
    open_card: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    model = add_model(folder)
    said = [each.value for each in open_card(model.id).info]
    assert any("No dataset here holds video" in each for each in said)
    dataset = add_dataset(folder, tmp_path)
    test = open_card(model.id)
    assert any("About" in each.value and "quiet core" in each.value for each in test.caption)
    test.button(key="measure-dynamics").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["measure_dynamics"])
    assert (job.payload["model_id"], job.payload["dataset_id"]) == (model.id, dataset.id)
    assert job.state is JobState.QUEUED
    assert test.button(key="measure-dynamics").disabled


def test_it_is_ordered_and_read_below_the_model(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    model, dataset = add_model(folder), add_dataset(folder, tmp_path)
    place = f"/models/{model.id}/dynamics"
    assert client.get(place).json()["items"] == []
    asked = {"dataset": dataset.name, "split": "val", "frames": [2, 9]}
    ordered = client.post(place, json=asked)
    assert ordered.status_code == 202
    job = ordered.json()["job"]
    assert (job["kind"], job["state"]) == ("measure_dynamics", "queued")
    assert client.post(place, json=asked).json()["job"]["id"] == job["id"]
    protocol = DynamicsProtocol(frames=(2, 9))
    made = add_dynamics(folder, model=model, dataset=dataset, protocol=protocol)
    again = client.post(place, json=asked)
    assert again.status_code == 200
    assert again.json()["measured"]["document"] == light_document()
    (found,) = client.get(place).json()["items"]
    assert client.get(f"{place}/{found['id']}").json() == found
    assert found["id"] == made.id
    assert any("needs" in note for note in found["notes"])
    assert client.delete(f"{place}/{made.id}").status_code == 204
    assert client.delete(f"{place}/{made.id}").status_code == 404


def test_what_cannot_be_measured_is_refused_in_one_sentence(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    model, dataset = add_model(folder), add_dataset(folder, tmp_path)
    place = f"/models/{model.id}/dynamics"

    def refused(**asked: object) -> tuple[int, str]:
        answer = client.post(place, json={"dataset": dataset.id, "split": "val"} | asked)
        return answer.status_code, answer.json()["detail"]

    backwards = "The frames are (5, 2); FIRST..LAST with 0 <= FIRST <= LAST."
    assert refused(frames=[5, 2]) == (422, backwards)
    assert "leads out of it" in refused(frames=[5, 200])[1]
    assert "is no video with ground truth" in refused(split="train")[1]
    assert refused(dataset="gone")[0] == 404
    assert client.get(f"/models/{'0' * 16}/dynamics").status_code == 404
    assert client.post(f"/models/{'0' * 16}/dynamics", json={}).status_code == 422


def test_a_model_that_is_being_measured_stays(folder: DataFolder, tmp_path: Path) -> None:
    model, dataset = add_model(folder), add_dataset(folder, tmp_path)
    queue.add_dynamics(
        folder, model=model.id, dataset=dataset.id, split="val", protocol=DynamicsProtocol()
    )
    with pytest.raises(Exception, match="in use by 'Measure camvid over time"):
        queue.delete_model(folder, model.id)


def test_words_and_plots_say_what_the_numbers_do() -> None:
    document = light_document()
    assert number_text("lag", 1) == "1 frame"
    assert number_text("use_of_past", 0.5) == "0.50 points"
    assert "key interval of 5" in distance_sentence(document)
    flat = document | {"model_class": "static"}
    assert "a flat line" in distance_sentence(flat)
    steady = {"beyond": None, "lost": None}
    assert "stays within" in drift_sentence(dict.fromkeys(("still", "noise", "clip"), steady))
    told = past_sentence({"miou": 58.0, "replaced": 57.9, "use": 0.1, "uses_past": False})
    assert told.endswith("+0.10 points. It does not use the past.")
    figure = distance_figure(document["distance"], key_interval=5)
    assert {trace.name: list(trace.y) for trace in figure.data} == {
        "this model": [57.2, 58.2, 50.0],
        "static network": [57.2] * 3,
        "copy of the key frame": [57.2, 53.9, 49.7],
    }
    points = lag_figure({"k": [-1, 0, 1], "miou": [None, 50.0, 60.0], "lag": 1}).data[0]
    assert points.marker.color[2] != points.marker.color[1]
    drift = document["drift"]
    assert strength_figure(drift).layout.yaxis.type is None
    swollen = drift | {"still": drift["still"] | {"rms": [1.0, 1e6]}}
    assert strength_figure(swollen).layout.yaxis.type == "log"
    assert list(strength_figure(drift).data[0].x) == [10, 20, 30]
