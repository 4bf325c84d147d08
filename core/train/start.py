"""Weights that a training begins from instead of chance."""

from pathlib import Path

import torch

from core.errors import BadCheckpoint
from core.model_file import SUFFIX, model_digest
from core.nn.checkpoints import load_imagenet_checkpoint
from core.nn.segmenter import Segmenter
from core.nn.weights import load_model

_CLASSIFIER = "classifier.classify."


def begin_from(
    network: Segmenter, path: Path, *, class_names: tuple[str, ...], digest: str
) -> None:
    """Fills a fresh network from a model of ours or from an ImageNet checkpoint.

    Of a model whose classes are others, all but the last layer is taken; of an ImageNet checkpoint
    the encoder.

    Args:
        network: The network that is to be trained.
        path: A model file (`.safetensors`), or a checkpoint that
            `core.nn.checkpoints.load_imagenet_checkpoint` reads.
        class_names: The classes to be learnt, in the order of their ids.
        digest: SHA-256 of the file as the training config names it.

    Raises:
        BadCheckpoint: The file is missing, foreign, damaged, not the one that the config names, or
            of a network of other sizes.
    """
    if model_digest(path) != digest:
        raise BadCheckpoint(
            f"{path} has changed since this training was ordered: order it again, or bring the "
            "file back."
        )
    if path.suffix != SUFFIX:
        report = load_imagenet_checkpoint(network.backbone, path)
        if not report.is_complete:
            lacking = (*report.missing, *report.misshapen)
            raise BadCheckpoint(
                f"{path.name} lacks {len(lacking)} weights of this encoder (first {lacking[0]}): "
                "choose a checkpoint of the same width."
            )
        return
    taken, header = load_model(path)
    same_classes = header.palette.names == class_names
    wanted = network.state_dict()
    tensors: dict[str, torch.Tensor] = {
        name: tensor
        for name, tensor in taken.state_dict().items()
        if same_classes or not name.startswith(_CLASSIFIER)
    }
    wrong = [
        n for n, tensor in tensors.items() if n not in wanted or wanted[n].shape != tensor.shape
    ]
    if wrong:
        raise BadCheckpoint(
            f"{path.name} has width {header.config.width} and {header.config.channels} channels, "
            "the network to be trained others: train with the same sizes, or from chance."
        )
    network.load_state_dict(tensors, strict=False)
