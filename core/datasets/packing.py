"""A folder that was looked at becomes a pack: every file is decoded, checked and hashed."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from core.datasets.assembly import Assembly, encode_png
from core.datasets.found import Found, FoundFrame
from core.datasets.image_header import ImageHeader, check_whole, read_header
from core.datasets.index import DatasetIndex
from core.datasets.label_file import decode_labels
from core.datasets.pack import PackWriter
from core.datasets.problems import BadDataset, Problems, file_problem
from core.datasets.progress import Progress, ShouldStop
from core.errors import Cancelled
from core.video.clip import Labels


def pack(
    found: Found,
    out: Path,
    *,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> DatasetIndex:
    """Writes the pack of a folder, whole or not at all.

    Images that are 8-bit RGB or grey JPEGs or PNGs, upright and opaque, keep their bytes; all
    others are written as PNG, and the index says so. Label maps become 8-bit grey PNGs of train
    ids.

    Args:
        found: What a look at the folder found.
        out: The file to make.
        progress: Told how many frames are done and how many there are.
        should_stop: Asked between frames.

    Returns:
        The index that is in the pack.

    Raises:
        BadDataset: Something is wrong with the files; up to 20 problems are collected.
        Cancelled: `should_stop` said so; nothing is left behind.
        StorageFull: The disk is full; nothing is left behind.
    """
    if found.problems:
        raise BadDataset.of(found.problems)
    with PackWriter.to(out) as writer:
        packing = _Packing(found, Assembly(writer, found.palette))
        frames = [(split.name, frame) for split in found.splits for frame in split.frames]
        for number, (split, frame) in enumerate(frames, start=1):
            if should_stop is not None and should_stop():
                raise Cancelled("The import was stopped.")
            packing.take(split, frame)
            if progress is not None:
                progress(number, len(frames))
        index = packing.index()
        writer.finish(index)
    return index


class _Packing:
    def __init__(self, found: Found, assembly: Assembly) -> None:
        self._found, self._assembly = found, assembly
        self._problems = Problems()
        self._recoded: Counter[str] = Counter()
        self._unknown: list[tuple[str, int]] = []

    def take(self, split: str, frame: FoundFrame) -> None:
        image = self._image(frame)
        labels = None if frame.label is None else self._labels(frame, frame.label)
        if self._problems.are_many:
            raise BadDataset.of(self._problems.found)
        if self._problems.found or image is None:
            return  # the pack will not be finished; the rest is only checked
        data, suffix, digest = image
        self._assembly.add(
            split,
            data,
            name=frame.name,
            sequence=frame.sequence,
            size=(frame.height, frame.width),
            suffix=suffix,
            image_digest=digest,
            labels=labels,
            seconds=frame.seconds,
        )

    def index(self) -> DatasetIndex:
        self._problems.raise_if_any()
        notes = [*self._found.warnings]
        if self._recoded:
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self._recoded.items()))
            count = sum(self._recoded.values())
            notes.append(f"{count} images were written anew as PNG, without loss: {kinds}.")
        if self._unknown:
            name, count = self._unknown[0]
            notes.append(
                f"{len(self._unknown)} label maps hold values that are no class and were taken "
                f"for void (the first is {name} with {count} pixels)."
            )
        return self._assembly.index(self._found.layout, notes=notes)

    def _image(self, frame: FoundFrame) -> tuple[bytes, Literal["jpg", "png"], str] | None:
        try:
            data = frame.image.read_bytes()
            header = read_header(data)
            check_whole(data)
            if header.is_plain:
                _check_decodes(data, header, frame)
                kept, suffix = data, _SUFFIXES[header.format]
            else:
                kept, suffix = _recode(data, frame), _SUFFIXES["png"]
                self._recoded[_kind(header)] += 1
        except (ValueError, OSError) as error:
            self._problems.add(file_problem(self._found.relative(frame.image), error))
            return None
        return kept, suffix, hashlib.sha256(data).hexdigest()

    def _labels(self, frame: FoundFrame, path: Path) -> Labels | None:
        try:
            labels, unknown = decode_labels(path.read_bytes(), self._found.coding)
            if labels.shape != (frame.height, frame.width):
                raise ValueError("it was changed while it was read")
        except (ValueError, OSError) as error:
            self._problems.add(file_problem(self._found.relative(path), error))
            return None
        if unknown:
            self._unknown.append((self._found.relative(path), unknown))
        return labels


_SUFFIXES: dict[str, Literal["jpg", "png"]] = {"jpeg": "jpg", "png": "png"}


def _check_decodes(data: bytes, header: ImageHeader, frame: FoundFrame) -> None:
    # An eighth of the size is enough to see that all of a JPEG decodes, and twice as fast.
    is_jpeg = header.format == "jpeg"
    flags = cv2.IMREAD_REDUCED_GRAYSCALE_8 if is_jpeg else cv2.IMREAD_UNCHANGED
    size = (header.height, header.width)
    if _decode(data, flags | cv2.IMREAD_IGNORE_ORIENTATION) is None or size != _size(frame):
        raise ValueError("the image is damaged")


def _recode(data: bytes, frame: FoundFrame) -> bytes:
    pixels = _decode(data, cv2.IMREAD_COLOR_RGB)
    if pixels is None or pixels.shape[:2] != _size(frame):
        raise ValueError("the image is damaged or of a kind that cannot be read")
    return encode_png(pixels)


def _decode(data: bytes, flags: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None":
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _size(frame: FoundFrame) -> tuple[int, int]:
    return frame.height, frame.width


def _kind(header: ImageHeader) -> str:
    """Why an image is not kept as it is, in a word or two."""
    if header.format not in _SUFFIXES:
        return header.format.upper()
    if header.orientation != 1:
        return "turned by the camera"
    if header.has_palette:
        return "with a palette"
    if header.has_alpha:
        return "with transparency"
    return f"of {header.bits} bits and {header.channels} channels"
