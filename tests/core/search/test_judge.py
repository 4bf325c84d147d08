from math import sqrt

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.named_genotypes import NAMED
from core.nn.build import add_cell
from core.nn.cell import CellInputs, DynamicCell
from core.nn.cell_config import CellConfig
from core.search.judge import Judgement, judge
from core.search.material import TrialMaterial
from tests.core.search.small_search import STATIC

LENGTH, CLASSES = 3, STATIC.num_classes


def cell_of(name: str, material: TrialMaterial, *, wild: bool) -> DynamicCell:
    torch.manual_seed(2)
    made = add_cell(material.segmenter, CellConfig.of(NAMED[name]), STATIC).cell
    assert made is not None
    if wild:
        for values in made.parameters():
            torch.nn.init.normal_(values, std=0.3)
    return made.eval()


def judged(cell: DynamicCell, material: TrialMaterial) -> Judgement:
    return judge(
        cell,
        material.head,
        material.judge,
        length=LENGTH,
        num_classes=CLASSES,
        device=torch.device("cpu"),
    )


@torch.no_grad()
def slow(cell: DynamicCell, material: TrialMaterial) -> tuple[float, float, float]:
    """A, S and mIoU, point by point."""
    confusion = np.zeros((CLASSES, CLASSES))
    seen = right = 0
    for clip in (material.judge[n] for n in range(len(material.judge))):
        size = clip.sources.shape[-2:]
        past, answers = clip.high[:1].float(), []
        for t in range(LENGTH):
            high = clip.high[t : t + 1].float()
            if t:
                past = cell(
                    CellInputs(
                        clip.low[t : t + 1].float(),
                        None if cell.genotype.is_light else high,
                        clip.low[t - 1 : t].float(),
                        past,
                    )
                )
            logits = functional.interpolate(
                material.head.logits(past), size=size, mode="bilinear", align_corners=False
            )
            answers.append(logits.argmax(1)[0].numpy())
        labels = clip.labels[:, ::2, ::2].numpy()
        for t in range(1, LENGTH):
            for truth, answer in zip(labels[t].ravel(), answers[t].ravel(), strict=True):
                if truth != 255:
                    confusion[truth, answer] += 1
        for place in range(labels[0].size):
            path, at = [], place
            for t in reversed(range(LENGTH)):
                path.append((t, at))
                at = int(clip.sources[t].flatten()[at]) if t else 0
                if at < 0:
                    break
            if len(path) == LENGTH and all(labels[t].flat[at] != 255 for t, at in path):
                seen += 1
                right += all(labels[t].flat[at] == answers[t].flat[at] for t, at in path)
    hits, rows = np.diag(confusion), confusion.sum(1)
    there = rows > 0
    iou = hits[there] / (rows + confusion.sum(0) - hits)[there]
    accuracy = (iou.mean() * (hits / rows.clip(1))[there].mean()) * (
        (rows[there] * iou).sum() / rows.sum()
    )
    return float(np.cbrt(accuracy)), right / seen, float(iou.mean())


@pytest.mark.parametrize(("name", "wild"), [("propagate", False), ("blend", True)])
def test_a_judgement_equals_the_one_made_point_by_point(
    name: str, wild: bool, material: TrialMaterial
) -> None:
    cell = cell_of(name, material, wild=wild)
    found = judged(cell, material)
    assert (found.accuracy, found.stability, found.miou) == pytest.approx(slow(cell, material))
    assert found.reward == pytest.approx(sqrt(found.accuracy * found.stability))
    assert 0 < found.reward < 1


def test_listeners_are_told_every_clip(material: TrialMaterial) -> None:
    heard = []
    judge(
        cell_of("propagate", material, wild=False),
        material.head,
        material.judge,
        length=LENGTH,
        num_classes=CLASSES,
        device=torch.device("cpu"),
        judged=lambda done, total: heard.append((done, total)),
    )
    assert heard[-1] == (2, 2)
