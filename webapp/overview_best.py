"""The best cells of the leaderboard's usual setting, on the Overview."""

from dataclasses import dataclass

import streamlit as st

from core.board.columns import COLUMNS, usual_sort
from core.board.condition import All, Compare, Flag
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.store import board
from core.store.board_ranks import RankedRow, ranked
from webapp.leaderboard_controls import setting_name
from webapp.leaderboard_words import cell_text, heading, rank_text
from webapp.links import LEADERBOARD
from webapp.literal import literal
from webapp.wording import count

_SHOWN = 5


@dataclass(frozen=True)
class BestCells:
    """The first cells of a setting.

    Attributes:
        setting: The fullest in which models were judged, else the fullest of trials.
        sort: What they are sorted by.
        rows: The first of them, none that is missing what they are sorted by.
        total: Cells of the setting.
        elsewhere: Rows of other settings, which cannot be compared with these.
    """

    setting: board.Setting
    sort: Sort
    rows: tuple[RankedRow, ...]
    total: int
    elsewhere: int


def has_results(folder: DataFolder) -> bool:
    """Whether anything was judged or tried yet."""
    with folder.database.reading() as session:
        return any(each.setting for each in board.settings(session))


def read_best(folder: DataFolder) -> BestCells | None:
    """The best cells; None while nothing was judged."""
    with folder.database.reading() as session:
        known = [each for each in board.settings(session) if each.setting]
        judged = [each for each in known if each.kind != "trial"]
        setting = next(iter([*judged, *known]), None)
        if setting is None:
            return None
        sort = Sort.parse(usual_sort(trials=setting.kind == "trial"))
        here = Compare("setting", "=", setting.setting)
        asked = board.in_sight(All((here, Flag("cell"))))
        first = board.page(session, asked, sort=sort, limit=_SHOWN)
        shown = [row for row in first if sort.column in row.means]
        places = tuple(ranked(session, shown, sort))
        elsewhere = sum(each.rows for each in known) - setting.rows
        return BestCells(setting, sort, places, board.count(session, asked), elsewhere)


def render_best(folder: DataFolder) -> None:
    """The table with the way to the board; nothing where nothing was judged yet."""
    found = read_best(folder)
    if found is None:
        return
    st.header("Best cells", anchor=False)
    if not found.rows:
        st.caption(literal(f"No cell was judged in {setting_name(found.setting)} yet."))
        return
    columns = ("name", found.sort.key, "seeds", "macs_steady")
    st.dataframe(
        [
            {"Rank": rank_text(each)} | {heading(key): cell_text(each.row, key) for key in columns}
            for each in found.rows
        ],
        hide_index=True,
        column_config={
            "Rank": st.column_config.TextColumn(
                width="small",
                help="Shared where 95% intervals overlap (=); * stands for fewer than 3 seeds.",
            ),
            heading(found.sort.key): st.column_config.TextColumn(
                help=COLUMNS[found.sort.key].meaning
            ),
        },
        alt="The best cells",
    )
    told = f"Of {count(found.total, 'cell')} in {setting_name(found.setting)}."
    if found.elsewhere:
        told += f" The leaderboard has {count(found.elsewhere, 'row')} of other settings, too."
    st.caption(literal(told))
    st.page_link(LEADERBOARD, label="All on the leaderboard", icon=":material/leaderboard:")
