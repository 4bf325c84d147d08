"""The loop of every training: one that can be watched, paused, cancelled and resumed."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import torch
from torch import nn

from core.errors import Cancelled, Paused
from core.train.curve import Curve
from core.train.run_state import RunState, TrainingDiverged

_SAVE_WITHIN = 60.0
"""Seconds of training that a crash may cost at most, however slow the steps are."""

Batch = TypeVar("Batch")
Network = TypeVar("Network", bound=nn.Module)

StopWish = Literal["cancel", "pause"]
"""What somebody wants of a running training."""


@dataclass(frozen=True)
class TrainingProgress:
    """Where a training run stands after a step.

    Attributes:
        step: Steps done.
        steps: Steps in all.
        loss: Loss of the last step.
        seconds_left: Estimate from the speed of this session.
        curve: The course so far; read it when it is wanted, it is not copied.
    """

    step: int
    steps: int
    loss: float
    seconds_left: float
    curve: Curve


def run_loop(
    run: RunState[Network],
    batches: Iterable[Batch],
    take_step: Callable[[Batch], object],
    *,
    steps: int,
    checkpoint_every: int,
    checkpoint_dir: Path | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> None:
    """Takes one step per batch.

    Args:
        run: The run, restored or fresh; `take_step` moves it on by one step.
        batches: The batches from step `run.step` on.
        take_step: Takes one optimiser step on a batch.
        steps: Steps in all.
        checkpoint_every: Steps between checkpoints.
        checkpoint_dir: Where the checkpoint is kept; none is written without it.
        progress: Called after every step.
        should_stop: Asked before every step; `pause` and `cancel` leave a checkpoint.

    Raises:
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss or a weight became infinite or no number.
    """
    started, first = time.monotonic(), run.step
    saved_at = started
    for batch in batches:
        wish = should_stop() if should_stop is not None else None
        if wish is not None:
            _stop(run, wish, checkpoint_dir)
        take_step(batch)
        is_due = run.step % checkpoint_every == 0 or run.step == steps
        if checkpoint_dir is not None and (is_due or time.monotonic() - saved_at > _SAVE_WITHIN):
            run.save(checkpoint_dir)
            saved_at = time.monotonic()
        if progress is not None:
            pace = (time.monotonic() - started) / (run.step - first)
            left = pace * (steps - run.step)
            progress(TrainingProgress(run.step, steps, run.last_loss, left, run.curve))


def optimise(run: RunState[Network], loss: torch.Tensor, *, learning_rate: float) -> float:
    """Moves the weights along the gradient of the loss, their average after them; one step.

    Raises:
        TrainingDiverged: The loss is infinite or no number; nothing is moved.
    """
    value = loss.item()
    if not math.isfinite(value):
        raise TrainingDiverged(run.step, f"the loss is {value}", run.saved_step)
    for group in run.optimiser.param_groups:
        group["lr"] = learning_rate
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimiser.step()
    run.average.update(run.network, step=run.step)
    run.step += 1
    run.last_loss = value
    run.curve.add(run.step, loss=value, learning_rate=learning_rate)
    return value


def _stop(run: RunState[Network], wish: StopWish, checkpoint_dir: Path | None) -> None:
    if checkpoint_dir is not None:
        run.save(checkpoint_dir)
    if wish == "pause":
        raise Paused(f"Training rests at step {run.step}; resume it to go on.")
    raise Cancelled(f"Training was cancelled at step {run.step}.")
