import numpy as np
import pytest

from core.dynamics.lag import lag_curve
from core.errors import DyncellError
from core.video.clip import Labels
from tests.core.dynamics.followers import CLASSES, moving
from tests.core.dynamics.slow import slow_miou

LAGS = (-2, 5)
TRUTHS = moving(24)


def said(late: int) -> list[tuple[Labels, Labels]]:
    """Predictions of 24 frames that are `late` frames behind, or ahead where negative."""
    chosen = [TRUTHS[min(max(n - late, 0), 23)] for n in range(24)]
    return [(np.where(p == 255, 0, p), y) for p, y in zip(chosen, TRUTHS, strict=True)]


@pytest.mark.parametrize("late", [-1, 0, 1, 2, 4])
def test_a_predictor_that_is_late_by_k_frames_has_lag_k(late: int) -> None:
    found = lag_curve([said(late)], lags=LAGS, num_classes=CLASSES)
    assert found["lag"] == late
    assert not found["at_edge"]
    assert found["frames"] == 24 - 7


def test_it_is_the_definition_frame_by_frame() -> None:
    streams = [said(1), said(0)[:9]]
    found = lag_curve(streams, lags=LAGS, num_classes=CLASSES)
    for k, score in zip(found["k"], found["miou"], strict=True):
        pairs = [
            (stream[t][0], stream[t - k][1])
            for stream in streams
            for t in range(5, len(stream) - 2)
        ]
        assert score == pytest.approx(slow_miou(pairs, classes=CLASSES), abs=1e-3)
    assert found["k"] == [-2, -1, 0, 1, 2, 3, 4, 5]


def test_a_frozen_predictor_lies_at_the_edge_and_a_world_at_rest_has_no_lag() -> None:
    first = np.where(TRUTHS[0] == 255, 0, TRUTHS[0])
    found = lag_curve([[(first, y) for y in TRUTHS]], lags=LAGS, num_classes=CLASSES)
    assert (found["lag"], found["at_edge"]) == (5, True)
    found = lag_curve([[(first, TRUTHS[0])] * 9], lags=LAGS, num_classes=CLASSES)
    assert (found["lag"], found["at_edge"]) == (0, False)


def test_a_stream_that_is_too_short_is_told() -> None:
    with pytest.raises(DyncellError, match="needs 8 judged frames in a row"):
        lag_curve([said(0)[:7], said(0)[:7]], lags=LAGS, num_classes=CLASSES)
