"""The self-test of the leaderboard: no constant picture comes first by a ranking key."""

import itertools
import subprocess
import sys

import pytest

from core.metrics.accuracy import Accuracy
from core.metrics.ranking import (
    COMPANION_KEYS,
    RANKING_KEYS,
    best_first,
    is_greyed,
    is_ranking_key,
    ratio_to_base,
    stands_still,
)
from core.metrics.trajectories import TrajectoryAccuracy
from core.predict import VideoPredictor
from tests.core.metrics.predictors import (
    Maps,
    camvid_truth,
    degenerate,
    drive,
    flickering,
    motion,
    needs_camvid,
)

CONSTANT = ("all road", "frozen first frame")


def miou(said: Maps, truth: Maps) -> float | None:
    accuracy = Accuracy(11)
    for prediction, target in zip(said, truth, strict=True):
        accuracy.update(prediction, target)
    return accuracy.compute().miou


def tvacc(said: Maps, truth: Maps, matches: list, length: int) -> float | None:
    metric = TrajectoryAccuracy((length,))
    for prediction, target, match in zip(said, truth, matches, strict=True):
        metric.update(prediction, target, match)
    return metric.compute().tvacc[length]


def change_rate(said: Maps) -> float:
    changed = [(one != other).mean() for one, other in itertools.pairwise(said)]
    return 100 * sum(changed) / len(changed)


@needs_camvid
def test_no_constant_picture_comes_before_one_that_looks_on_camvid() -> None:
    truth = list(camvid_truth())
    predictors = degenerate(truth)
    del predictors["ground truth"]
    predictors["flickering"] = flickering(predictors["one step late"], 0.1)
    order = best_first({name: miou(said, truth) for name, said in predictors.items()}, "miou")
    assert tuple(sorted(order[-2:])) == CONSTANT


@pytest.mark.parametrize("seed", [7000, 7002])
def test_no_constant_picture_comes_before_the_shipped_network_on_a_street(seed: int) -> None:
    """Frozen is the network's own first frame: what it would show if it never looked again."""
    frames = drive(seed, 18, 240, 180)
    truth = [frame.labels for frame in frames]
    predictor = VideoPredictor.load("camvid")
    network = [predictor.step(frame.image) for frame in frames]
    predictors = {
        "network": network,
        "network, late": [network[0], *network[:-1]],
        "all road": degenerate(truth)["all road"],
        "frozen first frame": [network[0]] * len(network),
    }
    by_key = {"miou": {name: miou(said, truth) for name, said in predictors.items()}} | {
        f"tvacc{length}": {
            name: tvacc(said, truth, motion(frames), length) for name, said in predictors.items()
        }
        for length in (8, 16)
    }
    for key, scores in by_key.items():
        order = best_first(scores, key)
        assert order[0] == "network", key
        assert tuple(sorted(order[-2:])) == CONSTANT, key


def test_keys_that_a_constant_picture_wins_are_no_ranking_keys() -> None:
    assert not set(RANKING_KEYS) & set(COMPANION_KEYS)
    for key in ("pcr", "aba_flicker", "static_flicker", "vc8", "vcacc16", "tc_m", "nonsense"):
        assert not is_ranking_key(key)
        with pytest.raises(ValueError, match=f"{key} is no ranking key"):
            best_first({"row": 1.0}, key)


def test_rows_are_sorted_best_first_and_rows_without_a_value_last() -> None:
    rows = {"a": 1.0, "none": None, "b": 3.0, "c": 3.0, "zero": 0.0}
    assert best_first(rows, "reward") == ["b", "c", "a", "zero", "none"]


def test_stability_is_greyed_where_accuracy_was_given_up_for_it() -> None:
    assert not is_greyed(55.3, 56.3)
    assert is_greyed(55.2, 56.3)
    assert not is_greyed(60.0, 56.3)
    assert is_greyed(None, 56.3)
    assert is_greyed(56.3, None)


def test_where_the_base_is_weak_a_twentieth_of_it_is_already_too_much() -> None:
    assert is_greyed(11.4, 12.05)
    assert not is_greyed(11.5, 12.05)


def test_a_picture_that_moves_less_than_half_as_much_as_the_truth_stands_still() -> None:
    assert stands_still(0.67, 3.32)
    assert stands_still(0.0, 5.99)
    assert not stands_still(1.84, 3.32)
    assert not stands_still(0.0, 0.0)  # so does the truth
    assert not stands_still(None, 3.32)
    assert not stands_still(0.5, None)


@needs_camvid
def test_every_constant_picture_stands_still_and_the_truth_does_not() -> None:
    truth = list(camvid_truth())
    own = change_rate(truth)
    for name, said in degenerate(truth).items():
        assert stands_still(change_rate(said), own) == (name in CONSTANT), name


def test_companions_are_shown_as_a_ratio_to_the_rows_own_base() -> None:
    assert ratio_to_base(0.7, 1.4) == 0.5
    assert ratio_to_base(0.7, 0.0) is None
    assert ratio_to_base(None, 1.4) is None


def test_pages_can_ask_without_loading_numpy() -> None:
    script = "import sys, core.metrics.ranking; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
