import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.data_folder import DataFolder, open_data_folder
from core.errors import Cancelled, DyncellError
from core.metrics.descriptions import BEHAVIOUR
from core.records import Progress
from core.registry import import_model
from core.settings import Settings
from core.store import dynamics, jobs, models
from tasks.cli import main
from tasks.foreground import run_in_foreground
from tests.datasets_media import make_camvid
from tests.small_model import write_small_model


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def dyncell(data: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["dynamics", *map(str, words), "--data", str(data)])


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "small.safetensors")


def test_it_measures_once_and_prints_what_is_stored(
    data: Path, weights: Path, tmp_path: Path
) -> None:
    streets = make_camvid(tmp_path / "streets")
    asked = (f"copy@{weights}", streets, "--split", "val:2..9")
    ran = dyncell(data, *asked, "--json")
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["model_name"] == f"copy@{weights}"
    assert found["options"]["frames"] == [2, 9]
    document = found["document"]
    assert (document["model_class"], document["frames"]) == ("copy", 8)
    assert len(document["distance"]["d"]) == 10
    assert set(document["numbers"]) == set(BEHAVIOUR)
    assert "too short for a cut" in document["notes"]["recovery"]
    told = dyncell(data, *asked).output
    assert ["d", "model", "static", "copy"] in [line.split() for line in told.splitlines()]
    assert "mIoU@d, least" in told
    assert "note: The videos are too short for a cut" in told
    with open_data_folder(Settings.of(data)).database.reading() as session:
        assert jobs.count(session) == 1
        assert dynamics.get(session, found["id"]).document == document


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        ("train", "is no video with ground truth"),
        ("gone", "has no split 'gone'"),
        ("val:5..50", "leads out of it"),
        ("val:", "names no frames"),
    ],
)
def test_what_cannot_be_measured_is_one_line(
    data: Path, weights: Path, tmp_path: Path, split: str, sentence: str
) -> None:
    ran = dyncell(data, weights, make_camvid(tmp_path / "streets"), "--split", split)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: ")
    assert sentence in ran.stderr
    assert ran.stderr.strip().count("\n") == 0


def test_a_job_that_is_stopped_or_whose_model_is_gone_leaves_nothing(
    data: Path, weights: Path, tmp_path: Path
) -> None:
    folder = open_data_folder(Settings.of(data))
    model = import_model(folder, weights, name="small")
    payload = {
        "model_id": model.id,
        "dataset": str(make_camvid(tmp_path / "streets")),
        "split": "val",
        "protocol": {"frames": [2, 9], "long": 20},
    }

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Cancelled):
        _run(folder, payload, stop)

    def delete(progress: Progress) -> None:
        with folder.database.writing() as session:
            if any(model.name == "small" for model in models.list_models(session)):
                models.delete_model(session, "small")

    with pytest.raises(DyncellError):
        _run(folder, payload, delete)
    with folder.database.reading() as session:
        assert dynamics.list_dynamics(session, model_key=model.sha256) == []


def _run(folder: DataFolder, payload: dict, told: object) -> None:  # type: ignore[type-arg]
    run_in_foreground(folder, "measure_dynamics", payload, title="x", on_progress=told)  # type: ignore[arg-type]
