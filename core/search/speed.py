"""How many trials an hour this machine makes, measured with the real trials of a search."""

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import torch

from core.datasets.pack import PackReader
from core.datasets.training import DatasetData
from core.feature_extraction import FeatureExtractor
from core.features import FeatureBatch
from core.genotype import Genotype
from core.nn.weights import load_model
from core.other_work import is_busy_now
from core.search.config import SearchConfig, TrialBudget, TrialResult, trial_seed
from core.search.crops import cropped_batch, random_windows
from core.search.lesson import lesson_loss
from core.search.material import TrialMaterial, open_material, part_data
from core.search.trial import run_trial, trial_training
from core.space import sample
from core.train.cell import cell_run, chosen_clips
from core.train.loop import optimise
from core.train.simulated_clips import SimulatedClips
from core.video.simulate import Motion

BUDGET = TrialBudget(rungs=(), variants=1)
"""Five epochs without early stops, one simulated clip per labelled frame."""

_PIXEL_STEPS = 5


@dataclass(frozen=True)
class SpeedSetting:
    """What is measured on.

    Attributes:
        open_pack: Opens the dataset; a function that processes can be given.
        name: What the dataset is called.
        static: The static network's weights file.
        cache_dir: Where decoded frames and features are kept.
        config: The search whose trials are measured; all labelled frames of its split are
            learnt, those of part M are judged.
    """

    open_pack: Callable[[], PackReader]
    name: str
    static: Path
    cache_dir: Path
    config: SearchConfig


