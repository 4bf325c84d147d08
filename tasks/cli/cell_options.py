"""What commands that train cells share: how long, and on clips of how many frames."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from core.train.cell_config import LENGTH, SHORTEST_CLIP, STEPS
from core.video.simulation.motion import LONGEST

_Command = TypeVar("_Command", bound=Callable[..., Any])


def with_clips(command: _Command) -> _Command:
    """Adds `--steps` and `--length`."""
    length = click.option(
        "--length",
        default=LENGTH,
        show_default=True,
        type=click.IntRange(SHORTEST_CLIP, LONGEST),
        help="Frames of a simulated clip.",
    )
    steps = click.option(
        "--steps",
        default=STEPS,
        show_default=True,
        type=click.IntRange(min=1),
        help="Training steps.",
    )
    return steps(length(command))
