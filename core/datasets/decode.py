"""Pictures out of a pack: the only way from its bytes to arrays."""

import cv2
import numpy as np

from core.datasets.image_header import ImageHeader, read_header
from core.datasets.index import Frame
from core.datasets.pack import PackReader
from core.datasets.problems import BadDataset
from core.palette import IGNORE
from core.video.clip import Labels, Rgb


def read_image(reader: PackReader, frame: Frame) -> Rgb:
    """The image of a frame, (H, W, 3) uint8 RGB, upright.

    Raises:
        BadDataset: The pack is damaged.
    """
    data = reader.image_bytes(frame)
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    return _decoded(reader, frame, frame.image, data, flags)


def read_labels(reader: PackReader, frame: Frame) -> Labels:
    """The label map of a frame, (H, W) uint8 train ids, 255 = ignore.

    Raises:
        NotFound: The frame has no label map.
        BadDataset: The pack is damaged.
    """
    data = reader.label_bytes(frame)
    labels = _decoded(reader, frame, str(frame.label), data, cv2.IMREAD_GRAYSCALE)
    allowed = np.zeros(IGNORE + 1, np.uint8)
    allowed[[*range(reader.index.palette.num_classes), IGNORE]] = 1
    if not cv2.LUT(labels, allowed).all():
        raise _damaged(reader, str(frame.label))
    return labels


def _decoded(reader: PackReader, frame: Frame, member: str, data: bytes, flags: int) -> Rgb:
    try:
        header: ImageHeader | None = read_header(data)
    except ValueError:
        header = None
    # The size is compared before decoding: nobody knows who wrote the pack.
    if header is None or (header.height, header.width) != (frame.height, frame.width):
        raise _damaged(reader, member)
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None or pixels.shape[:2] != (frame.height, frame.width):
        raise _damaged(reader, member)
    return np.asarray(pixels, np.uint8)


def _damaged(reader: PackReader, member: str) -> BadDataset:
    return BadDataset(
        f"{member} in the dataset file {reader.name} is damaged: import the dataset again."
    )
