"""Makes runs out of what is stored: evaluations, models that were not judged, and trials."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from core.board.parts import parts
from core.board.reasons import (
    BASE_NOT_JUDGED,
    IS_STATIC,
    MODEL_ONLY,
    NO_BASE,
    NO_NUMBER,
    NOT_JUDGED,
    NOT_KEPT,
    NOT_TIMED,
    TRIAL_NOT_TIMED,
    TRIAL_ONLY,
)
from core.board.run import (
    Json,
    ModelFacts,
    Run,
    base_of,
    compared,
    described,
    digest,
    is_finite,
    measured_scores,
    model_kind,
    model_subject,
    timed,
    truth_of,
)
from core.genotype import Genotype, InvalidGenotype
from core.records import Evaluation
from core.search_records import Search, Trial

_TRIAL_SCORES = {
    "reward": "reward",
    "accuracy": "accuracy_half",
    "stability": "stability",
    "miou": "miou",
}
_TRIAL_COSTS = {"macs": "macs_steady", "params": "params", "latency_ms": "latency_p50"}
_FAILURES = {
    "oom": "memory ran out",
    "nan": "the training diverged",
    "timeout": "it fell silent",
    "crash": "its process died",
}


def evaluated_run(
    evaluation: Evaluation,
    *,
    model: ModelFacts | None,
    static: str,
    base_scores: Mapping[str, Any] | None,
    timings: Sequence[tuple[Json, Json]],
    is_deleted: bool = False,
) -> Run:
    """The run of a finished evaluation.

    Args:
        evaluation: The evaluation.
        model: The model with these weights; None where the registry never had it.
        static: Name of the static network its cell lives in; empty for none.
        base_scores: Scores of that network under the same protocol on the same data.
        timings: (setting, measured) of the weights, the newest first.
        is_deleted: Whether the model is in the registry no more.
    """
    values, reasons = measured_scores(evaluation.scores)
    base, _ = measured_scores(base_scores or {})
    latency, timed_on, busy = timed(timings)
    known = described(model, static=static) if model is not None else _unknown(evaluation)
    more, why = compared(values, base, why_not=_why_not(model, base))
    return Run(
        id=evaluation_run_id(evaluation.model_key, evaluation.data_key, evaluation.protocol_key),
        subject=_subject(model, evaluation.model_key),
        setting=digest(evaluation.data_key, evaluation.protocol_key)[:8],
        seed=None if model is None else _seed(model),
        model_key=evaluation.model_key,
        base_key="" if model is None else base_of(model),
        texts=known["texts"]
        | {
            "dataset": evaluation.dataset_name,
            "split": evaluation.split,
            "frames": _frames(evaluation.options),
            "timed_on": timed_on,
        },
        flags=known["flags"] | {"busy": busy, "deleted": is_deleted},
        nodes=known["nodes"],
        values=known["values"] | values | latency | more,
        reasons=known["reasons"]
        | reasons
        | why
        | dict.fromkeys(("reward", "stability"), MODEL_ONLY)
        | _untimed(latency),
        base=base,
        truth=truth_of(evaluation.scores),
        source={
            "name": evaluation.model_name if model is None else model.name,
            "model_id": None if model is None or is_deleted else model.id,
            "evaluation_id": evaluation.id,
        },
        created_at=evaluation.created_at,
    )


def evaluation_run_id(model_key: str, data_key: str, protocol_key: str) -> str:
    """The id of the run of an evaluation."""
    return digest("evaluation", model_key, data_key, protocol_key)


def cohort_run_id(run_id: str) -> str:
    """The id of a judged run as one of a cohort."""
    return digest("cohort", run_id)


def cohort_run(run: Run, model: ModelFacts) -> Run:
    """A judged run once more, as one of the cells whose mean is a row: each cell counts as a seed.

    Cells of a cohort are one row where static network, data, training and setting are the same.
    """
    training = model.provenance.get("training") or {}
    made = {key: value for key, value in training.items() if key not in ("seed", "cell", "static")}
    alike = [run.base_key, list(model.classes), made, model.provenance.get("data_hash")]
    texts = {"name": model.cohort, "kind": "cells", "key": ""}
    return replace(
        run,
        id=cohort_run_id(run.id),
        subject=digest("cohort", model.cohort, *alike),
        seed=None,
        texts=run.texts | texts,
    )


def unjudged_run(model: ModelFacts, *, static: str, timings: Sequence[tuple[Json, Json]]) -> Run:
    """The run of a model that no evaluation has judged."""
    latency, timed_on, busy = timed(timings)
    known = described(model, static=static)
    return Run(
        id=digest("model", model.sha256),
        subject=_subject(model, model.sha256),
        setting="",
        seed=_seed(model),
        model_key=model.sha256,
        base_key=base_of(model),
        texts=known["texts"] | {"timed_on": timed_on},
        flags=known["flags"] | {"busy": busy},
        nodes=known["nodes"],
        values=known["values"] | latency,
        reasons=known["reasons"] | _untimed(latency),
        otherwise=NOT_JUDGED,
        source={"name": model.name, "model_id": model.id},
        created_at=model.created_at,
    )


def trial_run(trial: Trial, search: Search, *, static: str) -> Run:
    """The run of a finished trial; of one that failed it has no values but the reason."""
    values, reasons = _trial_values(trial)
    genotype = _genotype(trial)
    return Run(
        id=digest("trial", trial.id),
        subject=digest("genotype", trial.key),
        setting=trial_setting(search),
        seed=trial.seed,
        search_id=search.id,
        texts={
            "name": trial.key,
            "kind": "trial",
            "key": trial.key,
            **parts(genotype),
            "dataset": PurePath(str(search.config.get("dataset", ""))).name,
            "split": str(search.config.get("split", "")),
            "static": static,
            "search": search.name,
            "timed_on": _timed_on(trial, search),
        },
        flags={
            "cell": True,
            "light": genotype is not None and genotype.is_light,
            "stopped": bool(trial.result.get("is_stopped")),
            "failed": trial.reward is None,
        },
        nodes=len(trial.genotype.get("nodes") or ()),
        values=values,
        reasons=reasons,
        otherwise=_failure(trial) if trial.reward is None else TRIAL_ONLY,
        source={"name": search.name, "search_id": search.id, "trial": trial.number},
        created_at=trial.finished_at or trial.created_at,
    )


def trial_setting(search: Search) -> str:
    """What the trials of a search were judged on and how: those of two settings never compare."""
    config = search.config
    return digest(
        "trial",
        search.data_key,
        search.static_key,
        search.code,
        config.get("split"),
        config.get("budget"),
    )[:8]


def _trial_values(trial: Trial) -> tuple[dict[str, float], dict[str, str]]:
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    if trial.reward is None:
        return values, reasons
    for theirs, ours in _TRIAL_SCORES.items():
        share = trial.reward if theirs == "reward" else trial.result.get(theirs)
        if is_finite(share):
            values[ours] = 100 * share
        elif share is not None:
            reasons[ours] = NO_NUMBER
    for theirs, ours in _TRIAL_COSTS.items():
        if is_finite(trial.result.get(theirs)) and trial.result[theirs] > 0:
            values[ours] = float(trial.result[theirs])
    if "latency_p50" not in values:
        reasons["latency_p50"] = TRIAL_NOT_TIMED
    return values, reasons


def _timed_on(trial: Trial, search: Search) -> str:
    """Where a trial's steady frame was timed, in words; empty where it was not."""
    device = trial.result.get("latency_device")
    if trial.reward is None or not device or not trial.result.get("latency_ms"):
        return ""
    width, height = search.prepared.get("width"), search.prepared.get("height")
    return f"{device}, in a trial" + (f", {width}x{height}" if width and height else "")


