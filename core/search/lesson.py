"""What a cell is told in one step of a trial: the losses of `core.train.cell`, on a sample.

Final training compares a quarter of the head's places; a trial compares one of every
`upscale` x `upscale`, another one in each step, and the head computes only that one.
"""

import torch
from torch import nn
from torch.nn import functional

from core.clip_source import MOTION_STRIDE
from core.features import FeatureBatch
from core.nn.cell import DynamicCell
from core.nn.cell_plan import GRID_STRIDE
from core.nn.head import Head
from core.train.cell_config import CellTraining
from core.train.cell_loss import consistency_loss, distillation_loss, label_loss
from core.train.cell_rollout import roll_out


def lesson_loss(
    cell: nn.Module,
    clips: FeatureBatch,
    *,
    config: CellTraining,
    head: Head,
    weights: torch.Tensor,
    step: int,
) -> torch.Tensor:
    """The mean loss over the cell's frames of the clips.

    Args:
        cell: The cell, in training.
        clips: A batch whose label maps are `GRID_STRIDE` times larger than `high`.
        config: Weights of the losses, and the frames of a clip.
        head: The frozen head.
        weights: (K,) class weights.
        step: The step's number, which decides the places that are compared.
    """
    assert isinstance(cell, DynamicCell)
    row, column = divmod(step * 7 % head.upscale**2, head.upscale)  # 7: neighbours come late
    apart = GRID_STRIDE // head.upscale  # pixels between two of the head's places
    labels = clips.labels[:, :, row * apart :: GRID_STRIDE, column * apart :: GRID_STRIDE].long()
    losses, past = [], clips.high[:, 0]
    for number, high in roll_out(cell, clips, length=config.length):
        logits = head.logits_at(high, (row, column))
        loss = label_loss(logits, labels[:, number], weights=weights)
        with torch.no_grad():
            taught = head.logits_at(clips.high[:, number], (row, column))
        loss = loss + config.distillation * distillation_loss(logits, taught)
        if config.consistency:
            sources = clips.sources[:, number]
            every, finer = GRID_STRIDE // MOTION_STRIDE, apart // MOTION_STRIDE
            chosen = sources[:, row * finer :: every, column * finer :: every]
            before = _whole(head, past, sources.shape[-2:])
            loss = loss + config.consistency * consistency_loss(logits, before, chosen)
        past = high
        losses.append(loss)
    return torch.stack(losses).mean()


@torch.no_grad()
def _whole(head: Head, high: torch.Tensor, size: torch.Size) -> torch.Tensor:
    """The logits of all places, on the grid of the motion."""
    logits = head.logits(high.detach())
    if logits.shape[-2:] == size:
        return logits
    return functional.interpolate(
        logits, size=(size[0], size[1]), mode="bilinear", align_corners=False
    )
