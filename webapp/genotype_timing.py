"""How long a cell takes on the worker's machine: ordered, awaited and told."""

import time
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.cell_description import CellDescription
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Model
from tasks import queue
from webapp.failures import render_failure
from webapp.genotype_timing_data import CellTimes, CellTimings, read_timings
from webapp.genotype_words import milliseconds_text
from webapp.job_view import render_progress, render_verbs
from webapp.literal import literal
from webapp.wording import MACHINE_WAS_BUSY, ago, count


def render_timing(
    folder: DataFolder,
    cell: CellDescription,
    model: Model,
    timings: CellTimings,
    *,
    size: tuple[int, int],
) -> None:
    """The latest timing in words, the button for one more, and the older ones."""
    if timings.found:
        st.markdown(literal(times_line(timings.found[0])))
        st.caption(literal(setting_line(timings.found[0], now=time.time())))
    if timings.latest is not None:
        poll = 1.0 if timings.is_busy else None
        st.fragment(_render_waiting, run_every=poll)(
            folder, cell, model, size, was_busy=timings.is_busy
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Time it again" if timings.found else "Time on this machine"
        if st.button(label, icon=":material/timer:", disabled=timings.is_busy, key="time-cell"):
            _order(folder, cell, model, size)
        st.caption(
            "On the processor of the worker's machine, on a rendered street: 300 frames, each "
            "by the cell and by the static network. What a cell has learnt does not change its "
            "time.",
            width="content" if timings.found else "stretch",
        )
    if len(timings.found) > 1:
        with st.expander(f"All {len(timings.found)} timings"):
            _render_all(timings)


def times_line(times: CellTimes) -> str:
    """The numbers of a timing in a sentence."""
    measured = times.measured
    steady, steady_95, key, key_95, labels = (
        milliseconds_text(float(measured[f"{name}_ms"]))
        for name in ("steady_p50", "steady_p95", "key_p50", "key_p95", "labels_p50")
    )
    # Timings of older versions took both kinds of frame apart.
    share = 100 * measured.get("share", measured["steady_p50_ms"] / measured["key_p50_ms"])
    return (
        f"{steady} on a frame of the cell (95 %: {steady_95}), {key} on a key frame "
        f"(95 %: {key_95}): {share:.0f} % of the static network. Upsampling and labels take "
        f"{labels} more on either."
    )


def setting_line(times: CellTimes, *, now: float) -> str:
    """Where, how and when a timing was made."""
    setting = times.setting
    parts = [
        f"{setting['processor']} ({setting['host']})",
        f"{setting['device']}, {setting['precision']}",
        f"{count(setting['threads'], 'thread')}, {count(setting['cores'], 'core')}",
        f"torch {setting['torch']}",
        f"{setting['width']} x {setting['height']}",
        f"{times.measured['frames_timed']} frames each",
        f"{ago(now - times.at)} ({datetime.fromtimestamp(times.at):%-d %B %Y, %H:%M})",
    ]
    busy = f" {MACHINE_WAS_BUSY}" if setting["busy"] else ""
    return f"{' · '.join(parts)}.{busy}"


def _order(folder: DataFolder, cell: CellDescription, model: Model, size: tuple[int, int]) -> None:
    width, height = size
    try:
        queue.add_cell_timing(
            folder, config=cell.config, static=model.id, width=width, height=height
        )
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _render_waiting(
    folder: DataFolder,
    cell: CellDescription,
    model: Model,
    size: tuple[int, int],
    *,
    was_busy: bool,
) -> None:
    try:
        now = read_timings(folder, cell, model, width=size[0], height=size[1])
        if now.latest is None or now.is_busy != was_busy:
            st.rerun()
        render_progress(now.latest)
        render_verbs(folder, now.latest, place="timing")
    except Exception as error:
        render_failure(error)


def _render_all(timings: CellTimings) -> None:
    st.dataframe(
        pd.DataFrame([_row(times) for times in timings.found]),
        hide_index=True,
        placeholder="-",
        column_config={
            "Frame of the cell": st.column_config.NumberColumn(format="%.2f ms"),
            "Key frame": st.column_config.NumberColumn(format="%.2f ms"),
            "Measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        },
        alt="All timings of the cell",
    )


def _row(times: CellTimes) -> dict[str, Any]:
    setting, measured = times.setting, times.measured
    return {
        "Machine": f"{setting['processor']} ({setting['host']})",
        "Threads": setting["threads"],
        "Frame of the cell": measured["steady_p50_ms"],
        "Key frame": measured["key_p50_ms"],
        "Other work": "yes" if setting["busy"] else "no",
        "Measured": datetime.fromtimestamp(times.at),
    }
