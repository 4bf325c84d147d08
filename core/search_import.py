"""A search read back from the document that `dyncell search show NAME --json` prints."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from core.errors import BadInput, DyncellError
from core.genotype import Genotype
from core.records import is_id, new_id
from core.search.config import SearchConfig, TrialResult
from core.search_records import FAILURE_CAUSES, Search, SearchState, Trial, TrialState

MAX_BYTES = 64 * 2**20
"""The largest document that is read."""

IMPORTED = "It was run elsewhere and imported."
"""The message of a search that was read from a document."""

_SHARES = ("accuracy", "stability", "miou")
_COSTS = ("macs", "params", "batch", "latency_ms", "static_ms", "latency_device", "cpu_seconds")


@dataclass(frozen=True)
class ImportedSearch:
    """A search with its trials up to the first that had not ended.

    Attributes:
        search: Over, and without a job: a document does not hold the state of its strategy.
        trials: Numbers 0, 1, ... without a gap.
    """

    search: Search
    trials: tuple[Trial, ...]


def parse_search(data: bytes) -> list[ImportedSearch]:
    """The search of a document and, where it has one, its random twin.

    Args:
        data: UTF-8 JSON, of which `MAX_BYTES` + 1 bytes are enough.

    Raises:
        BadInput: It is no such document, or one of its trials contradicts itself.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(
            f"A document of more than {MAX_BYTES // 2**20} MB is no search: give what `dyncell "
            "search show NAME --json` prints."
        )
    try:
        return read_search(json.loads(data, parse_constant=_no_number))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadInput(
            "This is not JSON: give what `dyncell search show NAME --json` prints."
        ) from error


def read_search(document: Any) -> list[ImportedSearch]:
    """The same of a document that is parsed already.

    Raises:
        BadInput: It is no such document, or one of its trials contradicts itself.
    """
    try:
        twin = document.get("twin")
        found = [_search(document)]
        return found if twin is None else [*found, _search(twin, of=found[0].search)]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadInput(
            "This is not the document of a search: give what `dyncell search show NAME --json` "
            "prints."
        ) from error


def _search(document: Mapping[str, Any], of: Search | None = None) -> ImportedSearch:
    config = _config(document["config"])
    ended = takewhile(lambda trial: trial is not None, map(_trial, document["trials"]))
    found = [trial for trial in ended if trial is not None]
    if [trial.number for trial in found] != list(range(len(found))):
        raise BadInput(
            "The trials of this search are out of order, or one is missing or there twice."
        )
    state = SearchState(document["state"])
    created = float(document["created_at"])
    seconds = document["cost"]["seconds"]
    search = Search(
        id=_id(document["id"]),
        name=str(document["name"]),
        state=state if state.is_finished else SearchState.STOPPED,
        config=config.to_dict(),
        dataset_id=None,
        data_key=_key(document.get("data_key")),
        static_id=None,
        static_key=_key(document.get("static_key")),
        twin_of=None if of is None else of.id,
        job_id="",
        version=0,
        asked=len(found),
        told=len(found),
        code=_key(document.get("code")),
        message=IMPORTED if of is None else "",
        prepared=dict(document["prepared"]),
        stages=_outside(seconds, found),
        created_at=created if of is None else of.created_at,
        started_at=_time(document.get("started_at")),
        finished_at=_time(document.get("finished_at")),
    )
    return ImportedSearch(search, tuple(found))


def _config(document: Mapping[str, Any]) -> SearchConfig:
    try:
        return SearchConfig.from_dict(dict(document))
    except DyncellError as error:
        raise BadInput(f"What this search was asked cannot be read: {error}") from error


def _trial(document: Mapping[str, Any]) -> Trial | None:
    """A trial; None where it had not ended."""
    if not TrialState(document["state"]).is_finished:
        return None
    number, cause = int(document["number"]), str(document["cause"] or "")
    genotype = _genotype(document, number)
    reward = _share(document["reward"])
    if (reward is None) == (not cause) or (cause and cause not in FAILURE_CAUSES):
        raise BadInput(
            f"Trial {number} of this search has neither a reward nor a known cause of its "
            "failure, or both: the document was changed."
        )
    finished = _time(document["finished_at"])
    return Trial(
        id=new_id(),
        search_id="",
        number=number,
        key=genotype.key,
        genotype=genotype.to_dict(),
        seed=int(document["seed"]),
        thresholds={
            int(rung["epochs"]): float(share)
            for rung in document["rungs"]
            if (share := _share(rung["threshold"])) is not None
        },
        same_as=None if document["same_as"] is None else int(document["same_as"]),
        state=TrialState.FAILED if cause else TrialState.DONE,
        job_id="",
        result={} if reward is None else _result(document, reward),
        reward=reward,
        cause=cause,
        seconds=float(document["seconds"]),
        host=str(document.get("host") or ""),
        device=str(document["device"] or ""),
        created_at=_time(document.get("created_at")) or finished or 0.0,
        started_at=_time(document["started_at"]),
        finished_at=finished,
    )


def _genotype(document: Mapping[str, Any], number: int) -> Genotype:
    try:
        genotype = Genotype.from_dict(document["genotype"])
    except DyncellError as error:
        raise BadInput(f"The genotype of trial {number} cannot be read: {error}") from error
    if genotype.key != document["key"]:
        raise BadInput(
            f"Trial {number} of this search says that the key of its genotype is "
            f"{document['key']!r}, but it is {genotype.key}: the document was changed."
        )
    return genotype


def _result(document: Mapping[str, Any], reward: float) -> dict[str, Any]:
    shares: dict[str, Any] = {name: _share(document[name]) or 0.0 for name in _SHARES}
    costs = {name: document[name] for name in _COSTS if document.get(name) is not None}
    rungs = [(int(rung["epochs"]), _share(rung["reward"])) for rung in document["rungs"]]
    return TrialResult(
        reward=reward,
        epochs=int(document["epochs"]),
        rungs=tuple((epochs, share) for epochs, share in rungs if share is not None),
        is_stopped=bool(document["is_stopped"]),
        seconds={str(stage): float(spent) for stage, spent in document["stage_seconds"].items()},
        **shares,
        **costs,
    ).to_dict()


def _outside(seconds: Mapping[str, Mapping[str, float]], found: list[Trial]) -> dict[str, float]:
    """Seconds of work that were not spent in trials, by stage."""
    within = {stage for trial in found for stage in trial.result.get("seconds", {})}
    total: dict[str, float] = {}
    for stages in seconds.values():
        for stage, spent in stages.items():
            if stage not in within:
                total[str(stage)] = total.get(str(stage), 0.0) + float(spent)
    return total


def _id(value: Any) -> str:
    if not is_id(value):
        raise ValueError(f"{value!r} is no id")
    return str(value)


def _key(value: Any) -> str:
    text = str(value or "")
    if len(text) > 64:
        raise ValueError("a key of more than 64 characters")
    return text


def _share(percent: Any) -> float | None:
    """Percent as a share of 0..1."""
    if percent is None:
        return None
    share = float(percent) / 100
    if not 0 <= share <= 1:
        raise ValueError(f"{percent!r} percent")
    return share


def _time(value: Any) -> float | None:
    if value is None:
        return None
    if not math.isfinite(float(value)):
        raise ValueError(f"{value!r} is no time")
    return float(value)


def _no_number(text: str) -> float:
    raise BadInput(f"The document of this search holds {text}, which is no number.")
