"""Searches of other data folders, written as they were there."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DyncellError
from core.search_import import ImportedSearch
from core.search_records import Search
from core.store import board_upkeep, searches
from core.store.tables import SearchRow, TrialRow


def find_imported(session: Session, found: Sequence[ImportedSearch]) -> Search | None:
    """The search of a document, where it is here already."""
    here = session.scalar(select(SearchRow.id).where(SearchRow.id == found[0].search.id))
    return None if here is None else searches.get(session, here)


def add_imported(session: Session, found: Sequence[ImportedSearch]) -> Search:
    """Adds a search and its twin with their trials; the leaderboard has them at once.

    Raises:
        DyncellError: The search or its name is here already.
    """
    here = find_imported(session, found)
    if here is not None:
        raise DyncellError(f"This search is here already: it is called {here.name!r}.")
    for each in found:
        search = each.search
        if session.scalar(select(SearchRow.id).where(SearchRow.name == search.name)) is not None:
            raise DyncellError(
                f"Another search is called {search.name!r}; give the imported one another name."
            )
        session.add(SearchRow(**asdict(search), searcher=None))
        session.flush()
        trials = [replace(trial, search_id=search.id) for trial in each.trials]
        session.add_all([TrialRow(**_row(asdict(trial))) for trial in trials])
        session.flush()
        board_upkeep.refresh_trials(session, [trial.id for trial in trials])
    return searches.get(session, found[0].search.id)


def _row(values: dict[str, object]) -> dict[str, object]:
    thresholds = values["thresholds"]
    assert isinstance(thresholds, dict)
    return values | {"thresholds": {str(epochs): share for epochs, share in thresholds.items()}}
