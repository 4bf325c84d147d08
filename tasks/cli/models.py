"""`dyncell models`: the registry, from a terminal."""

from pathlib import Path
from typing import Any

import click

from core.records import Model
from core.registry import command_again, deployed_parameters, import_model
from core.settings import Settings
from core.store import models as store
from tasks import queue
from tasks.cli.options import open_folder, print_json, with_settings


@click.group()
def models() -> None:
    """Lists, shows, imports, renames and deletes models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_(settings: Settings, as_json: bool) -> None:
    """Lists the models of the registry."""
    with open_folder(settings).database.reading() as session:
        found = store.list_models(session, limit=1000)
    if as_json:
        print_json({"models": [_document(model) for model in found]})
        return
    for model in found:
        size = f"{model.size / 1e6:.1f} MB"
        classes = f"{len(model.classes)} classes"
        click.echo(f"{model.name:<24} {model.kind:<8} {size:>9}  {classes:<12} {model.id}")


@models.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def show(settings: Settings, name: str, as_json: bool) -> None:
    """Prints the card of the model NAME: what it is, and the command that makes it again."""
    with open_folder(settings).database.reading() as session:
        model = store.get(session, name)
        names = {each.sha256: (each.name,) for each in store.list_models(session, limit=100_000)}
    if as_json:
        print_json(_document(model))
        return
    made, params = model.provenance, deployed_parameters(model)
    told = {"command": command_again(model, names)}
    click.echo(f"{model.name}  ({model.kind}, {params:,} parameters as deployed, id {model.id})")
    click.echo(f"classes     {', '.join(model.classes)}")
    for label, key in (("trained on", "data"), ("note", "note"), ("command", "command")):
        click.echo(f"{label:<12}{told.get(key, made.get(key)) or 'unknown'}")
    if model.metrics.get("miou") is not None:
        click.echo(f"{'scored':<12}{model.metrics['miou']}% mIoU on {model.metrics['scored_on']}")
    click.echo(f"{'sha256':<12}{model.sha256}")


@models.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Its name in the registry; the file's name by default.")
@with_settings
def import_(settings: Settings, file: Path, name: str | None) -> None:
    """Takes a weights FILE into the registry."""
    model = import_model(open_folder(settings), file, name=name or file.stem)
    click.echo(f"{model.name} is in the registry as {model.id}.")


@models.command()
@click.argument("name")
@click.argument("new_name")
@with_settings
def rename(settings: Settings, name: str, new_name: str) -> None:
    """Gives the model NAME the name NEW_NAME."""
    model = queue.rename_model(open_folder(settings), name, new_name)
    click.echo(f"{name} is now {model.name}.")


@models.command()
@click.argument("name")
@with_settings
def delete(settings: Settings, name: str) -> None:
    """Removes the model NAME."""
    model = queue.delete_model(open_folder(settings), name)
    click.echo(f"{model.name} is deleted.")


def _document(model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "kind": model.kind,
        "sha256": model.sha256,
        "size": model.size,
        "params": model.params,
        "params_deployed": deployed_parameters(model),
        "classes": list(model.classes),
        "config": model.config,
        "provenance": model.provenance,
        "metrics": model.metrics,
        "shipped": model.is_shipped,
    }
