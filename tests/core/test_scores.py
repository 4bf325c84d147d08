import json
import subprocess
import sys

import pytest

from core.scores import FrameResult, Scores, pooled_confusion

SCORES = Scores(
    split="val",
    frames=101,
    frames_seen=102,
    miou=55.1234,
    fwiou=80.0,
    pixel_accuracy=90.5,
    mean_accuracy=66.0,
    accuracy_half=66.1,
    classes={"Road": 90.25, "Pole": None},
    classes_present=1,
    boundary_miou=40.0,
    boundary={"Road": 40.0, "Pole": None},
    boundary_d=12,
    pcr=5.9,
    aba_flicker=1.3,
    static_flicker=2.0,
    static_coverage=43.0,
    gt_pcr=5.99,
    gt_aba_flicker=1.38,
    tc_m=85.0,
    tc_gt=89.2,
    tc_ratio=0.952915,
    tc_agreement=96.0,
    tc_coverage=93.8,
    tc_exact=None,
    tc_gt_exact=None,
    vc={8: 97.8, 16: 98.4},
    vcacc={8: 85.0, 16: None},
    tvacc={8: None, 16: None},
    blocks=12,
    miou_interval=(53.5, 57.25),
    sequences={"0016E5": {"frames": 101, "dense": True, "miou": 55.1234}},
    notes={"tc_exact": "exact motion is known for rendered data only"},
)

RESULT = FrameResult(
    name="0016E5_07959", sequence="0016E5", position=0, miou=61.5, counts=((0, 0, 90), (0, 2, 7))
)


def test_scores_survive_their_text_exactly() -> None:
    assert Scores.from_dict(json.loads(json.dumps(SCORES.to_dict()))) == SCORES


def test_windows_are_keys_of_their_own_in_the_text() -> None:
    document = SCORES.to_dict()
    assert document["vc8"] == 97.8
    assert document["vcacc8"] == 85.0
    assert document["vcacc16"] is document["tvacc16"] is None
    assert "vc" not in document
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize("change", [{"nonsense": 1}, {"miou": ...}])
def test_a_text_of_other_keys_is_refused(change: dict[str, object]) -> None:
    document = SCORES.to_dict() | change
    document = {key: value for key, value in document.items() if value is not ...}
    with pytest.raises(ValueError, match="missing or extra"):
        Scores.from_dict(document)


def test_a_frame_result_survives_its_text_exactly() -> None:
    assert FrameResult.from_dict(json.loads(json.dumps(RESULT.to_dict()))) == RESULT


def test_the_confusion_of_a_split_is_the_sum_of_its_frames() -> None:
    other = FrameResult(name="b", sequence="s", position=1, miou=None, counts=((2, 0, 1),))
    assert pooled_confusion([RESULT, RESULT, other], num_classes=3) == [
        [180, 0, 14],
        [0, 0, 0],
        [1, 0, 0],
    ]
    assert pooled_confusion([], num_classes=1) == [[0]]


def test_pages_can_read_scores_without_loading_numpy() -> None:
    script = "import sys, core.scores; print({'numpy', 'cv2', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
