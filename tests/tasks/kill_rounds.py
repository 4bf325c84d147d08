"""Ten rounds of `kill -9` on a search that runs: a worker, a child, the web process, or all."""

import random
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil

from core.data_folder import DataFolder
from core.records import JobState
from core.search.config import SearchConfig
from core.search_records import SearchState
from core.store import jobs, trials
from tasks import queue
from tasks.process import environment_of
from tasks.rubbish import published
from tests.free_port import free_port
from tests.tasks import search_of_tests
from tests.tasks.engine import wait_until
from tests.tasks.search_of_tests import BUDGET, Story, search_of, story_of, trials_of

ROUNDS = 10
KILLS_TOGETHER = 5  # without waiting for a trial to end: some fall while processes start
CONFIG = replace(
    search_of_tests.CONFIG,
    budget=replace(BUDGET, epochs=6, rungs=(2,), variants=3, judge_variants=2),
)
"""Eight trials long enough to be killed in their middle."""

TARGETS = ("worker", "worker", "child", "child", "web", "all")
_PATIENCE = 400.0  # seconds without any progress before the test gives up


QUICK_WORKER = (sys.executable, "-m", "tests.tasks.quick_worker")
"""Starts a worker that looks often; the data folder follows."""

REAL_WORKER = (sys.executable, "-m", "tasks.cli", "worker", "--queues", "general", "--data")
"""Starts a worker as people do."""


class Processes:
    """Two workers and the web application on one data folder."""

    def __init__(self, folder: DataFolder, worker: Sequence[str]) -> None:
        self._folder = folder
        self._worker = worker
        self._log = (folder.settings.data / "processes.log").open("w")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts whatever does not run."""
        for name in ("worker 1", "worker 2", "web"):
            known = self._running.get(name)
            if known is None or known.poll() is not None:
                self._running[name] = subprocess.Popen(
                    self._command(name),
                    env=environment_of(self._folder.settings),
                    stdin=subprocess.PIPE,
                    stdout=self._log,
                    stderr=self._log,
                )

    def kill(self, target: str, chance: random.Random) -> None:
        """Kills a process of that kind, at once; a child is any process of a worker."""
        workers = [self._running["worker 1"], self._running["worker 2"]]
        children = [child for worker in workers for child in _children(worker)]
        if target == "child":
            with suppress(psutil.NoSuchProcess):
                chance.choice(children or [psutil.Process(workers[0].pid)]).kill()
            return
        chosen = {
            "all": list(self._running.values()),
            "web": [self._running["web"]],
            "worker": [chance.choice(workers)],
        }[target]
        for process in chosen:
            process.kill()

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._log.close()

    def _command(self, name: str) -> list[str]:
        if name != "web":
            return [*self._worker, str(self._folder.settings.data)]
        script = Path(__file__).parents[2] / "webapp" / "app.py"
        options = ["--server.port", str(free_port()), "--server.headless", "true"]
        options += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
        return [sys.executable, "-m", "tasks.web_process", "run", str(script), *options]


def run_through_kills(
    folder: DataFolder,
    *,
    config: SearchConfig = CONFIG,
    twin: bool = False,
    worker: Sequence[str] = QUICK_WORKER,
) -> list[Story]:
    """Runs the search `cells` while its processes are killed; checks that nothing is left over.

    Args:
        folder: The data folder.
        config: What the search is asked.
        twin: Whether it has a random twin.
        worker: How a worker is started.

    Returns:
        What the search came to, and its twin.
    """
    names = ["cells", "cells-twin"] if twin else ["cells"]
    seed = secrets.randbits(32)
    print(f"kill moments follow from seed {seed}")  # pytest shows it when the test fails
    chance = random.Random(seed)
    queue.start_search(folder, name="cells", config=config, twin=twin)
    processes = Processes(folder, worker)
    try:
        processes.start()
        for number in range(ROUNDS):
            wanted = number // KILLS_TOGETHER * 4
            is_reached = partial(_has_trials, folder, processes, names, wanted)
            wait_until(is_reached, within=_PATIENCE)
            time.sleep(chance.uniform(0.0, 1.0))
            target = chance.choice(TARGETS)
            print(f"round {number}: kill {target} after {_finished(folder, names)} trials")
            processes.kill(target, chance)
            processes.start()
        wait_until(partial(_is_over, folder, processes, names), within=_PATIENCE)
        wait_until(lambda: list(folder.settings.work.iterdir()) == [], within=30)
    finally:
        processes.end()
    _check_nothing_left(folder, names, config)
    return [story_of(folder, name) for name in names]


def _check_nothing_left(folder: DataFolder, names: Sequence[str], config: SearchConfig) -> None:
    with folder.database.reading() as session:
        own = []
        for done in (search_of(folder, name) for name in names):
            assert (done.state, done.message, done.asked) == (SearchState.DONE, "", config.trials)
            assert trials.count(session, done.id) == config.trials
            own += [t for t in trials.list_trials(session, done.id) if t.same_as is None]
        assert jobs.count(session, kinds=["prepare_search"]) == 1
        found = jobs.list_jobs(session, kinds=["trial"], limit=1000)
        assert sorted(job.id for job in found) == sorted(t.job_id for t in own)
        assert {job.state for job in found} == {JobState.DONE}
        unfinished = [state for state in JobState if not state.is_finished]
        assert jobs.count(session, states=unfinished) == 0
        assert set(folder.artifacts.names()) == published(session)


def _has_trials(folder: DataFolder, processes: Processes, names: Sequence[str], count: int) -> bool:
    processes.start()
    return _finished(folder, names) >= count


def _is_over(folder: DataFolder, processes: Processes, names: Sequence[str]) -> bool:
    processes.start()
    return all(search_of(folder, name).state.is_finished for name in names)


def _finished(folder: DataFolder, names: Sequence[str]) -> int:
    return sum(t.state.is_finished for name in names for t in trials_of(folder, name))


def _children(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(worker.pid).children()
    return []
