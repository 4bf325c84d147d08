"""What the page Insight reads, and what it tells of it: kept until a search or a trial changes."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.insight.document import insight_of
from core.insight.insight import Insight
from core.insight.reading import search_facts
from core.insight.trials import Material, ScoreName, TrialChoice, TrialFacts, choose_trials
from core.search_records import Search
from core.store import searches, trials
from webapp.leaderboard_address import ALL

Told = tuple[Material, Insight]


def read_facts(folder: DataFolder) -> tuple[str, list[TrialFacts]]:
    """The trials of all searches, behind a text that tells this state of them from another."""
    place = str(folder.database.engine.url)
    with folder.database.reading() as session:
        marks = trials.marks(session)
        facts = [
            fact
            for search in searches.list_searches(session, limit=None)
            if search.id in marks
            for fact in _facts_of(session, search, f"{place} {search.id} {marks[search.id]}")
        ]
    return f"{place} {marks}", facts


@st.cache_resource(max_entries=500, show_spinner=False)
def _facts_of(_session: Session, _search: Search, mark: str) -> tuple[TrialFacts, ...]:
    """The trials of a search as they were at that mark."""
    del mark
    found = trials.list_trials(_session, _search.id, limit=None)
    return tuple(search_facts(_search, found))


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
