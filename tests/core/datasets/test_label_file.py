"""Label files of every coding become train ids."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from core.datasets.found import LabelCoding
from core.datasets.label_file import decode_labels
from tests.datasets_media import Pixels, label_map

TRAIN_IDS = LabelCoding.of_train_ids(11, void=(11, 255), hint="Look at them.")
COLOURS = {(128, 64, 0): 0, (0, 0, 255): 1, (0, 0, 0): 255}
BY_COLOUR = LabelCoding(mode="rgb", colours=COLOURS)


def png(pixels: Pixels) -> bytes:
    coded = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", coded)[1].tobytes()


def raw_png(rows: Pixels, *, bits: int, kind: int, palette: bytes = b"") -> bytes:
    """A PNG of packed rows, written by hand: OpenCV writes neither palettes nor few bits."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    height, width = rows.shape
    per_byte = 8 // bits
    padded = np.pad(rows, ((0, 0), (0, -width % per_byte))).reshape(height, -1, per_byte)
    shifts = np.arange(per_byte)[::-1] * bits
    packed = (padded << shifts).sum(2).astype(np.uint8)
    lines = b"".join(b"\0" + line.tobytes() for line in packed)
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    table = chunk(b"PLTE", palette) if palette else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + table
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def test_ids_are_taken_and_void_becomes_255() -> None:
    labels = label_map()
    labels[0], labels[1] = 11, 255
    found, unknown = decode_labels(png(labels), TRAIN_IDS)
    assert np.array_equal(found, np.where(labels == 11, 255, labels))
    assert found.dtype == np.uint8
    assert unknown == 0


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("with_palette", [True, False])
def test_palettes_and_few_bits_hold_ids_not_colours(bits: int, with_palette: bool) -> None:
    labels = label_map(classes=min(2**bits, 11))
    palette = np.random.default_rng(0).integers(0, 256, (2**bits, 3), dtype=np.uint8).tobytes()
    kind = 3 if with_palette else 0
    data = raw_png(labels, bits=bits, kind=kind, palette=palette if with_palette else b"")
    assert np.array_equal(decode_labels(data, TRAIN_IDS)[0], labels)


def test_ids_of_16_bits_and_grey_saved_as_colour_are_understood() -> None:
    labels = label_map()
    wide = LabelCoding(mode="ids", ids={1000 + n: n for n in range(11)})
    data = cv2.imencode(".png", labels.astype(np.uint16) + 1000)[1].tobytes()
    assert np.array_equal(decode_labels(data, wide)[0], labels)
    grey = np.repeat(labels[..., None], 3, axis=2)
    assert np.array_equal(decode_labels(png(grey), TRAIN_IDS)[0], labels)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_colours_become_ids_in_every_lossless_format(suffix: str) -> None:
    labels = label_map(classes=3)
    colours = np.array(list(COLOURS), np.uint8)[labels]
    data = cv2.imencode(suffix, cv2.cvtColor(colours, cv2.COLOR_RGB2BGR))[1].tobytes()
    assert np.array_equal(decode_labels(data, BY_COLOUR)[0], np.array([0, 1, 255])[labels])


def test_an_id_out_of_range_is_named_with_its_place_and_what_is_allowed() -> None:
    labels = label_map()
    labels[7, 9] = 42
    with pytest.raises(
        ValueError,
        match=r"the id 42 at column 9, row 7 \(1 such pixels\).*allowed are 0\.\.11, 255\. Look",
    ):
        decode_labels(png(labels), TRAIN_IDS)


def test_an_unknown_colour_is_named_or_taken_for_void() -> None:
    colours = np.full((4, 5, 3), (0, 0, 255), np.uint8)
    colours[1, 2] = (9, 8, 7)
    with pytest.raises(ValueError, match=r"the colour \(9, 8, 7\) at column 2, row 1"):
        decode_labels(png(colours), BY_COLOUR)
    lenient = LabelCoding(mode="rgb", colours=COLOURS, unknown_is_void=True)
    found, unknown = decode_labels(png(colours), lenient)
    assert (found[1, 2], unknown) == (255, 1)
    assert (found == 1).sum() == 19


def test_colours_where_ids_are_due_are_refused() -> None:
    colours = np.zeros((4, 5, 3), np.uint8)
    colours[..., 1] = 7
    with pytest.raises(ValueError, match=r"holds colours, not class ids.*\"mode\": \"rgb\""):
        decode_labels(png(colours), TRAIN_IDS)


def test_a_damaged_label_file_is_refused() -> None:
    data = png(label_map())
    with pytest.raises(ValueError, match="cut off"):
        decode_labels(data[:-20], TRAIN_IDS)
    with pytest.raises(ValueError, match="no PNG"):
        decode_labels(b"not an image", TRAIN_IDS)
