"""The trivial baselines that every cell must beat, as plain data; imports neither torch nor OpenCV.

A baseline is a static network and a rule of a few lines that makes its labels steadier or cheaper.
Nothing of it is learnt. It is written `ema-0.7`, or `ema-0.7@MODEL` where the network is named.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal, Self, cast, get_args

from core.errors import BadInput
from core.genotype_text import shown

Method = Literal["ema", "dis-ema", "homography", "dis-labels"]
"""What is done with the last frame; see `DESCRIPTIONS`."""

DESCRIPTIONS: dict[Method, str] = {
    "ema": "A running mean of the class probabilities; the picture is taken to stand still.",
    "dis-ema": (
        "A running mean of the class probabilities, the old ones brought along by DIS optical flow."
    ),
    "homography": (
        "A running mean of the class probabilities, the old ones brought along by one homography "
        "for the whole picture and mixed in where the two pictures then look alike."
    ),
    "dis-labels": (
        "The static network labels every few frames; DIS optical flow carries its labels between."
    ),
}
"""What each method does, in one sentence."""

FLOW_METHODS: frozenset[Method] = frozenset({"dis-ema", "dis-labels"})
"""Methods that warp with DIS: the same flow may not judge them, so they have no TC-m."""

_USUAL: dict[Method, float] = {"ema": 0.7, "dis-ema": 0.5, "homography": 0.5, "dis-labels": 5}
_LONGEST_INTERVAL = 100_000
_NUMBER = r"\d{1,6}(?:\.\d{1,4})?"
_TEXT = re.compile(
    rf"(?P<method>{'|'.join(sorted(_USUAL, key=len, reverse=True))})(?:-(?P<number>{_NUMBER}))?"
)


class BadBaseline(BadInput):
    """A baseline that does not exist or a number that it cannot have."""


@dataclass(frozen=True)
class BaselineConfig:
    """Everything that decides what a baseline says, besides its static network.

    Attributes:
        method: What is done with the last frame.
        number: Of a running mean the share of the new frame, above 0 and up to 1; of `dis-labels`
            every how many frames the static network runs, from 1 on.

    Raises:
        BadBaseline: The method is unknown or the number out of range.
    """

    method: Method
    number: float

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise BadBaseline(
                f"There is no baseline {shown(self.method)}; one of {', '.join(_USUAL)} is wanted."
            )
        if isinstance(self.number, bool) or not isinstance(self.number, int | float):
            raise BadBaseline(f"The number of a baseline is {shown(self.number)}; write 0.7 or 5.")
        if self.averages and not 0 < self.number <= 1:
            raise BadBaseline(
                f"{self.method} with {self.number:g} of the new frame: above 0 and up to 1 is "
                "possible."
            )
        if not self.averages and not (
            self.number == int(self.number) and 1 <= self.number <= _LONGEST_INTERVAL
        ):
            raise BadBaseline(
                f"{self.method} with a key interval of {self.number:g}: whole frames from 1 on are "
                "possible."
            )

    @property
    def averages(self) -> bool:
        """Whether the network runs on every frame and its answers are averaged."""
        return self.method != "dis-labels"

    @property
    def uses_flow(self) -> bool:
        """Whether it warps with DIS, the flow that judges TC-m."""
        return self.method in FLOW_METHODS

    @property
    def key_interval(self) -> int:
        """Every how many frames the static network runs."""
        return 1 if self.averages else int(self.number)

    def __str__(self) -> str:
        """The text that `parse` reads: `ema-0.7`."""
        return f"{self.method}-{self.number:g}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `METHOD` or `METHOD-NUMBER`.

        Raises:
            BadBaseline: The text is neither, or the number is out of range.
        """
        found = _TEXT.fullmatch(text)
        if found is None:
            raise BadBaseline(
                f"There is no baseline {shown(text)}; write one of "
                f"{', '.join(str(cls.usual(method)) for method in _USUAL)}."
            )
        method = cast(Method, found["method"])
        number = found["number"]
        return cls.usual(method) if number is None else cls(method, float(number))

    @classmethod
    def usual(cls, method: Method) -> Self:
        """The baseline with its usual number."""
        return cls(method, _USUAL[method])

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        return {"method": self.method, "number": self.number}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from what `to_dict` gave.

        Raises:
            ValueError: A key is unknown or missing.
            BadBaseline: A value is out of range.
        """
        if set(document) != {"method", "number"}:
            raise ValueError(f"a baseline has a method and a number, not {sorted(document)}")
        return cls(document["method"], document["number"])


def names_baseline(text: str) -> bool:
    """Whether a text is meant as a baseline: a known method, whatever its number."""
    return any(text == method or text.startswith(f"{method}-") for method in _USUAL)
