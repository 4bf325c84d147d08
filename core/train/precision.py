"""Which precision trains faster on this machine: measured, not guessed."""

import time
from dataclasses import replace
from statistics import median

import torch

from core.train.config import Precision, StaticTraining
from core.train.static import static_run, train_step

PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16")
_ROUNDS = 4


def probe_precision(
    config: StaticTraining, *, device: str = "cpu"
) -> tuple[Precision, dict[Precision, float]]:
    """Takes a few training steps in each precision by turns, on noise.

    Args:
        config: The training that is to come; its first phase's crops are used.
        device: `cpu` or `cuda`.

    Returns:
        The faster precision, and the median seconds of a step in each. fp32 wins unless bf16 is
        at least a tenth faster: equal speed is no reason to compute more coarsely.
    """
    phase = config.phases[0]
    generator = torch.Generator().manual_seed(0)
    size = (phase.batch, phase.height, phase.width)
    images = torch.randint(0, 256, (phase.batch, 3, *size[1:]), generator=generator)
    labels = torch.randint(0, config.network.num_classes, size, generator=generator)
    batch = (images.to(torch.uint8).contiguous(memory_format=torch.channels_last), labels)
    weights = torch.ones(config.network.num_classes, device=device)
    runs = {
        each: (replace(config, precision=each), static_run(config, data_digest="", device=device))
        for each in PRECISIONS
    }
    seconds: dict[Precision, list[float]] = {each: [] for each in PRECISIONS}
    for _ in range(_ROUNDS):
        for each, (chosen, run) in runs.items():
            started = time.perf_counter()
            train_step(run, batch, config=chosen, weights=weights)
            seconds[each].append(time.perf_counter() - started)
    medians = {each: median(values[1:]) for each, values in seconds.items()}  # the first warms up
    return ("bf16" if medians["bf16"] < 0.9 * medians["fp32"] else "fp32"), medians
