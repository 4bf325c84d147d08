"""`dyncell search`: searches for cells, from a terminal."""

import os
import re
import sys
from pathlib import Path
from typing import Any, get_args

import click

from core.data_folder import DataFolder
from core.dataset_registry import find_dataset
from core.errors import DyncellError
from core.genotype import MAX_NODES
from core.registry import find_model_row
from core.search.config import (
    AUTO,
    Device,
    SearchConfig,
    Strategy,
    TrialBudget,
)
from core.search_document import search_document
from core.search_records import Search, states_text
from core.search_summary import read_with_twins
from core.settings import Settings
from core.space import CellClass, SpaceName
from core.store import searches
from tasks import queue
from tasks.cli.insight import insight
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.search_follow import follow, how_to_go_on
from tasks.cli.search_import import import_command
from tasks.cli.search_options import MOST_WORKERS, with_crew, with_new_search
from tasks.cli.search_show import list_command, show
from tasks.cli.search_tables import closing_lines
from tasks.cli.search_view import view_on

_GPU_WORKERS = 2
_ANY_TRIALS = 100_000  # where hours are the limit


@click.group()
def search() -> None:
    """Searches for dynamic cells: run, resume, pause, stop, extend, show, clone, import, ..."""


@search.command()
@click.argument("dataset")
@with_new_search
@with_crew
@with_settings
def run(
    settings: Settings,
    dataset: str,
    name: str | None,
    no_twin: bool,
    static_steps: int | None,
    workers: int | None,
    detach: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Searches on DATASET, a name or a path, until all trials have ended; Ctrl-C pauses.

    This command brings workers of its own. The web application and other workers of the same data
    folder see the search and help.
    """
    workers = workers or _workers(asked["device"])
    folder = open_folder(settings)
    config = _config(folder, dataset, asked, workers=workers)
    made = queue.start_search(
        folder,
        name=name or queue.free_search_name(folder, queue.usual_search_name(config)),
        config=config,
        twin=not no_twin,
        static_steps=static_steps,
    )
    _work_off(folder, made, workers=workers, detach=detach, as_json=as_json)


@search.command()
@click.argument("name")
@click.option("--static", help="Another static network, where the first one was refused.")
@with_crew
@with_settings
def resume(
    settings: Settings,
    name: str,
    static: str | None,
    workers: int | None,
    detach: bool,
    as_json: bool,
) -> None:
    """Goes on with the search NAME where it was; helps where it is under way."""
    folder = open_folder(settings)
    with folder.database.reading() as session:
        together = read_with_twins(session, name)
    found = together[0].search
    is_resting = any(each.search.state.can_resume for each in together)
    is_over = not any(each.search.state.can_pause for each in together)
    if static is not None or is_resting or is_over:
        static = static if static is None or _is_known(folder, static) else _absolute(static)
        found = queue.resume_search(folder, found.id, static=static)
    workers = workers or _workers(str(found.config["device"]))
    _work_off(folder, found, workers=workers, detach=detach, as_json=as_json)


@search.command()
@click.argument("name")
@with_settings
def pause(settings: Settings, name: str) -> None:
    """Rests the search NAME and its twin; running trials begin anew when it goes on."""
    folder = open_folder(settings)
    found = queue.pause_search(folder, name)
    go_on = how_to_go_on(settings, found.name)
    click.echo(f"{found.name} is {_states(folder, found)}; go on with: {go_on}")


@search.command()
@click.argument("name")
@with_settings
def stop(settings: Settings, name: str) -> None:
    """Ends the search NAME and its twin early; what was found is kept."""
    folder = open_folder(settings)
    found = queue.stop_search(folder, name)
    click.echo(f"{found.name} is {_states(folder, found)}; see it with: {_shown(settings, found)}")


@search.command()
@click.argument("name")
@click.option("--trials", type=click.IntRange(min=0), default=0, help="Trials to add.")
@click.option("--hours", type=click.FloatRange(min=0), default=0.0, help="Hours to add.")
@with_settings
def extend(settings: Settings, name: str, trials: int, hours: float) -> None:
    """Gives the search NAME and its twin more trials or hours, before or after its end."""
    if not trials and not hours:
        raise click.UsageError("Say how many --trials or --hours more.")
    found = queue.extend_search(open_folder(settings), name, trials=trials, hours=hours)
    limit = "" if found.config["hours"] is None else f" and {found.config['hours']:g} hours"
    go_on = how_to_go_on(settings, found.name)
    click.echo(f"{found.name} has {found.trials} trials{limit} now; work them off with: {go_on}")


@search.command()
@click.argument("name")
@click.option("--name", "new_name", help="Its name [NAME-2].")
@click.option("--strategy", type=click.Choice(get_args(Strategy)), help="Another strategy.")
@click.option("--trials", type=int, help="Another number of trials.")
@click.option("--hours", type=float, help="Another limit of hours.")
@click.option("--seed", type=click.IntRange(min=0), help="Another seed.")
@click.option("--space", type=click.Choice(get_args(SpaceName)), help="Another space.")
@click.option("--nodes", type=click.IntRange(1, MAX_NODES), help="Another number of nodes.")
@click.option("--cell", type=click.Choice(get_args(CellClass)), help="Another class of cells.")
@click.option("--device", type=click.Choice(get_args(Device)), help="Another device.")
@click.option("--objectives", help="Other objectives.")
@with_crew
@with_settings
def clone(
    settings: Settings,
    name: str,
    new_name: str | None,
    workers: int | None,
    detach: bool,
    as_json: bool,
    **changes: Any,
) -> None:
    """Runs a new search that is asked what NAME was, but for what is changed."""
    folder = open_folder(settings)
    changed = {key: value for key, value in changes.items() if value is not None}
    changed |= _listed(changed.pop("objectives", None))
    with folder.database.reading() as session:
        known = searches.get(session, name)
    _checked({**known.config, **changed})
    made = queue.clone_search(
        folder,
        known.id,
        name=new_name or queue.free_search_name(folder, known.name),
        changes=changed,
    )
    workers = workers or _workers(str(made.config["device"]))
    _work_off(folder, made, workers=workers, detach=detach, as_json=as_json)


search.add_command(show)
search.add_command(list_command)
search.add_command(insight)
search.add_command(import_command)


@search.command()
@click.argument("name")
@with_settings
def delete(settings: Settings, name: str) -> None:
    """Removes the search NAME with its trials and its twin; models stay."""
    found = queue.delete_search(open_folder(settings), name)
    click.echo(f"{found.name} is deleted.")


def _work_off(
    folder: DataFolder, found: Search, *, workers: int, detach: bool, as_json: bool
) -> None:
    """Follows the search to its end and prints it; with `detach` prints it as it is now."""
    settings = folder.settings
    if detach:
        with folder.database.reading() as session:
            together = read_with_twins(session, found.id)
    else:
        view = view_on(sys.stderr if as_json else sys.stdout)
        together = follow(folder, found.id, workers=workers, view=view)
    if as_json:
        print_json(search_document(together))
    elif detach:
        click.echo(f"{found.name} is {found.state}; see it with: {_shown(settings, found)}")
    else:
        click.echo("\n".join(closing_lines(together)))
        click.echo(f"See all of it with: {_shown(settings, found)}")
        if together[0].best is not None:
            click.echo(f"Take its best cell with: {_shown(settings, found)} --genotype best")


def _config(
    folder: DataFolder, dataset: str, asked: dict[str, Any], *, workers: int
) -> SearchConfig:
    """The search that was asked for; what cannot be is wrong use of the command."""
    budget = {name: asked.pop(name) for name in ("epochs", "variants")}
    budget = {name: value for name, value in budget.items() if value is not None}
    usual = TrialBudget()
    last = budget.get("epochs", usual.epochs)
    rungs = () if asked.pop("no_early_stop") else tuple(r for r in usual.rungs if r < last)
    if asked["trials"] is None:
        asked["trials"] = SearchConfig.trials if asked["hours"] is None else _ANY_TRIALS
    static, objectives = asked.pop("static_model"), _listed(asked.pop("objectives"))
    is_registered = find_dataset(folder, dataset) is not None
    return _checked(
        {
            **asked,
            "dataset": dataset if is_registered else _absolute(dataset),
            "static": static if _is_known(folder, static) else _absolute(static),
            "parallelism": asked["parallelism"] or 2 * workers,
            "budget": {**budget, "rungs": rungs},
            **objectives,
        }
    )


def _listed(objectives: str | None) -> dict[str, list[str]]:
    """The objectives as a search has them; nothing where the usual ones are meant."""
    return {} if objectives is None else {"objectives": re.split(r"[,\s]+", objectives.strip())}


def _checked(values: dict[str, Any]) -> SearchConfig:
    try:
        return SearchConfig.from_dict(values)
    except (ValueError, DyncellError) as error:
        raise click.UsageError(str(error)) from error


def _is_known(folder: DataFolder, static: str) -> bool:
    return static == AUTO or find_model_row(folder, static) is not None


def _absolute(place: str) -> str:
    """A path as workers find it from anywhere; what is no path stays as it is."""
    path = Path(place).expanduser()
    return str(path.absolute()) if path.exists() else place


def _workers(device: str) -> int:
    if device != "cpu":
        return _GPU_WORKERS
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def _states(folder: DataFolder, found: Search) -> str:
    with folder.database.reading() as session:
        twins = searches.twins(session, found.id)
    return states_text([found.state, *(twin.state for twin in twins)])


def _shown(settings: Settings, found: Search) -> str:
    return how_to_go_on(settings, found.name, "show")
