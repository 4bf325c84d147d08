import math
from typing import Any

import numpy as np
import pytest

from core.dynamics.drift import EARLY, WINDOW, drift, strengths
from core.dynamics.protocol import ModelClass
from core.errors import DyncellError
from tests.core.dynamics.followers import CLASSES, Late, made_run, moving
from tests.core.dynamics.slow import slow_miou

RUNS = [made_run(moving(20), range(0)), made_run(moving(30, seed=1), range(10, 30))]


def measured(follower: Late, frames: int = 200) -> dict[str, Any]:
    return drift(follower, RUNS, num_classes=CLASSES, frames=frames)


def test_a_state_that_stays_has_not_drifted() -> None:
    found = measured(Late(0))
    for video in ("still", "noise", "clip"):
        assert found[video]["rms"] == [1.0] * 20
        assert (found[video]["beyond"], found[video]["lost"]) == (None, None)
    assert found["played"] == 20
    assert found["window_ends"] == [50, 100, 150, 200]
    assert found["miou"] == found["static"] == [100.0] * 4


def test_a_state_that_grows_is_told_from_when_on() -> None:
    found = measured(Late(0, kind="light", growth=1.01))
    assert found["still"]["rms"][0] == 1
    assert found["still"]["rms"][10] == pytest.approx(1.01**100, rel=1e-3)
    assert found["clip"]["beyond"] == EARLY + math.ceil(math.log(2) / math.log(1.01))
    assert found["noise"]["most"] == pytest.approx(1.01**190, rel=1e-3)


def test_a_state_that_is_no_number_ends_its_video_only() -> None:
    seen = strengths(iter([1.0] * 15 + [math.nan] + [1.0] * 50), 40)
    assert (seen["lost"], seen["rms"]) == (15, [1.0])
    found = measured(Late(0, kind="light", growth=1e10))
    assert found["clip"]["lost"] == 31
    assert found["window_ends"] == []
    early = strengths(iter([1.0, math.inf]), 40)
    assert (early["lost"], early["rms"], early["most"]) == (1, [], None)


def test_the_labels_of_the_clip_are_judged_where_they_are() -> None:
    late = measured(Late(2, kind="light"), frames=WINDOW)
    truths = moving(30, seed=1)[10:]
    order = [*range(20), *range(18, 0, -1)]
    shown = [order[n % len(order)] for n in range(WINDOW)]
    said = [shown[max(0, n - 2)] for n in range(WINDOW)]
    pairs = [
        (np.where(truths[a] == 255, 0, truths[a]), truths[b])
        for a, b in zip(said, shown, strict=True)
    ]
    assert late["miou"] == [pytest.approx(slow_miou(pairs, classes=CLASSES), abs=1e-3)]


@pytest.mark.parametrize("kind", ["static", "copy"])
def test_models_without_a_cell_are_told_why_nothing_drifts(kind: ModelClass) -> None:
    with pytest.raises(DyncellError, match="nothing can drift"):
        measured(Late(0, kind=kind))
