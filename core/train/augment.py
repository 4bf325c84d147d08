"""Random views of labelled images: geometry first, then everything a camera and a codec do."""

import cv2
import numpy as np

from core.palette import IGNORE
from core.train.config import Augmentation
from core.video.clip import Labels, Rgb

_BORDER_COLOUR = (124, 116, 104)  # the ImageNet mean: zero after normalisation


def augment(
    image: Rgb,
    labels: Labels,
    *,
    crop: tuple[int, int],
    settings: Augmentation,
    generator: np.random.Generator,
) -> tuple[Rgb, Labels]:
    """Draws one random view.

    Args:
        image: (H, W, 3) uint8 RGB.
        labels: (H, W) uint8, 255 = ignore.
        crop: Height and width of the view.
        settings: How far the view may go.
        generator: Source of all randomness.

    Returns:
        The view, `crop` in size, and its labels; what lies outside the image is ignore.
    """
    image, labels = _crop(image, labels, crop, settings, generator)
    if generator.random() < settings.blur:
        sigma = generator.uniform(0.3, 1.2)
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8)
    image = _recolour(image, settings, generator)
    if generator.random() < settings.compression:
        image = _compress(image, int(generator.integers(25, 91)))
    return image, labels


def paste_classes(
    view: tuple[Rgb, Labels], other: tuple[Rgb, Labels], *, classes: tuple[int, ...]
) -> tuple[Rgb, Labels]:
    """Lays the pixels of `other` that belong to `classes` over `view`, with their labels.

    Args:
        view: Image (H, W, 3) uint8 and labels (H, W) uint8; not changed.
        other: Image and labels of the same size.
        classes: The class ids to paste.
    """
    mask = np.isin(other[1], classes)
    image = np.where(mask[..., None], other[0], view[0])
    return image, np.where(mask, other[1], view[1])


def _crop(
    image: Rgb,
    labels: Labels,
    crop: tuple[int, int],
    settings: Augmentation,
    generator: np.random.Generator,
) -> tuple[Rgb, Labels]:
    scale = float(np.exp(generator.uniform(*np.log(settings.scale))))
    window = (crop[0] / scale, crop[1] / scale)
    if settings.focus and generator.random() < settings.focus:
        top, left = _window_on_a_class(labels, window, generator)
    else:
        top, left = _busiest_window(labels, window, settings.windows, generator)
    step, start = 1 / scale, left
    if generator.random() < settings.flip:
        step, start = -1 / scale, left + crop[1] / scale
    # View pixel x covers [x, x + 1): its centre x + 0.5 maps to image coordinate start + step * ..
    matrix = np.array([[step, 0, start + step / 2 - 0.5], [0, 1 / scale, top + 0.5 / scale - 0.5]])
    size = (crop[1], crop[0])
    if scale < 0.75:  # warping reads four pixels only: take away what would alias
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 / scale), dtype=np.uint8)
    view = cv2.warpAffine(
        image,
        matrix,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_BORDER_COLOUR,
    )
    view_labels = cv2.warpAffine(
        labels,
        matrix,
        size,
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=IGNORE,
    )
    return np.asarray(view, dtype=np.uint8), np.asarray(view_labels, dtype=np.uint8)


def _busiest_window(
    labels: Labels, window: tuple[float, float], draws: int, generator: np.random.Generator
) -> tuple[float, float]:
    """Top left corner of the window with the most class borders among `draws` random ones."""
    corners = [
        (
            _window_start(labels.shape[0], window[0], generator),
            _window_start(labels.shape[1], window[1], generator),
        )
        for _ in range(draws)
    ]
    return max(corners, key=lambda corner: _borders(labels, corner, window))


def _window_on_a_class(
    labels: Labels, window: tuple[float, float], generator: np.random.Generator
) -> tuple[float, float]:
    """Top left corner of a window that shows a random pixel of an evenly drawn class."""
    present = np.flatnonzero(np.bincount(labels[::2, ::2].ravel(), minlength=IGNORE)[:IGNORE])
    if not present.size:
        return _busiest_window(labels, window, 1, generator)
    places = np.flatnonzero(labels == generator.choice(present))
    row, column = divmod(int(generator.choice(places)), labels.shape[1])
    return (
        _window_over(labels.shape[0], window[0], row, generator),
        _window_over(labels.shape[1], window[1], column, generator),
    )


def _window_over(side: int, window: float, place: int, generator: np.random.Generator) -> float:
    start = place + 0.5 - float(generator.uniform(0, window))
    room = side - window
    return min(max(start, min(0.0, room)), max(0.0, room))


def _borders(labels: Labels, corner: tuple[float, float], window: tuple[float, float]) -> int:
    (top, left), (bottom, right) = corner, (corner[0] + window[0], corner[1] + window[1])
    inside = labels[max(0, int(top)) : int(bottom) : 2, max(0, int(left)) : int(right)]
    return int(np.count_nonzero(inside[:, 1:] != inside[:, :-1]))


def _window_start(side: int, window: float, generator: np.random.Generator) -> float:
    room = side - window
    return float(generator.uniform(0, room) if room >= 0 else generator.uniform(room, 0))


def _recolour(image: Rgb, settings: Augmentation, generator: np.random.Generator) -> Rgb:
    reach = settings.colour
    brightness, contrast, saturation = 1 + generator.uniform(-reach, reach, 3)
    tint = 1 + generator.uniform(-reach, reach, 3) / 4
    pixels = image.astype(np.float32)
    grey = pixels.mean(axis=2, keepdims=True)
    pixels = grey + (pixels - grey) * np.float32(saturation)
    pixels = (pixels - 128) * np.float32(contrast) + 128 * np.float32(brightness)
    pixels *= tint.astype(np.float32)
    sigma = generator.uniform(0, settings.noise)
    if settings.noise and generator.random() < 0.5:
        pixels += generator.standard_normal(pixels.shape, dtype=np.float32) * np.float32(sigma)
    clipped: Rgb = np.clip(pixels, 0, 255).astype(np.uint8)
    return clipped


def _compress(image: Rgb, quality: int) -> Rgb:
    # Told to be BGR, or the coarser chroma planes would mix up red and blue.
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)
