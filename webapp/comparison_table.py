"""Numbers of the compared rows as a table: means with intervals, differences with what they say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st

from core.board.columns import COLUMNS, METRICS, RATIO, Column
from core.board.comparison import COUNTED, Comparison, MetricLine, Standing
from core.board.comparison_document import LETTERS
from core.board.hand_labels import hand_labels_line
from core.board.row import TIMED
from core.metrics.ranking import COMPANION_KEYS
from webapp.comparison_rows import COLOURS
from webapp.comparison_words import VERDICTS, difference_text, mean_text, methods_line
from webapp.leaderboard_words import heading
from webapp.literal import literal

_STEADY = ("tvacc8", "tvacc16", *COMPANION_KEYS, "tc_agreement", "tc_ratio")
_GROUPS: dict[str, tuple[str, ...]] = {
    "How right": (
        *("miou", "fwiou", "pixel_accuracy", "mean_accuracy", "accuracy_half", "boundary_miou"),
    ),
    "How steady": tuple(column.key for column in METRICS if column.key in _STEADY),
    "In a search": ("reward", "stability"),
    "Beside its own static network": ("gain", *(key + RATIO for key in COMPANION_KEYS)),
    "What it costs": (*COUNTED, *TIMED),
}
_STYLE = """
<style>
.numbers { overflow-x: auto; }
.numbers table { border-collapse: collapse; min-width: min(100%, 62rem); font-size: 0.9rem; }
.numbers th, .numbers td {
  padding: 0.32rem 0.7rem; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; border: 0 solid rgba(128,140,140,0.25);
  border-bottom-width: 1px;
}
.numbers th { font-weight: 600; }
.numbers tbody th { font-weight: 450; }
.numbers th:first-child { text-align: left; white-space: normal; min-width: 9rem; }
.numbers tr.group th {
  padding-top: 1rem; font-weight: 650; opacity: 0.75; font-size: 0.82rem; letter-spacing: 0.02em;
}
.numbers thead .row { border-bottom-width: 3px; max-width: 13rem; overflow: hidden;
  text-overflow: ellipsis; text-align: center; }
