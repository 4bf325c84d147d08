"""What the Leaderboard reads: one short transaction, closed before anything is drawn."""

from dataclasses import dataclass

from core.board.brush import Brush, within
from core.board.columns import COLUMNS, usual_columns, usual_sort
from core.board.condition import All, Compare, Filter
from core.board.document import parse_columns
from core.board.filter import parse_filter
from core.board.row import Row
from core.board.saved_view import SavedView
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.store import board, saved_views
from core.store.board_drawn import Drawn, drawn_rows
from core.store.board_ranks import RankedRow, ranked
from webapp.leaderboard_address import ALL, BoardAddress

PAGE = 25
"""Rows of a page."""


@dataclass(frozen=True)
class BoardView:
    """A page of the board with what it stands in.

    Attributes:
        address: What was asked.
        settings: All settings with rows in sight, the fullest first.
        setting: The chosen one; None for all.
        sort: The order.
        columns: The columns in their order.
        trials: Whether it is about trials, not models.
        rows: The rows of the page.
        total: Rows that match.
        elsewhere: Where none does: how many match in other settings, the most first.
        page: The page, from 1; the last one where fewer rows match.
        brush: What is marked in the plots.
        filter_text: The filter with the setting and what is marked in it, for files.
    """

    address: BoardAddress
    settings: list[board.Setting]
    setting: board.Setting | None
    sort: Sort
    columns: tuple[str, ...]
    trials: bool
    rows: list[RankedRow]
    total: int
    page: int
    brush: Brush
    filter_text: str
    elsewhere: tuple[tuple[board.Setting, int], ...] = ()

    @property
    def x(self) -> str:
        """Metric on the plot's x axis."""
        return self.address.x or "macs_steady"

    @property
    def y(self) -> str:
        """Metric on its y axis."""
        return self.address.y or usual_sort(trials=self.trials)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE))


def read_settings(folder: DataFolder) -> list[board.Setting]:
    """All settings with rows in sight, the fullest first."""
    with folder.database.reading() as session:
        return board.settings(session)


def chosen_setting(
    settings: list[board.Setting], address: BoardAddress
) -> tuple[board.Setting | None, bool]:
    """The setting that is shown, and whether the address names one that is there no more.

    Without one in the address it is the fullest in which models were judged, else of trials.
    """
    known = {each.setting: each for each in settings if each.setting}
    if address.setting == ALL:
        return None, False
    if address.setting:
        return known.get(address.setting), address.setting not in known
    judged = [each for each in known.values() if each.kind != "trial"]
    return next(iter([*judged, *known.values()]), None), False


def of_trials(settings: list[board.Setting], address: BoardAddress) -> bool:
    """Whether the chosen setting, or every setting there is, is one of trials."""
    setting, _ = chosen_setting(settings, address)
    shown = settings if setting is None else [setting]
    return bool(shown) and all(each.kind == "trial" for each in shown)


def read_saved(folder: DataFolder) -> list[SavedView]:
    """All saved views by name."""
    with folder.database.reading() as session:
        return saved_views.list_views(session)


def read_last_columns(folder: DataFolder, *, trials: bool) -> str:
    """The columns that were chosen last for trials, or for models; those that are gone left out."""
    with folder.database.reading() as session:
        known = saved_views.last_columns(session, "trial" if trials else "model")
    return ",".join(key for key in known.split(",") if key in COLUMNS)


def read_board(
    folder: DataFolder, address: BoardAddress, settings: list[board.Setting]
) -> BoardView:
    """The page that the address names.

    Raises:
        BadFilter: The filter is none.
        BadSort: The order is none.
        BadColumns: A column is none.
        BadBrush: What is marked is no range.
    """
    setting, _ = chosen_setting(settings, address)
    trials = of_trials(settings, address)
    sort = Sort.parse(address.sort_text or usual_sort(trials=trials))
    columns = parse_columns(address.columns_text, usual=usual_columns(trials=trials))
    brush = Brush.parse(address.brush_text)
    wanted = board.narrowed(_matching(address, setting), brush.filter)
    with folder.database.reading() as session:
        total = board.count(session, wanted)
        page = min(address.page, max(1, -(-total // PAGE)))
        offset = (page - 1) * PAGE
        rows = board.page(session, wanted, sort=sort, limit=PAGE, offset=offset, total=total)
        places = ranked(session, rows, sort)
        is_empty = total == 0 and setting is not None
        counts = board.count_by_setting(session, _anywhere(address, brush)) if is_empty else {}
    elsewhere = [(each, counts[each.setting]) for each in settings if counts.get(each.setting)]
    text = within(address.filter_text, brush)
    if setting is not None:
        here = f"setting = '{setting.setting}'"
        text = f"{here} and ({text})" if text else here
    return BoardView(
        address,
        settings,
        setting,
        sort,
        columns,
        trials,
        places,
        total,
        page,
        brush,
        text,
        tuple(sorted(elsewhere, key=lambda pair: -pair[1])),
    )


def _anywhere(address: BoardAddress, brush: Brush) -> Filter:
    return board.narrowed(_matching(address, None), brush.filter)


def read_drawn(folder: DataFolder, view: BoardView) -> Drawn:
    """The rows that are drawn: the first ones that match, in the chosen order."""
    matching, marked = _matching(view.address, view.setting), view.brush.filter
    with folder.database.reading() as session:
        return drawn_rows(session, matching, marked, view.sort, {view.x, view.y})


def read_basket(folder: DataFolder, address: BoardAddress) -> list[Row]:
    """The rows of the basket; those that are gone are left out."""
    with folder.database.reading() as session:
        return board.find(session, address.basket)


def _matching(address: BoardAddress, setting: board.Setting | None) -> Filter:
    asked = _within(parse_filter(address.filter_text), setting)
    return board.in_sight(asked, archived=address.is_archive)


def _within(asked: Filter | None, setting: board.Setting | None) -> Filter | None:
    if setting is None:
        return asked
    here = Compare("setting", "=", setting.setting)
    return here if asked is None else All((here, asked))
