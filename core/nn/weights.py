"""Our own model files: safetensors with a JSON header."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from core.durable import replace_file
from core.errors import BadCheckpoint
from core.model_file import METADATA_KEY, ModelHeader, read_header
from core.nn.build import build_segmenter
from core.nn.segmenter import Segmenter

_COUNTER = "num_batches_tracked"  # batch norm's step counter: no weight


def save_model(path: Path, segmenter: Segmenter, *, header: ModelHeader) -> None:
    """Writes the weights and their header as one file, whole or not at all.

    Args:
        path: The file; an older one is replaced.
        segmenter: A network of `header.config`, on any device.
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
    """Builds the network a model file describes and fills in its weights, on the CPU.

    Raises:
        BadCheckpoint: The file is missing, foreign, cut off, of a newer version, or its tensors
            are not those of the network its header describes.
    """
    header = read_header(path)
    try:
        tensors = load_file(str(path))
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(
            f"The tensors of {path.name} cannot be read ({error}): fetch the file again."
        ) from error
    segmenter = build_segmenter(header.config)
    _fill(segmenter, tensors, path)
    return segmenter.eval(), header


def _fill(segmenter: Segmenter, tensors: dict[str, torch.Tensor], path: Path) -> None:
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
