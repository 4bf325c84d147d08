"""Draws the Player's panes on a frame, as the page does: the same views, colours and places.

The page draws in the browser, from the same label maps; what is said here of colours and
measures stands in `webapp/components/player` too (`*_view.js`, `pane_grid.js`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE, Palette
from core.panes.layer import Layer
from core.panes.look import Look, layers_of
from core.video.clip import Labels, Rgb
from core.video.overlay import draw_overlay

REACH = 7
"""Frames on either side whose flicker the flicker map counts."""

GAP = 8
"""Pixels between panes that lie beside each other."""

Colour = tuple[tuple[int, int, int], int]
"""Red, green, blue; and how strongly it covers, 0..255."""

_BACKGROUND = (11, 13, 16)
_DIFFERENT: Colour = ((255, 45, 120), 235)
_HEAT = (((255, 214, 10), 150), ((255, 159, 10), 190), ((255, 90, 31), 220), ((230, 0, 60), 240))
_NOW: Colour = ((255, 255, 255), 255)
_DIFFERENCE_DIMMED, _FLICKER_DIMMED = 0.45, 0.4


@dataclass(frozen=True)
class PanesDrawer:
    """Draws all panes of one frame into one picture.

    Attributes:
        layers: The layers by their letters; those that `look` names must be there.
        palette: The classes of all layers.
        look: What to draw.
    """

    layers: Mapping[str, Layer]
    palette: Palette
    look: Look

    def draw(self, rgb: Rgb, frame: int) -> Rgb:
        """The panes of a frame as they lie on the page.

        Args:
            rgb: (H, W, 3) uint8, the frame; every pane gets its size.
            frame: Its number in the video.

        Returns:
            (H', W', 3) uint8: one pane's size for two on top of each other, else a grid of two
            columns (three for three panes) with gaps.
        """
        panes = [self._zoomed(self._pane(view, rgb, frame)) for view in self.look.panes]
        if self.look.mode == "side":
            return _grid(panes)
        under, over = panes
        if self.look.mode == "blend":
            share = self.look.share
            return np.asarray(cv2.addWeighted(under, 1 - share, over, share, 0), np.uint8)
        line = round(rgb.shape[1] * self.look.share)
        return np.concatenate([under[:, :line], over[:, line:]], axis=1)

    def _pane(self, view: str, rgb: Rgb, frame: int) -> Rgb:
        layers = [self.layers[letter] for letter in layers_of(view)]
        if not layers:
            return rgb
        if view.startswith("flicker"):
            return _draw_flicker(rgb, layers[0], frame)
        if len(layers) == 2:
            return _draw_difference(rgb, layers, frame)
        return self._draw_labels(rgb, layers[0], frame)

    def _draw_labels(self, rgb: Rgb, layer: Layer, frame: int) -> Rgb:
        labels = layer.joined(frame)
        if labels is None:
            return rgb
        if self.look.hidden:
            labels = np.where(np.isin(labels, self.look.hidden), np.uint8(IGNORE), labels)
        return draw_overlay(rgb, labels, self.palette, opacity=self.look.opacity)

    def _zoomed(self, pane: Rgb) -> Rgb:
        zoom, x, y = self.look.zoom
        if zoom == 1:
            return pane
        height, width = pane.shape[:2]
        # Pixel centres have whole coordinates here, their corners have on the page.
        left = width / 2 - zoom * x * width + (zoom - 1) / 2
        top = height / 2 - zoom * y * height + (zoom - 1) / 2
        move = np.array([[zoom, 0, left], [0, zoom, top]], np.float64)
        moved = cv2.warpAffine(pane, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)


def _draw_difference(rgb: Rgb, layers: Sequence[Layer], frame: int) -> Rgb:
    dimmed = _dimmed(rgb, _DIFFERENCE_DIMMED)
    maps = [layer.joined(frame) for layer in layers]
    one, other = maps
    if one is None or other is None:
        return dimmed
    grid = one.shape if one.shape[1] >= other.shape[1] else other.shape
    one, other = _stretched(one, grid), _stretched(other, grid)
    different = (one != other) & (one != IGNORE) & (other != IGNORE)
    return _marked(dimmed, different.astype(np.uint8), (_DIFFERENT,))


def _draw_flicker(rgb: Rgb, layer: Layer, frame: int) -> Rgb:
    dimmed = _dimmed(rgb, _FLICKER_DIMMED)
    here = layer.own(frame)
    if here is None:
        return dimmed
    counts = np.zeros(here.shape, np.uint8)
    for each in range(frame - REACH, frame + REACH + 1):
        flickering = _flickering(layer, each)
        if flickering is not None:
            counts += flickering
    marks = np.minimum(counts, len(_HEAT)).astype(np.uint8)
    now = _flickering(layer, frame)
    if now is not None:
        marks[now] = len(_HEAT) + 1
    return _marked(dimmed, marks, (*_HEAT, _NOW))


def _flickering(layer: Layer, frame: int) -> NDArray[np.bool_] | None:
    """Where p[t-1] = p[t+1] and p[t] is another; None for a frame not between two others."""
    before, now, after = (layer.own(each) for each in (frame - 1, frame, frame + 1))
    if before is None or now is None or after is None:
        return None
    found = (before == after) & (now != before) & (now != IGNORE) & (before != IGNORE)
    return np.asarray(found, np.bool_)


def _dimmed(rgb: Rgb, share: float) -> Rgb:
    background = np.array(_BACKGROUND, np.float32) * (1 - share)
    return np.asarray(np.rint(rgb * np.float32(share) + background), np.uint8)


def _marked(rgb: Rgb, marks: Labels, colours: Sequence[Colour]) -> Rgb:
    """Lays `colours[m - 1]` over the places whose mark m is not 0; marks may be of any size."""
    marks = _stretched(marks, rgb.shape[:2])
    marked = rgb.copy()
    for number, (colour, alpha) in enumerate(colours, start=1):
        here = marks == number
        mixed = rgb[here] * (1 - alpha / 255) + np.array(colour) * (alpha / 255)
        marked[here] = np.rint(mixed)
    return marked


def _stretched(labels: Labels, shape: tuple[int, ...]) -> Labels:
    """The nearest label at each place of a grid of another size."""
    if labels.shape == shape:
        return labels
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)


def _grid(panes: Sequence[Rgb]) -> Rgb:
    height, width = panes[0].shape[:2]
    columns = 3 if len(panes) == 3 else 2
    rows = -(-len(panes) // columns)
    shape = (rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3)
    grid = np.full(shape, _BACKGROUND, np.uint8)
    for place, pane in enumerate(panes):
        row, column = divmod(place, columns)
        top, left = row * (height + GAP), column * (width + GAP)
        grid[top : top + height, left : left + width] = pane
    return grid
