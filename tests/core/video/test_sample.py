from pathlib import Path

import numpy as np

from core.labels import LabelReader
from core.video.reader import VideoReader
from core.video.sample import write_sample
from core.video.synthetic import SyntheticScene


def test_the_sample_is_the_street_with_its_own_labels(tmp_path: Path) -> None:
    video, labels = tmp_path / "sample.mp4", tmp_path / "sample.labels"
    write_sample(video, labels, seed=4, frames=6, width=160, height=120)
    scene = SyntheticScene(4, width=160, height=120)
    store = LabelReader.from_path(labels)
    assert store.frames == 6
    with VideoReader(video) as reader:
        for frame in reader:
            image, truth = scene.render_still(frame.index)
            np.testing.assert_array_equal(store.frame(frame.index), truth)
            assert np.abs(frame.rgb.astype(int) - image).mean() < 6
            assert abs(frame.seconds - frame.index / 15) < 1e-4
    assert frame.index == 5
