"""The learning rate over the steps of a training."""

import math


def learning_rate(step: int, *, steps: int, warmup_steps: int, peak: float) -> float:
    """Linear warm-up to the peak, then a half cosine to zero at the last step.

    Args:
        step: Steps done, from 0.
        steps: Steps in all.
        warmup_steps: Steps of the warm-up.
        peak: The highest learning rate.
    """
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    done = (step - warmup_steps) / max(1, steps - warmup_steps)
    return peak * 0.5 * (1 + math.cos(math.pi * done))
