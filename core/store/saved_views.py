"""Saved views of the leaderboard, and the columns that were chosen last."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.board.saved_view import SavedView
from core.errors import NameTaken, NotFound
from core.records import new_id
from core.store.board_view_tables import BoardColumnsRow, BoardViewRow
from core.store.finding import naturally
from core.store.session import database_time


def add(session: Session, name: str, parts: Mapping[str, str]) -> SavedView:
    """Saves a view.

    Raises:
        NameTaken: Another view has the name.
    """
    _refuse_taken(session, name)
    now = session.scalar(select(database_time()))
    values: dict[str, Any] = {"id": new_id(), "name": name, "parts": dict(parts)}
    made = insert(BoardViewRow).values(**values, is_default=False, created_at=now, changed_at=now)
    try:
        session.execute(made)
    except IntegrityError as error:  # another host was quicker between the look and the insertion
        raise _taken(name) from error
    return get(session, values["id"])


def get(session: Session, id_or_name: str) -> SavedView:
    """The view of that id or name.

    Raises:
        NotFound: There is none; the text lists some that exist.
    """
    for found in list_views(session):
        if id_or_name in (found.id, found.name):
            return found
    known = ", ".join(each.name for each in list_views(session)[:10]) or "none yet"
    raise NotFound(f"There is no saved view {id_or_name[:80]!r}; saved views: {known}.")


def list_views(session: Session) -> list[SavedView]:
    """All views by name."""
    columns = [getattr(BoardViewRow, field.name) for field in fields(SavedView)]
    found = session.execute(
        select(*columns).order_by(naturally(BoardViewRow.name), BoardViewRow.name)
    ).mappings()
    return [SavedView(**values) for values in found]


def default(session: Session) -> SavedView | None:
    """The view that the page opens with; None where nobody chose one."""
    return next((each for each in list_views(session) if each.is_default), None)


def replace(session: Session, id_or_name: str, parts: Mapping[str, str]) -> SavedView:
    """Gives a view other parts.

    Raises:
        NotFound: There is no such view.
    """
    return _change(session, get(session, id_or_name), parts=dict(parts))


def rename(session: Session, id_or_name: str, name: str) -> SavedView:
    """Gives a view another name.

    Raises:
        NotFound: There is no such view.
        NameTaken: Another view has the name.
    """
    view = get(session, id_or_name)
    if name != view.name:
        _refuse_taken(session, name)
    return _change(session, view, name=name)


def set_default(session: Session, id_or_name: str, is_default: bool) -> SavedView:
    """Makes a view the one that the page opens with, in the place of another, or not any more.

    Raises:
        NotFound: There is no such view.
    """
    view = get(session, id_or_name)
    if is_default:
        session.execute(update(BoardViewRow).values(is_default=False))
    chosen = update(BoardViewRow).where(BoardViewRow.id == view.id)
    session.execute(chosen.values(is_default=is_default))
    return get(session, view.id)


def remove(session: Session, id_or_name: str) -> SavedView:
    """Deletes a view and returns it.

    Raises:
        NotFound: There is no such view.
    """
    view = get(session, id_or_name)
    session.execute(delete(BoardViewRow).where(BoardViewRow.id == view.id))
    return view


def last_columns(session: Session, kind: str) -> str:
    """The columns that were chosen last for rows of a kind, with commas; empty where never."""
    chosen = select(BoardColumnsRow.columns).where(BoardColumnsRow.kind == kind)
    return session.scalar(chosen) or ""


def keep_columns(session: Session, kind: str, columns: str) -> None:
    """Remembers the columns that were chosen for rows of a kind; empty = the usual ones again."""
    session.execute(delete(BoardColumnsRow).where(BoardColumnsRow.kind == kind))
    if columns:
        session.execute(insert(BoardColumnsRow).values(kind=kind, columns=columns))


def _change(session: Session, view: SavedView, **values: Any) -> SavedView:
    now = session.scalar(select(database_time()))
    chosen = update(BoardViewRow).where(BoardViewRow.id == view.id)
    session.execute(chosen.values(**values, changed_at=now))
    return get(session, view.id)


def _refuse_taken(session: Session, name: str) -> None:
    if any(each.name == name for each in list_views(session)):
        raise _taken(name)


def _taken(name: str) -> NameTaken:
    return NameTaken(f"A saved view named {name!r} exists already; choose another name.")
