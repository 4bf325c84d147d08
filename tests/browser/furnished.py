"""The running app with something on every page, and the address of each of them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

from core.data_folder import DataFolder
from core.frame_ranking import Ranking
from core.protocol import Protocol
from core.records import Evaluation, Model
from core.store import datasets, models
from core.store.evaluations import list_evaluations
from tasks import queue
from tests.browser.barcode_clip import Clip, wait_for_job
from tests.browser.running_app import RunningApp
from tests.compared_rows import ComparedRows, add_compared_rows, measure_rows
from tests.webapp.judged import add_dataset, add_evaluation, add_unfinished
from tests.webapp.measured import add_dynamics
from tests.webapp.trained import add_training
from webapp.evaluation_details import read_details
from webapp.frame_data import put_in_basket

PREFIX = "shown "
"""Begins the names of what is put in."""

SEGMENTED = 32
"""So many frames of the sample are."""

CHART = ".js-plotly-plot .main-svg"


@dataclass(frozen=True)
class Place:
    """One page with its contents.

    Attributes:
        name: What it is.
        path: Its address in the app.
        shows: A selector of what comes late; the page is there once it is visible.
    """

    name: str
    path: str
    shows: str


def furnish(app: RunningApp, place: Path) -> list[Place]:
    """Puts a video with results, a dataset, evaluations, measurements and a search in.

    Args:
        app: The running app, whose worker segments the sample.
        place: Where files may be written meanwhile.

    Returns:
        Every page, with contents.
    """
    folder = app.folder
    clip = sample(app.address)
    results = [clip.segment(model, end=SEGMENTED) for model in ("camvid", "two-tone")]
    dataset = add_dataset(folder, place, name=f"{PREFIX}streets")
    rows = add_compared_rows(folder, place, prefix=PREFIX, dataset=dataset)
    measure_rows(folder, [rows.mover, rows.clock])
    search = queue.add_example_search(folder)
    judged = _judged(folder)
    relabelled = _relabel(folder, place, judged)
    add_training(folder, name=f"{PREFIX}training", seconds=90.0)
    return [
        Place("overview", "", "[data-testid=stMetric]"),
        *_video_places(clip, results),
        Place("datasets", "datasets", "text=All datasets"),
        Place("dataset", f"datasets?dataset={dataset.id}", CHART),
        Place("frame", f"datasets?dataset={dataset.id}&split=val&frame=1", _READY),
        Place("models", "models", "text=Download >> nth=0"),
        Place("model", f"models?model={judged.model_id}", CHART),
        Place("searches", "search", f"text={search.name} >> nth=0"),
        Place("search", f"search?search={search.id}", CHART),
        Place("leaderboard", f"leaderboard?{_board(rows)}", ".parallel"),
        Place("insight", "insight", ".effects"),
        Place("genotype", "genotype?genotype=propagate&with=blend", ".cell-graph >> nth=1"),
        Place("compare", f"compare?row={rows.mover}&row={rows.clock}", ".cell-graph >> nth=1"),
        Place("evaluate", "evaluate", "[data-testid=stDataFrame]"),
        Place("evaluation", f"evaluate?evaluation={judged.id}", CHART),
        Place("labels", f"evaluate?evaluation={relabelled.id}", "text=scored otherwise"),
        Place("judged frame", f"evaluate?evaluation={judged.id}&frame=3", _READY),
        Place("frames", "frames", ".frame-grid .cell[data-state=ready] >> nth=0"),
        Place("basket", "frames?view=basket", ".cell[data-state=ready] >> nth=0"),
        Place("jobs", "jobs", f"text={PREFIX}training"),
        Place("glossary", "glossary", "[data-testid=stMarkdown] >> nth=0"),
    ]


_READY = ".frame-view[data-state=ready]"


def sample(address: str) -> Clip:
    """The bundled sample in the running app."""
    api = httpx.Client(base_url=f"{address}/api/v1", timeout=60)
    video = api.post("/videos/sample").raise_for_status().json()
    wait_for_job(api, video["job_id"])
    return Clip(api, address, video["id"])


def _video_places(clip: Clip, results: list[str]) -> list[Place]:
    first, second = results
    both = f"player?segmentation={first}&with={second}"
    return [
        Place("segment", f"segment?video={clip.video_id}", "text=free on this disk"),
        Place("results", "player", "text=Choose a result"),
        Place("player", both, ".player[data-state=paused]"),
    ]


def _board(rows: ComparedRows) -> str:
    basket = ",".join((rows.mover, rows.clock))
    filter_text = f"name ~ '{PREFIX}' or kind = trial"
    return urlencode({"filter": filter_text, "setting": "all", "basket": basket})


def _judged(folder: DataFolder) -> Evaluation:
    """An evaluation with frames in the basket, whose model was measured over time."""
    with folder.database.reading() as session:
        found = list_evaluations(session, limit=None)
        judged = next(each for each in found if each.model_name == f"{PREFIX}clock seed 0")
        dataset = datasets.get(session, str(judged.dataset_id))
    add_dynamics(folder, model=_model(folder, judged), dataset=dataset)
    frames = read_details(folder.artifacts, str(judged.details)).frames
    put_in_basket(folder, judged, frames[:3], ranking=Ranking(), note="trees")
    return judged


def _relabel(folder: DataFolder, place: Path, judged: Evaluation) -> Evaluation:
    """An evaluation on labels that were corrected since, a second one by those, a failed one."""
    name, model = f"{PREFIX}corrected", _model(folder, judged)
    first = add_dataset(folder, place, name=name)
    protocol = Protocol(flow=None, boundary=0.03)
    made = add_evaluation(folder, place, model=model, dataset=first, protocol=protocol)
    queue.delete_dataset(folder, first.id)
    second = add_dataset(folder, place, name=name, relabelled=[7, 8])
    add_evaluation(folder, place, model=model, dataset=second, protocol=protocol)
    add_unfinished(folder, model=model, dataset=second, error="The disk is full; make room.")
    return made


def _model(folder: DataFolder, evaluation: Evaluation) -> Model:
    with folder.database.reading() as session:
        return models.get(session, str(evaluation.model_id))
