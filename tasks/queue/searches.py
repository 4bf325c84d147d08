"""Searches: started with their random twin, rested, gone on with, extended, ended.

What is asked of a search is asked of its twin, too.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.names import checked_name, free_name
from core.records import new_id
from core.search.config import SearchConfig
from core.search_records import Search, SearchState
from core.store import searches
from core.store.job_lines import delete_left_over
from tasks.queue.messages import notify
from tasks.queue.search_grounds import checked_grounds
from tasks.rubbish import remove_search_files
from tasks.search_jobs import (
    cancel,
    hold,
    order_advance,
    order_preparation,
    release,
    waiting_trials,
)

_NAMED = 40  # characters of a dataset's name in a search's


def start_search(
    folder: DataFolder,
    *,
    name: str,
    config: SearchConfig,
    twin: bool = True,
    static_steps: int | None = None,
) -> Search:
    """Adds a search and, beside it, the same with strategy `random`; queues their preparation.

    A search whose strategy is `random` has no twin: it would be its own.

    Args:
        folder: The data folder.
        name: The name it shall have.
        config: What it is asked to do.
        twin: Whether it gets a random twin: same trials, budget, seed and static network.
        static_steps: Steps of the static network that is trained where none fits; the usual
            number when None.

    Raises:
        NotFound: There is no such dataset or static network.
        DyncellError: The name is taken or cannot be used, the dataset is not ready, the static
            network is unfit (see `core.search.static_fit`), or no genotype of the space keeps the
            limit on cost.
    """
    name = checked_name(name, noun="search")
    data, static = checked_grounds(folder, config)
    with folder.database.writing() as session:
        job_id = new_id()
        values = {
            "dataset_id": None if data is None else data.id,
            "static_id": None if static is None else static.id,
        }
        document = config.to_dict()
        added = searches.add(session, new_id(), name=name, config=document, job_id=job_id, **values)
        if twin and config.strategy != "random":
            searches.add(
                session,
                new_id(),
                name=f"{name}-twin",
                config=replace(config, strategy="random").to_dict(),
                job_id=job_id,
                twin_of=added.id,
                **values,
            )
        order_preparation(session, added, job_id, static_steps=static_steps)
    notify(folder.settings)
    return added


def usual_search_name(config: SearchConfig) -> str:
    """What a search is called that nobody named: DATASET-STRATEGY-SEED."""
    dataset = Path(config.dataset).name
    return f"{dataset[:_NAMED]}-{config.strategy}-{config.seed}"


def free_search_name(folder: DataFolder, base: str) -> str:
    """The name, with a number behind it where a search has it or its twin's already."""
    with folder.database.reading() as session:
        taken = {each.name for each in searches.list_searches(session, limit=None)}
    return free_name(base, lambda name: name in taken or f"{name}-twin" in taken)


def clone_search(
    folder: DataFolder, id_or_name: str, *, name: str, changes: dict[str, Any] | None = None
) -> Search:
    """Starts a search that is asked what another one was, with a twin where that one has one.

    Args:
        folder: The data folder.
        id_or_name: The other search.
        name: The name the new one shall have.
        changes: Values of `SearchConfig` that differ.

    Raises:
        NotFound: There is no such search, dataset or static network.
        DyncellError: As `start_search`.
        ValueError: A changed value is unknown or out of range.
    """
    with folder.database.reading() as session:
        known = searches.get(session, id_or_name)
        has_twin = bool(searches.twins(session, known.id))
    config = SearchConfig.from_dict({**known.config, **(changes or {})})
    return start_search(folder, name=name, config=config, twin=has_twin)


def pause_search(folder: DataFolder, id_or_name: str) -> Search:
    """Rests a search: running trials end within a step and begin anew when it goes on.

    Raises:
        NotFound: There is no such search.
        DyncellError: It is not under way.
    """
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        together = _with_twins(session, known)
        if not any(each.state.can_pause for each in together):
            raise DyncellError(
                f"The search {known.name!r} is {known.state}: only one that is under way can be "
                "paused."
            )
        for each in together:
            since = [SearchState.PREPARING, SearchState.RUNNING]
            if searches.move(session, each.id, SearchState.PAUSED, since=since):
                hold(session, each)
        paused = searches.get(session, known.id)
    notify(folder.settings)
    return paused


def stop_search(folder: DataFolder, id_or_name: str) -> Search:
    """Ends a search early; what was found is kept, and it can be resumed.

    Raises:
        NotFound: There is no such search.
        DyncellError: It has ended already.
    """
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        together = _with_twins(session, known)
        if not any(each.state.can_stop for each in together):
            raise DyncellError(f"The search {known.name!r} is {known.state}: it has ended already.")
        for each in together:
            since = [state for state in SearchState if state.can_stop]
            if searches.move(session, each.id, SearchState.STOPPED, since=since):
                cancel(session, each)
        stopped = searches.get(session, known.id)
    notify(folder.settings)
    return stopped


