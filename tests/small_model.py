"""A quick model file for tests where it does not matter what the labels are."""

from pathlib import Path

import torch

from core.model_file import ModelHeader, Provenance
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.weights import save_model
from core.palette import CAMVID, Palette


def write_small_model(path: Path, *, seed: int = 0, palette: Palette = CAMVID) -> Path:
    """Writes a static network of random weights, with the CamVid classes unless told otherwise."""
    torch.manual_seed(seed)
    config = StaticConfig(num_classes=palette.num_classes, width=0.25, channels=16)
    provenance = Provenance(
        command="tests", seed=seed, steps=0, data="none", data_hash="", code_version="tests"
    )
    header = ModelHeader(palette=palette, config=config, provenance=provenance)
    save_model(path, build_segmenter(config), header=header)
    return path
