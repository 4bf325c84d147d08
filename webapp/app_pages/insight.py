"""Insight: what the good cells of all searches share, per setting and over settings."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.insight.trials import TrialFacts, settings_of
from core.store import board
from webapp.folder import current_folder
from webapp.insight_data import insight_at, read_facts
from webapp.insight_view import render_insight
from webapp.leaderboard_address import ALL
from webapp.leaderboard_controls import setting_name
from webapp.leaderboard_data import read_settings

_SETTING = "insight-setting"


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Insight", anchor=False)
    mark, facts = read_facts(folder)
    if not facts:
        st.caption(
            "No trials yet. A search tries cells; here is told which inputs, operations and "
            "combines the good ones share, as soon as some have their rewards."
        )
        return
    setting = _choose_setting(facts, {each.setting: each for each in read_settings(folder)})
    render_insight(partial(insight_at, facts, mark, setting), key=setting, is_one_search=False)


def _choose_setting(facts: Sequence[TrialFacts], known: dict[str, board.Setting]) -> str:
    """The setting in the address, the fullest one otherwise; a choice goes into the address."""
    counts = settings_of(facts)
    options = [*counts, ALL] if len(counts) > 1 else list(counts)
    asked = st.query_params.get("setting", "")
    if st.session_state.get(_SETTING) not in options:
        st.session_state[_SETTING] = asked if asked in options else options[0]

    def name(key: str) -> str:
        if key == ALL:
            return f"all {len(counts)} settings, standardised within each"
        return setting_name(known[key]) if key in known else f"{key} ({counts[key]:,})"

    setting = st.selectbox(
        "Setting",
        options,
        key=_SETTING,
        format_func=name,
        help="Scores of different data, static networks, budgets or code are never compared: over "
        "several settings they are standardised within each, and cells are compared within each.",
    )
    st.query_params["setting"] = setting
    return setting


render()
