"""Which static networks a search may build on: none that has seen the frames of C or M."""

from collections.abc import Sequence
from typing import Any

from core.errors import DyncellError
from core.train.config import StaticTraining
from core.train.recipe import static_training

STATIC_WIDTH = 1.0
"""Width of a search's own static network. At half of it a light cell of four nodes costs more than
half of the network's MACs in 149 of 150 random cases, so that a search would have no room."""

STATIC_STEPS = 1600
"""Steps of its training: fewer than for a model people use, since it labels nothing but clips."""

IMAGES = "images"
"""Key of a provenance's training under which the hashes of the learnt images are kept."""


def refuse_unfit(
    name: str,
    *,
    has_cell: bool,
    classes: Sequence[str],
    training: dict[str, Any],
    dataset: str,
    wanted: Sequence[str] | None,
    held_out: Sequence[str],
) -> None:
    """Demands that a search on a dataset may build on a network.

    Args:
        name: What the network is called.
        has_cell: Whether it has a cell, or is a baseline.
        classes: Names of the classes it knows.
        training: Its provenance's `training`.
        dataset: What the dataset is called.
        wanted: Names of the dataset's classes; None where nobody knows them yet.
        held_out: Hashes of the images of the parts C and M; none where nobody knows them yet.

    Raises:
        DyncellError: It has a cell, knows other classes, has seen some of these images, or does
            not say what it has seen.
    """
    if has_cell:
        raise DyncellError(
            f"{name} has a cell already or is a baseline: a search needs a static network, or "
            "--static auto."
        )
    if wanted is not None and tuple(classes) != tuple(wanted):
        raise DyncellError(
            f"{name} knows other classes than {dataset}: choose a static network of this dataset's "
            "classes, or --static auto."
        )
    refuse_seen(name, training, held_out=held_out)


def refuse_unlearnt(
    name: str, training: dict[str, Any], *, images: Sequence[str], where: str
) -> None:
    """Demands that a static network has learnt all of these images.

    Args:
        name: What the network is called.
        training: Its provenance's `training`.
        images: Hashes of the images.
        where: What they are, as `camvid/train`.

    Raises:
        DyncellError: It has not, or does not say what it has learnt.
    """
    missing = len(set(images) - set(training.get(IMAGES, ())))
    if not missing:
        return
    learnt = len(set(images)) - missing
    told = f"has learnt {learnt} of the {len(set(images))} labelled frames of {where} only"
    if IMAGES not in training:
        told = f"does not say which frames of {where} it has learnt"
    raise DyncellError(
        f"{name} {told}: choose a static network that has learnt all of them, or train one on the "
        "Models page."
    )


def refuse_seen(name: str, training: dict[str, Any], *, held_out: Sequence[str]) -> None:
    """Demands that a static network has seen none of the frames that cells are judged by.

    Args:
        name: What the network is called.
        training: Its provenance's `training`.
        held_out: Hashes of the images of the parts C and M.

    Raises:
        DyncellError: It has seen some, or nobody knows what it has seen.
    """
    if IMAGES not in training:
        raise DyncellError(
            f"{name} does not say which images it has learnt, so a search cannot know whether its "
            "rewards would be earned on learnt frames: let the search train one (--static auto)."
        )
    seen = len(set(training[IMAGES]) & set(held_out))
    if seen:
        raise DyncellError(
            f"{name} has learnt {seen} of the {len(held_out)} frames that cells are trained and "
            "judged on, whose features would teach them to trust it: let the search train one on "
            "the other frames (--static auto)."
        )


def has_learnt_exactly(training: dict[str, Any], images: Sequence[str]) -> bool:
    """Whether a network has learnt these images and no others of a dataset."""
    return sorted(training.get(IMAGES, ())) == sorted(images)


def part_s_training(num_classes: int, *, seed: int, steps: int = STATIC_STEPS) -> StaticTraining:
    """The config of the static network that a search trains on part S.

    Args:
        num_classes: Classes of the dataset.
        seed: Decides all chance.
        steps: Optimiser steps.
    """
    return static_training(
        num_classes, seed=seed, width=STATIC_WIDTH, steps=steps, precision="fp32"
    )
