"""Accuracy against slow loops of our own, on random and on degenerate predictions."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.metrics.accuracy import Accuracy, empty_confusion, update_confusion
from core.palette import IGNORE

CAMVID_VAL = Path(__file__).parents[4] / "shared" / "camvid" / "val"


def slow_scores(frames: list[tuple[np.ndarray, np.ndarray]], classes: int) -> dict:
    """Pixel by pixel, in plain Python."""
    both, truth, answers, pixels, right = [[0] * classes for _ in range(3)] + [0, 0]
    for prediction, target in frames:
        for p, t in zip(prediction.ravel().tolist(), target.ravel().tolist(), strict=True):
            if t == IGNORE:
                continue
            pixels += 1
            truth[t] += 1
            answers[p] += 1
            if p == t:
                both[t] += 1
                right += 1
    present = [k for k in range(classes) if truth[k]]
    iou = {k: both[k] / (truth[k] + answers[k] - both[k]) for k in present}
    return {
        "miou": sum(iou.values()) / len(present),
        "fwiou": sum(truth[k] * iou[k] for k in present) / pixels,
        "pixel_accuracy": right / pixels,
        "mean_accuracy": sum(both[k] / truth[k] for k in present) / len(present),
        "iou": tuple(iou.get(k) for k in range(classes)),
        "classes_present": len(present),
        "pixels": pixels,
    }


def random_frames(classes: int, present: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    frames = []
    for _ in range(4):
        target = rng.integers(0, present, (13, 17), dtype=np.uint8)
        prediction = np.where(
            rng.random((13, 17)) < 0.6, target, rng.integers(0, classes, (13, 17))
        )
        target[rng.random((13, 17)) < 0.2] = IGNORE
        frames.append((prediction.astype(np.uint8), target))
    return frames


@pytest.mark.parametrize(("classes", "present"), [(11, 11), (11, 4), (2, 2), (1, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_scores_equal_the_slow_reference(classes: int, present: int, seed: int) -> None:
    frames = random_frames(classes, present, seed)
    accuracy = Accuracy(classes)
    for prediction, target in frames:
        accuracy.update(prediction, target)
    scores = accuracy.compute()
    for name, wanted in slow_scores(frames, classes).items():
        assert getattr(scores, name) == pytest.approx(wanted), name
    assert scores.reason is None


def test_the_accuracy_half_of_the_reward_is_a_geometric_mean() -> None:
    accuracy = Accuracy(11)
    assert accuracy.compute().half is None
    frames = random_frames(11, 11, 0)
    for prediction, target in frames:
        accuracy.update(prediction, target)
    wanted = slow_scores(frames, 11)
    product = wanted["miou"] * wanted["mean_accuracy"] * wanted["fwiou"]
    assert accuracy.compute().half == pytest.approx(product ** (1 / 3))


def test_254_classes_and_a_single_pixel_are_scored() -> None:
    frames = random_frames(254, 254, 3)
    accuracy = Accuracy(254)
    for prediction, target in frames:
        accuracy.update(prediction, target)
    assert accuracy.compute().miou == pytest.approx(slow_scores(frames, 254)["miou"])
    one = Accuracy(254)
    one.update(np.full((1, 1), 253, np.uint8), np.full((1, 1), 253, np.uint8))
    assert one.compute().miou == 1
    with pytest.raises(ValueError, match="prediction holds class 255"):
        one.update(np.full((1, 1), IGNORE, np.uint8), np.zeros((1, 1), np.uint8))


def test_frames_are_pooled_and_not_averaged() -> None:
    one = np.zeros((1, 1), np.uint8)
    three = np.array([[1, 1, 0]], np.uint8)
    accuracy = Accuracy(2)
    accuracy.update(one, one)
    accuracy.update(np.zeros((1, 3), np.uint8), three)
    # Class 0: 2 hits of 4 pixels said or true; class 1: none of 2. A mean of frames says 0.58.
    assert accuracy.compute().miou == pytest.approx((2 / 4 + 0) / 2)


def test_a_perfect_prediction_scores_one_whatever_it_says_where_nothing_is_known() -> None:
    target = np.array([[0, 2, IGNORE]], np.uint8)
    accuracy = Accuracy(5)
    accuracy.update(np.array([[0, 2, 200]], np.uint8), target)
    scores = accuracy.compute()
    assert scores.miou == scores.fwiou == scores.pixel_accuracy == scores.mean_accuracy == 1
    assert scores.iou == (1, None, 1, None, None)
    assert scores.classes_present == 2


def test_saying_one_class_everywhere_scores_low() -> None:
    target = np.repeat(np.arange(10, dtype=np.uint8), 10).reshape(10, 10)
    accuracy = Accuracy(10)
    accuracy.update(np.full((10, 10), 3, np.uint8), target)
    scores = accuracy.compute()
    assert scores.miou == pytest.approx(0.01)
    assert scores.mean_accuracy == pytest.approx(0.1)


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_without_ground_truth_there_is_no_score_but_a_reason(frames: int) -> None:
    accuracy = Accuracy(3)
    for _ in range(frames):
        accuracy.update(np.zeros((4, 4), np.uint8), np.full((4, 4), IGNORE, np.uint8))
    scores = accuracy.compute()
    assert scores.miou is scores.fwiou is scores.pixel_accuracy is scores.mean_accuracy is None
    assert scores.iou == (None, None, None)
    assert scores.reason == "no pixel of the ground truth has a class"


def test_the_update_changes_nothing_it_was_given() -> None:
    confusion = empty_confusion(2)
    new = update_confusion(confusion, np.ones((2, 2), np.uint8), np.zeros((2, 2), np.uint8))
    assert confusion.sum() == 0
    assert new.tolist() == [[0, 4], [0, 0]]


@pytest.mark.parametrize("guilty", ["target", "prediction"])
def test_an_id_that_is_no_class_is_refused(guilty: str) -> None:
    arrays = {"target": np.zeros((2, 2), np.uint8), "prediction": np.zeros((2, 2), np.uint8)}
    arrays[guilty][0, 0] = 3
    with pytest.raises(ValueError, match=f"{guilty} holds class 3, but there are 3 classes"):
        Accuracy(3).update(arrays["prediction"], arrays["target"])


def test_maps_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        Accuracy(3).update(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))


@pytest.mark.skipif(not CAMVID_VAL.is_dir(), reason="shared/camvid is not on this machine")
def test_degenerate_predictors_score_what_was_measured_elsewhere() -> None:
    """Reference values of an independent implementation on the CamVid val clip, within 0.2."""
    paths = sorted((CAMVID_VAL / "labels").iterdir())
    truth = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]
    truth = [np.where(labels < 11, labels, IGNORE).astype(np.uint8) for labels in truth]
    said = [np.where(labels == IGNORE, 0, labels).astype(np.uint8) for labels in truth]
    predictors = {
        "ground truth": said,
        "all road": [np.full_like(labels, 3) for labels in truth],
        "frozen first frame": [said[0]] * len(said),
        "one step late": [said[0], *said[:-1]],
    }
    measured = {}
    for name, predictions in predictors.items():
        accuracy = Accuracy(11)
        for prediction, target in zip(predictions, truth, strict=True):
            accuracy.update(prediction, target)
        miou = accuracy.compute().miou
        assert miou is not None
        measured[name] = 100 * miou
    assert measured == pytest.approx(
        {
            "ground truth": 100,
            "all road": 2.7,
            "frozen first frame": 35.4,
            "one step late": 73.3,
        },
        abs=0.2,
    )
