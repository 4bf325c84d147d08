"""How a network lies in memory, and which routines torch takes for it."""

from typing import TypeVar

import torch
from torch import nn

from core.nn.heap import keep_freed_memory

Network = TypeVar("Network", bound=nn.Module)

_ONE_PLACE = (1, 1)
_ANY_DILATION = (2, 2)


def laid_out(
    network: Network, device: torch.device | str, *, dtype: torch.dtype = torch.float32
) -> Network:
    """Moves a network to a device, channels last, and has the CPU's faster routines taken.

    For 1x1 convolutions of fewer than 16 images torch on one CPU thread takes a routine of its
    own, which copies every map before and after; a dilated one it leaves to oneDNN, as all others.
    A kernel of one place is the same however it is dilated, so 1x1 kernels are called dilated here.
    The process keeps the memory of freed maps, see `core.nn.heap`.

    Args:
        network: It is changed. Its numbers are the same, its results but for rounding.
        device: `cpu` or `cuda`.
        dtype: Of the weights.

    Returns:
        The network.
    """
    if torch.device(device).type == "cpu":
        keep_freed_memory()
        for module in network.modules():
            if isinstance(module, nn.Conv2d) and module.kernel_size == _ONE_PLACE:
                module.dilation = _ANY_DILATION
    moved: Network = network.to(
        device=device,
        dtype=dtype,
        memory_format=torch.channels_last,  # type: ignore[call-overload]
    )
    return moved
