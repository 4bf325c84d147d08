"""Which parts of a label map are things, and how they move."""

import numpy as np

from core.video.simulation.drive import Drive
from core.video.simulation.motion import Motion
from core.video.simulation.things import MOST, Thing, find_things

SHAPE = (60, 80)


def found(labels: np.ndarray, motion: Motion, seed: int = 0) -> tuple[Thing, ...]:
    rng = np.random.default_rng(seed)
    drive = Drive.draw(rng, motion=motion, width=labels.shape[1], height=labels.shape[0])
    return find_things(labels, drive=drive, motion=motion, rng=rng)


def test_every_component_of_a_mover_is_a_thing_of_its_own() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[10:14, 10:18] = labels[30:36, 40:50] = 3
    labels[20:24, 20:24] = 4
    things = found(labels, Motion(movers=(3,)))
    assert [thing.box for thing in things] == [(30, 40, 36, 50), (10, 10, 14, 18)]
    assert all(thing.mask.all() for thing in things)


def test_a_pole_and_its_sign_are_one_thing_and_stand() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[10:40, 30:32], labels[4:10, 26:36] = 2, 6
    motion = Motion(standers=(2, 6), shake=0, speed=0)
    (thing,) = found(labels, motion)
    assert thing.box == (4, 26, 40, 36)
    assert thing.mask.sum() == 30 * 2 + 6 * 10
    assert np.allclose(thing.homographies, np.eye(3))
    (standing,), (moving,) = (
        found(labels, Motion(shake=0, turn=0, **classes))
        for classes in ({"standers": (2, 6)}, {"movers": (2,)})
    )
    assert not np.allclose(standing.homographies[0], moving.homographies[0])


def test_movers_move_by_themselves_before_a_camera_at_rest_unless_told_not_to() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:40, 30:45] = 8
    ways = [found(labels, Motion(movers=(8,), turn=0, objects=n), 4)[0] for n in (0, 1)]
    assert not np.allclose(ways[0].homographies[0], ways[1].homographies[0])
    for way in ways:
        assert np.allclose(way.homographies[-1], np.eye(3))


def test_small_components_stand_for_things_where_no_class_is_named() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[30:] = 1
    labels[10:15, 10:15], labels[40:44, 60:70] = 1, 255
    assert [thing.box for thing in found(labels, Motion())] == [(10, 10, 15, 15)]
    assert found(labels, Motion(movers=())) == ()


def test_specks_and_what_fills_the_picture_are_no_things() -> None:
    labels = np.zeros((400, 400), np.uint8)
    labels[5, 5:9] = 1
    labels[100:] = 2
    assert found(labels, Motion(movers=(1, 2))) == ()


def test_of_very_many_things_the_largest_are_taken() -> None:
    labels = np.zeros((240, 320), np.uint8)
    for number in range(80):
        row, column = divmod(number, 10)
        labels[row * 30 : row * 30 + 6 + row, column * 30 : column * 30 + 8] = 1
    things = found(labels, Motion(movers=(1,)))
    assert len(things) == MOST
    assert min(thing.mask.sum() for thing in things) >= 8 * 10
