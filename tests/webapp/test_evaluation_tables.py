import csv
import io
from pathlib import Path
from typing import Any

import pytest

from core.data_folder import DataFolder
from core.palette import CAMVID
from core.records import Evaluation
from tests.webapp.judged import BUILDING, TREE, add_dataset, add_evaluation
from tests.webapp.stored import add_model
from webapp.evaluation_details import read_details
from webapp.evaluation_numbers import (
    ACCURACY,
    GREYED,
    STABILITY,
    classes_counted,
    has_any,
    reasons,
)
from webapp.evaluation_tables import (
    class_rows,
    classes_csv,
    confusion_of,
    frames_csv,
    worst_mistakes,
)


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path) -> Evaluation:
    dataset = add_dataset(folder, tmp_path)
    return add_evaluation(folder, tmp_path, model=add_model(folder), dataset=dataset)


def test_class_rows_say_what_the_scores_say(made: Evaluation) -> None:
    rows = class_rows(made.scores)
    assert [row.name for row in rows] == list(CAMVID.names)
    assert sum(row.share for row in rows) == pytest.approx(100)
    assert sum(row.pixels for row in rows) == sum(map(sum, confusion_of(made.scores)))
    tree = rows[TREE]
    matrix = confusion_of(made.scores)
    right = matrix[TREE][TREE]
    assert tree.accuracy == pytest.approx(100 * right / sum(matrix[TREE]), abs=1e-3)
    assert tree.iou == pytest.approx(100 * right / sum(matrix[TREE]), abs=1e-3)  # no false trees
    assert rows[0].iou == 100


def test_the_only_mistake_is_the_worst_one(made: Evaluation) -> None:
    (mistake,) = worst_mistakes(confusion_of(made.scores), limit=5)
    assert (mistake.truth, mistake.predicted) == (TREE, BUILDING)
    assert mistake.of_all == pytest.approx(100 - made.scores["pixel_accuracy"], abs=1e-3)
    assert mistake.of_truth > mistake.of_all


def test_a_class_nobody_has_is_left_open() -> None:
    scores: dict[str, Any] = {
        "classes_list": ["a", "b"],
        "classes": {"a": 50.0, "b": None},
        "confusion": [[1, 1], [0, 0]],
        "classes_present": 1,
    }
    a, b = class_rows(scores)
    assert (a.iou, a.share, b.iou, b.share, b.accuracy) == (50.0, 100.0, None, 0.0, None)
    assert classes_counted(scores) == "over 1 of 2 classes"


def test_scores_without_a_pixel_divide_by_nothing() -> None:
    assert class_rows({"classes_list": ["a"], "confusion": [[0]]})[0].share == 0
    assert worst_mistakes([[0, 0], [0, 0]], limit=3) == []
    assert class_rows({}) == []


def test_the_tables_are_read_back_by_a_spreadsheet(folder: DataFolder, made: Evaluation) -> None:
    rows = list(csv.DictReader(io.StringIO(classes_csv(made.scores))))
    assert [row["class"] for row in rows] == list(CAMVID.names)
    assert float(rows[TREE]["iou"]) == made.scores["classes"]["Tree"]
    assert made.details is not None
    frames = read_details(folder.artifacts, made.details).frames
    told = list(csv.DictReader(io.StringIO(frames_csv(frames))))
    assert [int(row["wrong"]) for row in told] == [frame.wrong for frame in frames]


def test_a_name_is_no_formula() -> None:
    scores = {"classes_list": ["=1+1", "b,c"], "confusion": [[1, 0], [0, 1]]}
    rows = list(csv.DictReader(io.StringIO(classes_csv(scores))))
    assert [row["class"] for row in rows] == ["'=1+1", "b,c"]
    assert rows[0]["iou"] == ""


def test_numbers_come_with_units_and_what_is_missing_with_a_reason(made: Evaluation) -> None:
    known = {score.key: score for score in (*ACCURACY, *STABILITY, *GREYED)}
    assert known["miou"].text(made.scores) == f"{made.scores['miou']:.1f} %"
    assert known["tc_ratio"].text({"tc_ratio": 0.987}) == "0.99"
    assert known["tc_m"].text(made.scores) == "n/a"  # measured without optical flow
    assert has_any(made.scores, STABILITY)
    assert not has_any({"vc8": None}, GREYED)
    told = reasons(made.scores)
    assert any("TC-m" in labels for labels in told.values())
    assert all(made.scores["notes"])


def test_what_a_constant_picture_wins_is_never_among_the_headline() -> None:
    headline = {score.key for score in (*ACCURACY, *STABILITY)}
    assert headline.isdisjoint({"pcr", "static_flicker", "vc8", "vc16", "tc_m"})
    for score in GREYED[:3]:
        assert "never read or sorted by alone" in score.meaning
