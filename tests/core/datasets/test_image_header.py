"""Headers are read without decoding, and agree with what a decoder finds."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.image_header import MOST_PIXELS, check_whole, read_header
from tests.media import CAMVID, needs_camvid

KINDS = ("png", "jpg", "bmp", "tif", "webp")


def coded(kind: str, *, height: int = 20, width: int = 30, channels: int = 3) -> bytes:
    shape = (height, width) if channels == 1 else (height, width, channels)
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    return cv2.imencode(f".{kind}", pixels)[1].tobytes()


def with_exif(kind: str, orientation: int) -> bytes:
    """An image of 30x20 stored pixels that a camera turned."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    data = coded(kind)
    if kind == "jpg":
        content = b"Exif\0\0" + tiff
        segment = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
        return data[:2] + segment + data[2:]
    chunk = b"eXIf" + tiff
    whole = struct.pack(">I", len(tiff)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:33] + whole + data[33:]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(height=st.integers(1, 300), width=st.integers(1, 300))
def test_sizes_are_those_a_decoder_finds(kind: str, height: int, width: int) -> None:
    data = coded(kind, height=height, width=width)
    header = read_header(data)
    assert (header.height, header.width) == (height, width)
    assert header.bits == 8
    check_whole(data)


@pytest.mark.parametrize(
    ("pixels", "suffix", "plain"),
    [
        (np.zeros((5, 7, 3), np.uint8), ".png", True),
        (np.zeros((5, 7), np.uint8), ".png", True),
        (np.zeros((5, 7), np.uint8), ".jpg", True),
        (np.zeros((5, 7, 4), np.uint8), ".png", False),
        (np.zeros((5, 7, 3), np.uint16), ".png", False),
        (np.zeros((5, 7), np.uint16), ".png", False),
        (np.zeros((5, 7, 3), np.uint8), ".bmp", False),
        (np.zeros((5, 7, 3), np.uint8), ".tif", False),
        (np.zeros((5, 7, 3), np.uint8), ".webp", False),
    ],
)
def test_only_what_every_browser_shows_alike_is_plain(
    pixels: np.ndarray, suffix: str, plain: bool
) -> None:
    assert read_header(cv2.imencode(suffix, pixels)[1].tobytes()).is_plain is plain


@pytest.mark.parametrize("kind", ["jpg", "png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_that_a_camera_turned_are_measured_as_shown(kind: str, orientation: int) -> None:
    data = with_exif(kind, orientation)
    header = read_header(data)
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert header.orientation == orientation
    assert (header.height, header.width) == shown.shape[:2]
    assert header.is_plain is (orientation == 1)


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "webp"])
def test_a_file_that_was_cut_off_is_noticed(kind: str) -> None:
    data = coded(kind)
    for end in (len(data) // 2, len(data) - 3):
        with pytest.raises(ValueError, match="cut off"):
            check_whole(data[:end])


def test_a_changed_byte_of_a_png_is_noticed() -> None:
    data = bytearray(coded("png"))
    data[len(data) // 2] ^= 1
    with pytest.raises(ValueError, match="checksum"):
        check_whole(bytes(data))


def test_pictures_too_large_are_refused_by_their_header_alone() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    data = bytearray(coded("png")[:33])
    data[16:24] = struct.pack(">II", side, side)
    with pytest.raises(ValueError, match="more than 64 million"):
        read_header(bytes(data))


@settings(max_examples=200)
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_nonsense_is_refused_in_words_and_never_breaks(kind: str, data: st.DataObject) -> None:
    whole = bytearray(coded(kind))
    for place in data.draw(st.lists(st.integers(0, 60), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        header = read_header(cut)
        check_whole(cut)
    except ValueError as error:  # nothing else may come out
        said = str(error)
    else:
        said = f"{header.stored_width}x{header.stored_height}"
        assert header.stored_width * header.stored_height <= MOST_PIXELS
    assert said


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"BM", b"II*\0"]
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"empty|no PNG|damaged|kind"):
        read_header(data)


@needs_camvid
def test_the_headers_of_camvid_are_read() -> None:
    for path in sorted((CAMVID / "val").rglob("*.*"))[:40]:
        assert isinstance(path, Path)
        header = read_header(path.read_bytes()[:4096])
        assert (header.width, header.height, header.is_plain) == (480, 360, True)
