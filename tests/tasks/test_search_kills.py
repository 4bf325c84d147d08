"""A search whose processes are killed comes to what an undisturbed one does, to the bit."""

from dataclasses import replace
from pathlib import Path

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings
from tasks import queue
from tests.tasks.kill_rounds import CONFIG, run_through_kills
from tests.tasks.search_of_tests import add_dataset, add_static, story_of, work_off

PAIR = replace(CONFIG, trials=CONFIG.trials // 2)
"""As many trials for both together as the search of the other kill test has alone."""


def test_ten_kills_lose_no_trial_of_a_search_and_its_twin_and_change_no_reward(
    folder: DataFolder, tmp_path: Path
) -> None:
    whole = open_data_folder(Settings.of(tmp_path / "whole", {}))
    for each in (whole, folder):
        add_dataset(each)
        add_static(each)
    queue.start_search(whole, name="cells", config=PAIR)
    work_off(whole)
    both = [story_of(whole, name) for name in ("cells", "cells-twin")]
    assert run_through_kills(folder, config=PAIR, twin=True) == both
    whole.database.close()
