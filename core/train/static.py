"""Trains a static network."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import torch
from torch.nn import functional

from core.nn.build import build_segmenter
from core.nn.layout import laid_out
from core.nn.segmenter import Segmenter
from core.palette import IGNORE
from core.train.batches import Batch, Source, training_batches
from core.train.class_weights import class_weights
from core.train.config import StaticTraining
from core.train.data import TrainingData
from core.train.deep_supervision import CoarseClassifier, both_logits
from core.train.loop import StopWish, TrainingProgress, optimise, run_loop
from core.train.run_state import RunState
from core.train.schedule import learning_rate
from core.train.start import begin_from


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
    run = static_run(
        config,
        data_digest=source.digest,
        device=device,
        begin=_beginning(config, start, data.palette.names),
    )
    if checkpoint_dir is not None and resume:
        run.restore(checkpoint_dir)
    weights = torch.from_numpy(class_weights(data, power=config.class_power)).to(device)
    run_loop(
        run,
        training_batches(config, source, run.step),
        lambda batch: train_step(run, batch, config=config, weights=weights),
        steps=config.steps,
        checkpoint_every=config.checkpoint_every,
        checkpoint_dir=checkpoint_dir,
        progress=progress,
        should_stop=should_stop,
    )
    return run.average.network


def static_run(
    config: StaticTraining,
    *,
    data_digest: str,
    device: torch.device | str,
    begin: Callable[[Segmenter], None] | None = None,
) -> RunState[Segmenter]:
    """A training run at its start.

    Args:
        config: The training config; its seed decides the random start.
        data_digest: Hash of the data; a checkpoint of other data is refused.
        device: Where the network trains.
        begin: Changes the random network before its average is taken; None leaves it.
    """
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        network = build_segmenter(config.network)
        coarse = CoarseClassifier(config.network.channels, config.network.num_classes)
    if begin is not None:
        begin(network)
    return RunState(
        laid_out(network, device),
        identity={"config": config.digest, "data": data_digest},
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        ema_decay=config.ema_decay,
        companion=laid_out(coarse, device) if config.deep_supervision else None,
    )


def _beginning(
    config: StaticTraining, start: Path | None, class_names: tuple[str, ...]
) -> Callable[[Segmenter], None] | None:
    if (start is None) != (not config.start):
        raise ValueError("a start file and its hash in the config come together")
    if start is None:
        return None
    return lambda network: begin_from(network, start, class_names=class_names, digest=config.start)


def train_step(
    run: RunState[Segmenter], batch: Batch, *, config: StaticTraining, weights: torch.Tensor
) -> float:
    """Takes one optimiser step on one batch and returns its loss."""
    device = weights.device
    images = batch[0].to(device).float().div_(255)  # (B, 3, H, W)
    labels = batch[1].to(device)
    run.network.train()
    with torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16"):
        loss = _loss(run, images, labels, config=config, weights=weights)
    rate = learning_rate(
        run.step, steps=config.steps, warmup_steps=config.warmup_steps, peak=config.learning_rate
    )
    return optimise(run, loss, learning_rate=rate)


def _loss(
    run: RunState[Segmenter],
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

    if run.companion is None:
        return cross_entropy(run.network(images))
    coarse = cast(CoarseClassifier, run.companion)
    logits, scene = both_logits(run.network, coarse, images)  # both (B, K, H, W)
    return cross_entropy(logits) + config.deep_supervision * cross_entropy(scene)
