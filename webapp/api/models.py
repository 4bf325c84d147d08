"""Models: the registry of trained weights."""

from fastapi import APIRouter

from core.store import models
from webapp.api.access import Limit, Offset, OpenedFolder
from webapp.api.documents import ModelDocument, Page

router = APIRouter(prefix="/models", tags=["models"])


@router.get("")
def list_models(folder: OpenedFolder, limit: Limit = 50, offset: Offset = 0) -> Page[ModelDocument]:
    """Models, the newest first."""
    with folder.database.reading() as session:
        found = models.list_models(session, limit=limit, offset=offset)
        total = models.count(session)
    items = [ModelDocument.of(model) for model in found]
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.get("/{name}")
def show(name: str, folder: OpenedFolder) -> ModelDocument:
    """One model, by id or name."""
    with folder.database.reading() as session:
        return ModelDocument.of(models.get(session, name))
