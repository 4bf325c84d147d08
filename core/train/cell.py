"""Trains a dynamic cell on cached clips; the static network stays as it is."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from core.clip_source import MOTION_STRIDE
from core.features import FeatureBatch, FeatureCache, batch
from core.nn.build import add_cell
from core.nn.cell import DynamicCell
from core.nn.config import StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.nn.head import Head
from core.nn.layout import laid_out
from core.nn.segmenter import Segmenter
from core.train.cell_config import CellTraining
from core.train.cell_loss import at_least_fp32, consistency_loss, distillation_loss, label_loss
from core.train.cell_rollout import roll_out
from core.train.loop import StopWish, TrainingProgress, optimise, run_loop
from core.train.run_state import RunState
from core.train.schedule import learning_rate

_ORDER = 3  # a stream of randomness of its own


class CellParts(nn.Module):
    """What of a network is trained: the cell, and the head of its frames where it has its own."""

    def __init__(self, cell: DynamicCell, head: Head | None) -> None:
        super().__init__()
        self.cell = cell
        self.head = head


class Frozen(NamedTuple):
    """What is not trained.

    Attributes:
        head: The static network's head.
        weights: (K,) weights of the classes.
    """

    head: Head
    weights: torch.Tensor


def train_cell(
    config: CellTraining,
    segmenter: Segmenter,
    static: StaticConfig,
    features: FeatureCache,
    *,
    class_weights: torch.Tensor,
    identity: str,
    checkpoint_dir: Path | None = None,
    resume: bool = True,
    device: str = "cpu",
    threads: int | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> DynamicSegmenter:
    """Trains a cell and returns the static network with its averaged weights.

    The result is the moving average at the end of the schedule. On the CPU it depends only on
    config, features and number of threads, interrupted or not.

    Args:
        config: What to train and how.
        segmenter: The static network; it is not changed.
        static: Its sizes.
        features: Its features of clips of at least `config.length` frames, the last of which
            are learnt.
        class_weights: (K,) float32, see `core.train.class_weights`.
        identity: Hash of static network and clips; a checkpoint of others is refused.
        checkpoint_dir: Where the checkpoint is kept; none is written without it.
        resume: Go on from the checkpoint in `checkpoint_dir` where there is one.
        device: `cpu` or `cuda`.
        threads: Threads of torch; as it is when None.
        progress: Called after every step.
        should_stop: Asked before every step; `pause` and `cancel` leave a checkpoint.

    Raises:
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss or a weight became infinite or no number.
        BadCheckpoint: The checkpoint is damaged or belongs to another config or other clips.
        ValueError: The clips are shorter than the config's.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    segmenter = laid_out(segmenter, device).eval().requires_grad_(False)
    run = cell_run(config, segmenter, static, identity=identity, device=device)
    if checkpoint_dir is not None and resume:
        run.restore(checkpoint_dir)
    frozen = Frozen(segmenter.classifier, class_weights.to(device))
    run_loop(
        run,
        cell_batches(config, features, run.step),
        lambda clips: cell_step(run, clips, config=config, frozen=frozen),
        steps=config.steps,
        checkpoint_every=config.checkpoint_every,
        checkpoint_dir=checkpoint_dir,
        progress=progress,
        should_stop=should_stop,
    )
    trained = run.average.network
    return DynamicSegmenter(segmenter, trained.cell, cell_head=trained.head).eval()


def cell_run(
    config: CellTraining,
    segmenter: Segmenter,
    static: StaticConfig,
    *,
    identity: str,
    device: torch.device | str,
) -> RunState[CellParts]:
    """A training run at its start: the cell repeats the key frame or the static network."""
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        fresh = add_cell(segmenter, config.cell, static)
    if fresh.cell is None:
        raise ValueError("copy has no weights to train")
    parts = CellParts(fresh.cell, fresh.cell_head).requires_grad_(True)
    return RunState(
        laid_out(parts, device),
        identity={"config": config.digest, "data": identity},
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        ema_decay=config.ema_decay,
    )


def cell_batches(
    config: CellTraining, features: FeatureCache, first: int
) -> Iterator[FeatureBatch]:
    """Yields the clips of the steps from `first` on, the next ones being read meanwhile.

    Every clip comes once in an epoch; nothing but the seed and the step decides the order.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="clips") as pool:

        def ask(step: int) -> Future[FeatureBatch]:
            return pool.submit(batch, features, chosen_clips(config, len(features), step))

        coming = ask(first)
        for step in range(first, config.steps):
            clips = coming.result()
            if step + 1 < config.steps:
                coming = ask(step + 1)
            yield clips


def chosen_clips(config: CellTraining, clips: int, step: int) -> list[int]:
    """The numbers of the clips of one step."""
    chosen = []
    for place in range(config.batch):
        epoch, position = divmod(step * config.batch + place, clips)
        order = np.random.default_rng((config.seed, _ORDER, epoch)).permutation(clips)
        chosen.append(int(order[position]))
    return chosen


def cell_step(
    run: RunState[CellParts], clips: FeatureBatch, *, config: CellTraining, frozen: Frozen
) -> float:
    """Takes one optimiser step on one batch of clips and returns its loss."""
    device = frozen.weights.device
    clips = FeatureBatch(*(values[:, -config.length :].to(device) for values in clips))
    clips = clips._replace(low=clips.low.float(), high=clips.high.float())
    run.network.train()
    with torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16"):
        loss = cell_loss(run.network, clips, config=config, frozen=frozen, step=run.step)
    rate = learning_rate(
        run.step, steps=config.steps, warmup_steps=config.warmup_steps, peak=config.learning_rate
    )
    return optimise(run, loss, learning_rate=rate)


def cell_loss(
    parts: CellParts, clips: FeatureBatch, *, config: CellTraining, frozen: Frozen, step: int
) -> torch.Tensor:
    """The mean loss over the cell's frames of the clips.

    Answers are compared at a quarter of the places of the head's finest map, another quarter in
    each step: neighbours tell nearly the same, and the comparisons cost more than the cell.
    """
    head = parts.head if parts.head is not None else frozen.head
    size = clips.sources.shape[-2:]
    rows, columns = slice(step // 2 % 2, None, 2), slice(step % 2, None, 2)

    def answer(layer: Head, high: torch.Tensor) -> torch.Tensor:
        logits = layer.logits(high)
        return logits if logits.shape[-2:] == size else layer(high, (size[0], size[1]))

    labels = clips.labels[:, :, ::MOTION_STRIDE, ::MOTION_STRIDE][:, :, rows, columns].long()
    losses = []
    with torch.no_grad():
        before = answer(frozen.head, clips.high[:, 0])  # (B, K, h, w)
    for number, high in roll_out(
        parts.cell, clips, length=config.length, memoryless=config.memoryless
    ):
        whole = answer(head, high)
        logits = at_least_fp32(whole[:, :, rows, columns])
        loss = label_loss(logits, labels[:, number], weights=frozen.weights)
        if config.distillation:
            with torch.no_grad():
                taught = answer(frozen.head, clips.high[:, number])[:, :, rows, columns]
            loss = loss + config.distillation * distillation_loss(logits, at_least_fp32(taught))
        if config.consistency:
            sources = clips.sources[:, number, rows, columns]
            loss = loss + config.consistency * consistency_loss(logits, before, sources)
        losses.append(loss)
        before = whole.detach()
    return torch.stack(losses).mean()
