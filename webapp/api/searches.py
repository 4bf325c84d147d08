"""Searches: ordering them, how far they are, their trials, and what can be asked of them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.search.config import AUTO, SearchConfig
from core.search_document import search_document
from core.search_import import MAX_BYTES
from core.search_records import Search, TrialState
from core.search_summary import read_with_twins
from core.store import datasets, models, searches, trials
from tasks import queue
from webapp.api.access import IdOrName, ItemId, OpenedFolder
from webapp.api.documents import Page
from webapp.api.paging import Paged
from webapp.api.plain_uploads import FILE_BODY
from webapp.api.problems import Problem
from webapp.api.search_documents import (
    CloneRequest,
    ExtensionRequest,
    ResumeRequest,
    SearchDetailDocument,
    SearchDocument,
    SearchRequest,
    TrialDocument,
    TrialOrder,
)
from webapp.api.upload_body import drain

router = APIRouter(prefix="/searches", tags=["searches"])


@router.get("")
def list_searches(folder: OpenedFolder, paging: Paged, twins: bool = True) -> Page[SearchDocument]:
    """Searches, the newest first, each before its twin (unless `twins` is false)."""
    with folder.database.reading() as session:
        found = searches.list_searches(
            session, with_twins=twins, limit=paging.limit, offset=paging.offset
        )
        items = [SearchDocument.of(session, each) for each in found]
        total = searches.count(session, with_twins=twins)
    return paging.page(items, total)


@router.post("", status_code=201)
def start(asked: SearchRequest, folder: OpenedFolder) -> SearchDetailDocument:
    """Orders a search and its random twin; its job says how far the preparation is."""
    config = _checked(folder, asked.values)
    name = asked.name or queue.free_search_name(folder, queue.usual_search_name(config))
    made = queue.start_search(
        folder, name=name, config=config, twin=asked.twin, static_steps=asked.static_steps
    )
    return _detail(folder, made)


@router.post("/import", status_code=201, openapi_extra=FILE_BODY)
async def bring(
    request: Request, folder: OpenedFolder, name: Annotated[str | None, Query()] = None
) -> SearchDetailDocument:
    """Takes the document that `dyncell search show NAME --json` prints, with trials and twin.

    The search is over and cannot be extended: the document does not hold what its strategy has
    learnt. `name` is what it shall be called here; its own name without.
    """
    data = await _body(request)
    made = await run_in_threadpool(queue.import_search, folder, data, name=name)
    return await run_in_threadpool(_detail, folder, made)


@router.get("/{item_id}")
def show(item_id: IdOrName, folder: OpenedFolder) -> SearchDetailDocument:
    """One search with its twin, by id or name."""
    with folder.database.reading() as session:
        return SearchDetailDocument.of_summaries(session, read_with_twins(session, item_id))


@router.get("/{item_id}/document")
def print_document(item_id: IdOrName, folder: OpenedFolder) -> dict[str, Any]:
    """All of a search with its trials and twin, as `dyncell search show NAME --json` prints it."""
    with folder.database.reading() as session:
        return search_document(read_with_twins(session, item_id))


@router.delete("/{item_id}", status_code=204)
def delete(item_id: ItemId, folder: OpenedFolder) -> None:
    """Removes a search that is not under way, with its trials and its twin; models stay."""
    queue.delete_search(folder, item_id)


@router.get("/{item_id}/trials")
def list_trials(
    item_id: ItemId,
    folder: OpenedFolder,
    paging: Paged,
    state: Annotated[list[TrialState] | None, Query()] = None,
    order: TrialOrder = "number",
) -> Page[TrialDocument]:
    """Trials (in some states): in the order of asking, the last first, or the best first."""
    with folder.database.reading() as session:
        search = searches.get(session, item_id)
        found = trials.list_trials(
            session, search.id, states=state, order=order, limit=paging.limit, offset=paging.offset
        )
        total = trials.count(session, search.id, states=state)
    items = [TrialDocument.of(trial) for trial in found]
    return paging.page(items, total)


@router.get("/{item_id}/trials/{number}")
def show_trial(
    item_id: ItemId, number: Annotated[int, Path(ge=0, le=10**6)], folder: OpenedFolder
) -> TrialDocument:
    """One trial."""
    with folder.database.reading() as session:
        search = searches.get(session, item_id)
        return TrialDocument.of(trials.at(session, search.id, number))


@router.post("/{item_id}/pause")
def pause(item_id: ItemId, folder: OpenedFolder) -> SearchDetailDocument:
    """Rests a search and its twin; running trials begin anew when it goes on."""
    return _asked(queue.pause_search, folder, item_id)


@router.post("/{item_id}/resume")
def resume(
    item_id: ItemId, folder: OpenedFolder, asked: ResumeRequest | None = None
) -> SearchDetailDocument:
    """Goes on with a search that rests or was stopped, where it was."""
    static = None if asked is None else asked.static
    if static is not None and static != AUTO:
        with folder.database.reading() as session:
            models.get(session, static)
    return _detail(folder, queue.resume_search(folder, item_id, static=static))


@router.post("/{item_id}/stop")
def stop(item_id: ItemId, folder: OpenedFolder) -> SearchDetailDocument:
    """Ends a search and its twin early; what was found is kept."""
    return _asked(queue.stop_search, folder, item_id)


@router.post("/{item_id}/extend")
def extend(item_id: ItemId, asked: ExtensionRequest, folder: OpenedFolder) -> SearchDetailDocument:
    """Gives a search and its twin more trials or hours, before or after its end."""
    return _detail(
        folder, queue.extend_search(folder, item_id, trials=asked.trials, hours=asked.hours)
    )


@router.post("/{item_id}/clone", status_code=201)
def clone(item_id: ItemId, asked: CloneRequest, folder: OpenedFolder) -> SearchDetailDocument:
    """Orders a search that is asked what this one was, but for what is changed."""
    with folder.database.reading() as session:
        known = searches.get(session, item_id)
    _checked(folder, {**known.config, **asked.changes}, changed=asked.changes)
    made = queue.clone_search(folder, known.id, name=asked.name, changes=asked.changes)
    return _detail(folder, made)


def _checked(
    folder: DataFolder, values: dict[str, Any], *, changed: dict[str, Any] | None = None
) -> SearchConfig:
    """The search that is asked for; what is new of it names rows, never files of this host."""
    try:
        config = SearchConfig.from_dict(values)
    except (ValueError, DyncellError) as error:
        raise Problem(422, str(error)) from error
    except TypeError as error:
        raise Problem(422, "A value of the search or of its budget is of no fit kind.") from error
    fresh = values if changed is None else changed
    with folder.database.reading() as session:
        if "dataset" in fresh:
            datasets.get(session, config.dataset)
        if "static" in fresh and config.static != AUTO:
            models.get(session, config.static)
    return config


async def _body(request: Request) -> bytes:
    """The body, as far as it may be the document of a search; a longer one is refused there."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BYTES:
            await drain(request)
            break
    return bytes(data)


def _asked(
    verb: Callable[[DataFolder, str], Search], folder: DataFolder, search_id: str
) -> SearchDetailDocument:
    return _detail(folder, verb(folder, search_id))


def _detail(folder: DataFolder, search: Search) -> SearchDetailDocument:
    return show(search.id, folder)
