"""What an image file says about itself, read from its first bytes: nothing is decoded.

PNG, JPEG, BMP, TIFF and WebP are known. A file whose picture would be too large to decode is
found out here, before any memory is asked for.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

ImageFormat = Literal["png", "jpeg", "bmp", "tiff", "webp"]

MOST_PIXELS = 64 * 2**20
"""Pixels of the largest picture that is taken: 8192 x 8192."""

HEADER_BYTES = 256 * 1024
"""Bytes from the start of a file that hold its header, whatever a camera wrote before it."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
"""Suffixes of files that are taken for images, in lower case."""

_ORIENTATION = 0x0112
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True, kw_only=True)
class ImageHeader:
    """What a file says about its picture.

    Attributes:
        format: How it is coded.
        stored_width: Width in pixels as stored.
        stored_height: Height in pixels as stored.
        bits: Bits per channel.
        channels: Values per stored pixel; 1 is grey or a palette's index.
        has_palette: Whether pixels are indices of colours.
        has_alpha: Whether some pixels may be transparent.
        orientation: EXIF's number of how the picture is turned, 1 = upright, up to 8.
    """

    format: ImageFormat
    stored_width: int
    stored_height: int
    bits: int = 8
    channels: int = 3
    has_palette: bool = False
    has_alpha: bool = False
    orientation: int = 1

    def __post_init__(self) -> None:
        if min(self.stored_width, self.stored_height) < 1:
            raise ValueError(f"it says it has {self.stored_width}x{self.stored_height} pixels")
        if self.stored_width * self.stored_height > MOST_PIXELS:
            raise ValueError(
                f"it has {self.stored_width}x{self.stored_height} pixels, more than "
                f"{MOST_PIXELS // 2**20} million"
            )

    @property
    def height(self) -> int:
        """Height in pixels as shown."""
        return self.stored_width if self.orientation >= 5 else self.stored_height

    @property
    def width(self) -> int:
        """Width in pixels as shown."""
        return self.stored_height if self.orientation >= 5 else self.stored_width

    @property
    def is_plain(self) -> bool:
        """Whether every browser and decoder shows the file alike: 8-bit RGB or grey, upright."""
        return (
            self.format in ("png", "jpeg")
            and self.bits == 8
            and self.channels in (1, 3)
            and not (self.has_palette or self.has_alpha)
            and self.orientation == 1
        )


def read_header(data: bytes) -> ImageHeader:
    """Reads the header of an image file.

    Args:
        data: The file's first `HEADER_BYTES` bytes, or all of it.

    Raises:
        ValueError: It is no image of a known format, is damaged, or has more than `MOST_PIXELS`;
            the text goes on after "file.png: ".
    """
    for signature, read in _READERS.items():
        if data.startswith(signature) and (signature != b"RIFF" or data[8:12] == b"WEBP"):
            try:
                return read(data)
            except (struct.error, IndexError, KeyError) as error:
                raise ValueError("the header of the image is damaged") from error
    raise ValueError("it is no PNG, JPEG, BMP, TIFF or WebP image" if data else "it is empty")


def check_whole(data: bytes) -> None:
    """Finds files that were cut off or changed, which decoders fill up with grey in silence.

    Args:
        data: All bytes of the file.

    Raises:
        ValueError: The file is damaged; the text goes on after "file.png: ".
    """
    if data.startswith(_PNG):
        for kind, content, checksum in _png_chunks(data):
            if checksum != zlib.crc32(content, zlib.crc32(kind)):
                raise ValueError("the image is damaged (a checksum is wrong)")
            if kind == b"IEND":
                return
        raise ValueError("the image is cut off")
    if data.startswith(_JPEG):
        scan = next((start for marker, start, _ in _jpeg_segments(data) if marker == 0xDA), None)
        if scan is None or data.rfind(b"\xff\xd9") < scan:
            raise ValueError("the image is cut off")
    if data.startswith(b"RIFF") and len(data) < 8 + int.from_bytes(data[4:8], "little"):
        raise ValueError("the image is cut off")
    if data.startswith(b"BM") and len(data) < _bmp_bytes(data):
        raise ValueError("the image is cut off")


