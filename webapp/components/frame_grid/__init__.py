"""Many frames as small pictures, drawn as they come into sight; one can be chosen."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, NotRequired, TypedDict

import streamlit as st

from webapp.components.assets import loader, style

_component = st.components.v2.component(
    "dyncell_frame_grid",
    css=style("frame_grid/frame_grid.css"),
    js=loader("frame_grid/frame_grid.js"),
)


class FrameItem(TypedDict):
    """One small picture: addresses on this server, two lines of text, and its shape if known.

    A `note` is shown whole, below them. `around` are the addresses of the labels one frame before
    and one behind: pixels that flicker are marked white then, in the place of the labels.
    `ticked` says whether its tick is set; without it there is no tick.
    """

    image: str
    labels: str | None
    title: str
    caption: str
    note: NotRequired[str]
    around: NotRequired[list[str]]
    width: NotRequired[int]
    height: NotRequired[int]
    ticked: NotRequired[bool]


class GridEvent(NamedTuple):
    """Indices of the frame that was chosen, and of the one whose tick was changed, just now."""

    chosen: int | None
    toggled: int | None


def frame_grid(
    key: str,
    *,
    items: Sequence[FrameItem],
    names: Sequence[str],
    colours: Sequence[tuple[int, int, int]],
    opacity: float = 0.5,
    on_chosen: Callable[[], None] = lambda: None,
) -> int | None:
    """Mounts the grid; with the same key other frames appear in the same place.

    Args:
        key: Its key on the page.
        items: The frames, in order.
        names: Name of each class.
        colours: `(r, g, b)` of each class, 0..255.
        opacity: Of the labels over the images, 0..1.
        on_chosen: Called before the run that learns which one was chosen.

    Returns:
        The index of the frame that was chosen just now, in that one run.
    """
    return frame_grid_event(
        key, items=items, names=names, colours=colours, opacity=opacity, on_chosen=on_chosen
    ).chosen


def frame_grid_event(
    key: str,
    *,
    items: Sequence[FrameItem],
    names: Sequence[str],
    colours: Sequence[tuple[int, int, int]],
    opacity: float = 0.5,
    on_chosen: Callable[[], None] = lambda: None,
) -> GridEvent:
    """The grid of `frame_grid`, whose frames may have ticks; what happened in that one run."""
    data = {
        "items": list(items),
        "names": list(names),
        "colours": [list(colour) for colour in colours],
        "opacity": opacity,
    }
    result = _component(
        key=key, data=data, on_chosen_change=on_chosen, on_toggled_change=lambda: None
    )
    return GridEvent(
        _index(result.get("chosen"), len(items)), _index(result.get("toggled"), len(items))
    )


def _index(value: object, count: int) -> int | None:
    """A number that the browser sent, where it is one of the items."""
    if not isinstance(value, int | float) or not 0 <= value < count:
        return None
    return int(value)
