"""Video consistency against whole windows looked at pixel by pixel, and METRICS.md's table."""

import numpy as np
import pytest

from core.metrics.consistency import (
    ConsistencyScores,
    ConsistencyState,
    VideoConsistency,
    update_consistency,
)
from core.palette import IGNORE
from tests.core.metrics.predictors import camvid_truth, degenerate, needs_camvid, random_clip


def slow_scores(
    clips: list[tuple[list[np.ndarray], list[np.ndarray]]], length: int
) -> tuple[float | None, float | None, int]:
    """Every window of every clip, pixel by pixel."""
    constant, correct = [], []
    for truth, said in clips:
        for start in range(len(truth) - length + 1):
            pixels = same = right = 0
            frames = range(start, start + length)
            for place in np.ndindex(truth[0].shape):
                labels = {int(truth[t][place]) for t in frames}
                answers = {int(said[t][place]) for t in frames}
                if len(labels) > 1 or labels == {IGNORE}:
                    continue
                pixels += 1
                same += len(answers) == 1
                right += answers == labels
            if pixels:
                constant.append(same / pixels)
                correct.append(right / pixels)
    if not constant:
        return None, None, 0
    windows = len(constant)
    return sum(constant) / windows, sum(correct) / windows, windows


def judged(
    clips: list[tuple[list[np.ndarray], list[np.ndarray]]], lengths: tuple[int, ...]
) -> ConsistencyScores:
    metric = VideoConsistency(lengths)
    for truth, said in clips:
        metric.start_sequence()
        for target, prediction in zip(truth, said, strict=True):
            metric.update(prediction, target)
    return metric.compute()


@pytest.mark.parametrize("void", [0.0, 0.05, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_scores_equal_the_slow_reference(void: float, seed: int) -> None:
    clips = [
        random_clip(10 * seed + n, frames=frames, shape=(5, 7), classes=3, void=void)
        for n, frames in enumerate((9, 1, 4, 12))
    ]
    lengths = (2, 3, 5, 8)
    scores = judged(clips, lengths)
    for length in lengths:
        vc, vcacc, windows = slow_scores(clips, length)
        assert scores.vc[length] == (None if vc is None else pytest.approx(vc))
        assert scores.vcacc[length] == (None if vcacc is None else pytest.approx(vcacc))
        assert scores.windows[length] == windows
        assert (length in scores.reasons) == (windows == 0)


def test_no_window_spans_a_cut() -> None:
    one = np.zeros((2, 2), np.uint8)
    scores = judged([([one] * 3, [one] * 3), ([one] * 3, [one] * 3)], (4,))
    assert scores.vc == {4: None}
    assert scores.windows == {4: 0}
    assert scores.reasons[4] == "no pixel keeps one class for 4 labelled frames in a row"


@pytest.mark.parametrize("frames", [0, 1, 7])
def test_too_few_frames_have_a_reason_instead_of_a_score(frames: int) -> None:
    one = np.zeros((2, 2), np.uint8)
    scores = judged([([one] * frames, [one] * frames)], (8, 16))
    assert scores.vc == scores.vcacc == {8: None, 16: None}


def test_labels_that_never_rest_have_no_window() -> None:
    truth = [np.full((3, 3), t % 2, np.uint8) for t in range(20)]
    assert judged([(truth, truth)], (8,)).vc == {8: None}


def test_a_constant_error_is_consistent_but_not_accurate() -> None:
    truth = [np.zeros((2, 2), np.uint8)] * 8
    said = [np.array([[0, 0], [0, 1]], np.uint8)] * 8
    scores = judged([(truth, said)], (8,))
    assert scores.vc == {8: 1}
    assert scores.vcacc == {8: 0.75}


def test_one_blink_spoils_every_window_it_is_in_and_no_other() -> None:
    truth = [np.zeros((1, 1), np.uint8)] * 12
    said = [np.full((1, 1), t == 4, np.uint8) for t in range(12)]
    scores = judged([(truth, said)], (4,))
    assert scores.windows == {4: 9}
    assert scores.vcacc[4] == pytest.approx(5 / 9)  # windows 1..4 hold frame 4


def test_the_longest_window_counts_right_in_a_clip_longer_than_the_counters() -> None:
    one = np.zeros((1, 1), np.uint8)
    scores = judged([([one] * 600, [one] * 600)], (2, 255, 256))
    assert scores.vc == {2: 1, 255: 1, 256: 1}
    assert scores.windows == {2: 599, 255: 346, 256: 345}


@pytest.mark.parametrize("lengths", [(), (1,), (8, 257)])
def test_impossible_windows_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="2 to 256 frames are possible"):
        VideoConsistency(lengths)


def test_maps_that_do_not_fit_are_refused() -> None:
    metric = VideoConsistency()
    with pytest.raises(ValueError, match="differ"):
        metric.update(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))
    metric.update(np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\(3, 3\) follow labels of \(2, 3\)"):
        metric.update(np.zeros((3, 3), np.uint8), np.zeros((3, 3), np.uint8))


def test_the_state_does_not_grow_with_frames_or_windows_and_keeps_nothing_of_the_caller() -> None:
    sizes = set()
    for lengths in ((2,), (8, 16, 64, 256)):
        state = ConsistencyState(lengths=lengths)
        frame = np.zeros((8, 8), np.uint8)
        for t in range(40):
            frame[:] = t % 2
            state = update_consistency(state, frame, frame)
            assert state.last is not None
            maps = list(vars(state.last).values())
            assert not any(np.shares_memory(frame, kept) for kept in maps)
            sizes.add(sum(kept.nbytes for kept in maps))
    assert sizes == {4 * 64}


@needs_camvid
def test_predictors_score_what_was_measured_elsewhere() -> None:
    """METRICS.md's table, of an independent implementation, within 0.2."""
    truth = camvid_truth()
    table = {
        "ground truth": (100, 100, 100, 100),
        "all road": (100, 100, 33.5, 36.1),
        "frozen first frame": (100, 100, 84.9, 89.0),
        "one step late": (97.8, 98.4, 97.8, 98.4),
    }
    for name, said in degenerate(truth).items():
        scores = judged([(list(truth), said)], (8, 16))
        measured = (scores.vc[8], scores.vc[16], scores.vcacc[8], scores.vcacc[16])
        assert None not in measured
        percents = [100 * share for share in measured if share is not None]
        assert percents == pytest.approx(table[name], abs=0.2), name
