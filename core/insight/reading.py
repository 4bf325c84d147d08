"""Trials for an insight: from the database, or from the JSON that `search show` printed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.board.making import trial_setting
from core.insight.trials import TrialFacts
from core.pareto import static_macs
from core.search_import import read_search
from core.search_records import Search, Trial, TrialState
from core.search_summary import read_with_twins
from core.store import searches, trials

_SCORES = ("reward", "accuracy", "stability", "miou")


def read_search_trials(session: Session, id_or_name: str) -> list[TrialFacts]:
    """The trials of a search and of its twin.

    Raises:
        NotFound: There is no such search.
    """
    together = read_with_twins(session, id_or_name)
    return [fact for each in together for fact in search_facts(each.search, each.trials)]


def read_all_trials(session: Session) -> list[TrialFacts]:
    """The trials of all searches."""
    return [
        fact
        for search in searches.list_searches(session, limit=None)
        for fact in search_facts(search, trials.list_trials(session, search.id, limit=None))
    ]


def search_facts(search: Search, found: Sequence[Trial]) -> list[TrialFacts]:
    """What an insight needs of the trials of a search."""
    setting, macs = trial_setting(search), static_macs(search.prepared)
    return [
        TrialFacts(
            setting=setting,
            search=search.name,
            is_random=search.strategy == "random",
            key=trial.key,
            genotype=trial.genotype,
            is_shared=trial.same_as is not None,
            is_stopped=bool(trial.result.get("is_stopped")),
            is_failed=trial.state is TrialState.FAILED,
            scores=_percents(
                {**trial.result, "reward": trial.reward, "rung": _first(trial.result.get("rungs"))}
            ),
            macs_tenths=_tenths(trial.result.get("macs"), macs),
        )
        for trial in found
    ]


def facts_of_document(document: Any) -> list[TrialFacts]:
    """What an insight needs of the document that `dyncell search show NAME --json` prints.

    Raises:
        BadInput: It is no such document.
    """
    return [
        fact for each in read_search(document) for fact in search_facts(each.search, each.trials)
    ]


def _first(rungs: Any) -> Any:
    return rungs[0][1] if rungs else None


def _percents(shares: Mapping[str, Any]) -> dict[str, float]:
    return {
        key: 100 * value
        for key, value in _finite(shares).items()
        if key in _SCORES or key == "rung"
    }


def _finite(values: Mapping[str, Any]) -> dict[str, float]:
    return {
        key: float(value)
        for key, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }


def _tenths(macs: Any, static: int | None) -> float | None:
    return 10 * float(macs) / static if macs and static else None
