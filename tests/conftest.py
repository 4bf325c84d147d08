import os
from collections.abc import Iterator
from pathlib import Path

import pytest


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
