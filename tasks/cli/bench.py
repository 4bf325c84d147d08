"""`dyncell bench`: how fast this machine is at what dyncell does."""

import json
from functools import partial

import click

from core.data_folder import open_data_folder
from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.registry import resolve_model
from core.settings import Settings
from tasks.cli.bench_store import store
from tasks.cli.options import open_folder, with_settings


@click.group()
def bench() -> None:
    """Measures speed on this machine; nothing else should run meanwhile."""


bench.add_command(store)


@bench.command()
@click.argument("dataset")
@click.option(
    "--static",
    "static_model",
    default="camvid-static",
    show_default=True,
    help="The static network, a name or a file; its scores do not matter here.",
)
@click.option("--trials", default=3, show_default=True, type=click.IntRange(1, 1000))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--space", default="paper", type=click.Choice(["paper", "extended"]))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def search(
    settings: Settings,
    dataset: str,
    static_model: str,
    trials: int,
    workers: int,
    space: str,
    seed: int,
    as_json: bool,
) -> None:
    """Trials an hour on DATASET: TRIALS random light cells of 4 nodes per one-thread worker."""
    from core.search.config import SearchConfig
    from core.search.speed import BUDGET, SpeedSetting, measure_search_speed  # loads torch

    folder = open_folder(settings)
    _open_pack(settings, dataset)  # a wrong name is told before anything is measured
    config = SearchConfig.from_dict(
        {"dataset": dataset, "space": space, "seed": seed, "budget": BUDGET.to_dict()}
    )
    found = measure_search_speed(
        SpeedSetting(
            open_pack=partial(_open_pack, settings, dataset),
            name=dataset,
            static=resolve_model(folder, static_model),
            cache_dir=folder.settings.cache,
            config=config,
        ),
        trials=trials,
        workers=workers,
        say=lambda text: click.echo(f"{text} ...", err=True),
    )
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"{found['trials_per_hour']:9.1f} trials an hour by {workers} workers")
    click.echo(f"{found['trials_per_hour_one']:9.1f} by one; ratio {found['speedup']:.2f}")
    for stage, seconds in found["seconds"].items():
        click.echo(f"{seconds:9.2f} s  {stage}, median of a trial")
    click.echo(f"{found['pixels_ratio']:9.2f} times as long a step takes from pixels")
    if found["busy"]:
        click.echo("The machine was busy with other work: these numbers are too low.")


def _open_pack(settings: Settings, dataset: str) -> PackReader:
    return resolve_dataset(open_data_folder(settings), dataset)
