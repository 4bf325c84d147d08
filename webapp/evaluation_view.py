"""The scores of one evaluation: headline numbers, classes, confusion, and how it was measured."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from webapp.evaluation_data import EvaluationState
from webapp.evaluation_numbers import (
    ACCURACY,
    COVERAGE,
    EXACT,
    GREYED,
    STABILITY,
    Score,
    classes_counted,
    has_any,
    reasons,
)
from webapp.evaluation_tables import class_rows
from webapp.literal import literal


def render_headline(scores: Mapping[str, Any]) -> None:
    """The numbers that say how good the labels are, and how steady."""
    with st.container(border=True):
        columns = st.columns(len(ACCURACY))
        for column, score in zip(columns, ACCURACY, strict=True):
            column.metric(score.label, score.text(scores), help=score.meaning)
        st.caption(literal(_accuracy_line(scores)))
    steady = [*STABILITY, *(score for score in EXACT if scores.get(score.key) is not None)]
    if has_any(scores, (*steady, *GREYED)):
        with st.container(border=True):
            for column, score in zip(st.columns(len(steady)), steady, strict=True):
                column.metric(score.label, score.text(scores), help=score.meaning)
                if score.truth:
                    column.caption(literal(f"ground truth {score.text(scores, key=score.truth)}"))
            _render_greyed(scores)
    _render_reasons(scores)


def render_classes(state: EvaluationState) -> None:
    """The classes, one row each, to sort by any column."""
    colours = state.colours
    rows = [
        {
            "": _swatch(colours[row.number]),
            "Class": row.name,
            "IoU": row.iou,
            "Accuracy": row.accuracy,
            "Boundary IoU": row.boundary_iou,
            "Share of pixels": row.share,
            "Pixels": row.pixels,
        }
        for row in class_rows(state.evaluation.scores)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="-",
        height="content" if len(rows) <= 20 else 620,
        column_config={
            "": st.column_config.ImageColumn(width=38),
            "IoU": _bar("Intersection over union, pooled over all frames."),
            "Accuracy": _bar("Pixels of the class labelled right."),
            "Boundary IoU": _bar("IoU within a narrow band along the outlines."),
            "Share of pixels": st.column_config.NumberColumn(
                format="%.2f %%", help="Of all pixels with a class, in the ground truth."
            ),
            "Pixels": st.column_config.NumberColumn(format="localized"),
        },
        alt="Scores of every class",
    )


def render_sequences(scores: Mapping[str, Any]) -> None:
    """One row per sequence, where there are several."""
    found = dict(scores.get("sequences") or {})
    if len(found) < 2:
        return
    st.header("Sequences", anchor=False)
    keys = {"frames": "Frames", "miou": "mIoU", "pixel_accuracy": "Pixel accuracy"}
    rows = [
        {"Sequence": name} | {label: values.get(key) for key, label in keys.items()}
        for name, values in found.items()
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="-",
        column_config={
            "mIoU": _bar("Pooled over the frames of the sequence."),
            "Pixel accuracy": st.column_config.NumberColumn(format="%.1f %%"),
        },
        alt="Scores of every sequence",
    )


def render_how(state: EvaluationState) -> None:
    """How it was measured, and the keys that prove it."""
    evaluation = state.evaluation
    with st.expander("How this was measured", icon=":material/straighten:"):
        st.caption(
            "One confusion matrix is pooled over all frames; pixels without a class in the "
            "ground truth are left out; predictions are brought to the size of the labels. Scores "
            "belong together only where data and protocol have the same keys."
        )
        keys = {
            "weights": evaluation.model_key,
            "data": evaluation.data_key,
            "protocol": evaluation.protocol_key,
        }
        st.code(
            "\n".join(
                [
                    *(f"{name:9}{key}" for name, key in keys.items()),
                    *_protocol_lines(evaluation.options),
                ]
            ),
            language=None,
            wrap_lines=True,
        )


def _bar(meaning: str) -> Any:
    return st.column_config.ProgressColumn(
        help=meaning, min_value=0, max_value=100, format="%.1f %%"
    )


def _accuracy_line(scores: Mapping[str, Any]) -> str:
    parts = [f"mIoU {classes_counted(scores)}", f"{scores.get('frames', 0):,} frames"]
    interval = scores.get("miou_interval")
    if interval:
        parts.append(f"95 % interval {interval[0]:.1f} to {interval[1]:.1f}")
    if scores.get("boundary_d") is not None:
        parts.append(f"boundary band {scores['boundary_d']} px")
    return " · ".join(parts)


def _render_greyed(scores: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, gap="medium"):
        for score in GREYED:
            text = f"{score.label} {score.text(scores)}"
            if score.truth and scores.get(score.truth) is not None:
                text += f" (truth {score.text(scores, key=score.truth)})"
            st.markdown(
                f":gray[:small[{literal(text)}]]", help=_meaning(score, scores), width="content"
            )


def _meaning(score: Score, scores: Mapping[str, Any]) -> str:
    about = {"static_flicker": COVERAGE[0], "tc_m": COVERAGE[1]}.get(score.key)
    if about is None or scores.get(about.key) is None:
        return score.meaning
    return f"{score.meaning} Of all pixels, {about.text(scores)} are {about.label}."


def _render_reasons(scores: Mapping[str, Any]) -> None:
    found = reasons(scores)
    if not found:
        return
    lines = [f"- {literal(', '.join(labels))}: {literal(text)}" for text, labels in found.items()]
    with st.expander("Not measured, and why", icon=":material/info:"):
        st.markdown("\n".join(lines))


def _protocol_lines(options: Mapping[str, Any]) -> list[str]:
    return [f"{name:9}{value}" for name, value in options.items()]


def _swatch(colour: tuple[int, int, int]) -> str:
    """A little square of a colour, as an address that holds the picture itself."""
    fill = "%23{:02x}{:02x}{:02x}".format(*colour)
    return (
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='16' height='16'>"
        f"<rect width='16' height='16' rx='4' fill='{fill}'/></svg>"
    )
