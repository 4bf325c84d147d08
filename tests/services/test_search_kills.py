"""The same kills with PostgreSQL, Redis and two workers as people start them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings
from tasks import queue
from tests.servers import OwnServer
from tests.tasks.kill_rounds import CONFIG, REAL_WORKER, run_through_kills
from tests.tasks.search_of_tests import add_dataset, add_static, story_of, work_off


@pytest.fixture
def folder(
    tmp_path: Path, postgresql_url: str, redis_server: tuple[str, OwnServer | None]
) -> Iterator[DataFolder]:
    environment = {
        "DYNCELL_DATABASE_URL": postgresql_url,
        "DYNCELL_BROKER_URL": redis_server[0],
    }
    opened = open_data_folder(Settings.of(tmp_path / "data", environment))
    yield opened
    opened.database.close()


def test_ten_kills_lose_no_trial_and_change_no_reward(folder: DataFolder, tmp_path: Path) -> None:
    whole = open_data_folder(Settings.of(tmp_path / "whole", {}))
    for each in (whole, folder):
        add_dataset(each)
        add_static(each)
    queue.start_search(whole, name="cells", config=CONFIG, twin=False)
    work_off(whole)
    found = run_through_kills(folder, worker=REAL_WORKER)
    assert found == [story_of(whole, "cells")]
    whole.database.close()
