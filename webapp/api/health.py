"""Whether the server can work."""

from importlib.metadata import version

from fastapi import APIRouter

from core.store import workers
from webapp.api.access import OpenedFolder
from webapp.api.documents import HealthDocument

router = APIRouter(tags=["health"])


@router.get("/health")
def health(folder: OpenedFolder) -> HealthDocument:
    """Answers once the database can be read; says how many workers are alive."""
    with folder.database.reading() as session:
        alive = sum(worker.is_alive for worker in workers.list_workers(session))
    return HealthDocument(status="ok", workers=alive, version=version("dyncell"))
