"""What the good cells share: the choice of trials and score, the plot, and every number."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import get_args

import streamlit as st

from core.insight.document import HOW, basis_line, told, unit, why_nothing
from core.insight.features import Feature
from core.insight.insight import Insight
from core.insight.trials import SCORES_TOLD, Material, ScoreName, TrialChoice
from webapp.insight_chart import effects_html, label
from webapp.insight_data import Told
from webapp.leaderboard_address import ALL
from webapp.links import board_link
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
    """The insight of some trials; the name of a feature leads to the cells that have it."""
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
    searches = material.searches if is_one_search else ()
    link = partial(_link, setting=_setting(material), searches=searches)
    st.html(effects_html(insight.findings, unit=unit(insight), link=link))
    st.caption(literal(f"Filled dots are those with *. A feature's name leads to its cells. {HOW}"))
    if untold := _untold(insight):
        st.caption(literal(untold))


def board_filter(feature: Feature, *, searches: Sequence[str] = ()) -> str | None:
    """The board's filter for the trials that have a feature; None where no column tells it."""
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
    st.markdown("\n".join(f"- {literal(told(each, each.shown))}" for each in holding))


def _setting(material: Material) -> str:
    settings = {cell.setting for cell in material.cells}
    return next(iter(settings)) if len(settings) == 1 else ALL


def _link(feature: Feature, *, setting: str, searches: Sequence[str]) -> str | None:
    asked = board_filter(feature, searches=searches)
    return None if asked is None else board_link(filter_text=asked, setting=setting, sort="reward")


def _untold(insight: Insight) -> str:
    """What cannot be told, and why: each reason once."""
    reasons: dict[str, list[str]] = {}
    for each in insight.findings:
        if each.shown is None:
            reasons.setdefault(each.reason, []).append(label(each.feature))
    told_of = "; ".join(f"{', '.join(names)} ({why})" for why, names in reasons.items())
    return f"Nothing can be told of {told_of}." if told_of else ""
