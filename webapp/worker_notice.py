"""Whether anybody does the work: above every page while jobs wait and no worker is alive."""

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.store import jobs, workers
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.wording import count

HOW_TO_START = "start `dyncell up` again, or `dyncell worker` beside it"
"""How somebody gets a worker, within a sentence."""

_LOOKS_EVERY = 5.0  # seconds between looks whether one has come


def render_worker_notice() -> None:
    """The notice; nothing while somebody works or nothing waits.

    A database that cannot be read is the page's to tell of: some pages need none.
    """
    try:
        folder = current_folder()
        waiting = _waiting(folder)
    except DyncellError:
        return
    if waiting:
        st.fragment(_render, run_every=_LOOKS_EVERY)(folder)


def _render(folder: DataFolder) -> None:
    try:
        waiting = _waiting(folder)
        if not waiting:
            st.rerun()
        wait = "waits" if waiting == 1 else "wait"
        st.warning(
            f"{count(waiting, 'job')} {wait} and no worker is alive: {HOW_TO_START}. Nothing is "
            "lost meanwhile.",
            icon=":material/warning:",
        )
    except Exception as error:
        render_failure(error)


def _waiting(folder: DataFolder) -> int:
    """Jobs that nobody is there to do."""
    with folder.database.reading() as session:
        if any(worker.is_alive for worker in workers.list_workers(session)):
            return 0
        return jobs.count_unattended(session)
