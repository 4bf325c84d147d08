"""A data folder as a busy group leaves it: many trials and videos, in the real tables."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from core.cell_cost import cell_cost
from core.data_folder import DataFolder
from core.frame_ranking import Ranking
from core.genotype import Genotype
from core.records import JobState, Model, new_id
from core.search.config import SearchConfig, TrialResult, trial_seed
from core.search.constraint import anything, draw_accepted
from core.search_records import Search, TrialState
from core.store import basket, board_upkeep, saved_views
from core.store.tables import JobRow, TrialRow
from tests.webapp.judged import add_dataset, add_evaluation
from tests.webapp.searched import CONFIG, HEIGHT, NETWORK, WIDTH, add_search
from tests.webapp.stored import add_model, add_segmentation, add_video
from webapp.evaluation_details import read_details

TRIALS_OF_ONE = 250
"""Trials of one search; its random twin has as many."""

MODELS, DATASETS, SEGMENTED, VIEWS = 40, 20, 200, 12
BASKET_OF_ONE = 5
"""Frames of each evaluation that lie in the basket; there is one evaluation per model."""


def fill_store(
    folder: DataFolder, place: Path, *, trials: int, videos: int, say: Callable[[str], None]
) -> None:
    """Adds searches with their twins, videos, models, datasets and what was made of them.

    Args:
        folder: A new data folder.
        place: Where files may lie for a moment.
        trials: How many trials, twins' included.
        videos: How many videos; up to `SEGMENTED` of them have a segmentation.
        say: Told what is being made.
    """
    for number in range(trials // (2 * TRIALS_OF_ONE)):
        say(f"{2 * TRIALS_OF_ONE * number:,} of {trials:,} trials")
        _add_search_and_twin(folder, number)
    models = [add_model(folder, f"network {n}", sha256=f"{n + 1:064x}") for n in range(MODELS)]
    for number in range(videos):
        if number % 100 == 0:
            say(f"{number} of {videos} videos")
        video = add_video(folder, f"drive {number:03}.mp4")
        if number < SEGMENTED:
            add_segmentation(folder, video, models[number % MODELS])
    say("datasets and evaluations")
    _judge(folder, place, models)
    with folder.database.writing() as session:
        for number in range(VIEWS):
            saved_views.add(session, f"view {number}", {"filter": f"miou > {number}"})


def _add_search_and_twin(folder: DataFolder, number: int) -> None:
    rng = random.Random(number)
    config = replace(CONFIG, trials=TRIALS_OF_ONE, seed=number)
    search = add_search(folder, f"cells {number}", config=config)
    twin = add_search(folder, f"twin {number}", config=config, twin_of=search.id)
    for each in (search, twin):
        _add_trials(folder, each, rng)


def _add_trials(folder: DataFolder, search: Search, rng: random.Random) -> None:
    """Trials with their jobs, written many at a time; one in twenty failed."""
    space = SearchConfig.from_dict(search.config).genotypes
    made = [
        _trial(search, number, draw_accepted(space, rng, accepts=anything), rng)
        for number in range(TRIALS_OF_ONE)
    ]
    ids = [str(trial["id"]) for trial, _ in made]
    with folder.database.writing() as session:
        session.execute(insert(JobRow), [job for _, job in made])
        session.execute(insert(TrialRow), [trial for trial, _ in made])
        board_upkeep.refresh_trials(session, ids)


def _trial(
    search: Search, number: int, genotype: Genotype, rng: random.Random
) -> tuple[dict[str, Any], dict[str, Any]]:
    trial_id, job_id, begun = new_id(), new_id(), search.created_at + 30 * number - 10_000
    times = {"created_at": begun, "started_at": begun, "finished_at": begun + 30}
    reward = None if rng.random() < 0.05 else min(0.95, max(0.05, rng.gauss(0.55, 0.08)))
    trial = times | {
        "id": trial_id,
        "search_id": search.id,
        "number": number,
        "key": genotype.key,
        "genotype": genotype.to_dict(),
        "seed": trial_seed(number, genotype.key),
        "thresholds": {},
        "same_as": None,
        "state": TrialState.FAILED if reward is None else TrialState.DONE,
        "job_id": job_id,
        "result": {} if reward is None else _result(genotype, reward),
        "reward": reward,
        "cause": "oom" if reward is None else "",
        "seconds": 30.0,
        "host": "here",
        "device": "cpu",
    }
    job = times | {
        "id": job_id,
        "kind": "trial",
        "state": JobState.DONE,
        "title": f"Trial {number} of {search.name}",
        "priority": 60,
        "payload": {"search_id": search.id, "trial_id": trial_id},
        "attempt": 1,
        "max_attempts": 3,
        "fence": 1,
        "cancel_requested": False,
        "pause_requested": False,
        "progress": {},
        "owner": "local",
        "result": {},
    }
    return trial, job


def _result(genotype: Genotype, reward: float) -> dict[str, Any]:
    cost = cell_cost(NETWORK, genotype, height=HEIGHT, width=WIDTH)
    found = TrialResult(
        reward=reward,
        accuracy=reward,
        stability=reward,
        miou=0.9 * reward,
        epochs=5,
        rungs=((2, 0.9 * reward),),
        is_stopped=False,
        macs=cost.macs_steady,
        params=cost.parameters,
        batch=12,
        latency_ms=0.0,
        static_ms=0.0,
        latency_device="",
        seconds={"load": 1.0, "train": 24.0, "judge": 5.0},
        cpu_seconds=29.0,
    )
    return found.to_dict()


def _judge(folder: DataFolder, place: Path, models: list[Model]) -> None:
    datasets = [add_dataset(folder, place, name=f"streets {n}") for n in range(DATASETS)]
    for number, model in enumerate(models):
        dataset = datasets[number % DATASETS]
        made = add_evaluation(folder, place, model=model, dataset=dataset)
        frames = read_details(folder.artifacts, str(made.details)).frames
        with folder.database.writing() as session:
            basket.add(session, made, frames[:BASKET_OF_ONE], ranking=Ranking("miou"))
