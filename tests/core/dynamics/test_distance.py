import pytest

from core.dynamics.distance import distance_curve
from core.errors import DyncellError
from core.video.clip import Labels
from tests.core.dynamics.followers import CLASSES, Late, made_run, moving
from tests.core.dynamics.slow import slow_miou

TRUTHS = moving(20)


def clean(labels: Labels) -> Labels:
    return labels * (labels != 255)


@pytest.mark.parametrize("late", [0, 1, 3])
def test_it_is_what_streams_from_every_beginning_give_one_by_one(late: int) -> None:
    judged = range(8, 20)
    follower = Late(late, kind="light")
    found = distance_curve(follower, [made_run(TRUTHS, judged)], num_classes=CLASSES, farthest=6)
    for d in range(7):
        pairs = []
        for n in judged:
            state = follower.see(made_run(TRUTHS).image(n - d))
            for m in range(n - d + 1, n + 1):
                state = follower.step(made_run(TRUTHS).image(m), state)
            pairs.append((follower.labels(state), TRUTHS[n]))
        assert found["miou"][d] == pytest.approx(slow_miou(pairs, classes=CLASSES), abs=1e-3)
        kept = [(clean(TRUTHS[n - d]), TRUTHS[n]) for n in judged]
        assert found["copy"][d] == pytest.approx(slow_miou(kept, classes=CLASSES), abs=1e-3)
    assert found["d"] == list(range(7))
    assert found["frames"] == [len(judged)] * 7
    assert found["static"] == [100.0] * 7
    assert found["min"] == min(found["miou"])
    assert found["miou"][found["min_at"]] == found["min"]
    assert found["mean"] == pytest.approx(sum(found["miou"]) / 7, abs=1e-3)


def test_a_memoryless_cell_and_a_static_network_are_flat_and_a_copy_is_the_copy() -> None:
    runs = [made_run(TRUTHS, range(5, 20)), made_run(moving(9, seed=3))]
    for follower in (Late(0), Late(0, kind="static")):
        found = distance_curve(follower, runs, num_classes=CLASSES, farthest=5)
        assert found["miou"] == found["static"] == [100.0] * 6
    found = distance_curve(Late(0, kind="copy"), runs, num_classes=CLASSES, farthest=5)
    assert found["miou"] == found["copy"]
    assert found["copy"] == sorted(found["copy"], reverse=True)
    assert found["copy"][5] < 80


def test_short_videos_have_short_curves_and_say_on_how_many_frames() -> None:
    found = distance_curve(Late(0), [made_run(moving(4))], num_classes=CLASSES, farthest=30)
    assert found["d"] == [0, 1, 2, 3]
    assert found["frames"] == [4, 3, 2, 1]


def test_a_state_that_is_no_number_ends_the_curve_with_a_sentence() -> None:
    follower = Late(0, kind="light", growth=1e150)
    found = distance_curve(follower, [made_run(TRUTHS)], num_classes=CLASSES, farthest=6)
    assert found["miou"] == [100.0] * 3 + [None] * 4
    assert "no number any more (NaN) from 3 frames" in found["note"]
    assert found["static"] == [100.0] * 7


def test_frames_without_a_class_are_told() -> None:
    void = [truth * 0 + 255 for truth in moving(9)]
    with pytest.raises(DyncellError, match="No pixel of the chosen frames has a class"):
        distance_curve(Late(0), [made_run(void)], num_classes=CLASSES, farthest=3)


def test_a_baseline_is_told_why_it_has_no_curve() -> None:
    with pytest.raises(DyncellError, match="not followed from every beginning"):
        distance_curve(
            Late(0, kind="baseline"), [made_run(TRUTHS)], num_classes=CLASSES, farthest=3
        )