def _read_png(data: bytes) -> ImageHeader:
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    if data[12:16] != b"IHDR":
        raise ValueError("the header of the image is damaged")
    see_through, orientation = kind in (4, 6), 1
    for name, content, _ in _png_chunks(data):
        see_through |= name == b"tRNS"
        if name == b"eXIf":
            orientation = _tiff_tags(content).get(_ORIENTATION, 1)
        if name == b"IDAT":
            break
    return ImageHeader(
        format="png",
        stored_width=width,
        stored_height=height,
        bits=bits,
        channels=_PNG_CHANNELS[kind],
        has_palette=kind == 3,
        has_alpha=see_through,
        orientation=_sane(orientation),
    )


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            return
        yield kind, data[at + 8 : at + 8 + length], *struct.unpack_from(">I", data, at + 8 + length)
        at += 12 + length


def _read_jpeg(data: bytes) -> ImageHeader:
    orientation = 1
    for marker, start, length in _jpeg_segments(data):
        if marker == 0xE1 and data[start : start + 6] == b"Exif\0\0":
            orientation = _tiff_tags(data[start + 6 : start + length]).get(_ORIENTATION, 1)
        if marker in _JPEG_SIZES:
            bits, height, width, channels = struct.unpack_from(">BHHB", data, start)
            return ImageHeader(
                format="jpeg",
                stored_width=width,
                stored_height=height,
                bits=bits,
                channels=channels,
                orientation=_sane(orientation),
            )
    raise ValueError("the header of the image is damaged")


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and length of the content of each segment up to the first scan."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, at + 4, length - 2
        if marker == 0xDA or length < 2:
            return
        at += 2 + length


def _read_bmp(data: bytes) -> ImageHeader:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
    return ImageHeader(
        format="bmp",
        stored_width=width,
        stored_height=abs(height),
        channels=max(bits // 8, 1),
        has_palette=bits <= 8,
        has_alpha=bits == 32,
    )


def _bmp_bytes(data: bytes) -> int:
    """The bytes that an uncompressed bitmap needs, or those of its header."""
    (start,) = struct.unpack_from("<I", data, 10)
    if len(data) < 34 or struct.unpack_from("<I", data, 14)[0] < 40:
        return int(start)
    width, height, _, bits, coding = struct.unpack_from("<iiHHI", data, 18)
    return int(start) + (-(-width * bits // 32) * 4 * abs(height) if coding == 0 else 0)


def _read_tiff(data: bytes) -> ImageHeader:
    tags = _tiff_tags(data)
    if 0x0100 not in tags or 0x0101 not in tags:
        raise ValueError("its TIFF header is of a kind that is not known; save it as PNG")
    channels = tags.get(0x0115, 1)
    return ImageHeader(
        format="tiff",
        stored_width=tags[0x0100],
        stored_height=tags[0x0101],
        bits=tags.get(0x0102, 1) if channels == 1 else 8,
        channels=channels,
        has_palette=tags.get(0x0106) == 3,
        has_alpha=channels in (2, 4),
        orientation=_sane(tags.get(_ORIENTATION, 1)),
    )


def _tiff_tags(data: bytes) -> dict[int, int]:
    """The whole-number tags, with one value each, of the first directory of a TIFF."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return {}
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    tags: dict[int, int] = {}
    if at + 2 > len(data):
        return tags
    for number in range(struct.unpack_from(f"{order}H", data, at)[0]):
        entry = at + 2 + 12 * number
        if entry + 12 > len(data):
            break
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, entry)
        if count == 1 and kind in (3, 4):
            tags[tag] = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", data, entry + 8)[
                0
            ]
    return tags


def _read_webp(data: bytes) -> ImageHeader:
    kind, at = data[12:16], 20
    if kind == b"VP8X":
        flags = data[at]
        width = int.from_bytes(data[at + 4 : at + 7], "little") + 1
        height = int.from_bytes(data[at + 7 : at + 10], "little") + 1
        return ImageHeader(
            format="webp", stored_width=width, stored_height=height, has_alpha=bool(flags & 0x10)
        )
    if kind == b"VP8L":
        bits = int.from_bytes(data[at + 1 : at + 5], "little")
        return ImageHeader(
            format="webp",
            stored_width=(bits & 0x3FFF) + 1,
            stored_height=(bits >> 14 & 0x3FFF) + 1,
            has_alpha=bool(bits >> 28 & 1),
        )
    width, height = struct.unpack_from("<HH", data, at + 6)
    return ImageHeader(format="webp", stored_width=width & 0x3FFF, stored_height=height & 0x3FFF)


def _sane(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1


_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_READERS: dict[bytes, Callable[[bytes], ImageHeader]] = {
    _PNG: _read_png,
    _JPEG: _read_jpeg,
    b"BM": _read_bmp,
    b"II*\0": _read_tiff,
    b"MM\0*": _read_tiff,
    b"RIFF": _read_webp,
}
