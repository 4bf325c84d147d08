"""What is shown of the leaderboard, and in which order; every choice is kept in the address."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import streamlit as st

from core.board.columns import COLUMNS, possible_columns, usual_columns, usual_sort
from core.board.sort import SORTABLE, BadSort, Sort
from core.data_folder import DataFolder
from core.store import board
from tasks import queue
from webapp.failures import attempt
from webapp.leaderboard_address import ALL, BoardAddress, set_address
from webapp.leaderboard_data import chosen_setting, of_trials
from webapp.literal import literal

_HELP = (
    'Comparisons such as `miou > 60`, `params < 2M`, `name ~ "mover"`, `kind = trial`, yes-or-no '
    "columns such as `light`, `ranked`, `greyed`, with `and`, `or`, `not` and parentheses; "
    "`tc_m is missing` finds gaps. A comparison with a missing number is false. All columns: "
    "`dyncell leaderboard --list-columns`."
)


def render_controls(
    folder: DataFolder, address: BoardAddress, settings: list[board.Setting], *, problem: str = ""
) -> None:
    """Setting, filter, order, columns and the archive; what could not be read of the address."""
    trials = of_trials(settings, address)
    _render_setting(address, settings)
    bar = st.columns([5, 3, 2, 2, 2], vertical_alignment="bottom")
    with bar[0]:
        _keep("board-filter", address.filter_text)
        st.text_input(
            "Filter",
            key="board-filter",
            placeholder="reward > 68 and macs_steady < 500M"
            if trials
            else "miou > 57 and light and latency_p50 < 50",
            help=_HELP,
            on_change=_take_filter,
        )
    with bar[1]:
        sort = _sort(address, trials=trials)
        _keep("board-sort", sort.key)
        st.selectbox(
            "Sort by",
            _offered(SORTABLE, [sort.key], trials=trials),
            key="board-sort",
            format_func=_sort_name,
            on_change=_take_sort,
            help="Numbers that a constant picture wins are sorted by their ratio to the row's own "
            "static network; greyed rows stand behind, by their mIoU.",
        )
    with bar[2]:
        _keep("board-direction", "high first" if sort.descending else "low first")
        st.selectbox(
            "Direction", ["high first", "low first"], key="board-direction", on_change=_take_order
        )
    with bar[3]:
        _render_columns(folder, address, trials=trials)
    with bar[4]:
        _keep("board-archive", address.is_archive)
        st.toggle("Archive", key="board-archive", on_change=_take_archive)
    if problem:
        st.error(literal(problem))


def _render_columns(folder: DataFolder, address: BoardAddress, *, trials: bool) -> None:
    shown = _columns(address, trials=trials)
    chooser = st.popover(
        f"{len(shown)} columns",
        icon=":material/view_column:",
        key="board-columns-chooser",
        on_change="rerun",
        width="stretch",
    )
    if chooser.open:
        with chooser:
            _keep("board-columns", shown)
            st.pills(
                "Columns",
                _offered(list(COLUMNS), shown, trials=trials),
                selection_mode="multi",
                key="board-columns",
                format_func=lambda key: COLUMNS[key].label,
                on_change=lambda: _take_columns(folder, trials=trials),
            )


def setting_name(setting: board.Setting) -> str:
    """A setting in words: `camvid / val, frames 52..100`; the same however many rows it has.

    A browser knows a choice by its words: with the number of rows in them, an archived row would
    change what was chosen.
    """
    if not setting.setting:
        return "not judged yet"
    what = " / ".join(filter(None, (setting.dataset, setting.split)))
    if setting.kind == "trial":
        first, *more = setting.searches or ("",)
        search = f"search {first}".strip() + (f" and {len(more)} more" if more else "")
        what = f"{search} on {what}, static {setting.static or 'unknown'}"
    elif setting.frames:
        what = f"{what}, frames {setting.frames}"
    return f"{what} · {setting.setting}"


def _render_setting(address: BoardAddress, settings: list[board.Setting]) -> None:
    known = {each.setting: each for each in settings if each.setting}
    options = [*known, ALL]
    shown, _ = chosen_setting(settings, address)
    _keep("board-setting", ALL if shown is None else shown.setting)
    st.selectbox(
        "Setting",
        options,
        key="board-setting",
        format_func=lambda key: "all settings" if key == ALL else setting_name(known[key]),
        on_change=lambda: _take_setting(address, settings),
        help="Data, protocol and, for trials, static network and budget. Only rows of one setting "
        "can be compared: ranks and ties are counted within it.",
    )


def _keep(key: str, value: object) -> None:
    """The address decides what a control shows, also after going back in the browser."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _offered(keys: Sequence[str], shown: Collection[str], *, trials: bool) -> list[str]:
    """Columns in which the rows can have something, and those that are shown in spite of it."""
    possible = possible_columns(trials=trials)
    return [key for key in keys if key in possible or key in shown]


def _sort(address: BoardAddress, *, trials: bool) -> Sort:
    usual = usual_sort(trials=trials)
    try:
        return Sort.parse(address.sort_text or usual)
    except BadSort:
        return Sort(usual)


def _sort_name(key: str) -> str:
    column = COLUMNS[key]
    is_raw = column.role == "companion" and not key.endswith("_ratio")
    return f"{column.label} (by its ratio)" if is_raw else column.label


def _columns(address: BoardAddress, *, trials: bool) -> list[str]:
    asked = [key.strip().lower() for key in address.columns_text.split(",")]
    known = [key for key in dict.fromkeys(asked) if key in COLUMNS]
    return known or list(usual_columns(trials=trials))


def _take_filter() -> None:
    set_address(filter=st.session_state["board-filter"].strip(), page="")


def _take_sort() -> None:
    set_address(sort=st.session_state["board-sort"], page="")


def _take_order() -> None:
    direction = "desc" if st.session_state["board-direction"] == "high first" else "asc"
    set_address(sort=f"{st.session_state['board-sort']}:{direction}", page="")


def _take_columns(folder: DataFolder, *, trials: bool) -> None:
    """Writes the columns into the address, and remembers them for the next time."""
    chosen = ",".join(st.session_state["board-columns"])
    if chosen == ",".join(usual_columns(trials=trials)):
        chosen = ""
    set_address(columns=chosen)
    attempt(lambda: queue.keep_columns(folder, chosen, trials=trials))


def _take_setting(address: BoardAddress, settings: list[board.Setting]) -> None:
    open_setting(address, settings, st.session_state["board-setting"])


def open_setting(address: BoardAddress, settings: list[board.Setting], setting: str) -> None:
    """Writes a setting into the address.

    Trials and models have other numbers: what was chosen of one is nothing for the other.
    """
    chosen = replace(address, setting=setting)
    set_address(setting=chosen.setting, page="")
    if of_trials(settings, chosen) != of_trials(settings, address):
        set_address(sort="", columns="", x="", y="", axes="", brush="")


def _take_archive() -> None:
    set_address(archived="1" if st.session_state["board-archive"] else "", page="")
