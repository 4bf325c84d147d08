"""What commands share: the option `--data`, the folder ready for use, and JSON output."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from core.data_folder import DataFolder, open_data_folder
from core.dataset_registry import register_built_in
from core.errors import DyncellError
from core.registry import register_shipped, resolve_model
from core.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])


def with_settings(command: _Command) -> _Command:
    """Adds `--data DIR`; the command gets it as `settings: Settings`."""
    option = click.option(
        "--data",
        "settings",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_settings,
        metavar="DIR",
        help="The data folder (default: DYNCELL_DATA, else ~/.dyncell).",
    )
    return option(command)


def open_folder(settings: Settings) -> DataFolder:
    """The data folder with its tables up to date and what is shipped in its registries."""
    folder = open_data_folder(settings)
    register_shipped(folder)
    register_built_in(folder)
    return folder


def find_weights(folder: DataFolder, model: str) -> Path:
    """The weights file behind a name, an id, a path, `copy` or `GENOTYPE@MODEL`.

    Raises:
        NotFound: Nothing of that name or path exists.
        BadCheckpoint: A file is missing or damaged.
    """
    from core.fresh_cell import fresh_cell_model, names_fresh_cell  # loads torch

    if not names_fresh_cell(model):
        return resolve_model(folder, model)
    cache = folder.settings.cache
    return fresh_cell_model(
        model, find_static=lambda name: resolve_model(folder, name), cache=cache
    )


def refuse_unwritable(folder: Path) -> None:
    """Says that nothing can be written in `folder` before hours of work find it out.

    Raises:
        DyncellError: A file cannot be made there.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DyncellError(
            f"Nothing can be written in {folder} ({error.strerror}); choose another folder."
        ) from error


def class_mapping(maps: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """Reads the values of `--map`, A=B each; None where there are none.

    Raises:
        DyncellError: One is no such pair.
    """
    pairs = []
    for text in maps:
        ours, is_pair, theirs = text.partition("=")
        if not is_pair or not ours or not theirs:
            raise DyncellError(f"--map {text!r} is no mapping; write the model's class=the other.")
        pairs.append((ours, theirs))
    return tuple(sorted(pairs)) or None


def print_json(document: Any) -> None:
    """Prints one JSON document on stdout and nothing else."""
    json.dump(document, sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def _settings(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Settings:
    return Settings.from_environment() if value is None else Settings.of(value)


def threads_text(number: int) -> str:
    """`1 thread`, `4 threads`."""
    return f"{number} thread{'' if number == 1 else 's'}"
