"""Follows a search to its end, with workers of its own that end with the command.

The workers are a `dyncell worker` that takes the jobs of searches only: those of `dyncell up`, of
other hosts and of other commands help at the same time.
"""

import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from core.data_folder import DataFolder
from core.errors import Cancelled, DyncellError
from core.records import JobState, Progress
from core.search_records import SearchState, TrialState
from core.search_summary import SearchSummary, read_with_twins
from core.settings import Settings
from core.store import jobs
from tasks import queue
from tasks.cli.search_view import Standing, View
from tasks.part import Part
from tasks.process import environment_of
from tasks.search_jobs import find_job

_LOOK = 0.5  # seconds between two looks at the search
_REST_WITHIN = 20.0  # seconds that running trials may take to end after a pause
_STOP_WITHIN = 7.0  # seconds for the workers to end


def follow(folder: DataFolder, search_id: str, *, workers: int, view: View) -> list[SearchSummary]:
    """Works a search and its twins off and returns them, the search first.

    Ctrl-C pauses it; a second one does not wait for running trials.

    Args:
        folder: The data folder.
        search_id: The search.
        workers: How many trials this command computes at once.
        view: Where people see how far it is.

    Raises:
        Cancelled: Somebody paused it, here or elsewhere.
        DyncellError: It rests because something is in the way.
        NotFound: Somebody deleted it.
    """
    part = _worker(folder.settings, search_id, slots=workers, view=view)
    interrupts = _Interrupts()
    with _signals(interrupts):
        part.start()
        try:
            together = _until_over(folder, search_id, part, interrupts, view)
        finally:
            part.terminate()
            part.end(within=_STOP_WITHIN)
    _refuse_rest(folder.settings, together)
    return together


def how_to_go_on(settings: Settings, name: str, verb: str = "resume") -> str:
    """The command that does `verb` to the search."""
    words = ["dyncell", "search", verb, name]
    if settings.data != Settings.from_environment().data:
        words += ["--data", str(settings.data)]
    return shlex.join(words)


def read_standing(folder: DataFolder, id_or_name: str) -> Standing:
    """The search as it is now.

    Raises:
        NotFound: There is none.
    """
    with folder.database.reading() as session:
        together = read_with_twins(session, id_or_name)
        first, at_work = together[0], list[tuple[str, Progress]]()
        preparing = None if first.search.is_prepared else find_job(session, first.search.job_id)
        if preparing is not None and preparing.state is JobState.RUNNING:
            at_work.append(("preparing", preparing.progress))
        for summary in together:
            for trial in summary.trials:
                if trial.state is TrialState.RUNNING:
                    progress = jobs.get(session, trial.job_id).progress
                    at_work.append((f"{summary.search.name} trial {trial.number}", progress))
    return Standing(together, at_work)


class _Interrupts:
    """How often somebody pressed Ctrl-C."""

    def __init__(self) -> None:
        self.count = 0
        self.happened = threading.Event()

    def add(self, _signal: int, _frame: FrameType | None) -> None:
        self.count += 1
        self.happened.set()


def _until_over(
    folder: DataFolder, search_id: str, part: Part, interrupts: _Interrupts, view: View
) -> list[SearchSummary]:
    rested_at: float | None = None
    while True:
        standing = read_standing(folder, search_id)
        view.show(standing)
        if not standing.is_under_way:
            rested_at = rested_at or time.monotonic()
            is_late = time.monotonic() - rested_at > _REST_WITHIN
            if not standing.at_work or is_late or interrupts.count > 1:
                return standing.together
        else:
            rested_at = None
        if interrupts.happened.wait(_LOOK):
            interrupts.happened.clear()
            _pause(folder, standing, view)
        part.look_after()


def _pause(folder: DataFolder, standing: Standing, view: View) -> None:
    if standing.is_under_way:
        view.note("pausing; trials that run now will begin anew (Ctrl-C again: at once)")
        queue.pause_search(folder, standing.together[0].search.id)


def _refuse_rest(settings: Settings, together: list[SearchSummary]) -> None:
    resting = [each.search for each in together if each.search.state is SearchState.PAUSED]
    if not resting:
        return
    name = together[0].search.name
    go_on = how_to_go_on(settings, name)
    reason = next((search.message for search in resting if search.message), "")
    if not reason:
        raise Cancelled(f"The search {name} is paused and nothing is lost; go on with: {go_on}")
    raise DyncellError(f"The search {name} rests: {reason} Go on with: {go_on}")


def _worker(settings: Settings, search_id: str, *, slots: int, view: View) -> Part:
    command = [sys.executable, "-m", "tasks.cli", "worker", "--supervised", "--queues", "search"]
    return Part(
        f"search-{search_id}",
        command=[*command, "--data", str(settings.data), "--slots", str(slots)],
        environment=environment_of(settings),
        logs=settings.data / "logs",
        say=view.note,
    )


@contextmanager
def _signals(interrupts: _Interrupts) -> Iterator[None]:
    """SIGTERM means the same as Ctrl-C while the search is followed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signs = (signal.SIGTERM, signal.SIGINT)
    before = {each: signal.signal(each, interrupts.add) for each in signs}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
