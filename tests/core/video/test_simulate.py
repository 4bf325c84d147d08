"""Simulated clips: labels and motion are exact, and nothing else tells the past."""

from functools import lru_cache

import cv2
import numpy as np
import pytest

from core.metrics.motion import Match
from core.metrics.trajectories import TrajectoryAccuracy
from core.palette import CAMVID, IGNORE
from core.video.simulate import Motion, SimulatedClip, simulate_clip
from core.video.synthetic import SyntheticScene

STREET = Motion.for_palette(CAMVID)
CLEAN = {"sharpness": 0, "noise": 0, "exposure": 0, "compression": 0}
STILL = {"speed": 0, "shake": 0}
CAR = CAMVID.names.index("Car")


@lru_cache(maxsize=16)
def street(seed: int = 3, *, width: int = 160, height: int = 120) -> tuple[np.ndarray, np.ndarray]:
    image, labels = SyntheticScene(seed, width=width, height=height).render_still(40)
    for array in (image, labels):
        array.setflags(write=False)
    return image, labels


def clip_of(seed: int = 0, **settings: object) -> SimulatedClip:
    image, labels = street()
    return simulate_clip(image, labels, motion=Motion.for_palette(CAMVID, **settings), rng=seed)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def matches(clip: SimulatedClip) -> list[Match | None]:
    pairs = zip(clip.flow_back[1:], clip.visible_back[1:], strict=True)
    return [None, *(Match.exact(flow, visible) for flow, visible in pairs)]


def speed_of(clip: SimulatedClip) -> float:
    return float(np.hypot(clip.flow_back[1:, ..., 0], clip.flow_back[1:, ..., 1]).mean())


@pytest.mark.parametrize("length", [1, 2, 4, 6])
@pytest.mark.parametrize("size", [(16, 16), (17, 40), (120, 160)])
def test_shapes_and_types_are_as_promised(length: int, size: tuple[int, int]) -> None:
    labels = np.random.default_rng(1).integers(0, 5, size, dtype=np.uint8)
    clip = simulate_clip(noise(*size), labels, motion=Motion(length=length), rng=0)
    assert len(clip) == length
    assert (clip.frames.shape, clip.frames.dtype) == ((length, *size, 3), np.uint8)
    assert (clip.labels.shape, clip.labels.dtype) == ((length, *size), np.uint8)
    assert (clip.flow_back.shape, clip.flow_back.dtype) == ((length, *size, 2), np.float32)
    assert (clip.visible_back.shape, clip.visible_back.dtype) == ((length, *size), np.bool_)
    assert np.isfinite(clip.flow_back).all()
    assert not clip.visible_back[0].any()
    assert not clip.flow_back[0].any()


def test_the_same_seed_gives_the_same_bytes_and_another_another_clip() -> None:
    image, labels = street()
    one, same, other = (
        simulate_clip(image, labels, motion=STREET, rng=rng)
        for rng in (5, np.random.default_rng(5), 6)
    )
    for name in ("frames", "labels", "flow_back", "visible_back"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
        assert getattr(one, name).tobytes() != getattr(other, name).tobytes()


def test_the_number_of_threads_changes_nothing() -> None:
    threads = cv2.getNumThreads()
    try:
        found = []
        for count in (1, 3):
            cv2.setNumThreads(count)
            clip = clip_of(2)
            found.append((clip.frames.tobytes(), clip.labels.tobytes(), clip.flow_back.tobytes()))
    finally:
        cv2.setNumThreads(threads)
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(3))
def test_the_last_frame_is_the_labelled_image_itself(seed: int) -> None:
    image, labels = street()
    clean, recorded = clip_of(seed, **CLEAN), clip_of(seed)
    assert np.array_equal(clean.frames[-1], image)
    assert np.array_equal(clean.labels[-1], labels)
    assert np.array_equal(recorded.labels[-1], labels)
    assert abs(recorded.frames[-1].astype(int) - image).mean() < 12


@pytest.mark.parametrize("seed", range(3))
def test_changing_the_sharpness_of_the_last_frame_does_not_move_it(seed: int) -> None:
    # Noise and compression are left out: they disturb the estimate of the shift, not the place.
    frame = clip_of(seed, noise=0, exposure=0, compression=0).frames[-1]
    grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (street()[0], frame)]
    shift, response = cv2.phaseCorrelate(*(each.astype(np.float32) for each in grey))
    assert np.hypot(*shift) < 0.05
    assert response > 0.5


def test_without_motion_every_frame_is_the_same_apart_from_its_recording() -> None:
    image, labels = street()
    clean = clip_of(**STILL, **CLEAN)
    assert (clean.labels == labels).all()
    assert abs(clean.flow_back).max() < 1e-2
    assert clean.visible_back[1:].all()
    apart = abs(clean.frames.astype(int) - image)
    assert apart.mean() < 1
    recorded = clip_of(**STILL, noise=20, exposure=0, compression=0).frames.astype(np.float32)
    first, second = recorded[1] - recorded[0], recorded[3] - recorded[2]
    assert min(first.std(), second.std()) > 3
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("seed", range(4))
def test_labels_of_visible_pixels_are_those_of_the_frame_before(seed: int) -> None:
    clip = clip_of(seed, length=5)
    for t, match in enumerate(matches(clip)):
        if match is None:
            continue
        # Also says that no visible pixel comes from outside the picture.
        assert np.array_equal(match.valid, clip.visible_back[t])
        before = clip.labels[t - 1].take(match.source)
        assert np.array_equal(before[match.valid], clip.labels[t][match.valid])
        assert match.valid.mean() > 0.85


