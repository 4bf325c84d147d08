"""TVacc against paths followed one by one, and on streets whose motion is known."""

import numpy as np
import pytest

from core.metrics.motion import Match
from core.metrics.trajectories import TrajectoryAccuracy, TrajectoryScores
from core.palette import IGNORE
from tests.core.metrics.predictors import degenerate, drive, flickering, motion, random_clip


def judged(
    said: list[np.ndarray],
    truth: list[np.ndarray],
    matches: list[Match | None],
    lengths: tuple[int, ...] = (8,),
) -> TrajectoryScores:
    metric = TrajectoryAccuracy(lengths)
    for prediction, target, match in zip(said, truth, matches, strict=True):
        metric.update(prediction, target, match)
    return metric.compute()


def slow_scores(
    said: list[np.ndarray], truth: list[np.ndarray], matches: list[Match | None], length: int
) -> tuple[int, int]:
    """Follows every pixel of every frame back for `length` frames."""
    paths = right = 0
    width = truth[0].shape[1]
    for end in range(len(truth)):
        for place in np.ndindex(truth[0].shape):
            here, correct = place, True
            for t in range(end, end - length, -1):
                if t < 0 or truth[t][here] == IGNORE:
                    break
                correct = correct and said[t][here] == truth[t][here]
                if t == end - length + 1:
                    paths += 1
                    right += bool(correct)
                    break
                match = matches[t]
                if match is None or not match.valid[here]:
                    break
                here = divmod(int(match.source[here]), width)
    return right, paths


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("void", [0.0, 0.1, 1.0])
def test_scores_equal_the_slow_reference(seed: int, void: float) -> None:
    truth, said = random_clip(seed, frames=9, shape=(7, 9), classes=4, void=void)
    rng = np.random.default_rng(seed)
    matches: list[Match | None] = [
        Match.exact(rng.normal(size=(7, 9, 2)).astype(np.float32), rng.random((7, 9)) < 0.9)
        for _ in truth
    ]
    matches[0] = matches[5] = None
    lengths = (1, 2, 4, 6)
    scores = judged(said, truth, matches, lengths)
    for length in lengths:
        right, paths = slow_scores(said, truth, matches, length)
        assert scores.trajectories[length] == paths
        wanted = pytest.approx(right / paths) if paths else None
        assert scores.tvacc[length] == wanted
        assert (length in scores.reasons) == (paths == 0)


def test_scores_equal_the_slow_reference_on_a_street() -> None:
    frames = drive(5, 6, 48, 36)
    truth = [frame.labels for frame in frames]
    said = flickering(truth, 0.1)
    scores = judged(said, truth, motion(frames), (4,))
    right, paths = slow_scores(said, truth, motion(frames), 4)
    assert paths > 1000
    assert scores.trajectories == {4: paths}
    assert scores.tvacc == {4: pytest.approx(right / paths)}


@pytest.mark.parametrize("seed", [3, 7])
@pytest.mark.parametrize("length", [8, 16])
def test_predictors_of_a_street_are_ranked_as_they_deserve(seed: int, length: int) -> None:
    frames = drive(seed, 24, 160, 120)
    truth = [frame.labels for frame in frames]
    predictors = degenerate(truth) | {"flickering": flickering(truth, 0.02)}
    scores = {
        name: judged(said, truth, motion(frames), (length,)).tvacc[length] or 0.0
        for name, said in predictors.items()
    }
    # Errors that are drawn anew in every frame all count, and cost the more the longer the path.
    assert scores.pop("flickering") == pytest.approx(0.98**length, abs=0.01)
    assert sorted(scores, key=lambda name: -scores[name]) == [
        "ground truth",
        "one step late",
        "frozen first frame",
        "all road",
    ]
    assert scores["ground truth"] == 1


def test_following_the_thing_is_asked_for_and_not_staying_in_place() -> None:
    """A thing of one column moves one to the right in every frame; one answer stays behind."""
    truth = [np.zeros((1, 8), np.uint8) for _ in range(5)]
    for t, labels in enumerate(truth):
        labels[0, t] = 1
    back = np.zeros((1, 8, 2), np.float32)
    matches: list[Match | None] = [None]
    for t in range(1, 5):
        flow = back.copy()
        flow[0, t] = (-1, 0)
        visible = np.ones((1, 8), bool)
        visible[0, t - 1] = False  # what the thing uncovers was hidden before
        matches.append(Match.exact(flow, visible))
    follows = judged(truth, truth, matches, (5,))
    stays = judged([truth[0]] * 5, truth, matches, (5,))
    # Seen in all five frames: the thing, and the three columns it never comes to.
    assert follows.trajectories == stays.trajectories == {5: 4}
    assert follows.tvacc == {5: 1}
    assert stays.tvacc == {5: 0.75}


def test_one_wrong_frame_spoils_the_whole_path() -> None:
    truth = [np.zeros((1, 1), np.uint8)] * 10
    said = [np.full((1, 1), t == 5, np.uint8) for t in range(10)]
    still = Match.exact(np.zeros((1, 1, 2), np.float32), np.ones((1, 1), bool))
    scores = judged(said, truth, [None, *[still] * 9], (4,))
    assert scores.trajectories == {4: 7}
    assert scores.tvacc[4] == pytest.approx(3 / 7)  # ends 3, 4 and 9


def test_clips_longer_than_the_counters_are_counted_right() -> None:
    one = [np.zeros((1, 1), np.uint8)] * 300
    still = Match.exact(np.zeros((1, 1, 2), np.float32), np.ones((1, 1), bool))
    scores = judged(one, one, [None, *[still] * 299], (254, 255))
    assert scores.trajectories == {254: 47, 255: 46}
    assert scores.tvacc == {254: 1, 255: 1}


@pytest.mark.parametrize("frames", [0, 1, 7])
def test_too_few_frames_have_a_reason_instead_of_a_score(frames: int) -> None:
    one = [np.zeros((1, 1), np.uint8)] * frames
    scores = judged(one, one, [None] * frames)
    assert scores.tvacc == {8: None}
    assert scores.reasons[8].startswith("no point is seen")


def test_no_path_spans_a_cut() -> None:
    metric, one = TrajectoryAccuracy((2,)), np.zeros((1, 1), np.uint8)
    still = Match.exact(np.zeros((1, 1, 2), np.float32), np.ones((1, 1), bool))
    metric.update(one, one, None)
    metric.start_sequence()
    metric.update(one, one, still)
    assert metric.compute().trajectories == {2: 0}
    metric.update(one, one, still)
    assert metric.compute().trajectories == {2: 1}


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 255 frames are possible"):
        TrajectoryAccuracy((0,))
    metric = TrajectoryAccuracy()
    small, large = np.zeros((1, 1), np.uint8), np.zeros((2, 2), np.uint8)
    still = Match.exact(np.zeros((2, 2, 2), np.float32), np.ones((2, 2), bool))
    with pytest.raises(ValueError, match="differ"):
        metric.update(small, large, None)
    with pytest.raises(ValueError, match="motion of"):
        metric.update(small, small, still)
    metric.update(small, small, None)
    with pytest.raises(ValueError, match="follow labels of"):
        metric.update(large, large, still)
