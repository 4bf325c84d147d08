"""Saved views of the leaderboard: listed, saved, changed, deleted."""

from dataclasses import asdict
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from core.board.saved_view import SavedView
from core.store import saved_views
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import Page
from webapp.api.paging import Paged

router = APIRouter(prefix="/leaderboard/views", tags=["leaderboard"])


class ViewDocument(BaseModel):
    """A view; `parts` are parameters of the page's address."""

    id: str
    name: str
    parts: dict[str, str]
    is_default: bool
    created_at: float
    changed_at: float

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """The document of a record."""
        return cls(**asdict(view))


class NewView(BaseModel):
    """A view to be saved."""

    name: str
    parts: dict[str, str] = {}
    is_default: bool = False


class ViewChange(BaseModel):
    """What is given is changed."""

    name: str | None = None
    parts: dict[str, str] | None = None
    is_default: bool | None = None


@router.get("")
def list_views(folder: OpenedFolder, paging: Paged) -> Page[ViewDocument]:
    """Saved views by name."""
    with folder.database.reading() as session:
        found = saved_views.list_views(session)
    return paging.cut([ViewDocument.of(view) for view in found])


@router.post("", status_code=201)
def save(wanted: NewView, folder: OpenedFolder) -> ViewDocument:
    """Saves a view; its parts are `setting filter sort columns x y axes brush archived`."""
    view = queue.save_view(folder, wanted.name, wanted.parts, is_default=wanted.is_default)
    return ViewDocument.of(view)


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> ViewDocument:
    """One view."""
    with folder.database.reading() as session:
        return ViewDocument.of(saved_views.get(session, item_id))


@router.patch("/{item_id}")
def change(item_id: ItemId, wanted: ViewChange, folder: OpenedFolder) -> ViewDocument:
    """Renames a view, gives it other parts, or makes it the one that the page opens with."""
    return ViewDocument.of(queue.change_view(folder, item_id, **wanted.model_dump()))


@router.delete("/{item_id}", status_code=204)
def remove(item_id: ItemId, folder: OpenedFolder) -> None:
    """Deletes a view; the rows it shows stay."""
    queue.delete_view(folder, item_id)