@pytest.mark.parametrize("seed", range(2))
def test_only_rounding_at_borders_differs_where_nothing_hides_anything(seed: int) -> None:
    clip = simulate_clip(*street(width=480, height=360), motion=Motion(movers=()), rng=seed)
    for t in range(1, len(clip)):
        match = Match.exact(clip.flow_back[t], np.ones(clip.labels[t].shape, bool))
        before, here = clip.labels[t - 1].take(match.source), clip.labels[t]
        both = match.valid & (before != IGNORE) & (here != IGNORE)
        flat = cv2.dilate(here, np.ones((5, 5))) == cv2.erode(here, np.ones((5, 5)))
        assert (before == here)[both & flat].all()
        assert (before == here)[both].mean() > 0.985


def test_perfect_labels_follow_the_motion_and_frozen_ones_do_not() -> None:
    perfect, frozen, paths = TrajectoryAccuracy((4,)), TrajectoryAccuracy((4,)), 0
    for seed in range(3):
        clip = clip_of(seed)
        first = np.where(clip.labels[0] == IGNORE, np.uint8(0), clip.labels[0])
        for metric in (perfect, frozen):
            metric.start_sequence()
        for labels, match in zip(clip.labels, matches(clip), strict=True):
            perfect.update(labels, labels, match)
            frozen.update(first, labels, match)
        paths += labels.size
    assert perfect.compute().tvacc[4] == 1
    assert perfect.compute().trajectories[4] > 0.8 * paths
    found = frozen.compute().tvacc[4]
    assert found is not None
    assert found < 0.9


@pytest.mark.parametrize("seed", range(4))
def test_the_flow_leads_to_the_same_piece_of_the_picture(seed: int) -> None:
    image, labels = street()
    smooth = np.asarray(cv2.GaussianBlur(image, (0, 0), 2))
    motion = Motion.for_palette(CAMVID, **CLEAN)
    clip = simulate_clip(smooth, labels, motion=motion, rng=seed)
    columns, rows = np.meshgrid(np.arange(160, dtype=np.float32), np.arange(120, dtype=np.float32))
    for t in range(1, len(clip)):
        flow, seen = clip.flow_back[t], clip.visible_back[t] & (clip.labels[t] != IGNORE)
        there = cv2.remap(
            clip.frames[t - 1], columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR
        )
        error = abs(there.astype(int) - clip.frames[t]).mean(axis=2)[seen]
        unmoved = abs(clip.frames[t - 1].astype(int) - clip.frames[t]).mean(axis=2)[seen]
        assert error.mean() < 1.5
        assert error.mean() < 0.5 * unmoved.mean()


def test_a_thing_moves_before_its_street_and_uncovers_what_nobody_knows() -> None:
    labels = np.full((120, 160), CAMVID.names.index("Road"), np.uint8)
    labels[60:84, 70:110] = CAR
    image = noise(120, 160) // 4 + 100
    image[labels == CAR] = (250, 20, 20)
    own, uncovered = [], 0
    for seed in range(8):
        clip = simulate_clip(image, labels, motion=Motion.for_palette(CAMVID, **CLEAN), rng=seed)
        on = clip.labels[-1] == CAR
        beside = np.asarray(cv2.dilate(on.astype(np.uint8), np.ones((5, 5)))) > on
        flow = clip.flow_back[-1]
        own.append(np.hypot(*(flow[on].mean(axis=0) - flow[beside].mean(axis=0))))
        inner = clip.labels[0] == IGNORE
        inner[:25], inner[-25:], inner[:, :25], inner[:, -25:] = False, False, False, False
        uncovered += int(inner.sum())
        # Nothing of the thing is left behind, and what is uncovered is painted like its street.
        red = (clip.frames[0][..., 0] > 200) & (clip.frames[0][..., 1] < 60)
        assert not red[inner].any()
        assert clip.frames[0][inner].min(initial=255) > 60
    assert np.median(own) > 0.2
    assert uncovered > 100


def test_what_lies_outside_the_last_image_is_ignored_but_not_black() -> None:
    image, labels = np.full((96, 128, 3), 200, np.uint8), np.zeros((96, 128), np.uint8)
    for seed in range(4):
        clip = simulate_clip(image, labels, motion=Motion(**CLEAN, speed=15), rng=seed)
        assert (clip.labels[0] == IGNORE).mean() > 0.05
        assert (clip.frames == 200).all()


