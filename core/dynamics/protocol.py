"""How the behaviour over time is measured: everything besides weights and data that decides it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

DYNAMICS_VERSION = 1
"""Rises when a change of the code changes a number: stored documents are no answer any more."""

PAST = 10
"""Frames that a stream has behind it before it is judged, where the video has them."""

NO_DISTANCE_OF_RULES = (
    "the rule of a baseline works on one stream of pictures and labels, so it is not followed from "
    "every beginning: there is no mIoU by distance"
)
"""Why a baseline has no mIoU@d."""

ModelClass = Literal["static", "copy", "light", "full", "baseline"]
"""What runs between key frames: none are between; nothing; a light cell; a full cell; a rule."""


@dataclass(frozen=True, kw_only=True)
class DynamicsProtocol:
    """What is measured on which frames; see METRICS.md, behaviour of the recurrent state.

    Attributes:
        frames: First and last frame of the split that are judged, counted from 0, both included;
            None judges all. Frames before them serve as their past.
        farthest: The largest distance to a key frame.
        lags: The smallest and the largest k of mIoU(p_t, y_(t-k)), both included.
        horizon: Frames that are judged after a cut, not counting the first one.
        splices: How many cuts are made at most.
        long: Frames of the long videos that show drift.
        mapping: Name of a class of the model -> name of a class of the dataset, where they differ;
            None demands equal names.
        version: See `DYNAMICS_VERSION`.
    """

    frames: tuple[int, int] | None = None
    farthest: int = 30
    lags: tuple[int, int] = (-2, 5)
    horizon: int = 15
    splices: int = 24
    long: int = 1000
    mapping: tuple[tuple[str, str], ...] | None = None
    version: int = DYNAMICS_VERSION

    def __post_init__(self) -> None:
        if self.frames is not None and not 0 <= self.frames[0] <= self.frames[1]:
            raise ValueError(f"frames are {self.frames}; FIRST..LAST with 0 <= FIRST <= LAST")
        if not self.lags[0] <= 0 <= self.lags[1]:
            raise ValueError(f"lags are {self.lags}; a range that holds 0 is wanted")
        if min(self.farthest, self.horizon, self.splices, self.long) < 1:
            raise ValueError("farthest, horizon, splices and long must each be at least 1")

    def to_dict(self) -> dict[str, Any]:
        """The protocol as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the protocol from what `to_dict` gave."""
        values = dict(document)
        for name in ("frames", "lags"):
            if values.get(name) is not None:
                values[name] = tuple(values[name])
        if values.get("mapping") is not None:
            values["mapping"] = tuple((a, b) for a, b in values["mapping"])
        return cls(**values)

    @property
    def key(self) -> str:
        """SHA-256 of the canonical JSON: part of a measurement's identity."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()
