"""The picture with the colours of its labels laid over it."""

import cv2
import numpy as np

from core.palette import IGNORE, Palette
from core.video.clip import Labels, Rgb


def draw_overlay(rgb: Rgb, labels: Labels, palette: Palette, *, opacity: float = 0.5) -> Rgb:
    """Lays the colours of labels over a frame.

    Args:
        rgb: (H, W, 3) uint8.
        labels: (h, w) uint8 class ids of any size, stretched to the frame without mixing ids;
            ids the palette does not have, 255 among them, leave the frame as it is.
        palette: The colours.
        opacity: 0 shows the frame alone, 1 the colours alone.

    Returns:
        A new (H, W, 3) uint8 frame.

    Raises:
        ValueError: The opacity is not within 0..1.
    """
    if not 0 <= opacity <= 1:
        raise ValueError(f"an opacity of {opacity}; 0 to 1 is possible")
    height, width = rgb.shape[:2]
    if labels.shape != (height, width):
        labels = np.asarray(
            cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8
        )
    colours = np.zeros((IGNORE + 1, 3), np.uint8)
    colours[: palette.num_classes] = palette.colours
    mixed = np.asarray(cv2.addWeighted(rgb, 1 - opacity, colours[labels], opacity, 0), np.uint8)
    unknown = labels >= palette.num_classes
    mixed[unknown] = rgb[unknown]
    return mixed