def test_the_picture_moves_as_fast_as_asked_whatever_its_size() -> None:
    found = {}
    for speed, width in ((5, 160), (10, 160), (5, 320)):
        image = np.zeros((width * 3 // 4, width, 3), np.uint8)
        labels = np.zeros(image.shape[:2], np.uint8)
        motion = Motion(**CLEAN, speed=speed, variety=0, shake=0, movers=(), length=2)
        clips = [simulate_clip(image, labels, motion=motion, rng=seed) for seed in range(20)]
        found[speed, width] = np.mean([speed_of(clip) for clip in clips]) / width * 480
    assert found[5, 160] == pytest.approx(5, rel=0.12)
    assert found[10, 160] == pytest.approx(2 * found[5, 160], rel=0.12)
    assert found[5, 320] == pytest.approx(found[5, 160], rel=0.02)


def test_driving_makes_the_picture_grow_outwards() -> None:
    image, labels = street()
    motion = Motion(**CLEAN, turn=0, shake=0, movers=())
    middle, edge, away = [], [], []
    for seed in range(10):
        flow = simulate_clip(image, labels, motion=motion, rng=seed).flow_back[-1]
        length = np.hypot(flow[..., 0], flow[..., 1])
        middle.append(length[45:75, 60:100].mean())
        edge.append(np.concatenate([length[:, :20], length[:, -20:]]).mean())
        # One frame earlier a point was nearer to the vanishing point.
        away.append(flow[-1, :, 1].mean() < 0 < flow[:, 0, 0].mean() > flow[:, -1, 0].mean())
    assert np.mean(edge) > 3 * np.mean(middle)
    assert all(away)


def test_motion_is_smooth_over_the_frames_of_a_clip() -> None:
    for seed in range(5):
        clip = clip_of(seed, length=6)
        change = np.diff(clip.flow_back[1:, 30:90, 40:120], axis=0)
        assert np.hypot(change[..., 0], change[..., 1]).mean() < 0.6 * speed_of(clip)


def test_sharpness_does_not_tell_the_last_frame_from_the_others() -> None:
    sharper: dict[float, list[bool]] = {0.0: [], 0.15: []}
    for spread, found in sharper.items():
        for seed in range(16):
            image, labels = street(20 + seed % 4)
            motion = Motion.for_palette(CAMVID, sharpness=spread, shake=0)
            frames = simulate_clip(image, labels, motion=motion, rng=seed).frames
            detail = [cv2.Laplacian(f, cv2.CV_32F)[24:96, 32:128].var() for f in frames]
            found += [detail[-1] > each for each in detail[:-1]]
    assert np.mean(sharper[0.0]) > 0.8
    assert 0.3 < np.mean(sharper[0.15]) < 0.7


@pytest.mark.parametrize("value", [0, 7, IGNORE])
@pytest.mark.parametrize("movers", [None, (0, 7)])
def test_labels_of_one_value_make_a_clip(value: int, movers: tuple[int, ...] | None) -> None:
    labels = np.full((40, 48), value, np.uint8)
    clip = simulate_clip(noise(40, 48), labels, motion=Motion(movers=movers), rng=0)
    assert set(np.unique(clip.labels)) <= {value, IGNORE}
    assert (clip.labels[-1] == value).all()


def test_any_number_of_classes_makes_a_clip() -> None:
    labels = np.arange(255, dtype=np.uint8).repeat(16).reshape(60, 68)
    clip = simulate_clip(noise(60, 68), labels, motion=Motion(), rng=0)
    assert np.array_equal(clip.labels[-1], labels)
    assert len(np.unique(clip.labels[0])) > 150


def test_what_is_given_is_neither_changed_nor_kept() -> None:
    image, labels = noise(32, 40), np.zeros((32, 40), np.uint8)
    kept = image.copy()
    clip = simulate_clip(image[:, ::-1], labels[:, ::-1], motion=Motion(length=1, **CLEAN), rng=0)
    assert np.array_equal(clip.frames[0], image[:, ::-1])
    clip.frames[:], clip.labels[:] = 0, 3
    assert np.array_equal(image, kept)
    assert not labels.any()


@pytest.mark.parametrize(
    ("image", "labels", "says"),
    [
        ((20, 20, 3), (20, 21), r"\(20, 20, 3\) with labels of \(20, 21\)"),
        ((20, 20), (20, 20), r"\(H, W, 3\) and \(H, W\) are due"),
        ((20, 20, 4), (20, 20), "are due"),
        ((15, 20, 3), (15, 20), "20x15; sides of at least 16 pixels"),
    ],
)
def test_images_and_labels_that_do_not_fit_are_refused(
    image: tuple[int, ...], labels: tuple[int, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        simulate_clip(np.zeros(image, np.uint8), np.zeros(labels, np.uint8), motion=STREET, rng=0)


def test_images_and_labels_of_other_types_are_refused() -> None:
    image, labels = noise(20, 20), np.zeros((20, 20), np.uint8)
    for wrong in ((image / 255, labels), (image, labels.astype(np.int64))):
        with pytest.raises(ValueError, match="uint8 is due"):
            simulate_clip(*wrong, motion=STREET, rng=0)


def test_a_clip_whose_parts_do_not_fit_is_refused() -> None:
    clip = clip_of(length=2)
    with pytest.raises(ValueError, match="do not fit labels"):
        SimulatedClip(clip.frames[1:], clip.labels, clip.flow_back, clip.visible_back)
