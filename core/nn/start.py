"""The random weights that networks start from."""

from torch import nn


def initialise(network: nn.Module) -> None:
    """Draws convolution weights by He's rule (fan out) and sets batch norms to the identity.

    A convolution with a bias is a classifier here (no batch norm rescales what it says), so its
    weights start small: the first predictions are then near uniform.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            nn.init.normal_(module.weight, std=0.01)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
