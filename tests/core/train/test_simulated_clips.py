import numpy as np
import pytest

from core.clip_source import motion_shape
from core.datasets.problems import BadDataset
from core.palette import CAMVID
from core.train.data import InMemoryData
from core.train.simulated_clips import SimulatedClips
from core.video.simulate import Motion
from core.video.synthetic import SyntheticScene

MOTION = Motion.for_palette(CAMVID, length=4)


def streets(count: int = 2, *, size: tuple[int, int] = (96, 72)) -> InMemoryData:
    frames = [
        SyntheticScene(seed, width=size[0], height=size[1]).render(0) for seed in range(count)
    ]
    return InMemoryData(
        [frame.image for frame in frames], [frame.labels for frame in frames], palette=CAMVID
    )


def test_a_clip_ends_in_the_labels_of_its_image_and_is_a_pure_function_of_its_number() -> None:
    data = streets()
    clips = SimulatedClips(data, motion=MOTION, variants=2)
    assert len(clips) == 4
    for index in range(4):
        clip = clips.clip(index)
        assert clip.frames.shape == (4, 72, 96, 3)
        assert np.array_equal(clip.labels[-1], data.sample(index // 2)[1])
        again = clips.clip(index)
        assert all(np.array_equal(a, b) for a, b in zip(clip, again, strict=True))
    assert not np.array_equal(clips.clip(0).frames, clips.clip(1).frames)


def test_known_motion_leads_to_the_same_class_in_the_frame_before() -> None:
    clip = SimulatedClips(streets(1), motion=MOTION).clip(0)
    assert clip.sources.shape == motion_shape(4, 72, 96)
    assert (clip.sources[0] == -1).all()
    for number in range(1, 4):
        known = clip.sources[number] >= 0
        assert known.mean() > 0.5
        here = clip.labels[number, ::2, ::2]
        before = clip.labels[number - 1, ::2, ::2].ravel()[np.maximum(clip.sources[number], 0)]
        both = known & (here != 255) & (before != 255)
        assert (here == before)[both].mean() > 0.95


def test_the_digest_tells_images_motion_seed_and_variants_apart() -> None:
    data = streets(1)
    digests = [
        SimulatedClips(data, motion=MOTION).digest,
        SimulatedClips(streets(2), motion=MOTION).digest,
        SimulatedClips(data, motion=Motion.for_palette(CAMVID, length=5)).digest,
        SimulatedClips(data, motion=MOTION, seed=1).digest,
        SimulatedClips(data, motion=MOTION, variants=2).digest,
    ]
    assert len(set(digests)) == len(digests)
    assert SimulatedClips(streets(1), motion=MOTION).digest == digests[0]


def test_images_of_several_sizes_are_refused_with_the_sizes() -> None:
    a, b = streets(1), streets(1, size=(64, 48))
    mixed = InMemoryData(
        [a.sample(0)[0], b.sample(0)[0]], [a.sample(0)[1], b.sample(0)[1]], palette=CAMVID
    )
    with pytest.raises(BadDataset, match=r"have 2 sizes \(64x48, 96x72\); cells learn"):
        SimulatedClips(mixed, motion=MOTION)