.numbers .half, .numbers .interval, .numbers .verdict { text-align: left; padding-left: 0; }
.numbers .value { padding-right: 0.3rem; }
.numbers td.none, .numbers td.open { opacity: 0.7; }
.numbers .word { font-weight: 600; }
.numbers .better { background: rgba(15,138,124,0.20); }
.numbers .worse { background: rgba(214,84,48,0.20); }
.numbers .tie, .numbers .equal { background: rgba(128,140,140,0.12); }
</style>
"""


@dataclass(frozen=True)
class TableLine:
    """One line of a table of numbers.

    Attributes:
        label: What stands before it.
        told: What it means, shown on pointing at it.
        column: How its numbers are written.
        standings: One per row; empty for a line that begins a group.
    """

    label: str
    told: str
    column: Column
    standings: tuple[Standing, ...] = ()


def render_numbers(comparison: Comparison) -> None:
    """Every metric that at least one row has, and why others are missing."""
    st.html(table_html(comparison, _metric_lines(comparison), first="Metric"))
    st.caption(literal(_legend(comparison)))
    reasons = open_reasons(comparison)
    if reasons:
        with st.expander("What is missing or left open, and why"):
            st.text("\n".join(reasons))


def table_html(comparison: Comparison, lines: Iterable[TableLine], *, first: str) -> str:
    """The table: a line's label, its means, then the differences to the base."""
    places = range(len(comparison.contenders))
    others = [place for place in places if place != comparison.base]
    names = [each.row.texts["name"] for each in comparison.contenders]
    seeds = [len(each.runs) for each in comparison.contenders]
    base = LETTERS[comparison.base]
    head = [
        *(_heading(LETTERS[p], names[p], COLOURS[p]) for p in places),
        *(_heading(f"{LETTERS[p]} - {base}", "", COLOURS[p], columns=3) for p in others),
    ]
    span = 1 + 2 * len(places) + 3 * len(others)
    body = []
    for line in lines:
        if not line.standings:
            body.append(
                f'<tr class="group"><th colspan="{span}" scope="colgroup">'
                f"{escape(line.label)}</th></tr>"
            )
            continue
        cells = [_mean(line.standings[p], line.column, seeds=seeds[p]) for p in places]
        cells += [_gap(line.standings[p], line.column) for p in others]
        body.append(
            f'<tr><th scope="row" title="{escape(line.told)}">{escape(line.label)}</th>'
            f"{''.join(cells)}</tr>"
        )
    return (
        f'{_STYLE}<div class="numbers"><table><thead><tr><th scope="col">{escape(first)}</th>'
        f"{''.join(head)}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def open_reasons(comparison: Comparison) -> list[str]:
    """Why numbers, differences or verdicts are missing: `B, TC-m: no flow`, each reason once."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in comparison.lines:
        for place, standing in enumerate(line.standings):
            why = standing.missing or standing.reason
            if why:
                found.setdefault((LETTERS[place], why), []).append(line.column.label)
    return [
        f"{letter}, {', '.join(dict.fromkeys(labels))}: {why}"
        for (letter, why), labels in sorted(found.items())
    ]


def _metric_lines(comparison: Comparison) -> list[TableLine]:
    by_key: dict[str, MetricLine] = {line.metric: line for line in comparison.lines}
    shown = []
    for title, keys in _GROUPS.items():
        measured = [by_key[key] for key in keys if by_key[key].is_measured]
        if measured:
            shown.append(TableLine(title, "", COLUMNS["miou"]))
        shown += [
            TableLine(heading(line.metric), _told(line.column), line.column, line.standings)
            for line in measured
        ]
    return shown


def _told(column: Column) -> str:
    better = f" {column.better.capitalize()} is better." if column.better else ""
    return column.meaning + better


def _legend(comparison: Comparison) -> str:
    others = [p for p in range(len(comparison.contenders)) if p != comparison.base]
    base = LETTERS[comparison.base]
    parts = [
        f"± half of the 95 % interval over seeds. Differences are a row minus {base}, in the unit "
        "of the line, with their 95 % interval in brackets: better and worse where it leaves out "
        "0, tie where it holds 0; counted costs have no interval.",
        hand_labels_line([each.row for each in comparison.contenders]),
        *methods_line(others, [line.standings for line in comparison.lines]),
    ]
    return " ".join(filter(None, parts))


def _heading(text: str, name: str, colour: str, *, columns: int = 2) -> str:
    """Over the value, its interval and, of a difference, the verdict; each aligned by itself."""
    named = f" {escape(name)}" if name else ""
    kind = "row" if name else "row gap"
    return (
        f'<th scope="col" colspan="{columns}" class="{kind}" title="{escape(name or text)}" '
        f'style="border-bottom-color: {colour}">{escape(text)}{named}</th>'
    )


def _mean(standing: Standing, column: Column, *, seeds: int) -> str:
    kind = "none" if standing.mean is None else ""
    value, *half = re.split(" (?=[±(])", mean_text(standing, column, seeds=seeds), maxsplit=1)
    told = f'title="{escape(standing.missing)}"'
    return (
        f'<td class="value {kind}" {told}>{escape(value)}</td>'
        f'<td class="half">{escape("".join(half))}</td>'
    )


def _gap(standing: Standing, column: Column) -> str:
    if standing.difference is None:
        told = f'title="{escape(standing.missing or standing.reason)}"'
        return f'<td class="value none" {told}>-</td><td colspan="2"></td>'
    word = VERDICTS[standing.verdict]
    value, *interval = difference_text(standing.difference, column).split(" [", 1)
    cells = {
        "value": escape(value),
        "interval": escape("".join(f"[{each}" for each in interval)),
        "verdict": f'<span class="word">{word}</span>' if word else "",
    }
    told = f'title="{escape(standing.reason)}"'
    return "".join(
        f'<td class="{kind} {standing.verdict}" {told}>{text}</td>' for kind, text in cells.items()
    )
