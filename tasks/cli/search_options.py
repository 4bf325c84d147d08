"""Options that commands of `dyncell search` share, and those that describe a new search."""

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from core.genotype import MAX_NODES
from core.search.config import AUTO, USUAL_OBJECTIVES, Device, Objective, Strategy
from core.space import CellClass, SpaceName

MOST_WORKERS = 8
"""Trials at once by default; more are a matter of memory, which nobody knows here."""

COUNT = click.IntRange(min=1)

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OBJECTIVES_HELP = (
    f"What the Pareto front is over, of {', '.join(get_args(Objective))} "
    f"[{','.join(USUAL_OBJECTIVES)}]."
)


_NEW_SEARCH = (
    click.option(
        "--strategy",
        type=click.Choice(get_args(Strategy)),
        default="ppo",
        show_default=True,
        help="How the next genotype is chosen.",
    ),
    click.option(
        "--trials",
        type=int,
        help="Genotypes to evaluate [80, or as many as --hours allow].",
    ),
    click.option("--hours", type=float, help="Hours of work after which no trial begins any more."),
    click.option(
        "--seed",
        default=0,
        show_default=True,
        type=click.IntRange(min=0),
        help="Decides all chance.",
    ),
    click.option("--name", help="Its name [DATASET-STRATEGY-SEED]."),
    click.option(
        "--static",
        "static_model",
        default=AUTO,
        show_default=True,
        help="The static network, a name or a file; auto takes a fitting one or trains one first.",
    ),
    click.option("--split", default="train", show_default=True, help="The split to search on."),
    click.option(
        "--space",
        type=click.Choice(get_args(SpaceName)),
        default="paper",
        show_default=True,
    ),
    click.option("--nodes", type=click.IntRange(1, MAX_NODES), default=4, show_default=True),
    click.option(
        "--cell",
        type=click.Choice(get_args(CellClass)),
        default="light",
        show_default=True,
        help="Light cells never read high, full ones do.",
    ),
    click.option(
        "--macs-share",
        type=float,
        help=(
            "Most MACs of a steady frame, as a share of the static network's [0.5 for light cells]."
        ),
    ),
    click.option(
        "--parallelism",
        type=COUNT,
        help="Trials under way before the first is told [2 x workers].",
    ),
    click.option("--no-twin", is_flag=True, help="No random search beside it to compare with."),
    click.option("--device", type=click.Choice(get_args(Device)), default="cpu", show_default=True),
    click.option("--objectives", help=_OBJECTIVES_HELP),
    click.option("--epochs", type=COUNT, help="Epochs of a trial [5]."),
    click.option("--no-early-stop", is_flag=True, help="Every trial learns all its epochs."),
    click.option(
        "--variants",
        type=COUNT,
        help="Simulated clips per frame that cells learn from [4].",
    ),
    click.option("--static-steps", type=COUNT, help="Steps of a static network trained here."),
)


def with_crew(command: _Command) -> _Command:
    """Adds `--workers`, `--detach` and `--json` to a command that works a search off."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end."),
        click.option(
            "--detach", is_flag=True, help="Only order it: the workers of `dyncell up` do the work."
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 64),
            help=f"Trials at once, one thread each [one per core, at most {MOST_WORKERS}].",
        ),
    ):
        command = option(command)
    return command


def with_new_search(command: _Command) -> _Command:
    """Adds the options that say what a new search is asked."""
    for option in reversed(_NEW_SEARCH):
        command = option(command)
    return command
