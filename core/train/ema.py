"""The running average of a network's weights, which is what training hands over."""

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


class MovingAverage(Generic[Network]):
    """Exponential moving average of weights and of batch norm statistics.

    Args:
        network: The network that is being trained; its weights start the average.
        decay: Share of the old average kept per step; smaller during the first steps, so that
            the random start is forgotten.
    """

    def __init__(self, network: Network, *, decay: float) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; 0 up to below 1 is possible")
        self.network: Network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: Network, *, step: int) -> None:
        """Moves the average towards `network`; `step` counts from 0."""
        decay = min(self.decay, (1 + step) / (10 + step))
        source = network.state_dict()
        for name, average in self.network.state_dict().items():
            if average.is_floating_point():
                average.lerp_(source[name], 1 - decay)
            else:
                average.copy_(source[name])
