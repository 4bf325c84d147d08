"""A labelled image as a street with things in front of it, seen again from earlier places."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE
from core.video.clip import Flow, Labels, Rgb
from core.video.simulation.background import without_things
from core.video.simulation.drive import Drive, Map, View
from core.video.simulation.patch import Outline, Patch, Rectangle, grid, mapped, nearest
from core.video.simulation.things import Mask, Thing

STREET = 0
"""The owner of a pixel that shows no thing; thing n owns its pixels as n + 1."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is where in one frame.

    Attributes:
        owner: (H, W) uint8: `STREET`, or n + 1 for thing n.
        labels: (H, W) uint8; 255 where the last image does not show what is seen here.
        street: x and y in the last image of the street's point at every pixel, (H, W) float32.
        patches: The things before the street, the farthest first: whose foot is the highest.
    """

    owner: NDArray[np.uint8]
    labels: Labels
    street: tuple[Map, Map]
    patches: tuple[Patch, ...]


class Scene:
    """One labelled image made ready to be seen from other places.

    Args:
        image: (H, W, 3) uint8.
        labels: (H, W) uint8.
        things: The things cut out of it.
        drive: The camera's way, ending where the image was taken.
    """

    def __init__(
        self, image: Rgb, labels: Labels, *, things: tuple[Thing, ...], drive: Drive
    ) -> None:
        self._image, self._labels = image, labels
        self._things, self._drive = things, drive
        self._height, self._width = labels.shape
        self._all: Rectangle = slice(0, self._height), slice(0, self._width)
        self._last = len(drive.positions) - 1
        owner = np.zeros(labels.shape, np.uint8)
        for number, thing in enumerate(things):
            top, left, bottom, right = thing.box
            owner[top:bottom, left:right][thing.mask] = number + 1
        self._owner = owner
        size = {"height": self._height, "width": self._width}
        self._outlines = [Outline.of(thing, **size) for thing in things]
        self._street_labels = np.where(owner == STREET, labels, np.uint8(IGNORE))
        self._street_image = without_things(image, owner != STREET)

    def look(self, t: int) -> Look:
        """What is where in frame `t`."""
        if t == self._last:
            x, y = grid(self._all)
            street = (np.tile(x, (self._height, 1)), np.tile(y, (1, self._width)))
            return Look(self._owner, self._labels, street, ())
        x, y, before = self._view(t).seen_at(self._last)
        x = np.clip(x, -self._width, 2 * self._width)
        y = np.clip(np.where(before, y, np.inf), -self._height, 2 * self._height)
        y = y.astype(np.float32, copy=False)
        labels = nearest(self._street_labels, x, y, outside=IGNORE)
        owner = np.zeros_like(self._owner)
        patches = []
        for number in sorted(range(len(self._things)), key=lambda n: self._things[n].box[2]):
            patch = self._outlines[number].seen(
                self._things[number].homographies[t], height=self._height, width=self._width
            )
            if patch is None:
                continue
            patches.append(patch)
            shown = nearest(self._labels, patch.x, patch.y, outside=IGNORE)
            labels[patch.there] = np.where(patch.hit, shown, labels[patch.there])
            owner[patch.there] = np.where(patch.hit, np.uint8(number + 1), owner[patch.there])
        return Look(owner, labels, (x, y), tuple(patches))

    def paint(self, look: Look, *, interpolation: int) -> Rgb:
        """The picture of a look, (H, W, 3) uint8.

        Args:
            look: One of this scene.
            interpolation: One of OpenCV's.
        """
        mirror = cv2.BORDER_REFLECT_101
        picture = cv2.remap(self._street_image, *look.street, interpolation, borderMode=mirror)
        for patch in look.patches:
            alpha, street = patch.alpha[..., None], picture[patch.there].astype(np.float32)
            thing = cv2.remap(self._image, patch.x, patch.y, interpolation, borderMode=mirror)
            picture[patch.there] = np.rint(street + alpha * (thing - street)).astype(np.uint8)
        return np.asarray(picture, np.uint8)

    def way_back(self, t: int, here: Look, before: Look) -> tuple[Flow, Mask]:
        """Where every pixel's point was one frame earlier, and whether it is seen there.

        Args:
            t: The frame, from 1.
            here: Its look.
            before: The look of frame t - 1.

        Returns:
            (H, W, 2) float32 pixels, 0 where the point was behind the camera; (H, W) bool: the
            nearest pixel there shows the same thing or street, with the same label.
        """
        flow = np.empty((self._height, self._width, 2), np.float32)
        seen = np.empty((self._height, self._width), np.bool_)
        _lay(flow, seen, self._all, self._view(t).seen_at(t - 1), here.owner == STREET)
        for number in np.unique(here.owner[here.owner != STREET]):
            thing, own = self._things[number - 1], here.owner == number
            way = thing.homographies[t - 1] @ np.linalg.inv(thing.homographies[t])
            there = _extent(own)
            _lay(flow, seen, there, mapped(way, there), own[there])
        x, y = (np.rint(flow[..., n] + start) for n, start in enumerate(grid(self._all)))
        seen &= (x >= 0) & (x < self._width) & (y >= 0) & (y < self._height)
        place = np.where(seen, y * self._width + x, 0).astype(np.intp)
        seen &= here.owner == before.owner.take(place)
        seen &= here.labels == before.labels.take(place)
        return flow, seen

    def _view(self, t: int) -> View:
        return View(self._drive, t, width=self._width, height=self._height)


def _lay(flow: Flow, seen: Mask, there: Rectangle, to: tuple[Map, Map, Mask], own: Mask) -> None:
    """Writes the way to `to` into those pixels of a rectangle that are `own`."""
    *places, before = to
    for n, (place, start) in enumerate(zip(places, grid(there), strict=True)):
        flow[(*there, n)] = np.where(own, (place - start) * before, flow[(*there, n)])
    seen[there] = np.where(own, before, seen[there])


def _extent(where: Mask) -> Rectangle:
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