def measure_search_speed(
    setting: SpeedSetting,
    *,
    trials: int,
    workers: int,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Runs the same random genotypes in one process and in several, one thread each.

    Args:
        setting: What is measured on.
        trials: Genotypes per process.
        workers: Processes that run at once in the second round.
        say: Told what is being done.

    Returns:
        `setting`; `trials_per_hour` of all workers together and `trials_per_hour_one` of one
        process; `speedup`, their ratio; `seconds`, medians per stage of a trial; `pixels_ratio`,
        how much longer a step takes whose features are not cached; `busy`, whether other
        processes were at work.
    """
    busy = is_busy_now(watched=1.0)
    say("computing features, where they are not there yet")
    material, config = _material(setting)
    drawn = _genotypes(config, trials * workers)
    say(f"{trials} trials in one process")
    alone = _round(setting, [drawn[:trials]])
    say(f"{trials} trials in each of {workers} processes")
    shares = [drawn[number * trials : (number + 1) * trials] for number in range(workers)]
    together = _round(setting, shares)
    say("steps without cached features")
    cached, pixels = _step_seconds(setting, material, drawn[0])
    one, all_ = _per_hour(alone), _per_hour(together)
    results = [result for share in together for result in share]
    return {
        "setting": {
            "dataset": setting.name,
            "clips": len(material.learn),
            "judged_clips": len(material.judge),
            "static_width": material.static.width,
            "workers": workers,
            "trials_per_worker": trials,
            "torch": torch.__version__,
            **config.to_dict(),
        },
        "trials_per_hour": round(all_, 1),
        "trials_per_hour_one": round(one, 1),
        "speedup": round(all_ / one, 2),
        "seconds": {
            stage: round(median(result.seconds[stage] for result in results), 2)
            for stage in results[0].seconds
        },
        "cached_step_seconds": round(cached, 3),
        "pixel_step_seconds": round(pixels, 3),
        "pixels_ratio": round(pixels / cached, 2),
        "busy": busy,
    }


def _material(setting: SpeedSetting) -> tuple[TrialMaterial, SearchConfig]:
    reader, config = setting.open_pack(), setting.config
    _, header = load_model(setting.static)
    places: dict[str, Any] = {
        "input_size": header.config.input_size,
        "cache_dir": setting.cache_dir / "datasets",
        "name": setting.name,
    }
    reward = part_data(reader, split=config.split, **places).reward
    everything = DatasetData(reader, splits=[config.split], **places)
    features = setting.cache_dir / "features"
    return (
        open_material(
            config, setting.static, cells=everything, reward=reward, cache_dir=features, threads=1
        ),
        config,
    )


def _genotypes(config: SearchConfig, count: int) -> list[Genotype]:
    """Different random genotypes of the search's space, cheap and dear ones."""
    rng, drawn = random.Random(config.seed), dict[str, Genotype]()
    while len(drawn) < count:
        genotype = sample(config.genotypes, rng)
        drawn.setdefault(genotype.key, genotype)
    return list(drawn.values())


def _round(setting: SpeedSetting, shares: Sequence[Sequence[Genotype]]) -> list[list[TrialResult]]:
    """Runs every share in a process of its own, all beginning together."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(shares))
    with context.Pool(len(shares), initializer=_begin, initargs=(barrier,)) as pool:
        return pool.starmap(_work, [(setting, list(share)) for share in shares], chunksize=1)


_barrier: Any = None


def _begin(barrier: Any) -> None:
    global _barrier  # a spawned process is told once what it shares with the others
    _barrier = barrier


def _work(setting: SpeedSetting, genotypes: Sequence[Genotype]) -> list[TrialResult]:
    torch.set_num_threads(1)
    material, config = _material(setting)
    _tried(config, material, genotypes[0], replace(config.budget, epochs=1))  # warms up
    _barrier.wait()
    return [_tried(config, material, genotype, config.budget) for genotype in genotypes]


def _tried(
    config: SearchConfig, material: TrialMaterial, genotype: Genotype, budget: TrialBudget
) -> TrialResult:
    return run_trial(
        genotype,
        budget=budget,
        seed=trial_seed(config.seed, genotype.key),
        thresholds={},
        material=material,
    )


def _per_hour(shares: Sequence[Sequence[TrialResult]]) -> float:
    return sum(
        3600 * len(share) / sum(sum(result.seconds.values()) for result in share)
        for share in shares
    )


def _step_seconds(
    setting: SpeedSetting, material: TrialMaterial, genotype: Genotype
) -> tuple[float, float]:
    """Median seconds of a step from the cache and of one from pixels, taken in turns."""
    torch.set_num_threads(1)
    budget = setting.config.budget
    config = trial_training(genotype, budget, seed=0, batch=budget.batch, clips=len(material.learn))
    run = cell_run(config, material.segmenter, material.static, identity="", device=material.device)
    run.network.train()
    reader = setting.open_pack()
    data = DatasetData(
        reader,
        splits=[setting.config.split],
        input_size=material.static.input_size,
        cache_dir=setting.cache_dir / "datasets",
    )
    clips = SimulatedClips(data, motion=Motion.for_palette(data.palette, length=budget.length))
    extractor = FeatureExtractor(material.segmenter, threads=1)

    def step(batch: FeatureBatch) -> None:
        loss = lesson_loss(
            run.network.cell,
            batch,
            config=config,
            head=material.head,
            weights=material.weights,
            step=run.step,
        )
        optimise(run, loss, learning_rate=1e-4)

    spent: dict[str, list[float]] = {"cached": [], "pixels": []}
    for number in range(_PIXEL_STEPS):
        chosen = chosen_clips(config, len(material.learn), number)
        height, width = material.learn[0].labels.shape[-2:]
        grid = (height // 8, width // 8)
        windows = random_windows(grid, budget.crop, count=len(chosen), seed=0, step=number)
        begun = time.perf_counter()
        batch = cropped_batch(material.learn, chosen, windows, length=budget.length)
        step(batch)
        cached = time.perf_counter()
        for index in chosen:
            extractor.features(clips.clip(index).frames)
        step(batch)
        spent["cached"].append(cached - begun)
        spent["pixels"].append(time.perf_counter() - cached)
    return median(spent["cached"]), median(spent["pixels"])
