"""How a simulated clip moves and what camera and codec do to it, as plain data: no OpenCV."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from core.palette import IGNORE, Palette

VERSION = 2
"""Raised whenever the same settings and seed would give another clip."""

LONGEST = 64
"""The longest clip in frames."""

_MOVERS = frozenset(
    [
        "car",
        "truck",
        "bus",
        "train",
        "motorcycle",
        "bicycle",
        "caravan",
        "trailer",
        "person",
        "pedestrian",
        "rider",
        "bicyclist",
        "motorcyclist",
        "cyclist",
        "animal",
    ]
)
_STANDERS = frozenset(
    ["pole", "signsymbol", "sign", "traffic sign", "traffic light", "column_pole", "polegroup"]
)
_RANGES = {
    "speed": (0.0, 60.0),
    "variety": (0.0, 1.5),
    "turn": (0.0, 1.0),
    "shake": (0.0, 20.0),
    "objects": (0.0, 4.0),
    "sharpness": (0.0, 1.0),
    "noise": (0.0, 64.0),
    "exposure": (0.0, 0.5),
    "compression": (0.0, 1.0),
}


@dataclass(frozen=True, kw_only=True)
class Motion:
    """Everything that decides a simulated clip, besides the image, its labels and the seed.

    Lengths in pixels are those of a picture 480 pixels wide and grow with the picture.

    Attributes:
        length: Frames of the clip, 1..64.
        speed: Mean motion of the picture by driving and turning, pixels a frame over many clips.
        variety: Standard deviation of the logarithm of a clip's own speed.
        turn: Usual share of a clip's speed that is turning instead of driving, 0..1.
        shake: Smooth trembling of the camera, rms pixels a frame.
        objects: Things' own motion: 1 is that of traffic, 0 leaves everything to the camera.
        movers: Classes of which every connected component is a thing that may move by itself.
            None, without `standers`: small components of any class are such things.
        standers: Classes that are cut out together (a pole with its sign), nearer than what is
            behind them, but do not move by themselves.
        sharpness: Standard deviation of the logarithm of a frame's sharpness; at 0 frames are
            as sharp as resampling leaves them.
        noise: Largest standard deviation of a clip's noise, grey levels of 255.
        exposure: Standard deviation of a frame's brightness, as a share of it.
        compression: How lossy the codec is: 0 not at all, 1 JPEG qualities down to 30.
    """

    length: int = 4
    speed: float = 5.0
    variety: float = 0.3
    turn: float = 0.4
    shake: float = 0.7
    objects: float = 1.0
    movers: tuple[int, ...] | None = None
    standers: tuple[int, ...] = ()
    sharpness: float = 0.15
    noise: float = 4.0
    exposure: float = 0.03
    compression: float = 0.4

    def __post_init__(self) -> None:
        if type(self.length) is not int or not 1 <= self.length <= LONGEST:
            raise ValueError(f"length is {self.length!r}; 1 to {LONGEST} frames are possible")
        for name, (lowest, highest) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is {value!r}; it must be a number")
            if not lowest <= value <= highest:
                raise ValueError(f"{name} is {value}; {lowest:g} to {highest:g} are possible")
            object.__setattr__(self, name, float(value))
        object.__setattr__(self, "standers", _classes("standers", self.standers))
        if self.movers is not None:
            object.__setattr__(self, "movers", _classes("movers", self.movers))
            if both := sorted(set(self.movers) & set(self.standers)):
                raise ValueError(f"classes {both} are movers and standers; one of them is possible")

    @classmethod
    def for_palette(cls, palette: Palette, **settings: Any) -> Self:
        """Settings whose movers and standers are found by the names of the classes.

        Args:
            palette: The classes; where none has the name of a thing, small components are things.
            settings: Further settings, as for `Motion`.
        """
        names = [name.lower() for name in palette.names]
        movers = tuple(n for n, name in enumerate(names) if name in _MOVERS)
        standers = tuple(n for n, name in enumerate(names) if name in _STANDERS)
        found = {"movers": movers, "standers": standers} if movers or standers else {}
        return cls(**{**found, **settings})

    @property
    def digest(self) -> str:
        """SHA-256 of the settings' canonical JSON and of the simulation's version."""
        document = {"version": VERSION, **self.to_dict()}
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the settings from what `to_dict` gave.

        Raises:
            ValueError: A key is unknown or a value out of range.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(document) - known):
            raise ValueError(f"unknown motion settings {unknown}; known are {sorted(known)}")
        return cls(**document)


def _classes(name: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(
        type(each) is int and 0 <= each < IGNORE for each in value
    ):
        raise ValueError(f"{name} is {value!r}; class ids of 0 to {IGNORE - 1} are wanted")
    return tuple(sorted(set(value)))
