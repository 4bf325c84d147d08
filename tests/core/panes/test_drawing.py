"""Panes held against loops over pixels."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.labels import LabelReader, LabelWriter
from core.palette import CAMVID, IGNORE
from core.panes.drawing import GAP, REACH, PanesDrawer
from core.panes.layer import Layer
from core.panes.look import Look

FRAMES, HEIGHT, WIDTH = 24, 6, 8
Labelled = tuple[np.ndarray, Layer]


@pytest.fixture
def labelled(tmp_path: Path) -> Callable[..., Labelled]:
    def make(seed: int, *, start: int = 0, classes: int = 3) -> Labelled:
        chooser = np.random.default_rng(seed)
        labels = chooser.integers(0, classes, (FRAMES, HEIGHT, WIDTH)).astype(np.uint8)
        path = tmp_path / f"{seed}.bin"
        with LabelWriter(path, width=WIDTH, height=HEIGHT) as writer:
            for each in labels:
                writer.append(each)
        layer = Layer(LabelReader.from_path(path), start, tuple(range(CAMVID.num_classes)))
        return labels, layer

    return make


def _frame(seed: int = 9) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)


def _draw(layers: dict[str, Layer], frame: int, *panes: str, **look: object) -> np.ndarray:
    drawer = PanesDrawer(layers, CAMVID, Look(panes=panes, **look))  # type: ignore[arg-type]
    return drawer.draw(_frame(), frame)


def _second(drawn: np.ndarray) -> np.ndarray:
    return drawn[:, WIDTH + GAP :]


def test_labels_cover_by_opacity_and_hidden_classes_show_the_picture(
    labelled: Callable[..., Labelled],
) -> None:
    labels, layer = labelled(1)
    drawn = _second(_draw({"A": layer}, 5, "source", "A", opacity=0.35, hidden=(1,)))
    rgb = _frame()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            wanted = rgb[y, x].astype(float)
            if labels[5, y, x] != 1:
                wanted = 0.65 * wanted + 0.35 * np.array(CAMVID.colours[labels[5, y, x]])
            assert np.abs(drawn[y, x] - wanted).max() <= 1


def test_the_difference_marks_where_two_layers_disagree(labelled: Callable[..., Labelled]) -> None:
    (one, a), (other, b) = labelled(1), labelled(2)
    drawn = _second(_draw({"A": a, "B": b}, 7, "source", "A-B"))
    is_marked = (drawn[..., 0] > 220) & (drawn[..., 1] < 80)
    np.testing.assert_array_equal(is_marked, one[7] != other[7])


def test_the_flicker_map_counts_pixels_that_come_straight_back(
    labelled: Callable[..., Labelled],
) -> None:
    labels, layer = labelled(3, classes=2)
    frame = 12
    drawn = _second(_draw({"A": layer}, frame, "source", "flicker-A"))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            p = labels[:, y, x].astype(int)
            came_back = [
                t
                for t in range(frame - REACH, frame + REACH + 1)
                if p[t - 1] == p[t + 1] != p[t] and IGNORE not in (p[t], p[t - 1])
            ]
            is_white = bool((drawn[y, x] == 255).all())
            assert is_white == (frame in came_back)
            is_dark = bool((drawn[y, x] <= 0.4 * 255 + 10).all())
            assert is_dark == (came_back == [])


def test_a_wipe_a_blend_and_frames_without_labels(labelled: Callable[..., Labelled]) -> None:
    _, layer = labelled(1, start=4)
    layers = {"A": layer}
    alone = _second(_draw(layers, 6, "source", "A"))
    wiped = _draw(layers, 6, "source", "A", mode="wipe", share=0.25)
    np.testing.assert_array_equal(wiped[:, :2], _frame()[:, :2])
    np.testing.assert_array_equal(wiped[:, 2:], alone[:, 2:])
    blent = _draw(layers, 6, "source", "A", mode="blend", share=0.5)
    assert np.abs(blent - (_frame() / 2 + alone / 2)).max() <= 1
    np.testing.assert_array_equal(_second(_draw(layers, 3, "source", "A")), _frame())
    assert _draw(layers, 6, "source", "A", "A", "source").shape == (2 * HEIGHT + GAP, 24, 3)
    assert _draw(layers, 6, "source", "A", "A").shape == (HEIGHT, 3 * WIDTH + 2 * GAP, 3)


def test_all_panes_are_enlarged_around_the_same_place(labelled: Callable[..., Labelled]) -> None:
    _, layer = labelled(1)
    drawn = _draw({"A": layer}, 5, "source", "A", zoom=(2.0, 0.25, 0.75))
    rgb = _frame()
    # Corners of the pane are the middles of the enlarged picture's pixels there: nothing is mixed.
    step = [drawn[y, x].astype(int) for y, x in ((0, 0), (HEIGHT - 1, 0))]
    upper = rgb[HEIGHT // 2, 0].astype(int)
    lower = rgb[HEIGHT - 1, 0].astype(int)
    assert np.abs(step[0] - (0.75 * upper + 0.25 * rgb[HEIGHT // 2 - 1, 0])).max() <= 4
    assert np.abs(step[1] - lower).max() <= 1
