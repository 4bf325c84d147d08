"""What a file is by its first bytes, never by its name; opens no media library."""

import codecs
from pathlib import Path

from core.errors import BadMedia

NEEDED = 1024
"""So many first bytes, or all of a shorter file, tell what a file is."""

ADVICE = "Convert it to an MP4 with H.264 video and try again."
"""Ends the sentence about a video of a kind that is not taken."""

_TEXT_LISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"<?xml", b"<MPD", b"<smil", b"v=0", b"[Ref")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
_IMAGE_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif", b"avis")
_SOUNDS = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"FORM")


def sniff(path: Path, *, name: str) -> str:
    """Recognises the container of a file by its first bytes.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        BadMedia: It is missing, empty, no video, or of a kind that is not taken.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(NEEDED)
    except OSError as error:
        raise BadMedia(
            f"{name} cannot be opened ({error.strerror}): check the name and try again."
        ) from error
    if not head:
        raise BadMedia(f"{name} is empty: upload it again from the original.")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(_TEXT_LISTS):
        raise BadMedia(f"{name} is a playlist, not a video: upload the video it points to.")
    if head.startswith(_IMAGES) or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        raise BadMedia(f"{name} is a picture, not a video: choose a video file.")
    if head.startswith(_SOUNDS) or head[:4] + head[8:12] == b"RIFFWAVE":
        raise BadMedia(f"{name} has sound but no picture: choose a file with a video track.")
    kind = _kind(head)
    if kind is None and _is_text(head):
        raise BadMedia(f"{name} is a text file, not a video: choose a video file.")
    if kind is None:
        raise BadMedia(f"{name} is not a video of a kind that is taken. {ADVICE}")
    return kind


def _kind(head: bytes) -> str | None:
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:80] else "matroska"
    if head[:4] + head[8:12] == b"RIFFAVI ":
        return "avi"
    if head.startswith(b"OggS"):
        return "ogg"
    for step, first in ((188, 0), (192, 4)):
        marks = head[first::step][:4]
        if len(marks) >= 4 and set(marks) == {0x47}:
            return "mpegts"
    return None


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each.isspace() for each in text)
