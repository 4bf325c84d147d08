"""The client against the API in a process of its own."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.board.made import made_rows
from core.data_folder import DataFolder, open_data_folder
from core.dataset_registry import register_built_in
from core.settings import Settings
from core.store import jobs, videos
from tests.board_of_tests import fill_board
from tests.free_port import free_port
from tests.small_model import write_small_model
from tests.webapp.conftest import MP4
from tests.webapp.dataset_folder import make_zip
from tests.webapp.served import Server, serving
from tests.webapp.stored import add_failed_job, add_model, add_segmentation, add_video
from webapp.client import Dyncell, JobEnded, Refused, ServerGone, UploadBroken

DATA = MP4 + np.random.default_rng(1).bytes(3_499_988)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    """One store and one server for all tests here: a server takes seconds to start."""
    opened = open_data_folder(Settings.of(tmp_path_factory.mktemp("client") / "data", {}))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def server(folder: DataFolder) -> Iterator[Server]:
    with serving(folder.settings.data) as served:
        yield served


@pytest.fixture
def dyncell(server: Server) -> Dyncell:
    return Dyncell(server.address)


@pytest.fixture
def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("webapp.client.uploads.PIECE", 1_000_000)
    path = tmp_path / "street ñ.mp4"
    path.write_bytes(DATA)
    return path


def test_a_video_is_sent_in_pieces_and_progress_is_told(
    dyncell: Dyncell, folder: DataFolder, street: Path
) -> None:
    told: list[tuple[int, int]] = []
    video = dyncell.upload_video(street, on_progress=lambda *at: told.append(at))
    assert video["name"] == "street ñ.mp4"
    wanted = [0, 1_000_000, 2_000_000, 3_000_000, len(DATA)]
    assert told == [(at, len(DATA)) for at in wanted]
    with folder.database.reading() as session:
        kept = videos.get(session, video["id"])
    assert folder.artifacts.local_copy(kept.original).read_bytes() == DATA
    assert dyncell.post(f"jobs/{video['job_id']}/cancel")["state"] == "cancelled"


def test_an_upload_goes_on_after_the_server_was_killed(
    server: Server, dyncell: Dyncell, folder: DataFolder, street: Path
) -> None:
    def pull(arrived: int, _length: int) -> None:
        if arrived:
            server.kill()

    with folder.database.reading() as session:
        before = videos.count(session)
    with pytest.raises(UploadBroken, match="does not answer") as broken:
        dyncell.upload_video(street, on_progress=pull)
    server.start()
    told: list[int] = []
    video = dyncell.upload_video(
        street, upload_id=broken.value.upload_id, on_progress=lambda at, _: told.append(at)
    )
    assert told[0] == 1_000_000
    with folder.database.reading() as session:
        kept = videos.get(session, video["id"])
        assert videos.count(session) == before + 1
    assert folder.artifacts.local_copy(kept.original).read_bytes() == DATA
    assert dyncell.post(f"jobs/{video['job_id']}/cancel")["state"] == "cancelled"


def test_models_and_datasets_are_sent_too(dyncell: Dyncell, tmp_path: Path) -> None:
    model = dyncell.upload_model(write_small_model(tmp_path / "small.safetensors"), name="mine")
    assert model["name"] == "mine"
    assert dyncell.upload_dataset(make_zip(tmp_path))["name"] == "streets"
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"no weights")
    with pytest.raises(Refused, match=r"wrong\.safetensors"):
        dyncell.upload_model(wrong)


def test_a_job_is_waited_for_until_it_is_done(dyncell: Dyncell, folder: DataFolder) -> None:
    with folder.database.writing() as session:
        job = jobs.enqueue(session, "import_video", payload={}, title="Import", priority=1)
    with pytest.raises(TimeoutError, match="is queued still"):
        dyncell.wait(job.id, timeout=0, every=0.01)
    looked = threading.Event()

    def finish() -> None:
        assert looked.wait(30)
        with folder.database.writing() as session:
            claimed = jobs.claim(session, ["import_video"], lease_owner="x", lease_seconds=60)
            assert claimed is not None
            jobs.finish(session, claimed.id, claimed.fence, result={"frames": 3})

    worker = threading.Thread(target=finish)
    worker.start()
    done = dyncell.wait({"job_id": job.id}, every=0.01, on_progress=lambda _: looked.set())
    worker.join()
    assert (done["state"], done["result"]) == ("done", {"frames": 3})


def test_a_job_that_failed_says_why(dyncell: Dyncell, folder: DataFolder) -> None:
    job_id = add_failed_job(folder, "Import x", error="It is no video.")
    with pytest.raises(JobEnded, match=r"It is no video\.") as ended:
        dyncell.wait(job_id)
    assert ended.value.job["state"] == "failed"


def test_labels_are_an_array(dyncell: Dyncell, folder: DataFolder) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder, "one"))
    labels = dyncell.labels(made.id)
    assert (labels.shape, labels.dtype) == ((20, 6, 8), np.uint8)
    assert labels[:, 0, 0].tolist() == [number % 11 for number in range(20)]
    np.testing.assert_array_equal(dyncell.labels(made.id, 5, 3), labels[5:8])
    with pytest.raises(Refused, match="frame 20 has none"):
        dyncell.labels(made.id, 20)


def test_rows_of_the_leaderboard_are_read_page_by_page(
    dyncell: Dyncell, folder: DataFolder
) -> None:
    rows = list(made_rows(250))
    fill_board(folder.database, rows)
    read = [row["id"] for row in dyncell.leaderboard()]
    assert len(set(read)) == len(read)
    assert {row.id for row in rows if not row.flags.get("archived")} <= set(read)
    light = list(dyncell.leaderboard("light and miou > 20", sort="miou:desc"))
    assert len(light) == sum(row.flags["light"] and row.means.get("miou", 0) > 20 for row in rows)
    with pytest.raises(Refused) as refused:
        list(dyncell.leaderboard("beauty > 3"))
    assert "beauty" in str(refused.value)


def test_a_search_is_launched_and_an_order_is_not_doubled(
    dyncell: Dyncell, folder: DataFolder
) -> None:
    register_built_in(folder)
    search = dyncell.search("synthetic", strategy="random", trials=4, seed=3, twin=False)
    assert (search["ordered"], search["seed"], search["twin"]) == (4, 3, None)
    asked: dict[str, Any] = {"video_id": add_video(folder).id, "model": add_model(folder, "two").id}
    ids = [dyncell.post("segmentations", asked, key="one")["id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert dyncell.segment(asked["video_id"], asked["model"], end=3)["options"] == {"end": 3}


def test_names_change_files_are_fetched_and_things_go(
    dyncell: Dyncell, folder: DataFolder, tmp_path: Path
) -> None:
    model = dyncell.upload_model(write_small_model(tmp_path / "small.safetensors"))
    assert dyncell.patch(f"models/{model['id']}", {"name": "other"})["name"] == "other"
    dyncell.download(f"models/{model['id']}/file", tmp_path / "copy.safetensors")
    small = (tmp_path / "small.safetensors").read_bytes()
    assert (tmp_path / "copy.safetensors").read_bytes() == small
    dyncell.delete(f"models/{model['id']}")
    with pytest.raises(Refused, match="no model") as gone:
        dyncell.get(f"models/{model['id']}")
    assert gone.value.status == 404


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.client.connection._PAUSE", 0.01)
    with pytest.raises(ServerGone, match="is it running"):
        Dyncell(f"http://127.0.0.1:{free_port()}").get("health")


def test_the_client_loads_nothing_of_the_application() -> None:
    code = (
        "import sys; from webapp.client import Dyncell; print([name for name in sys.modules if "
        "name.split('.')[0] in {'streamlit', 'fastapi', 'torch', 'sqlalchemy', 'core', 'tasks'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
