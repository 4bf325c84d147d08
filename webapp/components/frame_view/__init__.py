"""One frame looked at closely: labels over the image, and where a prediction is wrong."""

from collections.abc import Sequence

import streamlit as st

from webapp.components.assets import loader, style
from webapp.components.frame_grid import frame_grid

__all__ = ["frame_grid", "frame_view"]

_component = st.components.v2.component(
    "dyncell_frame_view",
    css=style("player/legend.css") + style("frame_view/frame_view.css"),
    js=loader("frame_view/frame_view.js"),
)


def frame_view(
    key: str,
    *,
    image: str,
    labels: str | None,
    prediction: str | None = None,
    names: Sequence[str],
    colours: Sequence[tuple[int, int, int]],
    highlight: tuple[int, int] | None = None,
) -> None:
    """Mounts the view; with the same key another frame appears in the same panes, same zoom.

    Args:
        key: Its key on the page.
        image: Address of the image on this server.
        labels: Address of its label map, an 8-bit grey PNG of class ids, 255 = no class.
        prediction: Address of a label map that is judged by `labels`, of the same size.
        names: Name of each class.
        colours: `(r, g, b)` of each class, 0..255.
        highlight: `(truth, predicted)`: ids of the only pixels that the difference marks; None
            marks all that are wrong.
    """
    data = {
        "image": image,
        "labels": labels,
        "prediction": prediction,
        "names": list(names),
        "colours": [list(colour) for colour in colours],
        "highlight": None if highlight is None else list(highlight),
    }
    _component(key=key, data=data)
