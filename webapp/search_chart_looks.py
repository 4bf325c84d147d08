"""What the pictures of a search share: layout, ranges, and what a point says of itself."""

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from core.search_records import Trial
from webapp.chart import lay_out
from webapp.search_words import CAUSES, cell_lines, percent

_LEAST_SPAN = 4.0  # percent; on a narrower axis mere noise looks like a difference


def wide_range(shown: Sequence[float], *, least: float = _LEAST_SPAN) -> list[float]:
    """The range of an axis in percent: a few values that lie close together do not fill it.

    Args:
        shown: What is drawn; everything that is possible is shown where there is nothing.
        least: What the axis spans at least.
    """
    if not shown:
        return [0.0, 100.0]
    low, high = min(shown), max(shown)
    room = 0.5 * max(0.0, least - (high - low)) + 0.06 * max(least, high - low)
    return [low - room, high + room]


def told(trial: Trial, *, costs: Sequence[str] = ()) -> str:
    """What a point says when the pointer is on it.

    Args:
        trial: The trial.
        costs: Lines about what its cell costs.
    """
    lines = [f"<b>Trial {trial.number}</b>"]
    if trial.reward is not None:
        lines[0] += f": {percent(trial.reward)}"
        result = trial.result
        lines.append(
            f"accuracy {percent(result['accuracy'])}, stability {percent(result['stability'])}"
        )
    else:
        lines[0] += f": {CAUSES.get(trial.cause, trial.cause)}"
    lines += costs
    if trial.same_as is not None:
        lines.append(f"equal to trial {trial.same_as}")
    return "<br>".join([*lines, *cell_lines(trial.genotype)])


def lay_out_search(
    figure: go.Figure,
    *,
    height: int,
    across: str | None = None,
    up: str | None = None,
    unified: bool = False,
) -> None:
    """Gives a figure the layout of all charts; what was zoomed stays while a search goes on."""
    hovermode: Literal["closest", "x unified"] = "x unified" if unified else "closest"
    lay_out(figure, height=height, across=across, up=up, hovermode=hovermode)
    figure.update_layout(uirevision="search")
