"""The file of features: its bytes, its size, and that no change of a byte goes unseen."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.feature_file import DamagedFeatures, FeatureFile, FeatureLayout, write_features
from core.nn.config import StaticConfig
from tests.core.small_clips import network

LAYOUT = FeatureLayout(clips=2, length=2, low=(3, 2, 2), high=(5, 1, 1), size=(5, 7))
KEY = "k" * 64


def random_clips(layout: FeatureLayout) -> list[list[bytes]]:
    rng = np.random.default_rng(0)
    shapes = (layout.low_shape, layout.high_shape, layout.source_shape, layout.label_shape)
    sizes = [np.prod(shape) * width for shape, width in zip(shapes, (2, 2, 4, 1), strict=True)]
    return [[rng.bytes(int(size)) for size in sizes] for _ in range(layout.clips)]


def write(path: Path, layout: FeatureLayout = LAYOUT) -> list[list[bytes]]:
    clips = random_clips(layout)
    write_features(path, layout, clips, key=KEY)
    return clips


def test_the_bytes_are_those_of_the_description(tmp_path: Path) -> None:
    path = tmp_path / "f.bin"
    clips = write(path)
    data = path.read_bytes()
    assert json.loads(data[:512]) == {
        "file": "dyncell features",
        "format": 1,
        "key": KEY,
        "clips": 2,
        "length": 2,
        "low": [3, 2, 2],
        "high": [5, 1, 1],
        "size": [5, 7],
    }
    assert data[512:572] == struct.pack("<II", *(zlib.crc32(s) for s in slots(data))) + bytes(52)
    assert data[572:576] == struct.pack("<I", zlib.crc32(data[:572]))
    for slot, parts in zip(slots(data), clips, strict=True):
        whole = b"".join(parts)
        assert len(whole) == 2 * 2 * 3 * 4 + 2 * 2 * 5 + 4 * 2 * 3 * 4 + 2 * 35
        assert slot == whole + bytes(256 - len(whole))


def slots(data: bytes) -> list[bytes]:
    return [data[576:832], data[832:]]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    clips = write(tmp_path / "f.bin")
    file = FeatureFile(tmp_path / "f.bin", key=KEY, clips=2)
    assert file.layout == LAYOUT
    for index, (low, high, sources, labels) in enumerate(clips):
        assert file.is_intact(index)
        read = bytes(file.clip(index))
        assert read.startswith(low)
        assert read[LAYOUT.high_offset :].startswith(high)
        assert read[LAYOUT.source_offset :].startswith(sources)
        assert read[LAYOUT.labels_offset :].startswith(labels)


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "f.bin"
    write(path)
    data = path.read_bytes()
    for position in range(len(data)):
        path.write_bytes(changed(data, position))
        if position < LAYOUT.head_bytes:
            with pytest.raises(DamagedFeatures, match="head has changed"):
                FeatureFile(path, key=KEY, clips=2)
        else:
            file = FeatureFile(path, key=KEY, clips=2)
            intact = [file.is_intact(0), file.is_intact(1)]
            assert intact == [position >= LAYOUT.start(1), position < LAYOUT.start(1)]


def changed(data: bytes, position: int) -> bytes:
    flipped = bytes([data[position] ^ 1 << position % 8])
    return data[:position] + flipped + data[position + 1 :]


def test_a_file_of_another_length_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "f.bin"
    write(path)
    data = path.read_bytes()
    for wrong in (b"", data[:100], data[:600], data[:-1], data + b"\0"):
        path.write_bytes(wrong)
        with pytest.raises(DamagedFeatures, match=f"{len(wrong)} bytes"):
            FeatureFile(path, key=KEY, clips=2)
    path.write_bytes(bytes(len(data)))
    with pytest.raises(DamagedFeatures):
        FeatureFile(path, key=KEY, clips=2)


def test_a_file_of_other_features_is_not_taken(tmp_path: Path) -> None:
    write(tmp_path / "f.bin")
    with pytest.raises(DamagedFeatures, match="other features than its name says"):
        FeatureFile(tmp_path / "f.bin", key="another", clips=2)
    with pytest.raises(DamagedFeatures, match="other features than its name says"):
        FeatureFile(tmp_path / "f.bin", key=KEY, clips=3)


def test_clips_that_do_not_fit_the_layout_are_refused(tmp_path: Path) -> None:
    clips = random_clips(LAYOUT)
    with pytest.raises(ValueError, match="1 clips were given; 2 are due"):
        write_features(tmp_path / "f.bin", LAYOUT, clips[:1], key=KEY)
    with pytest.raises(ValueError, match="clip 1 has 68 bytes; 256 belong to a clip"):
        write_features(tmp_path / "f.bin", LAYOUT, [clips[0], clips[1][:2]], key=KEY)
    with pytest.raises(ValueError, match="clip 0 has 420 bytes"):
        write_features(tmp_path / "f.bin", LAYOUT, [[*clips[0], bytes(186)]], key=KEY)
    with pytest.raises(ValueError, match="a key of 500 characters"):
        write_features(tmp_path / "f.bin", LAYOUT, clips, key="k" * 500)


@pytest.mark.parametrize("name", ["clips", "length", "low", "high", "size"])
def test_a_layout_without_anything_is_refused(name: str) -> None:
    value = getattr(LAYOUT, name)
    with pytest.raises(ValueError, match=f"{name} is"):
        replace(LAYOUT, **{name: 0 if isinstance(value, int) else (0, *value[1:])})


@pytest.mark.parametrize(
    "config",
    [
        StaticConfig(num_classes=3, width=0.1, channels=8),
        StaticConfig(num_classes=3, width=0.5, channels=24, low_stride=8),
        StaticConfig(num_classes=3, width=1.0),
        StaticConfig(num_classes=3, width=2.0, low_stride=8),
    ],
    ids=str,
)
def test_channels_are_those_of_the_network(config: StaticConfig) -> None:
    layout = FeatureLayout.of_config(config, clips=1, length=1, size=(16, 16))
    segmenter = network(config)
    assert layout.low[0] == segmenter.backbone.low_channels
    assert layout.high[0] == segmenter.decoder.channels
