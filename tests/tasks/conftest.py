from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings
from tasks.kinds import KINDS
from tasks.slot import Slot
from tests.tasks.engine import CHILD_COMMAND, PATIENCE, QUICK


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    opened = open_data_folder(Settings.of(tmp_path / "data", {}))
    yield opened
    opened.database.close()


class SlotRunner:
    """A slot on a thread, stopped at the end of the test."""

    def __init__(self, folder: DataFolder, name: str, **options: Any) -> None:
        self.stopping = Event()
        options = {"kinds": tuple(KINDS), "timing": QUICK} | options
        self.slot = Slot(
            folder, name, stopping=self.stopping, child_command=CHILD_COMMAND, **options
        )
        self.thread = Thread(target=self.slot.run)
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.slot.wake()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def run_slot(folder: DataFolder) -> Iterator[Callable[..., SlotRunner]]:
    runners: list[SlotRunner] = []

    def run(name: str = "general-0", **options: Any) -> SlotRunner:
        runners.append(SlotRunner(folder, name, **options))
        return runners[-1]

    yield run
    for runner in runners:
        runner.stop()
