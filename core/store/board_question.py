"""What is asked of the leaderboard in words: a saved view, a filter, an order, columns."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.board.columns import usual_columns, usual_sort
from core.board.condition import All, Compare, Filter, Not
from core.board.document import parse_columns
from core.board.filter import parse_filter
from core.board.saved_view import lost_columns, without_lost
from core.board.sort import Sort
from core.store import board, saved_views
from core.store.board_tables import board_rows


@dataclass(frozen=True)
class Question:
    """A question that was understood.

    Attributes:
        filter: Which rows.
        sort: In which order.
        columns: What of them.
        lost: Columns that the saved view names and that there are no more.
    """

    filter: Filter
    sort: Sort
    columns: tuple[str, ...]
    lost: tuple[str, ...] = ()


def read_question(
    session: Session,
    *,
    filter_text: str = "",
    sort_text: str = "",
    columns_text: str = "",
    archived: bool = False,
    view: str = "",
) -> Question:
    """Understands a question.

    Args:
        session: An open session.
        filter_text: A filter; within that of the view where there is one.
        sort_text: An order; blank = that of the view, else the usual one of trials or of models.
        columns_text: Columns; blank = the same.
        archived: What is archived, and nothing else.
        view: Name or id of a saved view; blank for none.

    Raises:
        NotFound: There is no such view.
        BadInput: Filter, order or columns cannot be read.
    """
    asked, parts, lost = parse_filter(filter_text), {}, []
    if view:
        saved = saved_views.get(session, view)
        parts, lost = without_lost(saved), lost_columns(saved)
        of_view = parse_filter(saved.filter_text)
        asked = asked if of_view is None else board.narrowed(of_view, asked)
    wanted = board.in_sight(asked, archived=archived or parts.get("archived") == "1")
    sort_text, columns_text = (
        sort_text.strip() or parts.get("sort", ""),
        columns_text.strip() or parts.get("columns", ""),
    )
    trials = not (sort_text and columns_text) and only_trials(session, wanted)
    return Question(
        wanted,
        Sort.parse(sort_text or usual_sort(trials=trials)),
        parse_columns(columns_text, usual=usual_columns(trials=trials)),
        tuple(lost),
    )


def only_trials(session: Session, asked: Filter) -> bool:
    """Whether all rows that a filter lets through are trials, and there is one."""
    trial = Compare("kind", "=", "trial")
    return not _is_any(session, All((asked, Not(trial)))) and _is_any(session, asked)


def _is_any(session: Session, asked: Filter) -> bool:
    found = select(board_rows.c.number).where(board.condition(asked)).limit(1)
    return session.scalar(found) is not None
