"""The street behind things."""

import numpy as np

from core.video.simulation.background import without_things


def test_a_thing_vanishes_and_the_rest_of_the_street_stays() -> None:
    image = np.random.default_rng(0).integers(90, 110, (60, 80, 3), dtype=np.uint8)
    things = np.zeros((60, 80), bool)
    things[20:40, 30:50] = True
    image[things] = 255
    filled = without_things(image, things)
    assert 85 < filled[things].min() <= filled[things].max() < 115
    far = np.ones_like(things)
    far[12:48, 22:58] = False
    assert np.array_equal(filled[far], image[far])


def test_each_side_is_filled_from_its_own_side() -> None:
    image = np.full((40, 80, 3), 50, np.uint8)
    image[:, 40:] = 200
    things = np.zeros((40, 80), bool)
    things[10:30, 30:50] = True
    filled = without_things(image, things)
    assert (filled[20, 32:36] == 50).all()
    assert (filled[20, 45:48] == 200).all()


def test_without_things_or_without_a_street_the_image_stays_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for things in (np.zeros((20, 30), bool), np.ones((20, 30), bool)):
        assert np.array_equal(without_things(image, things), image)
