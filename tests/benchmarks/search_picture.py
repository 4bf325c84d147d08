"""`python -m tests.benchmarks.search_picture --search FILE.json --picture FILE.png`

Draws a search beside its random twin, from what `dyncell search show NAME --json` printed: the
reward of every trial by its number, and the best reward so far. Printed: both bests after some
trials, and the mean reward of the trials that learnt all their epochs.
"""

import argparse
import json
from itertools import accumulate
from pathlib import Path
from statistics import mean
from typing import Any

import plotly.graph_objects as go

from tests.benchmarks.figures import save_figure

COLOURS = ("#0072b2", "#777777")
SHOWN = (10, 20, 40, 80, 160)


def main() -> None:
    """Prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--search", type=Path, required=True)
    parser.add_argument("--picture", type=Path, required=True)
    options = parser.parse_args()
    document = json.loads(options.search.read_text())
    both = [each for each in (document, document["twin"]) if each]
    for each in both:
        show(each)
    save_figure(drawn(both), options.picture)


def rewarded(search: dict[str, Any]) -> list[dict[str, Any]]:
    """The trials that have a reward."""
    return [trial for trial in search["trials"] if trial["reward"] is not None]


def best_so_far(search: dict[str, Any]) -> list[float]:
    """The best reward after each of them, in percent."""
    return list(accumulate((trial["reward"] for trial in rewarded(search)), max))


def show(search: dict[str, Any]) -> None:
    """Prints one line."""
    best, trials = best_so_far(search), rewarded(search)
    whole = [trial["reward"] for trial in trials if not trial["is_stopped"]]
    print(
        f"{search['strategy']:<10}",
        *(f"best of {count}: {best[count - 1]:.2f}" for count in SHOWN if count <= len(best)),
        f"cells: {len({trial['key'] for trial in trials})} of {len(trials)} trials",
        f"mean of {len(whole)} whole trials: {mean(whole):.2f}",
        f"CPU hours: {search['cost']['cpu_seconds'] / 3600:.2f}",
        sep="  ",
    )


def drawn(searches: list[dict[str, Any]]) -> go.Figure:
    """Points are trials (hollow: ended early), lines the best so far."""
    figure = go.Figure()
    for search, colour in zip(searches, COLOURS, strict=False):
        trials = rewarded(search)
        numbers = [trial["number"] + 1 for trial in trials]
        symbols = ["circle-open" if trial["is_stopped"] else "circle" for trial in trials]
        figure.add_scatter(
            x=numbers,
            y=[trial["reward"] for trial in trials],
            mode="markers",
            marker={"color": colour, "symbol": symbols, "size": 6, "opacity": 0.7},
            showlegend=False,
        )
        figure.add_scatter(
            x=numbers,
            y=best_so_far(search),
            mode="lines",
            line={"color": colour, "shape": "hv", "width": 3},
            name=f"{search['strategy']}, best so far",
        )
    figure.update_layout(
        template="plotly_white",
        width=720,
        height=420,
        margin={"l": 60, "r": 20, "t": 40, "b": 50},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis_title="trial (hollow: ended early)",
        yaxis_title="reward, %",
    )
    return figure


if __name__ == "__main__":
    main()
