"""What a network costs: exact parameters and multiply-accumulates, counted without building it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from core.nn.config import HEAD_CHANNELS, MIN_SIDE, StaticConfig
from core.nn.encoder_plan import BLOCKS, LAST_FEATURE, STEM_CHANNELS, scaled_channels

UNCOUNTED = (
    "input normalisation",
    "activations",
    "additions of skips and fusions",
    "bilinear resizing",
    "global average pooling",
    "pixel shuffles",
    "argmax",
)
"""Operations that the MACs leave out; together a few operations per value they touch."""


@dataclass(frozen=True)
class PartCost:
    """The cost of one part of a network.

    Attributes:
        parameters: Weights and biases as deployed, batch norms folded into their convolutions.
        macs: Multiply-accumulates of the convolutions for one frame.
    """

    parameters: int
    macs: int


@dataclass(frozen=True)
class Cost:
    """The cost of one frame, part by part.

    Attributes:
        low: The early encoder stages, which run on every frame.
        high: The deep encoder and the decoder, which a light cell saves.
        head: From `high` to logits, before they are resized.
        state_bytes: Bytes that one stream keeps from frame to frame; 0 for a static network.
        uncounted: What `macs` leaves out.
    """

    low: PartCost
    high: PartCost
    head: PartCost
    state_bytes: int = 0
    uncounted: tuple[str, ...] = UNCOUNTED

    @property
    def parameters(self) -> int:
        """All deployed parameters."""
        return self.low.parameters + self.high.parameters + self.head.parameters

    @property
    def macs(self) -> int:
        """All MACs of a frame on which every part runs."""
        return self.low.macs + self.high.macs + self.head.macs


class Convolution(NamedTuple):
    """One convolution on a grid: `height` and `width` are those of its output."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int
    height: int
    width: int
    has_bias: bool = True

    @property
    def weights(self) -> int:
        """Weights without biases."""
        return self.out_channels * (self.in_channels // self.groups) * self.kernel**2


def part_cost(convolutions: Iterable[Convolution]) -> PartCost:
    """Sums convolutions; a bias is one value per output channel, a folded norm's or its own."""
    layers = list(convolutions)
    return PartCost(
        parameters=sum(layer.weights + layer.has_bias * layer.out_channels for layer in layers),
        macs=sum(layer.weights * layer.height * layer.width for layer in layers),
    )


def static_cost(config: StaticConfig, *, height: int, width: int) -> Cost:
    """The cost of a static network for one frame.

    Args:
        config: The network's sizes.
        height: Rows of the frame as the network sees it, at least 16.
        width: Columns of it, at least 16.

    Raises:
        ValueError: The frame is too small for the network.
    """
    if min(height, width) < MIN_SIDE:
        raise ValueError(f"a frame of {width}x{height}; sides of at least {MIN_SIDE} are needed")
    encoder = _encoder(config, height, width)
    low_end = LAST_FEATURE[config.low_stride] + 1
    deep = [layer for feature in encoder[low_end:] for layer in feature]
    return Cost(
        low=part_cost(layer for feature in encoder[:low_end] for layer in feature),
        high=part_cost([*deep, *_decoder(config, encoder)]),
        head=part_cost(_head(config, encoder)),
    )


def _encoder(config: StaticConfig, height: int, width: int) -> list[list[Convolution]]:
    """The convolutions of `MobileNetV2.features`, by index."""
    grid = (_half(height), _half(width))
    channels = scaled_channels(STEM_CHANNELS, config.width)
    features = [[Convolution(3, channels, 3, 1, *grid)]]
    for plan in BLOCKS:
        for repeat in range(plan.repeats):
            wanted = scaled_channels(plan.channels, config.width)
            before = grid
            if repeat == 0 and plan.stride == 2:
                grid = (_half(grid[0]), _half(grid[1]))
            features.append(list(_residual(channels, wanted, plan.expansion, before, grid)))
            channels = wanted
    return features


def _residual(
    channels: int, wanted: int, expansion: int, before: tuple[int, int], grid: tuple[int, int]
) -> Iterator[Convolution]:
    hidden = channels * expansion
    if expansion != 1:
        yield Convolution(channels, hidden, 1, 1, *before)
    yield Convolution(hidden, hidden, 3, hidden, *grid)
    yield Convolution(hidden, wanted, 1, 1, *grid)


def _decoder(config: StaticConfig, encoder: list[list[Convolution]]) -> Iterator[Convolution]:
    wanted = config.channels
    stride4, stride8, stride16, stride32 = (encoder[LAST_FEATURE[s]][-1] for s in (4, 8, 16, 32))
    yield _on(stride32, stride32.out_channels, wanted)
    for fine in (stride16, stride8):
        yield _on(fine, fine.out_channels, wanted)
        yield _on(fine, wanted, wanted, kernel=5, groups=wanted)
        yield _on(fine, wanted, wanted)
    if config.low_stride == 4:
        yield _on(stride8, stride4.out_channels, wanted, kernel=3)
    grid = (stride8.height, stride8.width)
    yield from _residual(wanted, wanted, 4, grid, grid)


def _head(config: StaticConfig, encoder: list[list[Convolution]]) -> Iterator[Convolution]:
    high = encoder[LAST_FEATURE[8]][-1]
    grid = (2 * high.height, 2 * high.width)
    yield _on(high, config.channels, 4 * HEAD_CHANNELS)
    yield Convolution(HEAD_CHANNELS, HEAD_CHANNELS, 5, HEAD_CHANNELS, *grid)
    yield Convolution(HEAD_CHANNELS, 2 * HEAD_CHANNELS, 1, 1, *grid)
    answers = config.num_classes * (config.head_upscale // 2) ** 2
    yield Convolution(2 * HEAD_CHANNELS, answers, 1, 1, *grid)


def _on(
    other: Convolution, in_channels: int, out_channels: int, *, kernel: int = 1, groups: int = 1
) -> Convolution:
    """A convolution whose output lies on the same grid as another's."""
    return Convolution(in_channels, out_channels, kernel, groups, other.height, other.width)


def _half(side: int) -> int:
    return -(-side // 2)
