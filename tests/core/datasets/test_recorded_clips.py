from pathlib import Path

import numpy as np
import pytest

from core.clip_source import motion_shape
from core.datasets.decode import read_image, read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.recorded_clips import RecordedClips
from core.datasets.scan import scan
from core.joined_clips import JoinedClips
from tests.datasets_media import SIZE, make_camvid, make_cityscapes


@pytest.fixture
def snippets(tmp_path: Path) -> PackReader:
    """CityScapes with the frames 15 to 22 of each snippet, 19 being labelled."""
    pack(scan(make_cityscapes(tmp_path / "city", sequence=True)), tmp_path / "city.pack")
    return PackReader(tmp_path / "city.pack")


def test_a_clip_ends_in_the_labelled_frame_of_its_snippet(snippets: PackReader) -> None:
    clips = RecordedClips(snippets, splits=["train"], length=4, size=SIZE, name="city")
    assert len(clips) == 2
    assert clips.description == "2 recorded clips of 4 frames of city/train"
    frames = snippets.index.split("train").frames
    for index in range(2):
        labelled = [n for n, frame in enumerate(frames) if frame.label is not None][index]
        clip = clips.clip(index)
        assert np.array_equal(clip.labels[-1], read_labels(snippets, frames[labelled]))
        assert (clip.labels[:-1] == 255).all()
        for place in range(4):
            assert np.array_equal(
                clip.frames[place], read_image(snippets, frames[labelled - 3 + place])
            )
        assert clip.sources.shape == motion_shape(4, *SIZE)
        assert (clip.sources == -1).all()


def test_frames_that_are_missing_or_of_another_shape_make_no_clip(snippets: PackReader) -> None:
    assert len(RecordedClips(snippets, splits=["train"], length=5, size=SIZE)) == 2
    assert len(RecordedClips(snippets, splits=["train"], length=6, size=SIZE)) == 0
    assert len(RecordedClips(snippets, splits=["train"], length=4, size=(48, 48))) == 0
    halved = RecordedClips(snippets, splits=["val"], length=4, size=(24, 32)).clip(0)
    assert halved.frames.shape == (4, 24, 32, 3)


def test_labels_a_second_apart_are_no_neighbours(tmp_path: Path) -> None:
    pack(scan(make_camvid(tmp_path / "camvid")), tmp_path / "camvid.pack")
    reader = PackReader(tmp_path / "camvid.pack")
    assert len(RecordedClips(reader, splits=["train"], length=3, size=SIZE)) == 0
    dense = RecordedClips(reader, splits=["val"], length=3, size=SIZE)
    assert len(dense) == 8
    assert (dense.clip(0).labels != 255).any(axis=(1, 2)).all()


def test_joined_sources_count_on(snippets: PackReader) -> None:
    train, val = (
        RecordedClips(snippets, splits=[split], length=4, size=SIZE) for split in ("train", "val")
    )
    both = JoinedClips([train, val])
    assert len(both) == 3
    assert np.array_equal(both.clip(2).frames, val.clip(0).frames)
    assert np.array_equal(both.clip(1).frames, train.clip(1).frames)
    assert JoinedClips([train]).digest == train.digest != both.digest
    assert both.description == f"{train.description} and {val.description}"
    with pytest.raises(IndexError, match="there are 3 clips"):
        both.clip(3)
    with pytest.raises(ValueError, match="0 sources"):
        JoinedClips([])
