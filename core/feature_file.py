"""The file that holds the features of clips: its layout, its checksums, writing and opening it.

All numbers are little-endian.

=============  ====================================================================================
offset         content
=============  ====================================================================================
0              512 bytes: one JSON object in ASCII with format, key and sizes, filled with spaces
512            CRC-32 of each clip, 4 bytes each
(next)         zeros up to 4 bytes before a multiple of 64
(next)         CRC-32 of everything before, 4 bytes; the head ends here
(each clip)    `low` (T, h, w, C) bfloat16, channels last; `high` (T, h, w, C) bfloat16, channels
               last; sources (T, H / 2, W / 2) int32, rounded up; labels (T, H, W) uint8;
               zeros up to a multiple of 64
=============  ====================================================================================

So every byte is under exactly one checksum, and CRC-32 finds every change of one byte. Opening
reads the head; a clip is summed when it is first read.
"""

import json
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from math import prod
from pathlib import Path
from typing import Any, Self

from core.clip_source import motion_shape
from core.nn.config import StaticConfig
from core.nn.encoder_plan import LAST_CHANNELS, scaled_channels

FORMAT = 1
"""Raised whenever other bytes would be written for the same network and clips."""

_TEXT = 512
_ALIGNMENT = 64
# A private writable map is charged to memory at once unless it says that it reserves none.
_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)


class DamagedFeatures(Exception):
    """A file of features that is cut off, foreign or changed; the text says which."""


