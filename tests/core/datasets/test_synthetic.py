"""The built-in dataset, in small."""

from pathlib import Path

import numpy as np
import pytest

from core.datasets.decode import read_image, read_labels
from core.datasets.index import DENSE_FRAMES
from core.datasets.pack import PackReader
from core.datasets.synthetic import CLIPS, SyntheticClips, pack_synthetic
from core.errors import Cancelled
from core.train.synthetic_data import FIRST_TRAINING_SEED
from core.video.sample import SAMPLE_SEED
from core.video.synthetic import SyntheticScene

SMALL = (SyntheticClips("train", 10_000, 2, 1), SyntheticClips("val", 6000, 1, 8))


def test_frames_are_those_of_the_streets_and_val_is_dense(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    index = pack_synthetic(
        tmp_path / "x.pack",
        clips=SMALL,
        width=64,
        height=48,
        progress=lambda *at: seen.append(at),
    )
    assert seen == [(n, 10) for n in range(1, 11)]
    reader = PackReader(tmp_path / "x.pack")
    assert reader.index == index
    assert index.split("train").sequences == ("street10000", "street10001")
    (run,) = index.dense_runs("val")
    assert (len(run.frames), run.step_seconds) == (8, pytest.approx(1 / 15))
    image, labels = SyntheticScene(6000, width=64, height=48).render_still(5)
    frame = index.split("val").frames[5]
    assert np.array_equal(read_labels(reader, frame), labels)
    assert np.abs(read_image(reader, frame).astype(int) - image).mean() < 4


def test_the_same_streets_have_the_same_digest(tmp_path: Path) -> None:
    clips = (SyntheticClips("val", 6000, 1, 2),)
    one = pack_synthetic(tmp_path / "1.pack", clips=clips, width=64, height=48)
    two = pack_synthetic(tmp_path / "2.pack", clips=clips, width=64, height=48)
    other = (SyntheticClips("val", 6001, 1, 2),)
    three = pack_synthetic(tmp_path / "3.pack", clips=other, width=64, height=48)
    assert one.digest == two.digest != three.digest


def test_rendering_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        pack_synthetic(
            tmp_path / "x", clips=SMALL, width=64, height=48, should_stop=lambda: next(asked)
        )
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_trained_on_that_is_scored() -> None:
    seeds = {
        each.split: set(range(each.first_seed, each.first_seed + each.streets)) for each in CLIPS
    }
    assert set(seeds) == {"train", "val"}
    assert max(seeds["val"]) < FIRST_TRAINING_SEED <= min(seeds["train"])
    assert SAMPLE_SEED not in seeds["val"]
    assert min(each.frames for each in CLIPS if each.split == "val") >= 2 * DENSE_FRAMES
