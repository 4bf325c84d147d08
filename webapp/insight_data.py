"""What the page Insight reads, and what it tells of it: kept until a trial or a search changes."""

from collections.abc import Sequence

import streamlit as st

from core.data_folder import DataFolder
from core.insight.document import insight_of
from core.insight.insight import Insight
from core.insight.reading import read_all_trials
from core.insight.trials import Material, ScoreName, TrialChoice, TrialFacts, choose_trials
from core.store import trials
from webapp.leaderboard_address import ALL

Told = tuple[Material, Insight]


def read_mark(folder: DataFolder) -> str:
    """What tells one state of all trials from another."""
    with folder.database.reading() as session:
        return f"{folder.database.engine.url} {trials.mark(session)}"


@st.cache_resource(max_entries=2, show_spinner=False)
def read_facts(_folder: DataFolder, mark: str) -> tuple[TrialFacts, ...]:
    """The trials of all searches as they were at that mark."""
    del mark
    with _folder.database.reading() as session:
        return tuple(read_all_trials(session))


@st.cache_resource(max_entries=16, show_spinner=False)
def insight_at(
    _facts: Sequence[TrialFacts], mark: str, setting: str, choice: TrialChoice, score: ScoreName
) -> Told:
    """The insight of the trials of a setting, or of all settings, at that mark."""
    del mark
    return insight_into([each for each in _facts if setting in (ALL, each.setting)], choice, score)


def insight_into(facts: Sequence[TrialFacts], choice: TrialChoice, score: ScoreName) -> Told:
    """The insight of some trials."""
    material = choose_trials(facts, choice=choice, score=score)
    return material, insight_of(material)
