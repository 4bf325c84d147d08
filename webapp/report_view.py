"""The measured numbers of a segmentation, with their units and what they mean."""

from dataclasses import dataclass

import streamlit as st

from core.metrics.descriptions import DESCRIPTIONS
from core.records import Segmentation
from webapp.literal import literal
from webapp.wording import BUSY_MARK, MACHINE_WAS_BUSY, count


@dataclass(frozen=True)
class _Number:
    key: str
    label: str
    unit: str
    meaning: str
    digits: int = 1


_STABILITY = (
    _Number(
        "aba_flicker",
        "ABA flicker",
        "%",
        "Pixels that change their class for one frame and change back; lower is steadier.",
        digits=2,
    ),
    _Number("pcr", "Pixel change rate", "%", "Pixels whose class differs from the frame before."),
    _Number(
        "static_flicker",
        "Static flicker",
        "%",
        "Changes of class where the picture itself stands still.",
        digits=2,
    ),
    _Number("static_coverage", "Still pixels", "%", "The share of pixels static flicker is about."),
    _Number(
        "confidence",
        "Confidence",
        "%",
        "The largest class probability, its mean over pixels and frames.",
    ),
)
_TOTALS = _STABILITY[:3]
_SPEED = (
    _Number("latency_p50_ms", "Latency p50", "ms", DESCRIPTIONS["latency_p50"].meaning),
    _Number("latency_p95_ms", "Latency p95", "ms", DESCRIPTIONS["latency_p95"].meaning),
    _Number("fps_model", "Network", "fps", DESCRIPTIONS["fps_model"].meaning),
    _Number("fps_e2e", "Whole file", "fps", "Frames per second with reading, drawing, writing."),
)


def render_report(segmentation: Segmentation) -> None:
    """The numbers of one segmentation."""
    report = segmentation.report
    is_busy = bool(report.get("busy"))
    with st.container(border=True):
        for numbers in (_STABILITY, _SPEED):
            for column, number in zip(st.columns(5), numbers, strict=False):
                shown = _shown(report.get(number.key), number)
                if is_busy and numbers is _SPEED:
                    shown = f"{shown} {BUSY_MARK}"
                column.metric(number.label, shown, help=number.meaning)
        st.caption(literal(_setting(report)))
        if is_busy:
            st.caption(f"{BUSY_MARK} {MACHINE_WAS_BUSY}")


def stability_line(segmentation: Segmentation) -> str:
    """How stable a segmentation is, in total, on one line."""
    parts = (f"{each.label} {_shown(segmentation.report.get(each.key), each)}" for each in _TOTALS)
    return " · ".join(parts)


def _shown(value: object, number: _Number) -> str:
    if not isinstance(value, int | float):
        return "n/a"
    return f"{value:,.{number.digits}f} {number.unit}"


def _setting(report: dict[str, object]) -> str:
    """Where and how the numbers were measured: without it they mean nothing."""
    parts = [
        f"{report.get('frames', 0):,} frames",
        f"labels {report.get('width')} x {report.get('height')}",
        f"{report.get('frames_timed', 0):,} frames timed",
        *(str(report[key]) for key in ("backend", "device", "precision") if report.get(key)),
        count(int(str(report.get("threads", 1))), "thread"),
    ]
    return "Measured over " + " · ".join(parts)
