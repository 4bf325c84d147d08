import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

FIRST = ("tests/services/test_search_kills.py", "tests/tasks/test_search_kills.py")
FIRST += ("tests/browser/", "tests/tasks/", "tests/services/")
"""What takes long; processes that share the tests end together when it comes first."""

# Read when torch and OpenCV are loaded, here and in every process that a test starts: what tests
# compute is so small that threads only get in each other's way.
for _variable in ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.setdefault(_variable, "1")

# A busy machine is no reason for a test to fail.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class FileByFile(LoadFileScheduling):
    """Gives a process one file after another, and all that is about the browser to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    config.option.loadscopereorder = False
    return FileByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))

    items.sort(key=rank)


@pytest.fixture(autouse=True, scope="session")
def settings_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test sees the data folder or the services of the person who runs it."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if _is_setting(name)}
    folder = tmp_path_factory.mktemp("nobody") / "data"
    os.environ["DYNCELL_DATA"] = str(folder)
    yield folder
    del os.environ["DYNCELL_DATA"]
    os.environ |= kept


def _is_setting(name: str) -> bool:
    return name.startswith("DYNCELL_") and not name.startswith("DYNCELL_TEST_")
