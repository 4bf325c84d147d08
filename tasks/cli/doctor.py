"""`dyncell doctor`: what this installation consists of and whether it can work."""

import platform
import shutil
from collections.abc import Callable
from importlib.metadata import version

import click

from core.errors import DyncellError
from core.settings import Settings
from core.store import models, workers
from tasks.cli.options import open_folder, print_json, threads_text, with_settings

LIBRARIES = ("torch", "numpy", "opencv-python-headless", "av", "streamlit", "sqlalchemy", "celery")
LEAST_FREE = 2 * 2**30
"""Bytes of free disk under which the doctor warns."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def doctor(settings: Settings, as_json: bool) -> None:
    """Tells whether dyncell can work here, and what to mend where it cannot."""
    checks: dict[str, Callable[[Settings], str]] = {
        "python": lambda _: platform.python_version(),
        "libraries": lambda _: ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "torch": _check_torch,
        "data folder": _check_data_folder,
        "disk": _check_disk,
        "models": _check_models,
        "workers": _check_workers,
    }
    found = {name: _outcome(check, settings) for name, check in checks.items()}
    if as_json:
        print_json(
            {"checks": {name: {"ok": ok, "text": text} for name, (ok, text) in found.items()}}
        )
    else:
        for name, (ok, text) in found.items():
            click.echo(f"{'ok ' if ok else 'BAD'}  {name:<12} {text}")
    if not all(ok for ok, _ in found.values()):
        raise DyncellError("Something above needs mending.")


def _outcome(check: Callable[[Settings], str], settings: Settings) -> tuple[bool, str]:
    try:
        return True, check(settings)
    except DyncellError as error:
        return False, str(error)


def _check_torch(_: Settings) -> str:
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no CUDA device"
    return f"{threads_text(torch.get_num_threads())}, {device}"


def _check_data_folder(settings: Settings) -> str:
    open_folder(settings)
    kind = "embedded" if settings.is_embedded else "services"
    return f"{settings.data} ({kind})"


def _check_disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.data).free
    if free < LEAST_FREE:
        raise DyncellError(f"Only {free / 1e9:.1f} GB are free at {settings.data}; make room.")
    return f"{free / 1e9:.0f} GB free"


def _check_models(settings: Settings) -> str:
    with open_folder(settings).database.reading() as session:
        names = [model.name for model in models.list_models(session)]
    return ", ".join(names)


def _check_workers(settings: Settings) -> str:
    with open_folder(settings).database.reading() as session:
        alive = [worker for worker in workers.list_workers(session) if worker.is_alive]
    if not alive:
        return "none runs now; `dyncell up` starts one"
    return ", ".join(f"{worker.host.split(':')[0]} pid {worker.pid}" for worker in alive)
