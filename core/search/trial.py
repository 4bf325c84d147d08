"""One trial: a genotype is trained on cached clips and judged on others, within a small budget."""

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from core.cell_cost import cell_cost
from core.errors import Cancelled
from core.features import FeatureBatch
from core.genotype import Genotype
from core.nn.cell import DynamicCell
from core.nn.cell_config import CellConfig
from core.search.config import TrialBudget, TrialResult
from core.search.crops import cropped_batch, random_windows
from core.search.frame_time import SHARE, time_frames
from core.search.judge import Judgement, judge
from core.search.lesson import lesson_loss
from core.search.material import TrialMaterial
from core.train.cell import CellParts, cell_run, chosen_clips
from core.train.cell_config import CellTraining
from core.train.loop import optimise
from core.train.run_state import RunState
from core.train.schedule import learning_rate

Told = Callable[[str, int, int], None]
"""Told the stage, and how many of its units are done of how many; may raise to stop."""


@dataclass(frozen=True, eq=False)
class _Trial:
    """What stays the same during one attempt."""

    config: CellTraining
    budget: TrialBudget
    material: TrialMaterial
    spent: dict[str, float]
    told: Told
    should_stop: Callable[[], bool]


def run_trial(
    genotype: Genotype,
    *,
    budget: TrialBudget,
    seed: int,
    thresholds: Mapping[int, float],
    material: TrialMaterial,
    told: Told | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrialResult:
    """Trains and judges one cell.

    On the CPU, with one thread and on one machine, the result depends on the arguments alone. The
    cell learns on random parts of the clips and is judged on whole frames. Short of memory it is
    tried once more with half the batch.

    Args:
        genotype: The cell.
        budget: How long it is trained and how it is judged.
        seed: Decides its first weights and the order of clips.
        thresholds: Epochs -> least reward with which the trial goes on from that rung.
        material: What all trials share.
        told: Told how far the trial is.
        should_stop: Asked before every step.

    Raises:
        TrainingDiverged: The loss became infinite or no number.
        Cancelled: `should_stop` said so.
        RuntimeError: Torch found no memory twice, or for half the smallest batch.
    """
    listener = told if told is not None else _tell_nobody
    asked = should_stop if should_stop is not None else _go_on
    for batch in (budget.batch, max(1, budget.batch // 2)):
        config = trial_training(genotype, budget, seed=seed, batch=batch, clips=len(material.learn))
        trial = _Trial(config, budget, material, {}, listener, asked)
        try:
            return _run(trial, genotype, thresholds)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error) or batch != budget.batch or batch == 1:
                raise
        if material.device.type == "cuda":
            torch.cuda.empty_cache()
    raise AssertionError("the second attempt returns or raises")


def _run(trial: _Trial, genotype: Genotype, thresholds: Mapping[int, float]) -> TrialResult:
    cpu_before = _cpu_seconds()
    with _stage(trial, "load"):
        run = cell_run(
            trial.config,
            trial.material.segmenter,
            trial.material.static,
            identity="",
            device=trial.material.device,
        )
    clips, rungs = len(trial.material.learn), []
    judgement, epochs = None, trial.budget.epochs
    for rung in (*trial.budget.rungs, trial.budget.epochs):
        _learn(trial, run, until=-(-rung * clips // trial.config.batch))
        judgement = _judged(trial, run)
        if rung == trial.budget.epochs:
            break
        rungs.append((rung, judgement.reward))
        if judgement.reward < thresholds.get(rung, 0.0):
            epochs = rung
            break
    assert judgement is not None
    height, width = _size(trial)
    cell = _trained(run)
    with _stage(trial, "time"):
        times = time_frames(
            trial.material.segmenter,
            cell,
            height=height,
            width=width,
            device=trial.material.device.type,
            within=SHARE * sum(trial.spent.values()),
        )
    cost = cell_cost(trial.material.static, trial.config.cell, height=height, width=width)
    return TrialResult(
        reward=judgement.reward,
        accuracy=judgement.accuracy,
        stability=judgement.stability,
        miou=judgement.miou,
        epochs=epochs,
        rungs=tuple(rungs),
        is_stopped=epochs < trial.budget.epochs,
        macs=cost.macs_steady,
        params=cost.parameters,
        batch=trial.config.batch,
        latency_ms=round(times.steady, 3),
        static_ms=round(times.static, 3),
        seconds={name: round(value, 3) for name, value in trial.spent.items()},
        cpu_seconds=round(_cpu_seconds() - cpu_before, 3),
    )


def trial_training(
    genotype: Genotype, budget: TrialBudget, *, seed: int, batch: int, clips: int
) -> CellTraining:
    """The config of the cell's training; its losses are weighed as in a final training.

    Args:
        genotype: The cell.
        budget: How long it is trained.
        seed: Of the trial.
        batch: Clips per step.
        clips: Clips of an epoch.
    """
    steps = -(-budget.epochs * clips // batch)
    is_light = genotype.is_light
    return CellTraining(
        cell=CellConfig.of(genotype),
        seed=seed,
        steps=steps,
        batch=batch,
        length=budget.length,
        learning_rate=budget.learning_rate,
        warmup_steps=min(20, steps // 10),
        distillation=1.0 if is_light else 0.5,
        consistency=0.0 if is_light else 2.0,
    )


def _learn(trial: _Trial, run: RunState[CellParts], *, until: int) -> None:
    config = trial.config
    with _stage(trial, "train"):
        run.network.train()
        for clips in _batches(trial, first=run.step, until=until):
            if trial.should_stop():
                raise Cancelled(f"The trial was cancelled at step {run.step}.")
            loss = lesson_loss(
                run.network.cell,
                clips,
                config=config,
                head=trial.material.head,
                weights=trial.material.weights,
                step=run.step,
            )
            optimise(
                run,
                loss,
                learning_rate=learning_rate(
                    run.step,
                    steps=config.steps,
                    warmup_steps=config.warmup_steps,
                    peak=config.learning_rate,
                ),
            )
            trial.told("training", run.step, config.steps)


def _batches(trial: _Trial, *, first: int, until: int) -> Iterator[FeatureBatch]:
    """Yields the clips of the steps, the next ones being cut meanwhile."""
    config, features = trial.config, trial.material.learn
    height, width = _size(trial)
    grid = (height // 8, width // 8)

    def cut(step: int) -> FeatureBatch:
        windows = random_windows(
            grid, trial.budget.crop, count=config.batch, seed=config.seed, step=step
        )
        chosen = chosen_clips(config, len(features), step)
        clips = cropped_batch(features, chosen, windows, length=config.length)
        return FeatureBatch(*(values.to(trial.material.device) for values in clips))

    with ThreadPoolExecutor(1, thread_name_prefix="clips") as pool:
        coming: Future[FeatureBatch] | None = pool.submit(cut, first) if first < until else None
        for step in range(first, until):
            assert coming is not None
            clips = coming.result()
            coming = pool.submit(cut, step + 1) if step + 1 < until else None
            yield clips


def _judged(trial: _Trial, run: RunState[CellParts]) -> Judgement:
    with _stage(trial, "judge"):
        return judge(
            _trained(run),
            trial.material.head,
            trial.material.judge,
            length=trial.budget.judge_length,
            num_classes=trial.material.static.num_classes,
            device=trial.material.device,
            judged=lambda done, total: trial.told("judging", done, total),
        )


def _trained(run: RunState[CellParts]) -> DynamicCell:
    """The cell with averaged weights, in evaluation mode."""
    cell = run.average.network.cell
    assert isinstance(cell, DynamicCell)
    return cell.eval()


def _size(trial: _Trial) -> tuple[int, int]:
    height, width = trial.material.learn[0].labels.shape[-2:]
    return int(height), int(width)


@contextmanager
def _stage(trial: _Trial, name: str) -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    finally:
        trial.spent[name] = trial.spent.get(name, 0.0) + time.monotonic() - begun


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _is_out_of_memory(error: BaseException) -> bool:
    signs = ("out of memory", "DefaultCPUAllocator", "not enough memory")
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in signs)


def _tell_nobody(_stage: str, _done: int, _total: int) -> None:
    return None


def _go_on() -> bool:
    return False
