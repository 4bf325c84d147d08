import numpy as np
import pytest

from core.dynamics.protocol import PAST
from core.dynamics.recovery import Place, Splice, recovery_curve, splices
from core.errors import DyncellError
from core.metrics.accuracy import frame_confusion
from core.metrics.joint_counts import Confusion
from tests.core.dynamics.followers import CLASSES, Late, LateStream, made_run, moving
from tests.core.dynamics.slow import slow_miou

RUNS = [made_run(moving(60, seed=1)), made_run(moving(60, seed=2), range(30, 60))]
HORIZON = 6


def static(place: Place) -> Confusion:
    truth = RUNS[place[0]].truth(place[1])
    return frame_confusion(np.where(truth == 255, 0, truth), truth, num_classes=CLASSES)


def cuts(phases: int = 1) -> tuple[Splice, ...]:
    return splices(RUNS, horizon=HORIZON, most=9, phases=phases)


def curve(stream: LateStream, made: tuple[Splice, ...]) -> dict:  # type: ignore[type-arg]
    return recovery_curve(stream, made, RUNS, static=static, num_classes=CLASSES)


def test_cuts_are_judged_frames_after_frames_that_lie_far_away() -> None:
    made = cuts(phases=4)
    assert len(made) == 9
    for number, cut in enumerate(made):
        assert len(cut.before) == PAST + number % 4
        assert len(cut.after) == HORIZON + 1
        for r, n in cut.after:
            assert n in RUNS[r].judged
        assert not set(cut.before) & set(cut.after)
        for stretch in (cut.before, cut.after):
            run, first = stretch[0]
            assert list(stretch) == [(run, first + k) for k in range(len(stretch))]
            assert 0 <= first <= stretch[-1][1] < RUNS[run].length
    assert len({cut.after for cut in made}) == 9


def test_a_predictor_that_is_late_by_k_frames_recovers_after_k() -> None:
    for late in (0, 2, 4):
        found = curve(LateStream(Late(late)), cuts())
        late_by_motion = found["miou"][-1]
        assert (found["frames"] is None) == (late > 0)  # the late one stays behind the motion
        if late:
            assert min(found["miou"][:late]) < late_by_motion - 5


def test_it_is_the_definition_frame_by_frame() -> None:
    made, follower = cuts(), Late(3)
    found = curve(LateStream(follower), made)
    for offset in found["offsets"]:
        pairs = []
        for cut in made:
            seen = [RUNS[r].truth(n) for r, n in (*cut.before, *cut.after[: offset + 1])]
            said = seen[max(0, len(seen) - 1 - 3)]
            pairs.append((np.where(said == 255, 0, said), seen[-1]))
        assert found["miou"][offset] == pytest.approx(slow_miou(pairs, classes=CLASSES), abs=1e-3)
        assert found["static"][offset] == 100


def test_found_cuts_and_key_frames_help() -> None:
    found = curve(LateStream(Late(3), finds_cuts=True), cuts())
    assert (found["frames"], found["found"], found["splices"]) == (0, 9, 9)
    blind = curve(LateStream(Late(3)), cuts())
    assert (blind["frames"], blind["found"]) == (None, 0)
    regular = curve(LateStream(Late(3), key_interval=5), cuts(phases=5))
    assert 0 < regular["found"] < 9  # cuts come at every phase


def test_one_that_never_recovers_says_so() -> None:
    class Frozen(LateStream):
        def label(self, image):  # type: ignore[no-untyped-def]
            return np.zeros(image.shape[:2], np.uint8)

    assert curve(Frozen(Late(0)), cuts())["frames"] is None


def test_videos_that_are_too_short_are_told() -> None:
    short = [made_run(moving(12))]
    with pytest.raises(DyncellError, match=r"too short for a cut: 7 judged frames in a row"):
        splices(short, horizon=HORIZON, most=9)
