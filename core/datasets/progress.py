"""How long work on a dataset is watched and ended."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many frames are done and how many there are; may raise to stop."""

ShouldStop = Callable[[], bool]
"""Asked between frames whether the work shall end."""
