import cv2
import numpy as np
import pytest

from core.metrics.motion import FlowJudge, Match
from tests.core.metrics.predictors import drive


def slow_match(
    back: np.ndarray, *, forward: np.ndarray | None = None, visible: np.ndarray | None = None
) -> tuple[dict[tuple[int, int], tuple[int, int]], int]:
    """Where each followed pixel was, one by one."""
    height, width = back.shape[:2]
    sources = {}
    for y, x in np.ndindex(height, width):
        u, v = round(float(x + back[y, x, 0])), round(float(y + back[y, x, 1]))
        if not (0 <= u < width and 0 <= v < height):
            continue
        if visible is not None and not visible[y, x]:
            continue
        if forward is not None:
            f, b = back[y, x].astype(float), forward[v, u].astype(float)
            if ((f + b) ** 2).sum() > 0.01 * ((f**2).sum() + (b**2).sum()) + 0.5:
                continue
        sources[y, x] = (v, u)
    return sources, height * width


def as_dict(match: Match) -> dict[tuple[int, int], tuple[int, int]]:
    width = match.valid.shape[1]
    return {
        (int(y), int(x)): divmod(int(match.source[y, x]), width)
        for y, x in np.argwhere(match.valid)
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1.0, 4.0, 30.0])
def test_sources_and_occlusions_equal_the_slow_reference(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    back = (size * rng.normal(size=(13, 17, 2))).astype(np.float32)
    forward = (-back + 0.4 * rng.normal(size=back.shape)).astype(np.float32)
    visible = rng.random((13, 17)) < 0.8
    assert as_dict(Match.checked(back, forward)) == slow_match(back, forward=forward)[0]
    assert as_dict(Match.exact(back, visible)) == slow_match(back, visible=visible)[0]


def test_motion_out_of_the_picture_or_beyond_all_numbers_is_not_followed() -> None:
    back = np.zeros((2, 2, 2), np.float32)
    back[0, 0], back[0, 1], back[1, 0] = (-0.6, 0), (np.nan, 0), (1e30, 0)
    match = Match.exact(back, np.ones((2, 2), bool))
    assert match.valid.tolist() == [[False, False], [False, True]]
    assert match.source.max() < 4


def test_flows_that_do_not_fit_are_refused() -> None:
    flow = np.zeros((3, 4, 2), np.float32)
    with pytest.raises(ValueError, match="differ"):
        Match.exact(flow, np.ones((4, 3), bool))
    with pytest.raises(ValueError, match="differ"):
        Match.checked(flow, flow[:2])
    with pytest.raises(ValueError, match="differ"):
        Match.checked(flow[..., :1], flow[..., :1])


@pytest.mark.parametrize("preset", ["ultrafast", "fast", "medium"])
def test_the_judge_finds_a_plain_shift(preset: str) -> None:
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.integers(0, 256, (120, 160, 3), np.uint8), (9, 9), 0)
    judge = FlowJudge(preset=preset)  # type: ignore[arg-type]
    assert judge.update(texture[10:106, 10:138].copy()) is None
    match = judge.update(texture[12:108, 13:141].copy())
    assert match is not None
    y, x = np.mgrid[:96, :128]
    exact = (match.source == (y + 2) * 128 + x + 3) & match.valid
    assert exact[8:-8, 8:-8].mean() > 0.95


def test_the_judge_compares_nothing_across_a_cut_or_a_change_of_size() -> None:
    judge, picture = FlowJudge(), np.zeros((32, 32, 3), np.uint8)
    assert judge.update(picture) is None
    assert judge.update(picture) is not None
    judge.start_sequence()
    assert judge.update(picture) is None
    assert judge.update(np.zeros((40, 32, 3), np.uint8)) is None


def test_pictures_too_small_for_the_flow_match_nowhere() -> None:
    judge = FlowJudge()
    for _ in range(2):
        match = judge.update(np.zeros((1, 1, 3), np.uint8))
    assert match is not None
    assert not match.valid.any()


def test_the_judge_says_the_same_on_any_number_of_threads() -> None:
    first, second = (frame.image for frame in drive(3, 2, 160, 120))
    found = []
    threads = cv2.getNumThreads()
    try:
        for count in (1, 2, 5):
            cv2.setNumThreads(count)
            judge = FlowJudge()
            judge.update(first)
            match = judge.update(second)
            assert match is not None
            found.append((match.source.tobytes(), match.valid.tobytes()))
    finally:
        cv2.setNumThreads(threads)
    assert len(set(found)) == 1


def test_the_judge_is_right_about_most_of_a_street_whose_motion_is_known() -> None:
    judge = FlowJudge()
    near, hidden, accepted = [], 0, 0
    for frame in drive(3, 4, 480, 360):
        match = judge.update(frame.image)
        if match is None:
            continue
        exact = Match.exact(frame.flow_back, frame.visible_back)
        both = match.valid & exact.valid
        rows = match.source // 480 - exact.source // 480
        columns = match.source % 480 - exact.source % 480
        near.append((np.hypot(rows, columns) < 1.5)[both])
        accepted += np.count_nonzero(match.valid)
        hidden += np.count_nonzero(match.valid & ~exact.valid)
    assert np.concatenate(near).mean() > 0.8
    assert hidden / accepted < 0.05


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="preset is 'slow'; it must be one of"):
        FlowJudge(preset="slow")  # type: ignore[arg-type]