def _genotype(trial: Trial) -> Genotype | None:
    try:
        return Genotype.from_dict(trial.genotype)
    except InvalidGenotype:
        return None


def _failure(trial: Trial) -> str:
    return f"the trial failed: {_FAILURES.get(trial.cause, trial.cause or 'nobody knows why')}"


def _subject(model: ModelFacts | None, model_key: str) -> str:
    return digest("weights", model_key) if model is None else model_subject(model)


def _seed(model: ModelFacts) -> int | None:
    seed = model.provenance.get("seed")
    return seed if isinstance(seed, int) and not isinstance(seed, bool) else None


def _why_not(model: ModelFacts | None, base: Mapping[str, float]) -> str:
    if model is not None and model_kind(model) == "static":
        return IS_STATIC
    if model is None or not base_of(model):
        return NO_BASE
    return "one of the two was not measured" if base else BASE_NOT_JUDGED


def _unknown(evaluation: Evaluation) -> Json:
    return {
        "texts": {"name": evaluation.model_name, "kind": "file", "key": "", "static": ""},
        "flags": {},
        "nodes": None,
        "values": {},
        "reasons": dict.fromkeys(("params", "macs_steady", "macs_key"), NOT_KEPT),
    }


def _untimed(latency: Mapping[str, float]) -> dict[str, str]:
    keys = ("latency_p50", "latency_p95", "fps_model")
    return {key: NOT_TIMED for key in keys if key not in latency}


def _frames(options: Mapping[str, Any]) -> str:
    frames = options.get("frames")
    return f"{frames[0]}..{frames[1]}" if frames else ""
