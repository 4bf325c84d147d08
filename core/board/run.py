"""A run: one training, or one trial of a search, judged in one setting; seeds of a row are runs."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TypeGuard

from core.baselines.config import BadBaseline, BaselineConfig
from core.board.columns import METRICS, RATIO
from core.board.parts import parts
from core.board.reasons import (
    BASE_IS_ZERO,
    NO_NUMBER,
    NOT_MEASURED,
)
from core.cell_cost import cell_cost
from core.cell_description import static_sizes
from core.cost import static_cost
from core.genotype import InvalidGenotype
from core.metrics.ranking import COMPANION_KEYS, ratio_to_base
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig

Json = dict[str, Any]

_LATENCY = {
    "latency_p50": "latency_p50_ms",
    "latency_p95": "latency_p95_ms",
    "fps_model": "fps_model",
}
_COSTS = ("params", "macs_steady", "macs_key")
_BY_HAND = frozenset(genotype.canonical for genotype in NAMED.values())


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What a run needs to know of a model of the registry."""

    id: str
    name: str
    sha256: str
    classes: Sequence[str]
    config: Json
    provenance: Json
    params: int
    is_shipped: bool
    created_at: float
    cohort: str = ""


TOLD = ("training", "steps", "data_hash", "code_version", "seed")
"""What of a model's provenance the leaderboard needs."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run.

    Attributes:
        id: 16 hexadecimal characters, the same whenever it is made anew.
        subject: What it has in common with runs that differ in their seed alone.
        setting: What it was judged on and how; empty where it was not.
        seed: Its seed; None where nobody knows.
        model_key: Hash of the weights; empty for a trial.
        base_key: Hash of the static network's weights; empty where there is none.
        search_id: The search of a trial; empty otherwise.
        texts: Values of text columns.
        flags: Values of flag columns.
        nodes: Nodes of the cell; None without one.
        values: What was measured, by metric; always finite.
        reasons: Why a metric is missing, by metric.
        otherwise: Why all other metrics are missing.
        base: The same numbers of its static network, judged alike, where they are known.
        truth: What the hand labels it was judged by have of `pcr` and `aba_flicker`, percent.
        source: What it comes from, for people and links: `name model_id evaluation_id trial`, ...
        created_at: When its newest result came.
    """

    id: str
    subject: str
    setting: str
    seed: int | None
    model_key: str = ""
    base_key: str = ""
    search_id: str = ""
    texts: dict[str, str]
    flags: dict[str, bool] = field(default_factory=dict)
    nodes: int | None = None
    values: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    otherwise: str = NOT_MEASURED
    base: dict[str, float] = field(default_factory=dict)
    truth: dict[str, float] = field(default_factory=dict)
    source: Json = field(default_factory=dict)
    created_at: float

    @property
    def row(self) -> int:
        """The number of the row it belongs to, 0..2^62: every process finds the same one."""
        return int(digest(self.subject, self.setting), 16) >> 2

    def to_dict(self) -> Json:
        """The run as plain JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Builds the run from what `to_dict` gave."""
        return cls(**document)


def digest(*parts: object) -> str:
    """16 hexadecimal characters that stand for the parts."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def model_subject(model: ModelFacts) -> str:
    """What a model has in common with models that differ in their seed alone.

    One that does not say how it was trained has nothing in common with others.
    """
    training = model.provenance.get("training")
    if not training:
        return digest("weights", model.sha256)
    made = {key: value for key, value in training.items() if key != "seed"}
    said = [model.provenance.get(key) for key in ("steps", "data_hash", "code_version")]
    return digest("training", list(model.classes), model.config, made, *said)


def base_of(model: ModelFacts) -> str:
    """Hash of the weights of the static network that the model's cell lives in; empty for none.

    A trained cell keeps the network's whole provenance, what has learnt nothing its hash alone.
    """
    if model_kind(model) == "static":
        return ""
    static = (model.provenance.get("training") or {}).get("static") or ""
    return str(static.get("sha256") or "") if isinstance(static, dict) else str(static)


def model_kind(model: ModelFacts) -> str:
    """What the model is made of: `static`, `cell` or `baseline`."""
    return next((kind for kind in ("cell", "baseline") if kind in model.config), "static")


def is_baseline(model: ModelFacts) -> bool:
    """Whether it was made to be beaten: by a rule, by hand, by chance, or without the past."""
    cell = cell_config(model)
    if cell is None:
        return model_kind(model) == "baseline"
    training = model.provenance.get("training") or {}
    is_known = cell.genotype is None or cell.genotype in _BY_HAND
    return is_known or bool(model.cohort) or bool(training.get("memoryless"))


def described(model: ModelFacts, *, static: str) -> Json:
    """The model's part of a run: texts, flags, nodes, sizes; costs are those of a 4:3 frame."""
    values, reasons = model_costs(model)
    cell = cell_config(model)
    training = model.provenance.get("training") or {}
    genotype = None if cell is None else cell.genotype
    return {
        "texts": {
            "name": model.name,
            "kind": "baseline" if _copies(cell) else model_kind(model),
            "key": "" if genotype is None else genotype.key,
            **parts(genotype),
            "static": static,
        },
        "flags": {
            "cell": "cell" in model.config,
            "light": cell is not None and cell.is_light,
            "baseline": is_baseline(model),
            "memoryless": bool(training.get("memoryless")),
            "shipped": model.is_shipped,
        },
        "nodes": None if genotype is None else len(genotype.nodes),
        "values": values,
        "reasons": reasons,
    }


