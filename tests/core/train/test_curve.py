"""The course of a training in a bounded number of points."""

import json

import pytest

from core.train.curve import Curve


@pytest.mark.parametrize("steps", [1, 7, 8, 9, 100, 1234])
def test_a_curve_is_bounded_and_keeps_the_mean(steps: int) -> None:
    curve = Curve(most_points=8)
    for step in range(1, steps + 1):
        curve.add(step, loss=float(step), learning_rate=0.1)
    found = curve.to_dict()
    assert len(found["steps"]) <= 8
    assert found["steps"] == sorted(found["steps"])
    ends = [0, *found["steps"]]
    for first, last, loss in zip(ends, ends[1:], found["loss"], strict=False):
        assert loss == pytest.approx((first + 1 + last) / 2, abs=1e-4)


def test_a_curve_goes_on_from_its_state() -> None:
    whole, first = Curve(most_points=8), Curve(most_points=8)
    for step in range(1, 38):
        whole.add(step, loss=1 / step, learning_rate=step / 100)
        if step <= 21:
            first.add(step, loss=1 / step, learning_rate=step / 100)
    second = Curve(most_points=8)
    second.restore(json.loads(json.dumps(first.state())))
    for step in range(22, 38):
        second.add(step, loss=1 / step, learning_rate=step / 100)
    assert second.to_dict() == whole.to_dict()


def test_a_curve_of_one_point_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Curve(most_points=1)
