"""Trains a static network: one loop that can be watched, paused, cancelled and resumed."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch.nn import functional

from core.errors import Cancelled, Paused
from core.nn.segmenter import Segmenter
from core.palette import IGNORE
from core.train.batches import Batch, Source, training_batches
from core.train.class_weights import class_weights
from core.train.config import StaticTraining
from core.train.curve import Curve
from core.train.data import TrainingData
from core.train.deep_supervision import both_logits
from core.train.run_state import RunState, TrainingDiverged
from core.train.start import begin_from

_SAVE_WITHIN = 60.0
"""Seconds of training that a crash may cost at most, however slow the steps are."""

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


def train_static(
    config: StaticTraining,
    data: TrainingData,
    *,
    extra: TrainingData | None = None,
    start: Path | None = None,
    checkpoint_dir: Path | None = None,
    resume: bool = True,
    device: str = "cpu",
    threads: int | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> Segmenter:
    """Trains a static network and returns its averaged weights.

    The result is the moving average at the end of the schedule, never the best of several
    checkpoints. On the CPU it depends only on config, data and number of threads, interrupted
    or not.

    Args:
        config: What to train and how.
        data: Labelled images.
        extra: Further images of the same classes, see `Phase.extra`.
        start: The file of `config.start`, see `core.train.start`; None begins from chance.
        checkpoint_dir: Where the checkpoint is kept; none is written without it.
        resume: Go on from the checkpoint in `checkpoint_dir` where there is one.
        device: `cpu` or `cuda`.
        threads: Threads of torch; as it is when None.
        progress: Called after every step.
        should_stop: Asked before every step; `pause` and `cancel` leave a checkpoint.

    Raises:
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss became infinite or no number.
        BadCheckpoint: The checkpoint is damaged or belongs to another config or other data.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    source = Source.of(data, extra)
    run = RunState(
        config,
        data_digest=source.digest,
        device=device,
        begin=_beginning(config, start, data.palette.names),
    )
    if checkpoint_dir is not None and resume:
        run.restore(checkpoint_dir)
    weights = torch.from_numpy(class_weights(data, power=config.class_power)).to(device)
    started, first = time.monotonic(), run.step
    saved_at = started
    for batch in training_batches(config, source, run.step):
        wish = should_stop() if should_stop is not None else None
        if wish is not None:
            _stop(run, wish, checkpoint_dir)
        loss = train_step(run, batch, config=config, weights=weights)
        is_due = run.step % config.checkpoint_every == 0 or run.step == config.steps
        if checkpoint_dir is not None and (is_due or time.monotonic() - saved_at > _SAVE_WITHIN):
            run.save(checkpoint_dir)
            saved_at = time.monotonic()
        if progress is not None:
            pace = (time.monotonic() - started) / (run.step - first)
            left = pace * (config.steps - run.step)
            progress(TrainingProgress(run.step, config.steps, loss, left, run.curve))
    return run.average.network


def _beginning(
    config: StaticTraining, start: Path | None, class_names: tuple[str, ...]
) -> Callable[[Segmenter], None] | None:
    if (start is None) != (not config.start):
        raise ValueError("a start file and its hash in the config come together")
    if start is None:
        return None
    return lambda network: begin_from(network, start, class_names=class_names, digest=config.start)


def train_step(
    run: RunState, batch: Batch, *, config: StaticTraining, weights: torch.Tensor
) -> float:
    """Takes one optimiser step on one batch and returns its loss."""
    device = weights.device
    images = batch[0].to(device).float().div_(255)  # (B, 3, H, W)
    labels = batch[1].to(device)
    run.network.train()
    for group in run.optimiser.param_groups:
        group["lr"] = learning_rate(config, run.step)
    with torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16"):
        loss = _loss(run, images, labels, config=config, weights=weights)
    value = float(loss.detach())
    if not math.isfinite(value):
        raise TrainingDiverged(run.step, f"the loss is {value}", run.saved_step)
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimiser.step()
    run.average.update(run.network, step=run.step)
    run.step += 1
    rate = run.optimiser.param_groups[0]["lr"]
    run.curve.add(run.step, loss=value, learning_rate=rate)
    return value


def _loss(
    run: RunState,
    images: torch.Tensor,
    labels: torch.Tensor,
    *,
    config: StaticTraining,
    weights: torch.Tensor,
) -> torch.Tensor:
    def cross_entropy(logits: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(
            logits.float(),
            labels,
            weight=weights,
            ignore_index=IGNORE,
            label_smoothing=config.label_smoothing,
        )

    if run.coarse is None:
        return cross_entropy(run.network(images))
    logits, coarse = both_logits(run.network, run.coarse, images)  # both (B, K, H, W)
    return cross_entropy(logits) + config.deep_supervision * cross_entropy(coarse)


def learning_rate(config: StaticTraining, step: int) -> float:
    """Linear warm-up to the peak, then a half cosine to zero at the last step."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def _stop(run: RunState, wish: StopWish, checkpoint_dir: Path | None) -> None:
    if checkpoint_dir is not None:
        run.save(checkpoint_dir)
    if wish == "pause":
        raise Paused(f"Training rests at step {run.step}; resume it to go on.")
    raise Cancelled(f"Training was cancelled at step {run.step}.")
