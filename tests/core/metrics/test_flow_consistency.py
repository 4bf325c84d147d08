"""TC against a slow loop, and against motion that is known exactly."""

import numpy as np
import pytest

from core.metrics.flow_consistency import FlowConsistency, FlowConsistencyScores
from core.metrics.motion import FlowJudge, Match
from core.palette import IGNORE
from tests.core.metrics.predictors import degenerate, drive, flickering, motion, random_clip


def judged(
    labels: list[np.ndarray], matches: list[Match | None], classes: int = 11
) -> FlowConsistencyScores:
    metric = FlowConsistency(classes)
    for ids, match in zip(labels, matches, strict=True):
        metric.update(ids, match)
    return metric.compute()


def random_motion(seed: int, frames: int, shape: tuple[int, int]) -> list[Match | None]:
    rng = np.random.default_rng(seed)
    return [
        None,
        *(
            Match.exact(
                (2 * rng.normal(size=(*shape, 2))).astype(np.float32), rng.random(shape) < 0.8
            )
            for _ in range(frames - 1)
        ),
    ]


def slow_scores(labels: list[np.ndarray], matches: list[Match | None], classes: int) -> dict:
    both, either, same, compared, pixels = [0] * classes, [0] * classes, 0, 0, 0
    for t in range(1, len(labels)):
        match = matches[t]
        if match is None:
            continue
        height, width = labels[t].shape
        for y, x in np.ndindex(height, width):
            pixels += 1
            if not match.valid[y, x]:
                continue
            v, u = divmod(int(match.source[y, x]), width)
            before, now = int(labels[t - 1][v, u]), int(labels[t][y, x])
            if IGNORE in (before, now):
                continue
            compared += 1
            same += before == now
            for k in {before, now}:
                either[k] += 1
                both[k] += before == now
    shown = [k for k in range(classes) if either[k]]
    return {
        "miou": sum(both[k] / either[k] for k in shown) / len(shown),
        "agreement": same / compared,
        "coverage": compared / pixels,
        "pairs": sum(match is not None for match in matches[1:]),
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 11, 254])
def test_scores_equal_the_slow_reference(seed: int, classes: int) -> None:
    labels, _ = random_clip(seed, frames=6, shape=(9, 12), classes=classes)
    matches = random_motion(seed, 6, (9, 12))
    matches[3] = None
    scores = judged(labels, matches, classes)
    for name, wanted in slow_scores(labels, matches, classes).items():
        assert getattr(scores, name) == pytest.approx(wanted), name


def test_labels_that_move_with_their_things_are_wholly_consistent() -> None:
    frames = drive(3, 6, 160, 120)
    scores = judged([frame.labels for frame in frames], motion(frames))
    assert scores.miou == scores.agreement == 1
    assert scores.coverage is not None
    assert scores.coverage > 0.9


def test_exact_motion_puts_perfect_labels_before_all_that_really_look_at_the_picture() -> None:
    frames = drive(3, 12, 160, 120)
    truth = [frame.labels for frame in frames]
    predictors = degenerate(truth) | {"flickering": flickering(truth, 0.05)}
    scores = {name: judged(said, motion(frames)).miou for name, said in predictors.items()}
    assert scores["ground truth"] == 1
    for name in ("one step late", "frozen first frame", "flickering"):
        assert scores[name] is not None
        assert scores[name] < 0.95, name
    # Why TC is no ranking key: nothing is more consistent than a constant picture.
    assert scores["all road"] == 1


def test_the_estimated_flow_takes_some_points_from_perfect_labels() -> None:
    frames = drive(3, 6, 480, 360)
    judge = FlowJudge()
    labels = [frame.labels for frame in frames]
    estimated = judged(labels, [judge.update(frame.image) for frame in frames])
    assert judged(labels, motion(frames)).miou == 1
    assert estimated.miou is not None
    assert estimated.agreement is not None
    assert 0.85 < estimated.miou < 0.99
    assert estimated.agreement > 0.98


def test_a_class_that_only_one_of_two_frames_shows_counts_against_the_mean() -> None:
    matches = [None, Match.exact(np.zeros((1, 2, 2), np.float32), np.ones((1, 2), bool))]
    scores = judged([np.array([[0, 0]], np.uint8), np.array([[0, 1]], np.uint8)], matches)
    assert scores.miou == pytest.approx((1 / 2 + 0) / 2)
    assert scores.agreement == 0.5


@pytest.mark.parametrize("frames", [0, 1])
def test_without_two_frames_there_is_a_reason_instead_of_a_score(frames: int) -> None:
    scores = judged([np.zeros((2, 2), np.uint8)] * frames, [None] * frames)
    assert (scores.miou, scores.agreement, scores.coverage) == (None, None, None)
    assert scores.reason == "no two frames with known motion between them came"


def test_frames_that_are_all_void_or_all_hidden_cover_nothing() -> None:
    still = np.zeros((2, 2, 2), np.float32)
    seen, hidden = (Match.exact(still, np.full((2, 2), value)) for value in (True, False))
    void, road = np.full((2, 2), IGNORE, np.uint8), np.full((2, 2), 3, np.uint8)
    for labels, match in ((void, seen), (road, hidden)):
        scores = judged([labels] * 3, [None, match, match])
        assert scores.miou is None
        assert scores.coverage == 0
        assert scores.reason == "no pixel could be followed from a frame to the next"


def test_nothing_is_compared_across_a_cut() -> None:
    metric = FlowConsistency(2)
    match = Match.exact(np.zeros((1, 1, 2), np.float32), np.ones((1, 1), bool))
    metric.update(np.zeros((1, 1), np.uint8), None)
    metric.start_sequence()
    metric.update(np.ones((1, 1), np.uint8), match)
    assert metric.compute().pairs == 0


def test_labels_and_motion_that_do_not_fit_are_refused() -> None:
    match = Match.exact(np.zeros((1, 1, 2), np.float32), np.ones((1, 1), bool))
    metric = FlowConsistency(2)
    with pytest.raises(ValueError, match="motion of"):
        metric.update(np.zeros((2, 2), np.uint8), match)
    metric.update(np.zeros((2, 2), np.uint8), None)
    with pytest.raises(ValueError, match="follow labels of"):
        metric.update(np.zeros((1, 1), np.uint8), match)
    metric.start_sequence()
    metric.update(np.full((1, 1), 2, np.uint8), None)
    with pytest.raises(ValueError, match="the frame before holds class 2"):
        metric.update(np.zeros((1, 1), np.uint8), match)
