"""What a person sees of a folder before it is taken as a dataset."""

from base64 import b64encode
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from core.datasets.found import Found, FoundFrame
from core.datasets.image_header import check_whole, read_header
from core.datasets.label_file import decode_labels
from core.datasets.problems import file_problem
from core.palette import IGNORE
from core.video.clip import Labels, Rgb
from core.video.overlay import draw_overlay

EXAMPLES = 6
"""Frames that are shown, and whose pixels are counted."""

_WIDTH = 320
_QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 85)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A folder that was looked at, as plain data.

    Attributes:
        layout: How its files lie.
        classes: `name` and `colour` of each class.
        splits: Per split, `frames`, `labelled` and `sequences`.
        sizes: Width, height and number of frames of each size, the most frequent first.
        bytes: Bytes of all images and label files.
        pixels: Pixels per class name on the examples, an estimate of the shares.
        void: Pixels of no class on the examples.
        problems: What must be mended before it can be taken, one sentence each.
        warnings: What is worth knowing, one sentence each.
    """

    layout: str
    classes: list[dict[str, Any]]
    splits: dict[str, dict[str, int]]
    sizes: list[tuple[int, int, int]]
    bytes: int
    pixels: dict[str, int]
    void: int
    problems: list[str]
    warnings: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The preview as plain JSON."""
        return asdict(self) | {"sizes": [list(size) for size in self.sizes]}


def preview(found: Found) -> Preview:
    """Describes a folder; a few label maps are decoded, so that wrong ids show at once."""
    palette = found.palette
    problems = [*found.problems]
    counts = np.zeros(IGNORE + 1, np.int64)
    for _, frame in _examples(found, EXAMPLES):
        try:
            counts += np.bincount(_labels(found, frame).ravel(), minlength=IGNORE + 1)
        except (ValueError, OSError) as error:
            problems.append(file_problem(found.relative(frame.label or frame.image), error))
    frames = [frame for split in found.splits for frame in split.frames]
    sizes = Counter((frame.width, frame.height) for frame in frames)
    return Preview(
        layout=found.layout,
        classes=[
            {"name": name, "colour": list(colour)}
            for name, colour in zip(palette.names, palette.colours, strict=True)
        ],
        splits={
            split.name: {
                "frames": len(split.frames),
                "labelled": len(split.labelled),
                "sequences": len(split.sequences),
            }
            for split in found.splits
        },
        sizes=[(*size, number) for size, number in sizes.most_common()],
        bytes=sum(_bytes(frame) for frame in frames),
        pixels={name: int(counts[number]) for number, name in enumerate(palette.names)},
        void=int(counts[IGNORE]),
        problems=list(dict.fromkeys(problems)),
        warnings=list(found.warnings),
    )


def render_examples(found: Found, *, count: int = EXAMPLES) -> list[dict[str, str]]:
    """Draws the labels of a few frames over their images.

    Args:
        found: The folder.
        count: How many, spread over all splits.

    Returns:
        Per example its `name` and a `jpeg` of up to 320 pixels width, in base64; files that
        cannot be decoded are left out.
    """
    drawn = []
    for split, frame in _examples(found, count):
        try:
            jpeg = _overlay(found, frame)
        except (ValueError, OSError):
            continue
        drawn.append({"name": f"{split}: {frame.name}", "jpeg": b64encode(jpeg).decode()})
    return drawn


def _examples(found: Found, count: int) -> list[tuple[str, FoundFrame]]:
    """Labelled frames, evenly spread."""
    frames = [(split.name, frame) for split in found.splits for frame in split.labelled]
    places = np.linspace(0, len(frames) - 1, min(count, len(frames))).astype(int)
    return [frames[place] for place in dict.fromkeys(places.tolist())]


def _overlay(found: Found, frame: FoundFrame) -> bytes:
    image, labels = _image(frame), _labels(found, frame)
    if image.shape[:2] != labels.shape:
        raise ValueError("image and label map differ in size")
    scale = min(1.0, _WIDTH / frame.width)
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    drawn = draw_overlay(small, labels, found.palette)
    return cv2.imencode(".jpg", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR), _QUALITY)[1].tobytes()


def _image(frame: FoundFrame) -> Rgb:
    data = frame.image.read_bytes()
    read_header(data)  # refuses pictures too large to decode
    check_whole(data)
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise ValueError("the image is damaged")
    return np.asarray(pixels, np.uint8)


def _labels(found: Found, frame: FoundFrame) -> Labels:
    if frame.label is None:
        raise ValueError("there is no label map")
    return decode_labels(frame.label.read_bytes(), found.coding)[0]


def _bytes(frame: FoundFrame) -> int:
    try:
        return sum(path.stat().st_size for path in (frame.image, frame.label) if path is not None)
    except OSError:
        return 0
