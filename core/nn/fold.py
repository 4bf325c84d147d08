"""Folds norms into the convolutions beside them, for inference."""

import copy
from typing import TypeVar

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.nn.backbone import ConvBlock
from core.nn.normalisation import Centring, Normalisation
from core.nn.segmenter import Segmenter

Network = TypeVar("Network", bound=nn.Module)


def fold_batch_norms(network: Network) -> Network:
    """Returns a frozen copy in eval mode whose batch norms are part of the convolutions.

    Only a norm that directly follows its convolution in an `nn.Sequential` is folded. The scale of
    the images goes into the first convolution of a static network likewise.
    """
    folded = copy.deepcopy(network).eval().requires_grad_(False)
    for module in list(folded.modules()):
        if isinstance(module, nn.Sequential):
            _fold_neighbours(module)
    for module in list(folded.modules()):
        if isinstance(module, Segmenter):
            _fold_scale(module)
    return folded


def _fold_scale(segmenter: Segmenter) -> None:
    if isinstance(segmenter.normalise, Normalisation):
        first = segmenter.backbone.features[0]
        assert isinstance(first, ConvBlock)
        assert isinstance(first[0], nn.Conv2d)
        first[0].weight.div_(segmenter.normalise.std)
        segmenter.normalise = Centring(segmenter.normalise.mean)


def _fold_neighbours(layers: nn.Sequential) -> None:
    for position in range(len(layers) - 1):
        convolution, norm = layers[position], layers[position + 1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            layers[position] = fuse_conv_bn_eval(convolution, norm)
            layers[position + 1] = nn.Identity()
