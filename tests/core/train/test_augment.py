"""Random views: labels move exactly with the picture."""

import numpy as np
import pytest

from core.palette import IGNORE
from core.train.augment import augment, paste_classes
from core.train.config import Augmentation

STILL = Augmentation(scale=(1, 1), flip=0, colour=0, blur=0, noise=0, compression=0)


def blocks(height: int = 48, width: int = 64, size: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Blocks whose grey level is 20 times their class."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 10, (height // size, width // size), dtype=np.uint8)
    labels = labels.repeat(size, axis=0).repeat(size, axis=1)
    return np.repeat(20 * labels[..., None], 3, axis=2).astype(np.uint8), labels


def view(
    settings: Augmentation, crop: tuple[int, int], seed: int = 0, size: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    image, labels = blocks(size=size)
    return augment(image, labels, crop=crop, settings=settings, generator=generator)


def test_a_view_of_the_whole_image_without_changes_is_the_image() -> None:
    image, labels = view(STILL, (48, 64))
    assert np.array_equal(image, blocks()[0])
    assert np.array_equal(labels, blocks()[1])


def test_a_certain_flip_is_the_mirrored_image() -> None:
    flipped = Augmentation(scale=(1, 1), flip=1, colour=0, blur=0, noise=0, compression=0)
    image, labels = view(flipped, (48, 64))
    assert np.array_equal(image, blocks()[0][:, ::-1])
    assert np.array_equal(labels, blocks()[1][:, ::-1])


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.7])
@pytest.mark.parametrize("flip", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_labels_stay_on_the_pixels_they_belong_to(scale: float, flip: float, seed: int) -> None:
    settings = Augmentation(
        scale=(scale, scale), flip=flip, colour=0, blur=0, noise=0, compression=0
    )
    image, labels = view(settings, (40, 40), seed, size=16)
    inside = labels != IGNORE
    assert inside.mean() > 0.5
    # Away from block borders grey level / 20 is the class.
    same = np.rint(image[..., 0] / 20).astype(int) == labels
    assert same[inside].mean() > 0.8
    shifted = np.rint(np.roll(image[..., 0], 3, axis=1) / 20).astype(int) == labels
    assert same[inside].mean() > shifted[inside].mean() + 0.03


def test_what_lies_outside_the_image_is_ignore() -> None:
    _, labels = view(STILL, (60, 100))
    assert (labels == IGNORE).sum() == 60 * 100 - 48 * 64


def test_the_same_generator_gives_the_same_view() -> None:
    settings = Augmentation()
    one, other, third = (view(settings, (32, 40), seed) for seed in (7, 7, 8))
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
    assert not np.array_equal(one[0], third[0])


def test_colour_noise_blur_and_compression_leave_labels_alone() -> None:
    settings = Augmentation(scale=(1, 1), flip=0, colour=0.4, blur=1, noise=20, compression=1)
    for seed in range(5):
        image, labels = view(settings, (48, 64), seed)
        assert np.array_equal(labels, blocks()[1])
        assert not np.array_equal(image, blocks()[0])
        assert image.dtype == np.uint8


def test_the_image_given_is_not_changed() -> None:
    image, labels = blocks()
    image.setflags(write=False)
    labels.setflags(write=False)
    generator = np.random.default_rng(0)
    for _ in range(10):
        augment(image, labels, crop=(48, 64), settings=Augmentation(), generator=generator)


def test_weakened_settings_keep_the_flip_and_shrink_the_rest() -> None:
    settings = Augmentation(scale=(0.5, 2), flip=0.4, colour=0.2, blur=0.5, noise=10)
    half = settings.weakened(0.5)
    assert half.scale == pytest.approx((0.5**0.5, 2**0.5))
    assert (half.flip, half.colour, half.blur, half.noise) == (0.4, 0.1, 0.25, 5)
    assert settings.weakened(1) == settings
    none = settings.weakened(0)
    assert (none.scale, none.colour, none.blur, none.noise, none.compression) == (
        (1, 1),
        0,
        0,
        0,
        0,
    )


def test_the_busiest_of_several_windows_is_taken() -> None:
    labels = np.zeros((48, 400), np.uint8)
    labels[:, 300:320:2] = 1
    image = np.zeros((48, 400, 3), np.uint8)
    shares = []
    for windows in (1, 8):
        settings = Augmentation(scale=(1, 1), windows=windows)
        hits = 0
        for seed in range(40):
            generator = np.random.default_rng(seed)
            _, view_labels = augment(
                image, labels, crop=(48, 64), settings=settings, generator=generator
            )
            hits += bool((view_labels == 1).any())
        shares.append(hits / 40)
    assert shares[0] < 0.5
    assert shares[1] > 0.75


@pytest.mark.parametrize(
    ("name", "value"),
    [("windows", 0), ("scale", (2, 1)), ("scale", (0, 1)), ("flip", 2), ("colour", 1)],
)
def test_settings_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Augmentation(**{name: value})


@pytest.mark.parametrize("scale", [0.6, 1.0, 2.5])
def test_a_focused_view_shows_every_class_more_often_than_chance(scale: float) -> None:
    labels = np.zeros((96, 128), np.uint8)
    labels[70:74, 100:104] = 1
    image = np.repeat(labels[..., None], 3, axis=2)

    def share(focus: float) -> float:
        settings = Augmentation(
            scale=(scale, scale), colour=0, blur=0, noise=0, compression=0, windows=1, focus=focus
        )
        shown = 0
        for seed in range(60):
            generator = np.random.default_rng(seed)
            view = augment(image, labels, crop=(32, 32), settings=settings, generator=generator)
            shown += bool((view[1] == 1).any())
        return shown / 60

    assert share(1.0) > share(0.0)
    assert share(1.0) > 0.4


def test_a_focused_view_of_an_image_without_classes_is_a_view() -> None:
    labels = np.full((48, 64), IGNORE, np.uint8)
    image = np.zeros((48, 64, 3), np.uint8)
    settings = Augmentation(focus=1)
    generator = np.random.default_rng(0)
    view = augment(image, labels, crop=(32, 32), settings=settings, generator=generator)
    assert view[0].shape == (32, 32, 3)
    assert (view[1] == IGNORE).all()


def test_pasting_moves_pixels_together_with_their_labels() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    labels = rng.integers(0, 4, (2, 20, 30), dtype=np.uint8)
    image, mixed = paste_classes((images[0], labels[0]), (images[1], labels[1]), classes=(1, 3))
    taken = (labels[1] == 1) | (labels[1] == 3)
    assert np.array_equal(mixed, np.where(taken, labels[1], labels[0]))
    assert np.array_equal(image[taken], images[1][taken])
    assert np.array_equal(image[~taken], images[0][~taken])
