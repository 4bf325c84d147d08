"""Labels over a picture."""

import numpy as np
import pytest

from core.palette import CAMVID
from core.video.overlay import draw_overlay


def test_the_overlay_mixes_palette_and_frame() -> None:
    rgb = np.full((4, 6, 3), 100, np.uint8)
    labels = np.array([[3, 255], [200, 8]], np.uint8)
    drawn = draw_overlay(rgb, labels, CAMVID, opacity=0.5)
    expected = (np.array(CAMVID.colours[3]) + 100) / 2
    assert np.abs(drawn[:2, :3] - expected).max() <= 1
    assert (drawn[:2, 3:] == 100).all()
    assert (drawn[2:, :3] == 100).all()
    assert (draw_overlay(rgb, labels, CAMVID, opacity=0.0) == rgb).all()
    assert (draw_overlay(rgb, labels, CAMVID, opacity=1.0)[3, 5] == CAMVID.colours[8]).all()
    with pytest.raises(ValueError, match="opacity"):
        draw_overlay(rgb, labels, CAMVID, opacity=1.5)
