"""A search whose processes are killed comes to what an undisturbed one does, to the bit."""

from pathlib import Path

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings
from tasks import queue
from tests.tasks.kill_rounds import CONFIG, run_through_kills
from tests.tasks.search_of_tests import add_dataset, add_static, story_of, work_off


def test_ten_kills_at_random_moments_lose_no_trial_and_change_no_reward(
    folder: DataFolder, tmp_path: Path
) -> None:
    whole = open_data_folder(Settings.of(tmp_path / "whole", {}))
    for each in (whole, folder):
        add_dataset(each)
        add_static(each)
    queue.start_search(whole, name="cells", config=CONFIG, twin=False)
    work_off(whole)
    assert run_through_kills(folder) == story_of(whole, "cells")
    whole.database.close()
