"""How the Player's panes look: what each shows, how they lie, and what is hidden. Pure data."""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

from core.errors import BadInput

Mode = Literal["side", "wipe", "blend"]
"""Beside each other; the second covers the first from a line on; it covers all, see-through."""

MODES: tuple[Mode, ...] = get_args(Mode)
FEWEST_PANES, MOST_PANES = 2, 4
LARGEST_ZOOM = 32.0

_VIEW = re.compile(r"source|flicker-[A-Z]|[A-Z]|[A-Z]-[A-Z]")
_AGAIN = "; open the Player's link again and export from there."


@dataclass(frozen=True)
class Look:
    """How a video and its layers are looked at, as the Player's address tells it.

    Attributes:
        panes: What each pane shows, two to four: `source`, a layer's letter (`A`), the difference
            of two (`A-B`), or the flicker of one (`flicker-A`).
        mode: How the panes lie; on top of each other there are two.
        share: Where the wipe's line is, or how much the second pane covers; 0..1.
        opacity: How strongly labels cover the picture, 0..1.
        hidden: Classes whose labels are not shown, by their ids among all layers' classes.
        colours: Colours of the classes of all layers, `(r, g, b)`, where they are not their own.
        zoom: How much the picture is enlarged (1 = not), and the share of its width and height
            that lies in the middle.
    """

    panes: tuple[str, ...]
    mode: Mode = "side"
    share: float = 0.5
    opacity: float = 0.6
    hidden: tuple[int, ...] = ()
    zoom: tuple[float, float, float] = (1.0, 0.5, 0.5)
    colours: tuple[tuple[int, int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise BadInput(f"Panes lie {self.mode!r}; {', '.join(MODES)} are possible{_AGAIN}")
        most = MOST_PANES if self.mode == "side" else FEWEST_PANES
        if not FEWEST_PANES <= len(self.panes) <= most:
            raise BadInput(
                f"{len(self.panes)} panes; {FEWEST_PANES} to {most} are possible{_AGAIN}"
            )
        for view in self.panes:
            if not _VIEW.fullmatch(view):
                raise BadInput(f"A pane cannot show {view!r}{_AGAIN}")
        for name in ("share", "opacity"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadInput(f"The {name} is {getattr(self, name)}; 0 to 1 is possible{_AGAIN}")
        zoom, *middle = self.zoom
        if not 1 <= zoom <= LARGEST_ZOOM or not all(0 <= each <= 1 for each in middle):
            raise BadInput(f"The zoom {self.zoom} is none{_AGAIN}")
        if not all(0 <= value <= 255 for colour in self.colours for value in colour):
            raise BadInput(f"A colour has three values of 0 to 255{_AGAIN}")

    @property
    def letters(self) -> tuple[str, ...]:
        """The layers that any pane shows, each once."""
        found = [each for view in self.panes for each in layers_of(view)]
        return tuple(dict.fromkeys(found))

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        """The look that `to_dict` wrote.

        Raises:
            BadInput: It is none.
        """
        try:
            return cls(
                panes=tuple(map(str, found["panes"])),
                mode=found["mode"],
                share=_number(found["share"]),
                opacity=_number(found["opacity"]),
                hidden=tuple(int(each) for each in found["hidden"]),
                zoom=_zoom(found["zoom"]),
                colours=tuple(_colour(each) for each in found["colours"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"How the panes look is not told whole{_AGAIN}") from error

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def layers_of(view: str) -> tuple[str, ...]:
    """The letters of the layers that it takes to draw a view: none, one or two."""
    return tuple(part for part in view.split("-") if len(part) == 1)


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is not finite")
    return number


def _zoom(values: Sequence[Any]) -> tuple[float, float, float]:
    zoom, x, y = map(_number, values)
    return zoom, x, y


def _colour(values: Sequence[Any]) -> tuple[int, int, int]:
    red, green, blue = map(int, values)
    return red, green, blue
