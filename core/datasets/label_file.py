"""Label files of any coding become label maps of train ids."""

import struct
import zlib
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.found import LabelCoding
from core.datasets.image_header import ImageHeader, check_whole, read_header
from core.palette import IGNORE
from core.video.clip import Labels

_UNKNOWN = 254  # no train id: a palette has at most 254 classes, 0..253


def decode_labels(data: bytes, coding: LabelCoding) -> tuple[Labels, int]:
    """Reads the bytes of a label file.

    Args:
        data: A PNG, BMP or TIFF file: grey or a palette for `ids`, colours for `rgb`.
        coding: How its values become train ids.

    Returns:
        (H, W) uint8 train ids, 255 = ignore, and how many of these pixels had a value that the
        coding does not know.

    Raises:
        ValueError: The file is damaged or holds other values than allowed; the text goes on
            after "file.png: ".
    """
    header = read_header(data)
    check_whole(data)
    return _from_ids(data, header, coding) if coding.mode == "ids" else _from_rgb(data, coding)


def decode_values(data: bytes) -> NDArray[np.uint8]:
    """Reads an image file as it is stored: palette indices where it is a PNG with a palette.

    Returns:
        (H, W) or (H, W, C), colours in OpenCV's order.

    Raises:
        ValueError: The file is no image, or damaged; the text goes on after "file.png: ".
    """
    header = read_header(data)
    if header.format == "png" and header.has_palette:
        data = _palette_as_grey(data)
    return _decoded(data, cv2.IMREAD_UNCHANGED)


def _from_ids(data: bytes, header: ImageHeader, coding: LabelCoding) -> tuple[Labels, int]:
    values = decode_values(data)
    if values.ndim == 3:
        values = _one_channel(values)
    if header.format == "png" and header.bits < 8:
        values = values // (255 // (2**header.bits - 1))  # the decoder stretches to 0..255
    if values.dtype != np.uint8:
        values = np.minimum(values, np.iinfo(np.uint16).max).astype(np.uint16)
    table = np.full(np.iinfo(values.dtype).max + 1, _UNKNOWN, np.uint8)
    known = {value: train for value, train in coding.ids.items() if value < len(table)}
    table[list(known)] = list(known.values())
    labels = table[values]
    return _without_unknown(labels, values, coding)


def _from_rgb(data: bytes, coding: LabelCoding) -> tuple[Labels, int]:
    colours = _decoded(data, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    wide = colours.astype(np.uint32)
    packed = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    labels = _colour_table(tuple(coding.colours.items()))[packed]
    return _without_unknown(labels, colours, coding)


@lru_cache(maxsize=2)
def _colour_table(colours: tuple[tuple[tuple[int, int, int], int], ...]) -> NDArray[np.uint8]:
    """Train ids of all 2**24 colours."""
    table = np.full(2**24, _UNKNOWN, np.uint8)
    for (red, green, blue), train in colours:
        table[red << 16 | green << 8 | blue] = train
    return table


def _without_unknown(
    labels: Labels, values: NDArray[np.uint8 | np.uint16], coding: LabelCoding
) -> tuple[Labels, int]:
    unknown = labels == _UNKNOWN
    count = int(np.count_nonzero(unknown))
    if count and not coding.unknown_is_void:
        row, column = (int(place[0]) for place in np.nonzero(unknown))
        value = values[row, column]
        what = f"the colour {tuple(map(int, value))}" if values.ndim == 3 else f"the id {value}"
        raise ValueError(
            f"{what} at column {column}, row {row} ({count} such pixels) is no class; "
            f"{_allowed(coding)}{coding.hint}"
        )
    labels[unknown] = IGNORE
    return labels, count


def _allowed(coding: LabelCoding) -> str:
    if coding.mode == "rgb":
        return f"{len(coding.colours)} colours are allowed. "
    ids = sorted(coding.ids)
    runs: list[list[int]] = []
    for value in ids:
        if runs and value == runs[-1][1] + 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    words = ", ".join(f"{a}..{b}" if a != b else str(a) for a, b in runs)
    return f"allowed are {words}. "


def _one_channel(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    first = values[..., 0]
    if not all(np.array_equal(first, values[..., n]) for n in range(1, min(values.shape[2], 3))):
        raise ValueError(
            "it holds colours, not class ids: save it in grey, or describe its colours in "
            'classes.json with "mode": "rgb"'
        )
    return np.ascontiguousarray(first)


def _decoded(data: bytes, flags: int) -> NDArray[np.uint8]:
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None or pixels.dtype not in (np.uint8, np.uint16, np.int32):
        raise ValueError("the image is damaged or of a kind that cannot be read")
    return np.asarray(pixels)


def _palette_as_grey(data: bytes) -> bytes:
    """The same PNG with its palette taken for grey levels, so that indices are decoded."""
    start, end = 8, 8 + 25
    content = bytearray(data[start + 4 : end - 4])
    content[4 + 9] = 0  # colour type
    kept = [struct.pack(">I", 13) + content + struct.pack(">I", zlib.crc32(content))]
    at = end
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in (b"IDAT", b"IEND"):
            kept.append(data[at : at + 12 + length])
        at += 12 + length
    return data[:start] + b"".join(kept)
