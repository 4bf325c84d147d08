"""Loads public ImageNet checkpoints of MobileNet-v2 into the encoder."""

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from core.errors import BadCheckpoint
from core.nn.backbone import MobileNetV2

_COUNTER = "num_batches_tracked"  # batch norm's step counter: old checkpoints have none
_FLAT_KEY = re.compile(r"features\.(\d+)\.conv\.(\d+)\.(\w+)")
_NESTED_KEY = re.compile(r"features\.\d+\.conv\.\d+\.\d+\.\w+")

# Position in a flat block (convolution, norm, activation, ...) -> position in a nested one.
_FLAT_EXPANDING = {0: "0.0", 1: "0.1", 3: "1.0", 4: "1.1", 6: "2", 7: "3"}
_FLAT_PLAIN = {0: "0.0", 1: "0.1", 3: "1", 4: "2"}


@dataclass(frozen=True)
class LoadReport:
    """What became of every key of a checkpoint, in alphabetical order.

    Attributes:
        loaded: Keys of the encoder that were filled.
        missing: Keys of the encoder that the file does not have.
        unexpected: Keys of the file, as written there, that the encoder has no place for (the
            classifier and the last 1x1 convolution of ImageNet networks always are); batch norm's
            step counters are no weights and are not listed.
        misshapen: Keys of the encoder whose tensor in the file has another shape; not filled.
    """

    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    misshapen: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every weight of the encoder came from the file."""
        return not self.missing and not self.misshapen


def load_imagenet_checkpoint(backbone: MobileNetV2, path: Path) -> LoadReport:
    """Fills the encoder from a file with torchvision's key names or the flat layout.

    The flat layout writes a block as one list of convolutions, norms and activations
    (`features.2.conv.3.weight`); torchvision nests them (`features.2.conv.1.0.weight`). Wrapping
    in `state_dict` and a `module.` prefix are taken off. Nothing is executed (`weights_only`).

    Raises:
        BadCheckpoint: The file is missing, no checkpoint, or has no weight that fits.
    """
    source = _named_tensors(_read(path), path)
    wanted = {n: t for n, t in backbone.state_dict().items() if not n.endswith(_COUNTER)}
    renamed = _nested_names(source)
    known = {name: source[renamed[name]] for name in wanted if name in renamed}
    fitting = {name: tensor for name, tensor in known.items() if tensor.shape == wanted[name].shape}
    if not fitting:
        raise BadCheckpoint(
            f"{path.name} holds no weight that fits this MobileNet-v2 encoder: choose an ImageNet "
            "checkpoint of MobileNet-v2 with the same width."
        )
    backbone.load_state_dict(fitting, strict=False)
    return LoadReport(
        loaded=tuple(sorted(fitting)),
        missing=tuple(sorted(set(wanted) - set(known))),
        unexpected=tuple(sorted(old for new, old in renamed.items() if new not in wanted)),
        misshapen=tuple(sorted(set(known) - set(fitting))),
    )


def _read(path: Path) -> object:
    if not path.is_file():
        raise BadCheckpoint(f"There is no checkpoint file {path}: check the path.")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise BadCheckpoint(
            f"{path.name} is no PyTorch checkpoint of plain tensors: choose a file saved with "
            "torch.save(network.state_dict())."
        ) from error


def _named_tensors(loaded: object, path: Path) -> dict[str, torch.Tensor]:
    if isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    if not isinstance(loaded, Mapping) or not any(
        isinstance(value, torch.Tensor) for value in loaded.values()
    ):
        raise BadCheckpoint(
            f"{path.name} holds no named tensors: choose a file saved with "
            "torch.save(network.state_dict())."
        )
    return {
        str(name).removeprefix("module."): value
        for name, value in loaded.items()
        if isinstance(value, torch.Tensor) and not str(name).endswith(_COUNTER)
    }


def _nested_names(source: Mapping[str, torch.Tensor]) -> dict[str, str]:
    if any(_NESTED_KEY.fullmatch(name) for name in source):
        return {name: name for name in source}
    return {_nested_name(name, source): name for name in source}


def _nested_name(name: str, source: Mapping[str, torch.Tensor]) -> str:
    match = _FLAT_KEY.fullmatch(name)
    if match is None:
        return name
    block, position, parameter = match.groups()
    expands = f"features.{block}.conv.6.weight" in source
    places = _FLAT_EXPANDING if expands else _FLAT_PLAIN
    nested = places.get(int(position))
    return name if nested is None else f"features.{block}.conv.{nested}.{parameter}"
