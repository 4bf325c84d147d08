import pytest
import torch
from torch.nn import functional

from core.named_genotypes import NAMED
from core.nn.build import add_cell
from core.nn.cell import CellInputs, DynamicCell
from core.nn.cell_config import CellConfig
from core.search.crops import Window, cropped_batch
from core.search.lesson import lesson_loss
from core.search.material import TrialMaterial
from core.train.cell_config import cell_training
from tests.core.search.small_search import STATIC


def cell_of(name: str, material: TrialMaterial) -> DynamicCell:
    torch.manual_seed(1)
    made = add_cell(material.segmenter, CellConfig.of(NAMED[name]), STATIC).cell
    assert made is not None
    for values in made.parameters():
        torch.nn.init.normal_(values, std=0.2)
    return made.eval()


def slow_loss(
    cell: DynamicCell,
    material: TrialMaterial,
    *,
    step: int,
    is_light: bool,
    distillation: float,
    consistency: float,
) -> float:
    """The same, place by place, from the head's full logits."""
    clips = cropped_batch(material.learn, [0, 2], [Window(0, 1, 6, 8)] * 2, length=3)
    row, column = divmod(step * 7 % 16, 4)
    past, total = clips.high[:, 0], 0.0
    for number in (1, 2):
        high = clips.high[:, number]
        inputs = CellInputs(
            clips.low[:, number], None if is_light else high, clips.low[:, number - 1], past
        )
        answer = cell(inputs)
        logits, taught = material.head.logits(answer), material.head.logits(high)
        before = material.head.logits(past).softmax(1)
        right = weight = divergence = moved = 0.0
        places = known = 0
        for b in range(2):
            for y in range(row, logits.shape[2], 4):
                for x in range(column, logits.shape[3], 4):
                    log = functional.log_softmax(logits[b, :, y, x], 0)
                    label = int(clips.labels[b, number, 2 * y, 2 * x])
                    if label != 255:
                        right -= float(material.weights[label] * log[label])
                        weight += float(material.weights[label])
                    other = functional.log_softmax(taught[b, :, y, x], 0)
                    divergence += float((other.exp() * (other - log)).sum())
                    places += 1
                    source = int(clips.sources[b, number, y, x])
                    if source >= 0:
                        place = divmod(source, clips.sources.shape[-1])
                        was = before[b, :, place[0], place[1]]
                        moved += float((log.exp() - was).abs().sum())
                        known += 1
        total += right / max(1.0, weight) + distillation * divergence / places
        total += consistency * moved / max(1, known)
        past = answer
    return total / 2


@pytest.mark.parametrize("name", ["propagate", "blend"])
@pytest.mark.parametrize("step", [0, 5])
@torch.no_grad()
def test_the_loss_is_that_of_final_training_on_one_place_of_sixteen(
    name: str, step: int, material: TrialMaterial
) -> None:
    cell = cell_of(name, material)
    config = cell_training(CellConfig.of(NAMED[name]), steps=2, length=3)
    clips = cropped_batch(material.learn, [0, 2], [Window(0, 1, 6, 8)] * 2, length=3)
    loss = lesson_loss(
        cell, clips, config=config, head=material.head, weights=material.weights, step=step
    )
    expected = slow_loss(
        cell,
        material,
        step=step,
        is_light=NAMED[name].is_light,
        distillation=config.distillation,
        consistency=config.consistency,
    )
    assert float(loss) == pytest.approx(expected, rel=1e-4)
    assert NAMED[name].is_light == (config.consistency == 0)


def test_every_place_has_its_turn() -> None:
    assert {divmod(step * 7 % 16, 4) for step in range(16)} == {
        (row, column) for row in range(4) for column in range(4)
    }