def _copies(cell: CellConfig | None) -> bool:
    """Whether the key frame's labels are kept: a rule like those of the other baselines."""
    return cell is not None and cell.genotype is None


def cell_config(model: ModelFacts) -> CellConfig | None:
    """The sizes of the model's cell; None without one, or where this version cannot read it."""
    try:
        return CellConfig.from_dict(model.config["cell"])
    except (KeyError, TypeError, ValueError, InvalidGenotype):
        return None


def model_costs(model: ModelFacts) -> tuple[dict[str, float], dict[str, str]]:
    """Parameters and MACs of a model for a 4:3 frame of its input size, and reasons for gaps."""
    height = model.config.get("input_size") or 360
    try:
        size = {"height": int(height), "width": 4 * int(height) // 3}
        static = StaticConfig.from_dict(static_sizes(model.config))
        if "cell" in model.config:
            cost = cell_cost(static, CellConfig.from_dict(model.config["cell"]), **size)
            steady, key, parameters = cost.macs_steady, cost.macs_key, cost.parameters
        else:
            alone = static_cost(static, **size)
            steady, key, parameters = alone.macs, alone.macs, alone.parameters
            if _rests_between_keys(model):
                steady = 0
    except (BadBaseline, KeyError, TypeError, ValueError, InvalidGenotype):
        reason = "this version cannot read the model's sizes"
        return {"params": float(model.params)}, dict.fromkeys(_COSTS[1:], reason)
    values = zip(_COSTS, (parameters, steady, key), strict=True)
    return {name: float(value) for name, value in values}, {}


def _rests_between_keys(model: ModelFacts) -> bool:
    """Whether the network runs on key frames alone; what a rule does beside it is not counted."""
    return (
        "baseline" in model.config
        and BaselineConfig.from_dict(model.config["baseline"]).key_interval > 1
    )


def measured_scores(scores: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, str]]:
    """The metrics of an evaluation's scores, and why others are missing."""
    notes = scores.get("notes") or {}
    values, reasons = {}, {}
    for column in METRICS:
        key = column.key
        value = scores.get(key)
        if is_finite(value):
            values[key] = float(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            reasons[key] = NO_NUMBER
        elif key in notes:
            reasons[key] = str(notes[key])
    return values, reasons


def truth_of(scores: Mapping[str, Any]) -> dict[str, float]:
    """How much the hand labels themselves change and flicker; empty where they are no video."""
    found = {key: scores.get(f"gt_{key}") for key in ("pcr", "aba_flicker")}
    return {key: float(value) for key, value in found.items() if is_finite(value)}


def compared(
    values: Mapping[str, float], base: Mapping[str, float], *, why_not: str
) -> tuple[dict[str, float], dict[str, str]]:
    """Gain and ratios to the base, and why some are missing."""
    found: dict[str, float] = {}
    reasons: dict[str, str] = {}
    if "miou" in values and "miou" in base:
        found["gain"] = values["miou"] - base["miou"]
    else:
        reasons["gain"] = why_not
    for key in COMPANION_KEYS:
        ratio = ratio_to_base(values.get(key), base.get(key))
        if ratio is not None and math.isfinite(ratio):
            found[key + RATIO] = ratio
        else:
            reasons[key + RATIO] = BASE_IS_ZERO if base.get(key) == 0 else why_not
    return found, reasons


def timed(timings: Sequence[tuple[Json, Json]]) -> tuple[dict[str, float], str, bool]:
    """Values, the place and whether it was busy, of the newest timing of a machine at rest.

    Args:
        timings: (setting, measured) of each, the newest first.

    Returns:
        The values are empty where there is no timing.
    """
    if not timings:
        return {}, "", False
    at_rest = [each for each in timings if not each[0].get("busy")]
    setting, measured = (at_rest or list(timings))[0]
    values = {
        ours: float(measured[theirs])
        for ours, theirs in _LATENCY.items()
        if is_finite(measured.get(theirs))
    }
    return values, place(setting), bool(setting.get("busy"))


def place(setting: Mapping[str, Any]) -> str:
    """Where and how something was timed, in words: `host cpu bf16, 1 thread, 480x360`."""
    threads = setting.get("threads")
    words = [str(setting.get(key) or "") for key in ("host", "device", "precision", "backend")]
    size = f"{setting.get('width')}x{setting.get('height')}"
    return f"{' '.join(filter(None, words))}, {threads} thread{'' if threads == 1 else 's'}, {size}"


def is_finite(value: object) -> TypeGuard[float]:
    """Whether the value is a number that can be compared."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
