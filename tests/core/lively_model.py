"""Models of random weights whose labels have many borders and whose cells do something."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.fresh_cell import write_fresh_cell
from core.model_file import ModelHeader
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.weights import load_network, save_model
from core.palette import CAMVID
from core.video.clip import Rgb
from core.video.synthetic import SyntheticScene
from tests.core.nn.test_segmenter import seeded
from tests.core.nn.test_weights import HEADER

SMALL = StaticConfig(num_classes=CAMVID.num_classes, width=0.25, channels=16, input_size=72)


def street(frames: int, *, seed: int = 1, width: int = 96, height: int = 72) -> list[Rgb]:
    """The first frames of a rendered street without a cut."""
    scene = SyntheticScene(seed, width=width, height=height)
    return [scene.render(t).image for t in range(frames)]


def write_lively_static(path: Path, config: StaticConfig = SMALL) -> Path:
    """Writes a static network whose norms are not the identity and whose classes are balanced."""
    network = seeded(config)
    with torch.inference_mode():
        images = torch.from_numpy(np.stack(street(2, seed=2))).permute(0, 3, 1, 2) / 255
        logits = network.classifier.logits(network.high(network.low(images)))
        bias = network.classifier.classify.bias
        bias -= logits.mean((0, 2, 3)).repeat_interleave(len(bias) // config.num_classes)
    save_model(
        path,
        network,
        header=ModelHeader(palette=CAMVID, config=config, provenance=HEADER.provenance),
    )
    return path


def write_lively_cell(static: Path, config: CellConfig, out: Path, *, moved: float = 0.2) -> Path:
    """Writes a model whose cell, and head where it has its own, were moved off the warm start.

    What is carried from frame to frame is damped, or noise would let the state grow for ever.
    """
    write_fresh_cell(static, config, out)
    network, header = load_network(out)
    parts = [part for part in (network.cell, network.cell_head) if part is not None]
    torch.manual_seed(1)
    with torch.no_grad():
        for part in parts:
            move(part, by=moved)
        if network.cell is not None and "prev_high" in network.cell.project:
            carried = network.cell.project["prev_high"].weight
            carried *= 0.6 / torch.linalg.matrix_norm(carried.flatten(1), 2)
    save_model(out, network, header=header)
    return out


def move(module: nn.Module, *, by: float) -> None:
    """Adds noise to all weights and to the statistics of batch norms."""
    for weights in module.parameters():
        weights.add_(by * torch.randn(weights.shape))
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.running_mean.add_(by * torch.randn(norm.running_mean.shape))
            norm.running_var.mul_(torch.exp(by * torch.randn(norm.running_var.shape)))
