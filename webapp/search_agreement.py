"""Whether a search's rewards order cells as final trainings do, on its page."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.board.condition import All, Compare, Flag, Not
from core.board.row import Row
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.metrics.statistics import kendall_tau
from core.store import board
from webapp.leaderboard_controls import setting_name
from webapp.literal import literal
from webapp.search_data import SearchView
from webapp.wording import count

LEAST_CELLS = 5
"""Fewer say nothing of an order."""

LEAST_TAU = 0.3
"""Below it a search's rewards hardly tell which cells are worth a final training (METRICS.md)."""

_MOST_ROWS = 5000


@dataclass(frozen=True)
class Agreement:
    """Rewards beside final scores.

    Attributes:
        setting: Where most of the search's cells were judged.
        cells: How many of them.
        tau: Kendall's tau of reward and final mIoU; None with too few cells, or equal values.
    """

    setting: board.Setting
    cells: int
    tau: float | None


def read_agreement(folder: DataFolder, view: SearchView) -> Agreement | None:
    """How a search and its twin agree with trainings to the end; None where there are none.

    A cell that was trained in several ways counts once, by its best row.
    """
    rewards: dict[str, float] = {}
    for trial in (*view.trials, *view.twin_trials):
        if trial.reward is not None:
            rewards.setdefault(trial.key, trial.reward)
    with folder.database.reading() as session:
        asked = board.in_sight(All((Compare("kind", "=", "cell"), Not(Flag("memoryless")))))
        rows = board.page(session, asked, sort=Sort(), limit=_MOST_ROWS, spreads_of=())
        known = {each.setting: each for each in board.settings(session)}
    judged: dict[str, dict[str, float]] = {}
    for row in rows:
        if _counts(row, rewards):
            of_setting = judged.setdefault(row.texts["setting"], {})
            of_setting.setdefault(row.texts["key"], row.means["miou"])  # the best comes first
    if not judged:
        return None
    setting, found = max(judged.items(), key=lambda item: len(item[1]))
    enough = len(found) >= LEAST_CELLS
    tau = kendall_tau([rewards[key] for key in found], list(found.values())) if enough else None
    return Agreement(known[setting], len(found), tau)


def render_agreement(folder: DataFolder, view: SearchView) -> None:
    """A line about it, a warning where rewards say little; nothing before a cell was judged."""
    found = read_agreement(folder, view)
    if found is None:
        return
    where = f"{count(found.cells, 'cell')} judged in {setting_name(found.setting)}"
    if found.tau is None:
        st.caption(
            literal(
                f"{where}: with at least {LEAST_CELLS} of different scores it can be told whether "
                "rewards order cells as final trainings do."
            )
        )
        return
    told = f"Kendall's tau of reward and final mIoU: {found.tau:.2f} ({where})."
    if found.tau >= LEAST_TAU:
        st.caption(literal(told))
        return
    st.warning(
        literal(
            f"{told} Below {LEAST_TAU} a reward hardly tells which cells are worth a final "
            "training: judge more of them, or search with more epochs per trial."
        ),
        icon=":material/warning:",
    )


def _counts(row: Row, rewards: Mapping[str, float]) -> bool:
    is_judged = bool(row.texts["setting"]) and "miou" in row.means
    return is_judged and row.texts["key"] in rewards
