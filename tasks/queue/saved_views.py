"""Saved views of the leaderboard: saved, changed, deleted; and the columns chosen last."""

from collections.abc import Mapping

from core.board.document import parse_columns
from core.board.saved_view import SavedView, checked_parts
from core.data_folder import DataFolder
from core.names import checked_name
from core.store import saved_views


def save_view(
    folder: DataFolder, name: str, parts: Mapping[str, str], *, is_default: bool = False
) -> SavedView:
    """Saves a view under a new name.

    Args:
        folder: The data folder.
        name: Its name.
        parts: What it shows, by `core.board.saved_view.PARTS`.
        is_default: Whether the page opens with it, in the place of another.

    Raises:
        NameTaken: Another view has the name.
        DyncellError: The name cannot be used.
        BadInput: A part cannot be read.
    """
    known, wanted = checked_name(name, noun="view"), checked_parts(parts)
    with folder.database.writing() as session:
        view = saved_views.add(session, known, wanted)
        return saved_views.set_default(session, view.id, True) if is_default else view


def change_view(
    folder: DataFolder,
    id_or_name: str,
    *,
    name: str | None = None,
    parts: Mapping[str, str] | None = None,
    is_default: bool | None = None,
) -> SavedView:
    """Changes what is given of a view, all of it or nothing.

    Raises:
        NotFound: There is no such view.
        NameTaken: Another view has the name.
        DyncellError: The name cannot be used.
        BadInput: A part cannot be read.
    """
    wanted = None if parts is None else checked_parts(parts)
    known = None if name is None else checked_name(name, noun="view")
    with folder.database.writing() as session:
        view = saved_views.get(session, id_or_name)
        if known is not None:
            view = saved_views.rename(session, view.id, known)
        if wanted is not None:
            view = saved_views.replace(session, view.id, wanted)
        if is_default is not None:
            view = saved_views.set_default(session, view.id, is_default)
        return view


def delete_view(folder: DataFolder, id_or_name: str) -> SavedView:
    """Deletes a view; the rows it shows stay.

    Raises:
        NotFound: There is no such view.
    """
    with folder.database.writing() as session:
        return saved_views.remove(session, id_or_name)


def keep_columns(folder: DataFolder, columns: str, *, trials: bool) -> None:
    """Remembers the columns chosen for trials, or for models; empty = the usual ones again.

    Raises:
        BadColumns: A column is none.
    """
    parse_columns(columns)
    with folder.database.writing() as session:
        saved_views.keep_columns(session, "trial" if trials else "model", columns)