@dataclass(frozen=True, kw_only=True)
class FeatureLayout:
    """Where everything lies in a file.

    Attributes:
        clips: Number of clips.
        length: Frames of each clip, T.
        low: (C, h, w) of `low`.
        high: (C, h, w) of `high`.
        size: (H, W) of the label maps.
    """

    clips: int
    length: int
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    size: tuple[int, int]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if min(value if isinstance(value, tuple) else (value,)) < 1:
                raise ValueError(f"{field.name} is {value}; at least 1 is needed")

    @classmethod
    def of(
        cls,
        *,
        clips: int,
        length: int,
        size: tuple[int, int],
        low_channels: int,
        low_stride: int,
        channels: int,
    ) -> Self:
        """The layout for frames of `size` = (H, W) and a network of these channels and stride."""
        height, width = size
        return cls(
            clips=clips,
            length=length,
            low=(low_channels, -(-height // low_stride), -(-width // low_stride)),
            high=(channels, -(-height // 8), -(-width // 8)),
            size=size,
        )

    @classmethod
    def of_config(
        cls, config: StaticConfig, *, clips: int, length: int, size: tuple[int, int]
    ) -> Self:
        """The layout for frames of `size` = (H, W) and a network of this config."""
        return cls.of(
            clips=clips,
            length=length,
            size=size,
            low_channels=scaled_channels(LAST_CHANNELS[config.low_stride], config.width),
            low_stride=config.low_stride,
            channels=config.channels,
        )

    @property
    def head_bytes(self) -> int:
        """Bytes before the first clip."""
        return _aligned(_TEXT + 4 * self.clips + 4)

    @property
    def low_shape(self) -> tuple[int, int, int, int]:
        """(T, h, w, C) of `low` as it lies in the file."""
        channels, height, width = self.low
        return self.length, height, width, channels

    @property
    def high_shape(self) -> tuple[int, int, int, int]:
        """(T, h, w, C) of `high` as it lies in the file."""
        channels, height, width = self.high
        return self.length, height, width, channels

    @property
    def label_shape(self) -> tuple[int, int, int]:
        """(T, H, W) of the labels."""
        return self.length, *self.size

    @property
    def high_offset(self) -> int:
        """Bytes from the start of a clip to its `high`."""
        return 2 * prod(self.low_shape)

    @property
    def source_shape(self) -> tuple[int, int, int]:
        """(T, H / 2, W / 2) of the sources, rounded up."""
        return motion_shape(self.length, *self.size)

    @property
    def source_offset(self) -> int:
        """Bytes from the start of a clip to its sources, a multiple of 4."""
        return -(-(self.high_offset + 2 * prod(self.high_shape)) // 4) * 4

    @property
    def labels_offset(self) -> int:
        """Bytes from the start of a clip to its labels."""
        return self.source_offset + 4 * prod(self.source_shape)

    @property
    def clip_bytes(self) -> int:
        """Bytes of one clip."""
        return _aligned(self.labels_offset + prod(self.label_shape))

    @property
    def nbytes(self) -> int:
        """Bytes of the whole file."""
        return self.start(self.clips)

    def start(self, index: int) -> int:
        """Offset of clip `index`."""
        return self.head_bytes + index * self.clip_bytes


class FeatureFile:
    """A file of features, mapped into memory.

    The map is private: what is written into it changes neither the file nor another process. It
    outlives the file's name, so that a file can be replaced or removed while it is read.

    Args:
        path: The file.
        key: The key it must have.
        clips: The number of clips it must hold.

    Raises:
        FileNotFoundError: There is no such file.
        DamagedFeatures: It is cut off, foreign, or its head is damaged.
    """

    def __init__(self, path: Path, *, key: str, clips: int) -> None:
        with path.open("rb") as file:
            head = file.read(_aligned(_TEXT + 4 * clips + 4))
            self.layout = _read_head(head, key=key, clips=clips)
            found = os.fstat(file.fileno()).st_size
            if found != self.layout.nbytes:
                raise DamagedFeatures(f"it has {found} bytes instead of {self.layout.nbytes}")
            self.map = mmap.mmap(
                file.fileno(),
                found,
                flags=mmap.MAP_PRIVATE | _NO_RESERVE,
                prot=mmap.PROT_READ | mmap.PROT_WRITE,
            )
        self._sums = struct.unpack_from(f"<{clips}I", head, _TEXT)
        self._intact = bytearray(clips)

    def clip(self, index: int) -> memoryview:
        """The bytes of clip `index`, not copied."""
        start = self.layout.start(index)
        return memoryview(self.map)[start : start + self.layout.clip_bytes]

    def is_intact(self, index: int) -> bool:
        """Whether clip `index` is as it was written; summed until it once was."""
        if not self._intact[index]:
            self._intact[index] = zlib.crc32(self.clip(index)) == self._sums[index]
        return bool(self._intact[index])


def write_features(
    path: Path, layout: FeatureLayout, clips: Iterable[Iterable[Any]], *, key: str
) -> None:
    """Writes a file of features.

    Args:
        path: The file, an older one is overwritten: give a temporary one.
        layout: What is written.
        clips: The parts of each clip as C-contiguous buffers in the order of the layout; the
            last may bring the zeros that fill the clip up.
        key: Hash of everything that the features depend on, at most 64 characters.

    Raises:
        ValueError: Too few or too many clips, or one of another size.
    """
    sums: list[int] = []
    with path.open("wb") as file:
        file.seek(layout.head_bytes)
        for parts in clips:
            written, total = 0, 0
            for part in parts:
                total = zlib.crc32(part, total)
                written += file.write(part)
            filling = bytes(max(0, layout.clip_bytes - written))
            if written + len(filling) != layout.clip_bytes or len(filling) >= _ALIGNMENT:
                raise ValueError(
                    f"clip {len(sums)} has {written} bytes; {layout.clip_bytes} belong to a clip"
                )
            file.write(filling)
            sums.append(zlib.crc32(filling, total))
        if len(sums) != layout.clips:
            raise ValueError(f"{len(sums)} clips were given; {layout.clips} are due")
        file.seek(0)
        file.write(_head(layout, sums, key=key))


def _head(layout: FeatureLayout, sums: list[int], *, key: str) -> bytes:
    document = {"file": "dyncell features", "format": FORMAT, "key": key, **asdict(layout)}
    text = json.dumps(document).encode("ascii")
    if len(text) >= _TEXT:
        raise ValueError(f"a key of {len(key)} characters; 64 are possible")
    text = text.ljust(_TEXT - 1) + b"\n"
    table = struct.pack(f"<{len(sums)}I", *sums)
    head = (text + table).ljust(layout.head_bytes - 4, b"\0")
    return head + struct.pack("<I", zlib.crc32(head))


def _read_head(head: bytes, *, key: str, clips: int) -> FeatureLayout:
    if len(head) < _aligned(_TEXT + 4 * clips + 4):
        raise DamagedFeatures(f"it ends after {len(head)} bytes")
    if struct.pack("<I", zlib.crc32(head[:-4])) != head[-4:]:
        raise DamagedFeatures("its head has changed")
    document = json.loads(head[:_TEXT])
    if (document["format"], document["key"], document["clips"]) != (FORMAT, key, clips):
        raise DamagedFeatures("it holds other features than its name says")
    return FeatureLayout(
        clips=clips,
        length=document["length"],
        low=tuple(document["low"]),
        high=tuple(document["high"]),
        size=tuple(document["size"]),
    )


def _aligned(count: int) -> int:
    return -(-count // _ALIGNMENT) * _ALIGNMENT
