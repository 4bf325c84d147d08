"""The sizes of a static network as plain data; imports no torch."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

LOW_STRIDES = (4, 8)
HEAD_UPSCALES = (2, 4)
MIN_SIDE = 16
"""The shortest image side, in pixels, that the network accepts."""


HEAD_CHANNELS = 24
"""Channels of the head at twice the resolution of `high`; it classifies from twice as many."""


@dataclass(frozen=True, kw_only=True)
class StaticConfig:
    """Everything that decides the shapes of a static network's weights.

    Attributes:
        num_classes: Classes the head tells apart, 1..254.
        width: Width multiplier of the MobileNet-v2 encoder, 0.1..2.
        channels: Channels of `high`, the decoder's output at stride 8.
        low_stride: Stride of `low`, the output of the early encoder stages: 4 or 8.
        head_upscale: How much finer than `high` the head's own logits are: 2 or 4.
        input_size: Short side in pixels that frames are scaled down to before the network.
    """

    num_classes: int
    width: float = 0.5
    channels: int = 48
    low_stride: int = 4
    head_upscale: int = 4
    input_size: int = 360

    def __post_init__(self) -> None:
        for name in ("num_classes", "channels", "low_stride", "head_upscale", "input_size"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise ValueError(f"{name} is {value!r}; it must be a whole number")
        if isinstance(self.width, bool) or not isinstance(self.width, int | float):
            raise ValueError(f"width is {self.width!r}; it must be a number")
        object.__setattr__(self, "width", float(self.width))
        _check_range("num_classes", self.num_classes, 1, 254)
        _check_range("width", self.width, 0.1, 2.0)
        _check_range("channels", self.channels, 1, 1024)
        _check_range("input_size", self.input_size, MIN_SIDE, 4096)
        _check_choice("low_stride", self.low_stride, LOW_STRIDES)
        _check_choice("head_upscale", self.head_upscale, HEAD_UPSCALES)

    def to_json(self) -> str:
        """Writes the config as one JSON object with sorted keys."""
        return json.dumps(self.to_dict(), sort_keys=True)

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote.

        Raises:
            ValueError: The text is no JSON object, a key is unknown or missing, or a value is
                out of range.
        """
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError(f"a static config is a JSON object, not {text!r}")
        return cls.from_dict(document)

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from a dict of its attributes, refusing unknown keys."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(document) - known)
        if unknown:
            raise ValueError(f"unknown config keys {unknown}; known are {sorted(known)}")
        if "num_classes" not in document:
            raise ValueError("the config does not say num_classes")
        return cls(**document)


def _check_range(name: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} is {value}; {lowest} to {highest} are possible")


def _check_choice(name: str, value: int, choices: tuple[int, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} is {value}; it must be one of {choices}")