def resume_search(folder: DataFolder, id_or_name: str, *, static: str | None = None) -> Search:
    """Goes on with a search that rests or was stopped: where it was, to the bit.

    Args:
        folder: The data folder.
        id_or_name: The search.
        static: Another static network, where the search is not prepared yet.

    Raises:
        NotFound: There is no such search or static network.
        DyncellError: It is under way, done, or imported; its trials stand on a static network
            already, or the other one is unfit.
    """
    if static is not None:
        _change_static(folder, id_or_name, static)
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        _check_own(known)
        resting = [each for each in _with_twins(session, known) if each.state.can_resume]
        if not resting:
            hint = "extend it" if known.state is SearchState.DONE else "nothing is to be resumed"
            raise DyncellError(f"The search {known.name!r} is {known.state}: {hint}.")
        for each in resting:
            _go_on(session, each)
        resumed = searches.get(session, known.id)
    notify(folder.settings)
    return resumed


def _change_static(folder: DataFolder, id_or_name: str, static: str) -> None:
    with folder.database.reading() as session:
        known = searches.get(session, id_or_name)
        if known.is_prepared or not known.state.can_resume:
            raise DyncellError(
                f"The search {known.name!r} stands on {known.prepared['static_name']} already: "
                "clone it to search on another static network."
                if known.is_prepared
                else f"The search {known.name!r} is {known.state}: pause it first."
            )
    config = replace(SearchConfig.from_dict(known.config), static=static)
    _, model = checked_grounds(folder, config)
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        for each in _with_twins(session, known):
            document = {**each.config, "static": static}
            static_id = None if model is None else model.id
            searches.reconfigure(session, each.id, document, static_id=static_id)


def extend_search(
    folder: DataFolder, id_or_name: str, *, trials: int = 0, hours: float = 0.0
) -> Search:
    """Gives a search more trials or more hours, before or after its end.

    One that rests or was stopped goes on resting.

    Args:
        folder: The data folder.
        id_or_name: The search.
        trials: Trials to add.
        hours: Hours to add, where it has a limit of hours.

    Raises:
        NotFound: There is no such search.
        DyncellError: Nothing is added, or hours to a search without such a limit, or it was
            imported.
    """
    if trials < 0 or hours < 0 or not (trials or hours):
        raise DyncellError("Say how many trials or hours more: at least one of them, above 0.")
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        _check_own(known)
        for each in _with_twins(session, known):
            config = SearchConfig.from_dict(each.config)
            if hours and config.hours is None:
                raise DyncellError(
                    f"The search {each.name!r} has no limit of hours: add trials instead."
                )
            try:
                longer = replace(
                    config,
                    trials=config.trials + trials,
                    hours=None if config.hours is None else config.hours + hours,
                )
            except ValueError as error:
                raise DyncellError(f"That is too much: {error}.") from error
            searches.reconfigure(session, each.id, longer.to_dict(), static_id=each.static_id)
            if each.state is SearchState.DONE:
                _go_on(session, searches.get(session, each.id))
        extended = searches.get(session, known.id)
    notify(folder.settings)
    return extended


def delete_search(folder: DataFolder, id_or_name: str) -> Search:
    """Removes a search with its trials, its jobs, their logs, and its twin; models stay.

    Raises:
        NotFound: There is no such search.
        DyncellError: It is under way.
    """
    with folder.database.writing() as session:
        known = searches.get(session, id_or_name)
        together = _with_twins(session, known)
        for each in together:
            if each.state.can_pause:
                raise DyncellError(f"The search {each.name!r} is {each.state}: stop it first.")
            cancel(session, each)
        searches.delete_search(session, known.id)
        delete_left_over(session)  # jobs that still run go later, when upkeep finds them ended
    for each in together:
        remove_search_files(folder, each.id)
    notify(folder.settings)
    return known


def _go_on(session: Session, search: Search) -> None:
    state = SearchState.RUNNING if search.is_prepared else SearchState.PREPARING
    searches.move(session, search.id, state, since=[search.state])
    release(session, search)
    if search.is_prepared and not waiting_trials(session, search):
        order_advance(session, search)  # else the next trial to end advances it


def _check_own(search: Search) -> None:
    if search.is_imported:
        raise DyncellError(
            f"The search {search.name!r} was imported, and a document does not hold what its "
            "strategy has learnt: start a new search on a dataset of this data folder."
        )


def _with_twins(session: Session, search: Search) -> list[Search]:
    return [search, *searches.twins(session, search.id)]
