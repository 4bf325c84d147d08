"""Stability without labels, against slow loops and on degenerate predictors."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.metrics.stability import (
    BLUR_KERNEL,
    STATIC_THRESHOLD,
    Stability,
    StabilityScores,
    StabilityState,
    update_stability,
)
from core.palette import IGNORE

CAMVID_VAL = Path(__file__).parents[4] / "shared" / "camvid" / "val"


def measure(labels: list[np.ndarray], images: list[np.ndarray] | None = None) -> StabilityScores:
    stability = Stability()
    for t, frame in enumerate(labels):
        stability.update(frame, image=None if images is None else images[t])
    return stability.compute()


def slow_scores(labels: list[np.ndarray], images: list[np.ndarray]) -> dict[str, float | None]:
    """The definitions, pixel by pixel."""
    blurred = [cv2.GaussianBlur(image, BLUR_KERNEL, 0).astype(int) for image in images]
    changed, compared, back, twice, static_changed, static, pictured = [0] * 7
    height, width = labels[0].shape
    for t in range(1, len(labels)):
        for y in range(height):
            for x in range(width):
                now, before = int(labels[t][y, x]), int(labels[t - 1][y, x])
                if IGNORE in (now, before):
                    continue
                compared += 1
                changed += now != before
                move = max(abs(blurred[t][y, x, c] - blurred[t - 1][y, x, c]) for c in range(3))
                pictured += 1
                if move < STATIC_THRESHOLD:
                    static += 1
                    static_changed += now != before
                if t >= 2 and labels[t - 2][y, x] != IGNORE:
                    twice += 1
                    back += now == labels[t - 2][y, x] and now != before
    return {
        "pcr": changed / compared if compared else None,
        "aba_flicker": back / twice if twice else None,
        "static_flicker": static_changed / static if static else None,
        "static_coverage": static / pictured if pictured else None,
    }


def random_video(
    frames: int, seed: int, *, void: float = 0.0
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    label, image = rng.integers(0, 3, (9, 11)), rng.integers(0, 256, (9, 11, 3))
    labels, images = [], []
    for _ in range(frames):
        label = np.where(rng.random((9, 11)) < 0.3, rng.integers(0, 3, (9, 11)), label)
        move = rng.integers(-9, 10, (9, 11, 3)) * (rng.random((9, 11, 1)) < 0.4)
        image = np.clip(image + move, 0, 255)
        shown = np.where(rng.random((9, 11)) < void, IGNORE, label)
        labels.append(shown.astype(np.uint8))
        images.append(image.astype(np.uint8))
    return labels, images


@pytest.mark.parametrize("frames", [1, 2, 3, 8])
@pytest.mark.parametrize("void", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(2))
def test_scores_equal_the_slow_reference(frames: int, void: float, seed: int) -> None:
    labels, images = random_video(frames, seed, void=void)
    scores = measure(labels, images)
    wanted = slow_scores(labels, images)
    for name, value in wanted.items():
        assert getattr(scores, name) == (None if value is None else pytest.approx(value)), name
        assert (name in scores.reasons) == (value is None)
    assert scores.frames == frames


def test_no_frame_and_one_frame_have_reasons_instead_of_scores() -> None:
    for frames in (0, 1):
        scores = measure([np.zeros((4, 4), np.uint8)] * frames)
        assert (scores.pcr, scores.aba_flicker, scores.static_flicker) == (None, None, None)
        assert scores.reasons["pcr"] == f"2 frames are needed, {frames} came"
        assert scores.reasons["aba_flicker"] == f"3 frames are needed, {frames} came"


def test_two_frames_have_a_change_rate_but_no_flicker_yet() -> None:
    scores = measure([np.zeros((2, 2), np.uint8), np.eye(2, dtype=np.uint8)])
    assert scores.pcr == 0.5
    assert scores.aba_flicker is None
    assert scores.reasons["aba_flicker"] == "3 frames are needed, 2 came"


def test_frames_that_are_all_ignored_have_no_score() -> None:
    void = np.full((3, 3), IGNORE, np.uint8)
    scores = measure([void] * 4, [np.zeros((3, 3, 3), np.uint8)] * 4)
    assert scores.pcr is scores.aba_flicker is scores.static_flicker is None
    assert scores.reasons["pcr"] == "no pixel could be compared over 2 frames"


def test_a_frozen_prediction_never_changes() -> None:
    labels, images = random_video(6, 0)
    scores = measure([labels[0]] * 6, images)
    assert scores.pcr == scores.aba_flicker == scores.static_flicker == 0


def test_a_prediction_that_blinks_is_all_flicker() -> None:
    off, on = np.zeros((4, 4), np.uint8), np.ones((4, 4), np.uint8)
    still = [np.full((4, 4, 3), 90, np.uint8)] * 6
    scores = measure([off, on, off, on, off, on], still)
    assert scores.pcr == scores.aba_flicker == scores.static_flicker == 1
    assert scores.static_coverage == 1


def test_a_change_that_stays_is_no_flicker() -> None:
    frames = [np.full((4, 4), value, np.uint8) for value in (0, 0, 1, 1, 2, 2)]
    scores = measure(frames)
    assert scores.pcr == pytest.approx(2 / 5)
    assert scores.aba_flicker == 0


def test_a_picture_that_moves_everywhere_has_no_static_flicker_but_a_reason() -> None:
    images = [np.full((4, 4, 3), value, np.uint8) for value in (0, 50, 100)]
    scores = measure([np.zeros((4, 4), np.uint8)] * 3, images)
    assert scores.static_coverage == 0
    assert scores.static_flicker is None
    assert scores.reasons["static_flicker"] == "no pixel stood still"


def test_without_images_only_the_static_flicker_is_missing() -> None:
    labels, _ = random_video(5, 1)
    scores = measure(labels)
    assert scores.pcr is not None
    assert scores.aba_flicker is not None
    assert set(scores.reasons) == {"static_flicker", "static_coverage"}


def test_images_larger_than_the_labels_are_scaled() -> None:
    labels, images = random_video(4, 2)
    large = [image.repeat(3, axis=0).repeat(3, axis=1) for image in images]
    assert measure(labels, large) == measure(labels, images)


def test_the_state_does_not_grow_and_keeps_no_array_of_the_caller() -> None:
    state = StabilityState()
    frame, image = np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.uint8)
    sizes = []
    for t in range(10):
        frame[:] = t % 3
        new = update_stability(state, frame, image=image)
        assert new is not state
        arrays = [a for a in vars(new).values() if isinstance(a, np.ndarray)]
        assert not any(np.shares_memory(a, frame) or np.shares_memory(a, image) for a in arrays)
        sizes.append(sum(a.nbytes for a in arrays))
        state = new
    assert sizes[2:] == [8 * 8 * 5] * 8
    assert state.changed == state.compared == 9 * 64


def test_nothing_is_compared_across_a_cut_and_the_counts_add_up() -> None:
    clips = [random_video(frames, seed) for seed, frames in enumerate((5, 1, 4))]
    together = Stability()
    for labels, images in clips:
        together.start_sequence()
        for frame, image in zip(labels, images, strict=True):
            together.update(frame, image=image)
    alone = []
    for labels, images in clips:
        stability = Stability()
        for frame, image in zip(labels, images, strict=True):
            stability.update(frame, image=image)
        alone.append(stability.state)
    for count in ("frames", "changed", "compared", "flickered", "compared_twice", "static"):
        assert getattr(together.state, count) == sum(getattr(state, count) for state in alone)
    assert together.state.compared_twice == (3 + 0 + 2) * 9 * 11


def test_a_change_of_size_within_a_video_is_refused() -> None:
    stability = Stability()
    stability.update(np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match=r"\(5, 4\) follow labels of \(4, 4\)"):
        stability.update(np.zeros((5, 4), np.uint8))


@pytest.mark.skipif(not CAMVID_VAL.is_dir(), reason="shared/camvid is not on this machine")
def test_predictors_change_and_flicker_as_measured_elsewhere() -> None:
    """Reference values of an independent implementation on the CamVid val clip, in percent.

    Its predictors say class 0 where the hand labels say nothing.
    """
    paths = sorted((CAMVID_VAL / "labels").iterdir())
    maps = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]
    truth = [np.where(labels < 11, labels, 0).astype(np.uint8) for labels in maps]
    scores = measure(truth)
    late = measure([truth[0], *truth[:-1]])
    frozen = measure([truth[0]] * len(truth))
    assert None not in (scores.pcr, scores.aba_flicker, late.pcr)
    assert 100 * scores.pcr == pytest.approx(5.99, abs=0.02)
    assert 100 * scores.aba_flicker == pytest.approx(1.39, abs=0.02)
    assert 100 * late.pcr == pytest.approx(5.94, abs=0.02)
    assert frozen.pcr == frozen.aba_flicker == 0
