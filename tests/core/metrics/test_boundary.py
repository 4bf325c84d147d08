"""Boundary IoU against the definition, pixel by pixel, and on degenerate maps."""

import cv2
import numpy as np
import pytest

from core.metrics.boundary import (
    BoundaryIou,
    BoundaryScores,
    boundary_band,
    boundary_counts,
    boundary_distance,
)
from core.palette import IGNORE
from tests.core.metrics.predictors import random_clip


def blobs(seed: int, *, shape: tuple[int, int], classes: int, void: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, classes, (4, 5), dtype=np.uint8)
    large = cv2.resize(small, shape[::-1], interpolation=cv2.INTER_NEAREST)
    noise = rng.random(shape) < 0.01
    large[noise] = rng.integers(0, classes)
    large[rng.random(shape) < void] = IGNORE
    return large


def slow_band(mask: np.ndarray, distance: int) -> np.ndarray:
    """Pixels of the mask with a pixel outside it, or the outside of the picture, within d."""
    height, width = mask.shape
    band = np.zeros_like(mask)
    for y in range(height):
        for x in range(width):
            near = [
                not (0 <= v < height and 0 <= u < width and mask[v, u])
                for v in range(y - distance, y + distance + 1)
                for u in range(x - distance, x + distance + 1)
            ]
            band[y, x] = mask[y, x] and any(near)
    return band


def slow_scores(frames: list[tuple[np.ndarray, np.ndarray]], classes: int, distance: int) -> list:
    result = []
    for k in range(classes):
        both = either = true = 0
        for prediction, target in frames:
            truth = target == k
            said = (prediction == k) & (target != IGNORE)
            edge, answer = slow_band(truth, distance), slow_band(said, distance)
            both += np.count_nonzero(edge & answer)
            either += np.count_nonzero(edge | answer)
            true += np.count_nonzero(truth)
        result.append(both / either if true else None)
    return result


def authors_band(mask: np.ndarray, distance: int) -> np.ndarray:
    """As the paper's published recipe says: pad by one, erode d times by 3x3, subtract."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)
    return mask & (eroded[1:-1, 1:-1] == 0)


def judged(frames: list[tuple[np.ndarray, np.ndarray]], classes: int) -> BoundaryScores:
    metric = BoundaryIou(classes)
    for prediction, target in frames:
        metric.update(prediction, target)
    return metric.compute()


@pytest.mark.parametrize("distance", [1, 2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_scores_equal_the_slow_reference(distance: int, seed: int) -> None:
    shape = (23, 29)
    frames = [
        (
            blobs(10 * seed + n, shape=shape, classes=4),
            blobs(seed, shape=shape, classes=3, void=0.05 * n),
        )
        for n in range(3)
    ]
    metric = BoundaryIou(5, ratio=distance / np.hypot(*shape))
    for prediction, target in frames:
        metric.update(prediction, target)
    scores = metric.compute()
    wanted = slow_scores(frames, 5, distance)
    assert scores.distances == (distance,)
    assert list(scores.iou) == pytest.approx(wanted)
    present = [value for value in wanted if value is not None]
    assert scores.miou == pytest.approx(sum(present) / len(present))


@pytest.mark.parametrize("seed", range(3))
def test_bands_are_those_of_the_published_recipe_for_every_class(seed: int) -> None:
    labels = blobs(seed, shape=(90, 120), classes=4, void=0.001)
    band = boundary_band(labels, 3)
    for k in np.unique(labels):
        mask = labels == k
        np.testing.assert_array_equal(band & mask, authors_band(mask, 3))


def test_the_distance_is_two_hundredths_of_the_diagonal_and_at_least_one() -> None:
    assert boundary_distance(360, 480) == 12
    assert boundary_distance(720, 960) == 24
    assert boundary_distance(1, 1) == 1


def test_a_perfect_prediction_scores_one_whatever_it_says_where_nothing_is_known() -> None:
    target = blobs(1, shape=(60, 80), classes=4, void=0.02)
    prediction = np.where(target == IGNORE, np.uint8(2), target)
    scores = judged([(prediction, target)], 6)
    assert scores.miou == 1
    assert scores.iou[5] is None


def test_a_shifted_edge_costs_more_here_than_in_the_plain_iou() -> None:
    target = np.zeros((200, 200), np.uint8)
    target[:, 100:] = 1
    prediction = np.roll(target, 3, axis=1)
    prediction[:, :3] = 0
    boundary = judged([(prediction, target)], 2)
    plain = np.count_nonzero((prediction == 1) & (target == 1)) / np.count_nonzero(
        (prediction == 1) | (target == 1)
    )
    assert boundary.iou[1] is not None
    assert boundary.iou[1] < plain - 0.1


def test_the_whole_of_a_thin_thing_is_boundary() -> None:
    target = np.zeros((100, 100), np.uint8)
    target[:, 50:53] = 1
    counts = boundary_counts(target, target, num_classes=2, distance=3)
    assert counts[:, 1].tolist() == [300, 300, 300]


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_without_ground_truth_there_is_no_score_but_a_reason(frames: int) -> None:
    void = np.full((8, 8), IGNORE, np.uint8)
    scores = judged([(np.zeros((8, 8), np.uint8), void)] * frames, 3)
    assert scores.miou is None
    assert scores.iou == (None, None, None)
    assert scores.reason == "no pixel of the ground truth has a class"


def test_one_pixel_and_254_classes_are_scored() -> None:
    one = np.full((1, 1), 253, np.uint8)
    scores = judged([(one, one)], 254)
    assert scores.miou == 1
    truth, said = random_clip(0, frames=2, shape=(20, 20), classes=254)
    scores = judged(list(zip(said, truth, strict=True)), 254)
    assert scores.iou == pytest.approx(
        tuple(slow_scores(list(zip(said, truth, strict=True)), 254, 1))
    )


def test_frames_of_several_sizes_show_all_distances() -> None:
    frames = [(np.zeros(s, np.uint8), np.zeros(s, np.uint8)) for s in ((60, 80), (360, 480))]
    assert judged(frames, 1).distances == (2, 12)


@pytest.mark.parametrize("guilty", ["target", "prediction"])
def test_an_id_that_is_no_class_is_refused(guilty: str) -> None:
    maps = {"target": np.zeros((4, 4), np.uint8), "prediction": np.zeros((4, 4), np.uint8)}
    maps[guilty][0, 0] = 3
    with pytest.raises(ValueError, match=f"{guilty} holds class 3, but there are 3 classes"):
        judged([(maps["prediction"], maps["target"])], 3)
    with pytest.raises(ValueError, match="differ"):
        judged([(np.zeros((4, 5), np.uint8), maps["target"])], 3)
