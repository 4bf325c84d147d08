"""The protocol of an evaluation: everything besides weights and data that decides the scores."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

METRICS_VERSION = 1
"""Rises when a change of the code changes a score: stored scores are then no answer any more."""

FlowPreset = Literal["ultrafast", "fast", "medium"]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How a split is scored; see METRICS.md.

    Attributes:
        frames: First and last frame of the split that are scored, counted from 0, both included;
            None scores all. CamVid's validation clip: (0, 49) selects, (52, 100) reports.
        windows: Lengths n of the windows of VC_n, VCacc_n and TVacc_n.
        boundary: Width of the boundary IoU's band as a share of the diagonal.
        flow: Preset of the DIS optical flow that judges TC-m; None leaves TC-m out.
        mapping: Name of a class of the model -> name of a class of the dataset, where they differ;
            None demands equal names.
        version: See `METRICS_VERSION`.
    """

    frames: tuple[int, int] | None = None
    windows: tuple[int, ...] = (8, 16)
    boundary: float = 0.02
    flow: FlowPreset | None = "medium"
    mapping: tuple[tuple[str, str], ...] | None = None
    version: int = METRICS_VERSION

    def __post_init__(self) -> None:
        if self.frames is not None and not 0 <= self.frames[0] <= self.frames[1]:
            raise ValueError(f"frames are {self.frames}; FIRST..LAST with 0 <= FIRST <= LAST")
        if not self.windows or min(self.windows) < 2:
            raise ValueError(f"windows are {self.windows}; at least 2 frames each")
        if not 0 < self.boundary < 1:
            raise ValueError(f"boundary is {self.boundary}; a share between 0 and 1 is wanted")

    def to_dict(self) -> dict[str, Any]:
        """The protocol as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the protocol from what `to_dict` gave."""
        values = dict(document)
        if values.get("frames") is not None:
            values["frames"] = tuple(values["frames"])
        if values.get("windows") is not None:
            values["windows"] = tuple(values["windows"])
        if values.get("mapping") is not None:
            values["mapping"] = tuple((a, b) for a, b in values["mapping"])
        return cls(**values)

    @property
    def key(self) -> str:
        """SHA-256 of the protocol's canonical JSON: part of an evaluation's identity."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()
