"""A search rests rather than fails: what stops a job of a search pauses the whole of it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from core.data_folder import DataFolder
from core.errors import Cancelled, DyncellError, LeaseLost, Paused
from core.search.code import search_code
from core.search_records import Search, SearchState
from core.store import searches
from tasks.context import JobContext
from tasks.process import host_name
from tasks.running import is_out_of_memory
from tasks.search_jobs import hold

_FULL = "The disk is full; free some space, then resume the search: nothing was lost."
_NO_MEMORY = "Memory ran out before a trial began; close other programs, then resume the search."


@contextmanager
def resting(context: JobContext, search: Search) -> Iterator[None]:
    """What goes wrong within pauses the search with its sentence; the job is not used up.

    Raises:
        Paused: Something went wrong.
    """
    try:
        yield
    except (Cancelled, LeaseLost, Paused):
        raise
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        context.log(reason)
        rest(context.folder, search.id, reason)
        raise Paused(reason) from error


def rest(folder: DataFolder, search_id: str, reason: str) -> None:
    """Pauses a search and, while it is being prepared, the twin that waits with it."""
    with folder.database.writing() as session:
        found = searches.get(session, search_id)
        together = [] if found.is_prepared else searches.twins(session, search_id)
        for each in (found, *together):
            since = [SearchState.PREPARING, SearchState.RUNNING]
            if searches.move(session, each.id, SearchState.PAUSED, since=since, message=reason):
                hold(session, each)


def refuse_other_code(search: Search) -> None:
    """Demands that this process computes with the code that the search was prepared with.

    Raises:
        DyncellError: It does not.
    """
    if search.code != search_code():
        host = host_name().partition(":")[0]
        raise DyncellError(
            f"A worker on {host} has other code than this search began with (core/nn, core/search, "
            "core/train, or another torch), so its results could not be compared: bring that "
            "worker to the same version or stop it, then resume; or clone the search."
        )


def _reason(error: Exception) -> str | None:
    if isinstance(error, DyncellError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL
    return _NO_MEMORY if is_out_of_memory(error) else None
