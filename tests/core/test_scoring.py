"""Scoring whole splits: the metrics one by one, METRICS.md's table, and everything degenerate."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import BadPrediction, DyncellError
from core.metrics.accuracy import Accuracy
from core.metrics.boundary import BoundaryIou
from core.metrics.consistency import VideoConsistency
from core.metrics.flow_consistency import FlowConsistency
from core.metrics.motion import FlowJudge
from core.metrics.stability import Stability
from core.metrics.trajectories import TrajectoryAccuracy
from core.palette import CAMVID, IGNORE, Palette
from core.protocol import Protocol
from core.scores import FrameResult, Scores, pooled_confusion
from core.scoring import JudgedFrame, JudgedSequence, Scorer, score
from tests.core.metrics.predictors import (
    camvid_image,
    camvid_names,
    camvid_truth,
    degenerate,
    drive,
    flickering,
    motion,
    needs_camvid,
    random_clip,
)

PLAIN = Protocol(flow=None)
TEMPORAL = (
    *("pcr", "aba_flicker", "static_flicker", "static_coverage", "gt_pcr", "gt_aba_flicker"),
    *("tc_m", "tc_gt", "tc_ratio", "tc_agreement", "tc_coverage"),
    *("vc8", "vc16", "vcacc8", "vcacc16", "tvacc8", "tvacc16"),
)


def classes(count: int) -> Palette:
    return Palette(tuple(f"class {k}" for k in range(count)), ((1, 2, 3),) * count)


def street(seed: int, frames: int, *, width: int = 80, height: int = 60) -> list[JudgedFrame]:
    """A drive with void at the left edge and a prediction that flickers."""
    rendered = drive(seed, frames, width, height)
    said = flickering([frame.labels for frame in rendered], 0.02)
    judged = []
    pairs = zip(rendered, said, motion(rendered), strict=True)
    for number, (frame, prediction, match) in enumerate(pairs):
        labels = frame.labels.copy()
        labels[:, :5] = IGNORE
        judged.append(
            JudgedFrame(f"{seed}-{number:03}", frame.image, labels, prediction, motion=match)
        )
    return judged


def noise(count: int, seed: int = 0, *, num_classes: int = 3, void: float = 0.1) -> list:
    truth, said = random_clip(seed, frames=count, shape=(6, 8), classes=num_classes, void=void)
    return [
        JudgedFrame(f"f{number}", None, labels, prediction)
        for number, (labels, prediction) in enumerate(zip(truth, said, strict=True))
    ]


def judged(
    frames: list[JudgedFrame],
    *,
    palette: Palette = CAMVID,
    protocol: Protocol = PLAIN,
    dense: bool = True,
    rate: float | None = None,
) -> Scores:
    sequence = JudgedSequence("s", frames, dense, rate)
    return score([sequence], palette=palette, protocol=protocol, split="val")


def assert_defined(scores: Scores) -> None:
    """Every number is finite, and every gap has its reason."""
    document = scores.to_dict()
    assert Scores.from_dict(json.loads(json.dumps(document, allow_nan=False))) == scores
    for key, value in document.items():
        if value is None:
            assert key in scores.notes, key
        if isinstance(value, float):
            assert math.isfinite(value), key
    assert not [key for key in scores.notes if document[key] is not None and key != "classes"]


def test_every_score_is_the_one_of_its_metric_alone() -> None:
    clips = [street(3, 18), street(5, 10)]
    scores = score(
        [JudgedSequence(f"street {n}", clip, True) for n, clip in enumerate(clips)],
        palette=CAMVID,
        protocol=Protocol(),
    )
    accuracy, boundary = Accuracy(11), BoundaryIou(11)
    stability, truth, windows = Stability(), Stability(), VideoConsistency()
    followed, truth_followed, moved = (FlowConsistency(11) for _ in range(3))
    paths = TrajectoryAccuracy()
    for clip in clips:
        judge = FlowJudge()
        for metric in (stability, truth, windows, followed, truth_followed, moved, paths):
            metric.start_sequence()  # type: ignore[attr-defined]
        for frame in clip:
            labels, said, image = frame.labels, frame.prediction, frame.frame
            assert labels is not None
            assert image is not None
            match = judge.update(image)
            accuracy.update(said, labels)
            boundary.update(said, labels)
            stability.update(said, image=image)
            truth.update(np.where(labels == IGNORE, np.uint8(0), labels))
            windows.update(said, labels)
            followed.update(said, match)
            truth_followed.update(labels, match)
            moved.update(said, frame.motion)
            paths.update(said, labels, frame.motion)
    alone, still = accuracy.compute(), stability.compute()
    tc_m, tc_gt = followed.compute(), truth_followed.compute()
    assert tc_m.miou is not None
    assert tc_gt.miou is not None
    wanted = {
        "miou": alone.miou,
        "fwiou": alone.fwiou,
        "pixel_accuracy": alone.pixel_accuracy,
        "mean_accuracy": alone.mean_accuracy,
        "accuracy_half": alone.half,
        "boundary_miou": boundary.compute().miou,
        "pcr": still.pcr,
        "aba_flicker": still.aba_flicker,
        "static_flicker": still.static_flicker,
        "static_coverage": still.static_coverage,
        "gt_pcr": truth.compute().pcr,
        "gt_aba_flicker": truth.compute().aba_flicker,
        "tc_m": tc_m.miou,
        "tc_gt": tc_gt.miou,
        "tc_ratio": tc_m.miou / tc_gt.miou / 100,
        "tc_agreement": tc_m.agreement,
        "tc_coverage": tc_m.coverage,
        "tc_exact": moved.compute().miou,
    }
    for n in (8, 16):
        wanted[f"vc{n}"] = windows.compute().vc[n]
        wanted[f"vcacc{n}"] = windows.compute().vcacc[n]
        wanted[f"tvacc{n}"] = paths.compute().tvacc[n]
    document = scores.to_dict()
    for key, share in wanted.items():
        assert share is not None, key
        assert document[key] == pytest.approx(100 * share, abs=1e-4), key
    assert scores.tc_gt_exact == 100
    assert scores.boundary_d == 2
    assert scores.frames == scores.frames_seen == 28
    assert_defined(scores)


def test_frames_are_judged_one_by_one_too_and_add_up() -> None:
    results: list[FrameResult] = []
    clips = {"a": street(3, 4), "b": street(5, 3)}
    scores = score(
        (JudgedSequence(name, frames, True) for name, frames in clips.items()),
        palette=CAMVID,
        protocol=PLAIN,
        on_frame=results.append,
    )
    assert [result.position for result in results] == list(range(7))
    assert [result.sequence for result in results] == ["a"] * 4 + ["b"] * 3
    accuracy = Accuracy(11)
    for result, frame in zip(results, clips["a"] + clips["b"], strict=True):
        alone = Accuracy(11)
        assert frame.labels is not None
        for metric in (alone, accuracy):
            metric.update(frame.prediction, frame.labels)
        own = alone.compute().miou
        assert own is not None
        assert result.miou == pytest.approx(100 * own, abs=1e-4)
        assert result.name == frame.name
    assert pooled_confusion(results, num_classes=11) == accuracy.confusion.tolist()
    for name, frames in clips.items():
        sequence = scores.sequences[name]
        assert sequence["miou"] == judged(frames).miou
        assert (sequence["frames"], sequence["dense"]) == (len(frames), True)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (5, 9), (7, 7), (4, 400)])
def test_a_range_scores_as_if_there_were_nothing_else(first: int, last: int) -> None:
    frames = street(3, 12)
    protocol = replace(PLAIN, frames=(first, last))
    chosen = judged(frames, protocol=protocol)
    assert chosen == judged(frames[first : last + 1])
    assert chosen.frames == len(frames[first : last + 1])
    given = [replace(frame, position=n) for n, frame in enumerate(frames)][first:]
    assert judged(given, protocol=protocol) == chosen


def test_a_range_beyond_the_split_scores_nothing_and_says_so() -> None:
    scores = judged(noise(3), protocol=replace(PLAIN, frames=(10, 20)))
    assert scores.frames == 0
    assert scores.notes["miou"] == "no labelled frame came"
    assert_defined(scores)


def test_positions_count_through_all_sequences() -> None:
    scorer = Scorer(palette=classes(3), protocol=replace(PLAIN, frames=(3, 5)))
    found = []
    for name in ("a", "b"):
        scorer.start_sequence(name, dense=True)
        found += [scorer.update(frame) for frame in noise(4)]
    assert [None if result is None else result.position for result in found] == [
        *(None, None, None, 3),
        *(4, 5, None, None),
    ]


def test_a_gap_is_a_cut() -> None:
    frames = street(3, 10)
    numbered = [replace(frame, position=n) for n, frame in enumerate(frames)]
    gapped = judged(numbered[:4] + numbered[6:])
    apart = score(
        [JudgedSequence("s", part, True) for part in (frames[:4], frames[6:])],
        palette=CAMVID,
        protocol=PLAIN,
    )
    for key in ("pcr", "aba_flicker", "static_flicker", "gt_pcr", "miou", "vc", "tvacc"):
        assert getattr(gapped, key) == getattr(apart, key), key


def test_frames_that_are_not_consecutive_have_accuracy_alone() -> None:
    scores = judged(street(3, 18), dense=False)
    assert scores.miou is not None
    for key in TEMPORAL:
        assert scores.to_dict()[key] is None
        assert scores.notes[key] == "no sequence of the split is made of consecutive frames"
    assert_defined(scores)


def test_unlabelled_frames_count_for_what_needs_no_labels() -> None:
    frames = street(3, 12)
    sparse = [replace(f, labels=f.labels if n % 4 == 0 else None) for n, f in enumerate(frames)]
    scores = judged(sparse, protocol=Protocol())
    full = judged(frames, protocol=Protocol())
    assert (scores.frames, scores.frames_seen) == (3, 12)
    for key in ("pcr", "aba_flicker", "static_flicker", "tc_m", "tc_agreement", "tc_exact"):
        assert getattr(scores, key) == getattr(full, key), key
    for key in ("gt_pcr", "tc_gt", "tc_ratio", "vc8", "vcacc16", "tvacc8"):
        assert scores.to_dict()[key] is None
    assert_defined(scores)


def test_without_pictures_only_what_needs_them_is_missing() -> None:
    scores = judged([replace(frame, frame=None) for frame in street(3, 18)], protocol=Protocol())
    missing = {key for key in TEMPORAL if scores.to_dict()[key] is None}
    assert missing == {
        *("static_flicker", "static_coverage"),
        *("tc_m", "tc_gt", "tc_ratio", "tc_agreement", "tc_coverage"),
    }
    assert_defined(scores)


def test_pictures_of_another_size_are_scaled_to_the_labels() -> None:
    frames = street(3, 4)
    large = [
        replace(frame, frame=frame.frame.repeat(2, axis=0).repeat(2, axis=1))
        for frame in frames
        if frame.frame is not None
    ]
    assert judged(large, protocol=Protocol()) == judged(frames, protocol=Protocol())


@pytest.mark.parametrize("count", [0, 1, 2, 9])
@pytest.mark.parametrize("void", [0.1, 1.0])
@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("rate", [None, 15.0])
def test_too_little_to_score_is_a_defined_result(
    count: int, void: float, dense: bool, rate: float | None
) -> None:
    frames = noise(count, void=void)
    scores = judged(frames, palette=classes(4), protocol=Protocol(), dense=dense, rate=rate)
    assert scores.classes["class 3"] is None
    assert (scores.miou is None) == (count == 0 or void == 1)
    assert "class 3" in scores.notes["classes"]
    assert_defined(scores)


def test_no_sequence_at_all_is_a_defined_result() -> None:
    scores = score([], palette=CAMVID, protocol=Protocol())
    assert scores.classes_present == scores.frames == 0
    assert scores.sequences == {}
    assert_defined(scores)


def test_254_classes_and_single_pixels_are_scored() -> None:
    one = np.full((1, 1), 253, np.uint8)
    frames = [JudgedFrame(str(n), np.zeros((1, 1, 3), np.uint8), one, one) for n in range(9)]
    scores = judged(frames, palette=classes(254), protocol=Protocol())
    assert (scores.miou, scores.vcacc[8], scores.pcr) == (100, 100, 0)
    assert scores.classes_present == 1
    assert_defined(scores)


def test_frames_of_several_sizes_are_scored_and_compared_with_nothing() -> None:
    sizes = [(30, 40), (60, 80), (60, 80)]
    frames = [
        JudgedFrame(str(n), None, np.zeros(size, np.uint8), np.full(size, n % 2, np.uint8))
        for n, size in enumerate(sizes)
    ]
    scores = judged(frames)
    assert scores.pcr == 100
    assert scores.boundary_d is None
    assert scores.notes["boundary_d"] == "frames differ in size: the band is 1 to 2 pixels wide"
    assert_defined(scores)


def test_many_clips_with_a_rate_have_an_interval_and_one_clip_has_a_reason() -> None:
    clips = [JudgedSequence(str(n), noise(10, seed=n), dense=False, rate=1.0) for n in range(3)]
    scores = score(clips, palette=classes(3), protocol=PLAIN)
    assert scores.blocks == 15
    assert scores.miou_interval is not None
    assert scores.miou is not None
    low, high = scores.miou_interval
    assert low < scores.miou < high
    assert_defined(scores)
    one = judged(noise(10), palette=classes(3), rate=15.0)
    assert one.notes["miou_interval"] == "one clip: 1 of the 10 blocks of time an interval needs"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prediction": np.zeros((5, 8), np.uint8)}, "prediction of f0 is 8x5, its label map 8x6"),
        ({"prediction": np.full((6, 8), 3, np.uint8)}, "f0 cannot be scored: prediction holds"),
        ({"prediction": np.full((6, 8), IGNORE, np.uint8)}, "prediction holds class 255"),
        ({"labels": np.full((6, 8), 77, np.uint8)}, "f0 cannot be scored: target holds class 77"),
        ({"prediction": np.zeros((6, 8), np.int64)}, "array of .* int64; class ids"),
        ({"labels": np.zeros((6, 8, 3), np.uint8)}, "label map of f0 is an array of"),
        ({"prediction": np.zeros((0, 8), np.uint8), "labels": None}, "prediction of f0"),
    ],
)
def test_what_does_not_fit_is_one_sentence_that_names_the_frame(
    change: dict[str, Any], message: str
) -> None:
    (frame,) = noise(1, void=0.0)
    with pytest.raises(BadPrediction, match=message) as caught:
        judged([replace(frame, **change)], palette=classes(3))
    assert isinstance(caught.value, DyncellError)
    assert "\n" not in str(caught.value)


def test_frames_are_taken_one_at_a_time_and_never_kept() -> None:
    alive: list[int] = []

    def frames() -> Iterator[JudgedFrame]:
        shared = np.zeros((6, 8), np.uint8)
        for number in range(50):
            shared[:] = number % 3
            alive.append(number)
            yield JudgedFrame(str(number), None, shared, shared)

    results: list[int] = []
    sequence = JudgedSequence("s", frames(), True)
    scores = score(
        [sequence],
        palette=classes(3),
        protocol=PLAIN,
        on_frame=lambda result: results.append(len(alive)),
    )
    assert results == list(range(1, 51))
    assert (scores.miou, scores.pcr, scores.aba_flicker) == (100, 100, 0)


@needs_camvid
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ground truth", (100, 100, 100, 100, 100, 5.99)),
        ("all road", (2.7, 100, 100, 33.5, 36.1, 0)),
        ("frozen first frame", (35.4, 100, 100, 84.9, 89.0, 0)),
        ("one step late", (73.3, 97.8, 98.4, 97.8, 98.4, 5.94)),
    ],
)
def test_the_reference_table_of_the_metrics_is_reproduced(
    name: str, wanted: tuple[float, ...]
) -> None:
    """METRICS.md, self-test: an independent implementation's values, tolerance 0.2."""
    truth = camvid_truth()
    frames = [
        JudgedFrame(frame, camvid_image(frame), labels, said)
        for frame, labels, said in zip(camvid_names(), truth, degenerate(truth)[name], strict=True)
    ]
    scores = judged(frames, rate=15.0)
    measured = (scores.miou, *scores.vc.values(), *scores.vcacc.values(), scores.pcr)
    assert measured == pytest.approx(wanted, abs=0.2)
    assert scores.gt_pcr == pytest.approx(5.99, abs=0.01)
    assert scores.gt_aba_flicker == pytest.approx(1.39, abs=0.01)
    assert scores.boundary_d == 12
    assert scores.notes["miou_interval"].startswith("one clip")
    assert_defined(scores)


def test_scoring_needs_no_torch() -> None:
    script = "import sys, core.scoring; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
