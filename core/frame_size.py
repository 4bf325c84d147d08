"""The size of a frame as people write it: `480x360`."""

import re

from core.errors import DyncellError
from core.genotype_text import shown
from core.nn.config import MIN_SIDE

LARGEST_SIDE = 16384
"""The longest side, in pixels, that costs are counted for."""

_SIZE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")


def parse_frame_size(text: str) -> tuple[int, int]:
    """The (width, height) that `frame_size_text` wrote.

    Raises:
        DyncellError: The text is no size, or a side is too short or too long.
    """
    found = _SIZE.fullmatch(text)
    width, height = (int(side) for side in found.groups()) if found else (0, 0)
    if min(width, height) < MIN_SIDE or max(width, height) > LARGEST_SIDE:
        raise DyncellError(
            f"{shown(text)} is no size; write WIDTHxHEIGHT with sides of {MIN_SIDE} to "
            f"{LARGEST_SIDE}, as in 480x360."
        )
    return width, height


def frame_size_text(width: int, height: int) -> str:
    """The size as text, the width first."""
    return f"{width}x{height}"
