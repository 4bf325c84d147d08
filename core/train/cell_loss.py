"""What a cell is told about its answers."""

import torch
from torch.nn import functional

from core.palette import IGNORE


def label_loss(
    logits: torch.Tensor, labels: torch.Tensor, *, weights: torch.Tensor
) -> torch.Tensor:
    """Cross-entropy against the labels; 0 where no pixel has one.

    Args:
        logits: (B, K, h, w).
        labels: (B, h, w) int64, 255 = ignore.
        weights: (K,) weights of the classes.
    """
    summed = functional.cross_entropy(
        logits, labels, weight=weights, ignore_index=IGNORE, reduction="sum"
    )
    known = labels[labels != IGNORE]
    return summed / weights[known].sum().clamp(min=1.0)


def distillation_loss(logits: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence from the teacher's answer, the mean over places.

    Args:
        logits: (B, K, h, w).
        teacher: (B, K, h, w) logits of the static network on the same frame.
    """
    divergence = functional.kl_div(
        logits.log_softmax(1), teacher.log_softmax(1), log_target=True, reduction="none"
    )
    return divergence.sum(1).mean()


def consistency_loss(
    logits: torch.Tensor, before: torch.Tensor, sources: torch.Tensor
) -> torch.Tensor:
    """Mean absolute difference of a moving point's class probabilities between two frames.

    Args:
        logits: (B, K, h, w), some places of this frame.
        before: (B, K, H, W) logits of the whole frame before, a target without gradient.
        sources: (B, h, w): flat index of each place in `before`, -1 = not known.
    """
    places = sources.flatten(1).long()  # (B, h * w)
    index = places.clamp(min=0).unsqueeze(1).expand(-1, logits.shape[1], -1)
    moved = at_least_fp32(before.flatten(2).gather(2, index)).softmax(1)  # (B, K, h * w)
    known = places >= 0
    difference = (logits.flatten(2).softmax(1) - moved).abs().sum(1) * known
    return difference.sum() / known.sum().clamp(min=1)


def at_least_fp32(values: torch.Tensor) -> torch.Tensor:
    """The values in fp32, or finer where they are: half precision is too coarse to compare."""
    return values.to(torch.promote_types(values.dtype, torch.float32))
