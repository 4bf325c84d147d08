"""Parallel coordinates: rows as lines over several numbers; a range of each can be marked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypedDict

import streamlit as st

from webapp.components.assets import loader, style

_component = st.components.v2.component(
    "dyncell_parallel",
    css=style("parallel/parallel.css"),
    js=loader("parallel/parallel.js"),
)

LineLook = Literal["plain", "others", "chosen"]
"""A row that is marked or could be; one outside of what is marked; one in the basket."""


class ParallelAxis(TypedDict):
    """An axis.

    `low` and `high` are the ends of its scale, `falls` says that low values stand above, `digits`
    how many stand behind the point, `marked` which range is marked (None for an open end).
    """

    key: str
    label: str
    low: float
    high: float
    falls: bool
    digits: int
    marked: list[float | None] | None


class ParallelLine(TypedDict):
    """A line: a value per axis, None where it is missing; the line has a gap there."""

    name: str
    look: LineLook
    values: Sequence[float | None]


def parallel(
    key: str,
    *,
    axes: Sequence[ParallelAxis],
    lines: Sequence[ParallelLine],
    label: str,
    on_marked: Callable[[], None] = lambda: None,
) -> tuple[str, float | None, float | None] | None:
    """Mounts the plot; with the same key other lines appear in the same place.

    Args:
        key: Its key on the page.
        axes: The axes, from left to right.
        lines: The lines; later ones are drawn over earlier ones of the same look.
        label: What it is, for who does not see it.
        on_marked: Called before the run that learns what was marked.

    Returns:
        The axis that was marked just now and the range, in that one run; both ends None where a
        mark was taken away.
    """
    data = {"axes": list(axes), "lines": list(lines), "label": label}
    result = _component(key=key, data=data, on_marked_change=on_marked)
    marked = result.get("marked")
    if not isinstance(marked, Mapping) or marked.get("key") not in {each["key"] for each in axes}:
        return None
    return str(marked["key"]), _end(marked.get("low")), _end(marked.get("high"))


def _end(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
