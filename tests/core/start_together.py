"""A program for tests: real processes open one fresh data folder at the same moment.

`python -m tests.core.start_together FOLDER ROUNDS` prints a line for everything that went
wrong. It imports first and forks then, so that all processes arrive together.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import alembic.command  # noqa: F401

from core.settings import Settings
from core.store import datasets, models
from tasks.cli.options import open_folder

PROCESSES = 6


def _open(folder: Path) -> None:
    opened = open_folder(Settings.of(folder))
    with opened.database.reading() as session:
        names = [model.name for model in models.list_models(session)]
        names += [dataset.name for dataset in datasets.list_datasets(session)]
    assert sorted(names) == ["camvid", "camvid-static", "synthetic"], names


def _start(folder: Path, start: int) -> NoReturn:
    os.read(start, 1)  # ends for all processes at once, when the parent closes its end
    try:
        _open(folder)
    except BaseException as error:
        print(f"{folder.name}: {type(error).__name__}: {error}", flush=True)
    finally:
        os._exit(0)


def main() -> None:
    """Runs the rounds, each on a folder of its own."""
    folder = Path(sys.argv[1])
    for turn in range(int(sys.argv[2])):
        reading, writing = os.pipe()
        children = []
        for _ in range(PROCESSES):
            child = os.fork()
            if child == 0:
                os.close(writing)
                _start(folder / str(turn), reading)
            children.append(child)
        os.close(reading)
        os.close(writing)
        for child in children:
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
