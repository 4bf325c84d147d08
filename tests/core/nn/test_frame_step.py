"""A step from bytes to bytes is the network with what the predictor does around it."""

import pytest
import torch

from core.named_genotypes import NAMED
from core.nn.build import add_cell
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.nn.frame_step import KeyStep, SteadyStep
from tests.core.nn.test_segmenter import seeded

CONFIG = StaticConfig(num_classes=5, width=0.25, channels=16)
SIZE = (33, 47)


def network(*, own_head: bool = False) -> DynamicSegmenter:
    torch.manual_seed(0)
    config = CellConfig(genotype=NAMED["propagate"], own_head=own_head)
    made = add_cell(seeded(CONFIG), config, CONFIG).eval()
    if made.cell_head is not None:
        torch.nn.init.normal_(made.cell_head.classify.weight)
    return made


def frames() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randint(0, 256, (1, *SIZE, 3), generator=generator).byte() for _ in range(2)]


@pytest.mark.parametrize("own_head", [False, True])
def test_steps_label_a_stream_as_the_network_does(own_head: bool) -> None:
    made, (first, second) = network(own_head=own_head), frames()
    with torch.inference_mode():
        labels, *state = KeyStep(made, SIZE)(first)
        after, *next_state = SteadyStep(made, SIZE)(second, *state)
        images = [frame.permute(0, 3, 1, 2).float() / 255 for frame in (first, second)]
        begun = made.key(images[0])
        followed = made.follow(images[1], begun)
        wanted = made.head(is_key=True)(begun.high, SIZE).argmax(1)
        wanted_after = made.head(is_key=False)(followed.high, SIZE).argmax(1)
    assert (labels.dtype, labels.shape) == (torch.uint8, (1, *SIZE))
    assert torch.equal(labels.long(), wanted)
    assert torch.equal(after.long(), wanted_after)
    for found, expected in zip((*state, *next_state), (*begun, *followed), strict=True):
        assert torch.equal(found, expected)
    assert len(labels.unique()) > 1


def test_without_a_cell_there_is_no_state_and_no_steady_step() -> None:
    alone = DynamicSegmenter(seeded(CONFIG), None)
    with torch.inference_mode():
        assert len(KeyStep(alone, SIZE)(frames()[0])) == 1
    with pytest.raises(ValueError, match="the network has no cell"):
        SteadyStep(alone, SIZE)
