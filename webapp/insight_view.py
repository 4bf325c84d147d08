"""What the good cells share: the choice of trials and score, the plot, and every number."""

from collections.abc import Callable, Sequence
from typing import get_args

import pandas as pd
import streamlit as st

from core.insight.document import (
    HOW,
    basis_line,
    cells_text,
    slope_text,
    told,
    unit,
    why_nothing,
)
from core.insight.features import FEATURES
from core.insight.insight import Finding, Insight
from core.insight.trials import SCORES_TOLD, ScoreName, TrialChoice
from webapp.chart import render_chart
from webapp.insight_chart import clicked_feature, insight_figure, label
from webapp.insight_data import Told
from webapp.leaderboard_address import ALL
from webapp.links import go_to_board
from webapp.literal import literal

_TRIALS: dict[TrialChoice, str] = {
    "random": "Drawn by chance",
    "strategy": "By a strategy",
    "all": "All",
}
_COLUMNS = {"input": "inputs", "op": "ops", "combine": "combines"}


def render_insight(
    tell: Callable[[TrialChoice, ScoreName], Told], *, key: str, is_one_search: bool
) -> None:
    """The insight of some trials; a click on a dot leads to the cells that have it."""
    trials, score = st.columns(2)
    with trials:
        choice = st.segmented_control(
            "Trials",
            get_args(TrialChoice),
            format_func=lambda each: _TRIALS[each],
            default="random",
            required=True,
            key=f"insight-trials-{key}",
            help="Chance proposes all cells alike; a strategy proposes many of what it liked, "
            "which makes effects look smaller or larger than they are.",
        )
    with score:
        name = st.segmented_control(
            "Score",
            get_args(ScoreName),
            format_func=lambda each: SCORES_TOLD[each],
            default="reward",
            required=True,
            key=f"insight-score-{key}",
            help="At the first rung all cells have learnt equally long; what trials came to is "
            "lower where they were stopped early.",
        )
    material, insight = tell(choice or "random", name or "reward")
    st.caption(literal(basis_line(material, insight)))
    if reason := why_nothing(material, insight):
        st.info(literal(reason), icon=":material/help:")
        return
    if insight.no_beside:
        st.caption(literal(f"Each alone only: {insight.no_beside}."))
    _render_holding(insight)
    event = render_chart(
        insight_figure(insight, unit=unit(insight)),
        key=f"insight-{key}-{choice}-{name}",
        selects="points",
        alt="The effect of every feature on the score, as dots with intervals",
    )
    settings = {cell.setting for cell in material.cells}
    searches = material.searches if is_one_search else ()
    _follow(key, clicked_feature(event), settings=settings, searches=searches)
    st.caption(literal(f"Filled dots are those with *. A click on a dot leads to the cells. {HOW}"))
    with st.expander("All numbers, and what cannot be told"):
        st.dataframe(
            pd.DataFrame([_row(each) for each in insight.findings]), hide_index=True, height=420
        )


def board_filter(feature_key: str, *, searches: Sequence[str] = ()) -> str | None:
    """The board's filter for the trials that have a feature; None where no column tells it."""
    feature = next(each for each in FEATURES if each.key == feature_key)
    column = _COLUMNS.get(feature.kind)
    if column is None:
        return None
    text = f'kind = trial and {column} ~ " {feature.word} "'
    if len(searches) == 1 and '"' not in searches[0]:
        text += f' and search ~ "{searches[0]}"'
    return text


def _render_holding(insight: Insight) -> None:
    holding = [each for each in insight.findings if each.holds]
    if not holding:
        st.markdown("Nothing stands apart from chance when so many features are looked at.")
        return
    for each in holding:
        st.markdown(f"- {literal(told(each, each.shown))}")


def _follow(
    key: str, feature_key: str | None, *, settings: set[str], searches: Sequence[str]
) -> None:
    """Opens the board once for a click; an old click is not taken twice."""
    seen = f"insight-seen-{key}"
    if st.session_state.get(seen) == feature_key:
        return
    st.session_state[seen] = feature_key
    asked = None if feature_key is None else board_filter(feature_key, searches=searches)
    if asked is not None:
        setting = next(iter(settings)) if len(settings) == 1 else ALL
        go_to_board(filter_text=asked, setting=setting, sort="reward")


def _row(finding: Finding) -> dict[str, str]:
    return {
        "Feature": label(finding.feature),
        "Beside the others": slope_text(finding.beside),
        "Alone": slope_text(finding.alone),
        "Told of": cells_text(finding),
        "Holds": "yes" if finding.holds else "",
        "Why not": finding.reason,
    }
