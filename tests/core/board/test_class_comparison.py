from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.board.class_comparison import (
    NO_CONFUSION,
    class_lines,
    confusion_change,
    no_classes,
    no_confusion,
)
from core.board.comparison import OTHER_SETTING, compare
from core.board.contender import NO_EVALUATION
from tests.core.board.contenders import CLASSES, contender

#          road tree car
FIRST = [[90, 10, 0], [20, 80, 0], [5, 5, 10]]
AGAIN = [[88, 12, 0], [22, 78, 0], [4, 6, 10]]
BETTER = [[90, 10, 0], [20, 80, 0], [1, 1, 18]]
BETTER_AGAIN = [[88, 12, 0], [22, 78, 0], [1, 2, 17]]
NO_CAR = [[90, 10, 0], [20, 80, 0], [0, 0, 0]]

_VALUES = [{"miou": 60.0}, {"miou": 61.0}]


def test_classes_have_means_differences_and_verdicts() -> None:
    base = contender("a", _VALUES, confusions=[FIRST, AGAIN])
    other = contender("b", _VALUES, confusions=[BETTER, BETTER_AGAIN])
    lines = {line.name: line for line in class_lines(compare([base, other]))}
    assert tuple(lines) == CLASSES
    car = lines["car"]
    assert car.share == pytest.approx(100 * 20 / 220)
    assert car.standings[0].mean == pytest.approx(50.0)
    gap = car.standings[1].difference
    assert gap is not None
    assert gap.value == pytest.approx((90 + 85) / 2 - 50)
    assert gap.method == "paired"
    assert car.standings[1].verdict == "better"
    assert lines["road"].standings[1].verdict in ("tie", "better")


def test_the_confusion_changes_by_shares_of_the_true_class() -> None:
    found = compare(
        [
            contender("a", _VALUES, confusions=[FIRST, AGAIN]),
            contender("b", _VALUES, confusions=[BETTER, BETTER_AGAIN]),
        ]
    )
    change = confusion_change(found, 1)
    assert change is not None
    car, road = CLASSES.index("car"), CLASSES.index("road")
    assert change.change[car].tolist() == pytest.approx([-17.5, -20.0, 37.5])
    assert change.change[road].tolist() == pytest.approx([0, 0, 0])
    first = change.shifts[0]
    assert (first.truth, first.predicted) == (car, CLASSES.index("tree"))
    assert (first.before, first.after) == pytest.approx((27.5, 7.5))
    assert first.of_all == pytest.approx(-20.0 * 20 / 220)
    assert all(shift.truth != shift.predicted for shift in change.shifts)
    sizes = [abs(shift.difference.value) for shift in change.shifts]
    assert sizes == sorted(sizes, reverse=True)


def test_a_class_that_the_ground_truth_lacks_has_no_number_but_a_reason() -> None:
    rows = [contender(name, _VALUES, confusions=[NO_CAR, NO_CAR]) for name in "ab"]
    car = class_lines(compare(rows))[CLASSES.index("car")]
    for standing in car.standings:
        assert standing.mean is None
        assert "never has this class" in standing.missing
        assert standing.difference is None


def test_rows_without_scores_of_classes_say_why() -> None:
    base = contender("a", _VALUES, confusions=[FIRST, AGAIN])
    elsewhere = contender("b", _VALUES, setting="bbbbbbbb", confusions=[FIRST, AGAIN])
    trial = contender("t", _VALUES, kind="trial")
    found = compare([base, elsewhere, trial])
    assert no_classes(found, 1) == OTHER_SETTING
    assert no_classes(found, 2) == NO_EVALUATION
    assert confusion_change(found, 1) is None
    assert [line.standings[1].missing for line in class_lines(found)] == [OTHER_SETTING] * 3
    turned = compare([base, elsewhere, trial], base=2)
    assert class_lines(turned) == []
    assert no_confusion(turned, 0) == NO_EVALUATION


def test_a_confusion_that_was_not_kept_is_told_and_classes_are_compared_all_the_same() -> None:
    base = contender("a", _VALUES, confusions=[FIRST, AGAIN])
    other = contender("b", _VALUES, confusions=[BETTER, BETTER_AGAIN])
    bare = replace(
        other, scores=tuple(replace(each, scores=_bare(each.scores)) for each in other.scores)
    )
    for rows, place in (([base, bare], 1), ([bare, base], 1)):
        found = compare(rows)
        assert no_confusion(found, place) == NO_CONFUSION
        assert confusion_change(found, place) is None
        assert class_lines(found)[CLASSES.index("car")].standings[place].difference is not None


def _bare(scores: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in scores.items() if key != "confusion"}
