"""The worst frames, the basket, and labels that change, from a terminal; on real packs."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.data_folder import DataFolder
from core.records import Evaluation
from core.store import basket, evaluations
from tasks import queue
from tasks.cli import main
from tests.webapp.judged import FRAMES, add_dataset, add_evaluation
from tests.webapp.stored import add_model


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path) -> Evaluation:
    """An evaluation whose later frames are the worse ones: trees are taken for buildings."""
    data = add_dataset(folder, tmp_path)
    return add_evaluation(folder, tmp_path, model=add_model(folder), dataset=data)


def _run(folder: DataFolder, *arguments: str) -> tuple[int, str]:
    data = ["--data", str(folder.settings.data)]
    done = CliRunner().invoke(main, ["frames", *arguments, *data])
    return done.exit_code, done.output


def _json(folder: DataFolder, *arguments: str) -> Any:
    code, text = _run(folder, *arguments, "--json")
    assert code == 0, text
    return json.loads(text)


def test_the_worst_frames_come_first_and_page_by_page(folder: DataFolder, made: Evaluation) -> None:
    found = _json(folder, "worst", made.id, "--top", "3")
    assert found["total"] == FRAMES
    mious = [each["miou"] for each in found["frames"]]
    assert mious == sorted(mious)
    rest = _json(folder, "worst", made.id, "--skip", "3")
    assert max(mious) <= min(each["miou"] for each in rest["frames"])
    places = [each["position"] for each in (*found["frames"], *rest["frames"])]
    assert sorted(places) == list(range(FRAMES))
    mistakes = _json(
        folder,
        "worst",
        made.id,
        "--metric",
        "mistake",
        "--class",
        "Tree",
        "--taken-for",
        "Building",
    )
    assert mistakes["class"] == "Tree taken for Building"
    assert mistakes["total"] < FRAMES  # in the first one nothing is wrong


def test_steadiness_is_known_per_frame_where_the_labels_are_a_video(
    folder: DataFolder, made: Evaluation
) -> None:
    pcr = _json(folder, "worst", made.id, "--metric", "pcr")
    assert {each["position"] for each in pcr["frames"]} == set(range(1, FRAMES))
    flicker = _json(folder, "worst", made.id, "--metric", "aba_flicker")
    assert {each["position"] for each in flicker["frames"]} == set(range(1, FRAMES - 1))
    mean = sum(each["value"] for each in pcr["frames"]) / len(pcr["frames"])
    assert mean == pytest.approx(made.scores["pcr"], abs=0.01)
    mean = sum(each["value"] for each in flicker["frames"]) / len(flicker["frames"])
    assert mean == pytest.approx(made.scores["aba_flicker"], abs=0.01)


def test_the_basket_keeps_frames_with_their_reason_also_when_all_else_is_deleted(
    folder: DataFolder, made: Evaluation
) -> None:
    code, text = _run(folder, "worst", made.id, "--top", "2", "--keep", "--note", "trees")
    assert code == 0
    assert "2 new in the basket" in text
    assert "0 new" in _run(folder, "worst", made.id, "--top", "2", "--keep")[1]
    assert made.dataset_id is not None
    queue.delete_evaluation(folder, made.id)
    queue.delete_dataset(folder, made.dataset_id)
    found = _json(folder, "basket")
    assert found["total"] == 2
    first = found["frames"][0]
    assert first["note"] == "trees"
    assert first["why"].startswith("mIoU ")
    assert made.data_key[:8] in first["why"]
    assert not first["dataset_is_there"]
    assert "its dataset was deleted" in _run(folder, "basket")[1]


def test_a_second_note_stands_below_the_first_and_none_is_lost(
    folder: DataFolder, made: Evaluation
) -> None:
    put = ("worst", made.id, "--top", "1", "--keep", "--note")
    for note in ("trees", "the car, too", "trees"):
        assert _run(folder, *put, note)[0] == 0
    (found,) = _json(folder, "basket")["frames"]
    assert found["note"] == "trees\nthe car, too"
    assert "trees; the car, too" in _run(folder, "basket")[1]
    code, text = _run(folder, *put, "x" * 490)
    assert (code, "has a note, and with this one below it 509 characters" in text) == (1, True)
    assert _json(folder, "basket")["frames"] == [found]


def test_frames_are_found_again_when_their_dataset_is_imported_under_its_name(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    _run(folder, "worst", made.id, "--top", "2", "--keep")
    before = _json(folder, "basket")["frames"]
    assert made.dataset_id is not None
    queue.delete_dataset(folder, made.dataset_id)
    (tmp_path / "again").mkdir()
    other = add_dataset(folder, tmp_path / "again", name="others")
    assert not any(each["dataset_is_there"] for each in _json(folder, "basket")["frames"])
    new = add_dataset(folder, tmp_path, name="streets", relabelled=(9,))
    found = _json(folder, "basket")["frames"]
    assert {each["dataset_id"] for each in found} == {new.id} != {other.id}
    assert [each["position"] for each in found] == [each["position"] for each in before]


def test_a_scoring_by_a_dataset_of_another_name_is_known_from_both_sides(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    data = add_dataset(folder, tmp_path, name="mended", relabelled=(9,))
    new_id = _json(folder, "rescore", made.id, "--dataset", "mended")["new"]["id"]
    with folder.database.reading() as session:
        new = evaluations.get(session, new_id)
        assert (new.dataset_name, new.rescored_from) == (data.name, made.id)
        assert [e.id for e in evaluations.under_other_labels(session, made)] == [new.id]
        assert [e.id for e in evaluations.under_other_labels(session, new)] == [made.id]
    assert f"scored again from {made.id}" in _run(folder, "evaluations")[1]


def test_what_is_taken_out_can_be_put_back(folder: DataFolder, made: Evaluation) -> None:
    _run(folder, "worst", made.id, "--top", "3", "--keep")
    first, *_ = _json(folder, "basket")["frames"]
    assert _json(folder, "basket", "--remove", first["id"])["total"] == 2
    assert _json(folder, "basket", "--restore", first["id"])["total"] == 3
    assert "Taken out: 3" in _run(folder, "basket", "--clear")[1]
    assert "The basket is empty" in _run(folder, "basket")[1]
    code, text = _run(folder, "basket", "--remove", "0" * 16)
    assert (code, "No frame of the basket has that id" in text) == (1, True)


def test_the_basket_as_csv_runs_no_formula(folder: DataFolder, made: Evaluation) -> None:
    _run(folder, "worst", made.id, "--top", "1", "--keep", "--note", "=1+1")
    rows = list(csv.DictReader(_run(folder, "basket", "--csv")[1].splitlines()))
    assert [row["note"] for row in rows] == ["'=1+1"]
    assert rows[0]["dataset_name"] == "streets"


def test_changed_labels_are_scored_beside_the_old_ones(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    assert made.dataset_id is not None
    queue.delete_dataset(folder, made.dataset_id)
    new_data = add_dataset(folder, tmp_path, relabelled=(7, 9))
    found = _json(folder, "rescore", made.id)
    assert found["changed"] == 2
    assert [each["position"] for each in found["frames"]] == [9, 7]
    assert all(each["is_relabelled"] for each in found["frames"])
    with folder.database.reading() as session:
        old, new = (evaluations.get(session, found[side]["id"]) for side in ("old", "new"))
        beside = evaluations.under_other_labels(session, old)
    assert old == made.__class__(**{**vars(made), "dataset_id": None})
    assert new.data_key == new_data.splits["val"]["digest"]
    assert new.scores["miou"] != old.scores["miou"]
    assert new.scores["pcr"] == old.scores["pcr"]  # what was predicted is the same
    assert [each.id for each in beside] == [new.id]
    again = _json(folder, "rescore", made.id)
    assert again["new"]["id"] == new.id
    assert _json(folder, "compare", old.id, new.id) == again


def test_scoring_again_says_why_it_cannot(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    code, text = _run(folder, "rescore", made.id)
    assert (code, "are those it was scored by" in text) == (1, True)
    assert made.dataset_id is not None
    queue.delete_dataset(folder, made.dataset_id)
    code, text = _run(folder, "rescore", made.id)
    assert (code, "'streets' is gone: import it again" in text) == (1, True)
    code, text = _run(folder, "rescore", "nobody")
    assert (code, "is no id of an evaluation" in text) == (1, True)


def test_a_queued_scoring_waits_for_a_worker(
    folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    data = add_dataset(folder, tmp_path, name="streets 2", relabelled=(9,))
    asked = queue.score_again(folder, made.id, dataset=data.name)
    assert not asked.is_ready
    assert queue.score_again(folder, made.id, dataset=data.id) == asked
    with folder.database.reading() as session:
        assert basket.count(session) == 0
        assert evaluations.get(session, made.id) == made


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--metric", "iou"], "The metric iou needs one class"),
        (["--metric", "iou", "--class", "Boat"], "There is no class 'Boat'"),
        (["--class", "Tree"], "The metric miou needs no class"),
        (["--keep", "--note", "x" * 501], "up to 500 are kept"),
    ],
)
def test_bad_input_has_one_clear_sentence(
    folder: DataFolder, made: Evaluation, arguments: list[str], told: str
) -> None:
    code, text = _run(folder, "worst", made.id, *arguments)
    assert code == 1
    assert text.count("Error:") == 1
    assert told in text
