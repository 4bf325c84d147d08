"""Our own model files: safetensors with a JSON header."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from core.durable import replace_file
from core.errors import BadCheckpoint
from core.model_file import METADATA_KEY, ModelHeader, read_header
from core.nn.build import add_cell, build_segmenter
from core.nn.dynamic import DynamicSegmenter
from core.nn.segmenter import Segmenter

_COUNTER = "num_batches_tracked"  # batch norm's step counter: no weight


def save_model(path: Path, segmenter: Segmenter | DynamicSegmenter, *, header: ModelHeader) -> None:
    """Writes the weights and their header as one file, whole or not at all.

    Args:
        path: The file; an older one is replaced.
        segmenter: A static network of `header.config`, or one with the cell of `header.cell`, on
            any device.
        header: What the file says about itself.
    """
    tensors = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in segmenter.state_dict().items()
        if not name.endswith(_COUNTER)
    }
    with replace_file(path) as temporary:
        save_file(tensors, str(temporary), metadata={METADATA_KEY: header.to_json()})


def load_model(path: Path) -> tuple[Segmenter, ModelHeader]:
    """Builds the static network that a model file describes and fills in its weights, on the CPU.

    Raises:
        BadCheckpoint: The file is missing, foreign, cut off, of a newer version, its tensors are
            not those of the network its header describes, or the model has a cell.
    """
    network, header = load_network(path)
    if header.kind != "static":
        what = "a model with a dynamic cell" if header.kind == "cell" else "a baseline"
        raise BadCheckpoint(
            f"{path.name} is {what}; a static network is wanted here: choose the one it is made of."
        )
    return network.static, header


def load_network(path: Path) -> tuple[DynamicSegmenter, ModelHeader]:
    """Builds the network of any model file and fills in its weights, on the CPU.

    A static network alone and that of a baseline come without a cell.

    Raises:
        BadCheckpoint: See `load_model`; a model may have a cell.
    """
    header = read_header(path)
    try:
        tensors = load_file(str(path))
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(
            f"The tensors of {path.name} cannot be read ({error}): fetch the file again."
        ) from error
    segmenter = build_segmenter(header.config)
    if header.cell is None:
        _fill(segmenter, tensors, path)
        return DynamicSegmenter(segmenter, None).eval(), header
    network = add_cell(segmenter, header.cell, header.config)
    _fill(network, tensors, path)
    return network.eval(), header


def _fill(segmenter: nn.Module, tensors: dict[str, torch.Tensor], path: Path) -> None:
    wanted = {n: t for n, t in segmenter.state_dict().items() if not n.endswith(_COUNTER)}
    wrong = sorted(set(wanted) ^ set(tensors))
    wrong += sorted(n for n in set(wanted) & set(tensors) if wanted[n].shape != tensors[n].shape)
    if wrong:
        raise BadCheckpoint(
            f"The weights in {path.name} do not fit the network its header describes "
            f"({len(wrong)} tensors are missing, unknown or of another shape, first {wrong[0]}): "
            "train or fetch the model again."
        )
    segmenter.load_state_dict(tensors, strict=False)
