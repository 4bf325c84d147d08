"""One label map as a PNG: the class ids as palette indices, so that it is looked at in colour."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE, Palette

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3  # colour type
_LEVEL = 6


def label_png(labels: NDArray[np.uint8], palette: Palette) -> bytes:
    """Packs a label map without loss.

    Args:
        labels: (H, W) uint8 class ids; 255 = no class.
        palette: The classes' colours; ids without one are black.

    Returns:
        The bytes of an 8-bit PNG (PNG specification, section 11) whose palette indices are the
        class ids.

    Raises:
        ValueError: The labels have another shape or type.
    """
    if labels.ndim != 2 or labels.dtype != np.uint8:
        raise ValueError(f"labels {labels.shape} {labels.dtype}; (H, W) uint8 are due")
    height, width = labels.shape
    colours = np.zeros((IGNORE + 1, 3), np.uint8)
    colours[: palette.num_classes] = palette.colours
    rows = np.zeros((height, 1 + width), np.uint8)  # each begins with the number of no filter
    rows[:, 1:] = labels
    header = struct.pack(">IIBBBBB", width, height, 8, _INDEXED, 0, 0, 0)
    packed = zlib.compress(rows.tobytes(), _LEVEL)
    chunks = ((b"IHDR", header), (b"PLTE", colours.tobytes()), (b"IDAT", packed), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
