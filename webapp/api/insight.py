"""Insight: which inputs, operations and combines the good cells of searches share."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from core.errors import NotFound
from core.insight.document import insight_document, insight_of
from core.insight.reading import read_all_trials, read_search_trials
from core.insight.trials import ScoreName, TrialChoice, TrialFacts, choose_trials, settings_of
from webapp.api.access import IdOrName, OpenedFolder

router = APIRouter(tags=["insight"])

Trials = Annotated[
    TrialChoice, Query(description="Drawn by chance (twins, random searches), a strategy's, all.")
]
Score = Annotated[
    ScoreName, Query(description="`rung`: the reward after equally many epochs for all.")
]


class EffectDocument(BaseModel):
    """An effect with its 95% interval; `p` is the chance of one this far from 0 by luck."""

    effect: float
    low: float
    high: float
    p: float


class FeatureDocument(BaseModel):
    """What is known of a feature; `holds` after correction for all that were looked at."""

    key: str
    kind: str
    word: str
    told: str
    having: int
    cells: int
    beside: EffectDocument | None
    alone: EffectDocument | None
    span: list[float] | None
    holds: bool
    reason: str | None


class InsightDocument(BaseModel):
    """Effects of features on a score, in `unit`, the greatest first."""

    score: ScoreName
    unit: str
    trials: TrialChoice
    searches: list[str]
    settings: int
    cells: int
    trials_counted: int
    stopped: int
    left_out: dict[str, int]
    reason: str | None
    no_beside: str | None
    features: list[FeatureDocument]


@router.get("/searches/{item_id}/insight")
def show_of_search(
    item_id: IdOrName, folder: OpenedFolder, trials: Trials = "random", score: Score = "reward"
) -> InsightDocument:
    """What the good cells of a search and its twin share, by id or name."""
    with folder.database.reading() as session:
        facts = read_search_trials(session, item_id)
    return _document(facts, trials, score)


@router.get("/insight")
def show(
    folder: OpenedFolder,
    trials: Trials = "random",
    score: Score = "reward",
    setting: Annotated[str, Query(description="Blank: all, standardised within each.")] = "",
) -> InsightDocument:
    """What the good cells of all searches share."""
    with folder.database.reading() as session:
        facts = read_all_trials(session)
    if setting and setting not in settings_of(facts):
        raise NotFound(f"No search has the setting {setting!r}.")
    return _document([each for each in facts if setting in ("", each.setting)], trials, score)


def _document(facts: list[TrialFacts], trials: TrialChoice, score: ScoreName) -> InsightDocument:
    material = choose_trials(facts, choice=trials, score=score)
    return InsightDocument(**insight_document(material, insight_of(material)))
