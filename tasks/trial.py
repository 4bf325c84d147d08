"""The job `trial`: trains and judges one genotype of a search, then moves the search on.

Payload: `search_id`, `trial_id`. What decides the trial was fixed in its row when it was asked
for. A trial that diverges has failed (`nan`); one whose process runs out of memory, falls silent
or breaks fails its job, and whoever advances the search notes the cause. Anything else that is in
the way pauses the search, and the trial begins anew when it goes on.
"""

import time
from dataclasses import replace

import torch
from sqlalchemy.orm import Session

from core.errors import Paused
from core.genotype import Genotype
from core.records import Progress
from core.search.config import SearchConfig, TrialResult
from core.search.material import TrialMaterial
from core.search.trial import run_trial
from core.search_records import Search, SearchState, Trial
from core.store import searches, trials
from core.time_cell import processor_name
from core.train.run_state import TrainingDiverged
from tasks.advance_search import advance
from tasks.context import JobContext
from tasks.pace import Pace
from tasks.process import host_name
from tasks.search_material import shared_material
from tasks.search_rest import refuse_other_code, resting
from tasks.training import THREADS


def run(context: JobContext) -> None:
    """Runs the trial of the payload."""
    search, trial = _read(context)
    if trial.state.is_finished:
        context.finish(lambda _: {})
        return
    if search.state is not SearchState.RUNNING:
        raise Paused(f"The search {search.name} rests; resume it to go on.")
    torch.set_num_threads(THREADS)
    begun = time.monotonic()
    with resting(context, search):
        refuse_other_code(search)
        material = shared_material(context, search)
    opened = time.monotonic() - begun
    result: TrialResult | None = None
    try:
        result = _tried(context, search, trial, material)
    except TrainingDiverged as error:
        context.log(str(error))
    if result is not None:
        result = replace(
            result,
            seconds=_with_load(result.seconds, opened),
            latency_device=_latency_device(material.device),
        )
        context.log(_described(result))
    spent = time.monotonic() - begun

    def publish(session: Session) -> dict[str, object]:
        trials.publish(
            session,
            trial.id,
            reward=None if result is None else result.reward,
            cause="nan" if result is None else None,
            result=None if result is None else result.to_dict(),
            seconds=spent,
            host=host_name().partition(":")[0],
            device=_device_name(material.device),
            started_at=context.job.started_at,
        )
        trials.share(session, search.id)
        return {"number": trial.number, "reward": None if result is None else result.reward}

    context.finish(publish)
    advance(context.folder, search.id)


def _read(context: JobContext) -> tuple[Search, Trial]:
    payload = context.job.payload
    with context.folder.database.reading() as session:
        search = searches.get(session, payload["search_id"])
        return search, trials.get(session, payload["trial_id"])


def _tried(
    context: JobContext, search: Search, trial: Trial, material: TrialMaterial
) -> TrialResult:
    pace = Pace()

    def told(stage: str, done: int, total: int) -> None:
        unit = "steps" if stage == "training" else "clips"
        context.report(pace.paced(Progress(done, total, unit, stage)))
        if context.pause_requested():
            raise Paused("The trial was interrupted; it begins anew when the search goes on.")

    return run_trial(
        Genotype.from_dict(trial.genotype),
        budget=SearchConfig.from_dict(search.config).budget,
        seed=trial.seed,
        thresholds=trial.thresholds,
        material=material,
        told=told,
    )


def _with_load(seconds: dict[str, float], opened: float) -> dict[str, float]:
    return seconds | {"load": round(seconds.get("load", 0.0) + opened, 3)}


def _described(result: TrialResult) -> str:
    """How the trial went; for an early stop, by which rule."""
    rungs = ", ".join(f"{100 * reward:.2f} after {epochs}" for epochs, reward in result.rungs)
    if result.is_stopped:
        end = f"stopped after {result.epochs} epochs: below the median of the rewards told by then"
    else:
        end = f"{result.epochs} epochs"
    return f"reward {100 * result.reward:.2f} ({end}; rungs: {rungs or 'none'})"


def _latency_device(device: torch.device) -> str:
    return _device_name(device) if device.type == "cuda" else processor_name()


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
