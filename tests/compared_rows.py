"""Rows of the leaderboard to be compared: seeds of two cells and a static network, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.data_folder import DataFolder
from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.palette import CAMVID
from core.protocol import Protocol
from core.records import Dataset, Model, new_id
from core.search_records import Trial
from core.store import board, dynamics, evaluations, latencies, models, searches, trials
from core.store.comparisons import dynamics_protocol, read_comparison
from tests.webapp.judged import FRAMES, add_dataset, add_evaluation

_SIZES = StaticConfig(num_classes=CAMVID.num_classes).to_dict()
STATIC = "5" * 64
"""The weights that the cells live in where there is no prefix."""


@dataclass(frozen=True)
class ComparedRows:
    """Ids of rows.

    Attributes:
        mover: `propagate` with two seeds, wrong on few pixels.
        clock: `clockwork` with the same seeds, wrong on more of them.
        static: A static network, one run.
        elsewhere: The static network in another setting.
        trial: A trial of a search.
    """

    mover: str
    clock: str
    static: str
    elsewhere: str
    trial: str


def add_compared_rows(
    folder: DataFolder, place: Path, *, prefix: str = "", dataset: Dataset | None = None
) -> ComparedRows:
    """Writes models, real evaluations of a few tiny frames, timings and a trial.

    Args:
        folder: The data folder.
        place: Where files may be written meanwhile.
        prefix: Begins the names of the models, whose weights are others with another one.
        dataset: What they are judged on; a new one where None.
    """
    dataset = dataset or add_dataset(folder, place, name=f"{prefix}judged")
    weights = STATIC if not prefix else sha256(prefix.encode()).hexdigest()
    static = add_trained(folder, f"{prefix}wide", weights)
    add_evaluation(folder, place, model=static, dataset=dataset, rows=[9] * FRAMES)
    half = Protocol(flow=None, frames=(0, 4))
    add_evaluation(folder, place, model=static, dataset=dataset, rows=[9] * FRAMES, protocol=half)
    rows = {"mover": [2, 3], "clock": [30, 31]}
    cells = {"mover": NAMED["propagate"], "clock": NAMED["clockwork"]}
    for name, wrong in rows.items():
        for seed, limit in enumerate(wrong):
            called = f"{prefix}{name} seed {seed}"
            digits = sha256(called.encode()).hexdigest()
            model = add_trained(folder, called, digits, cells[name], seed, static=weights)
            add_evaluation(folder, place, model=model, dataset=dataset, rows=[limit] * FRAMES)
            _time(folder, model, 8.0 + seed / 10 + 2 * (name == "clock"))
    trial = _add_trial(folder, f"{prefix}cells", NAMED["blend"])
    with folder.database.reading() as session:
        found = {
            (row.texts["name"], row.texts["frames"]): row.id
            for row in board.page(session, limit=1000)
        }
    return ComparedRows(
        mover=found[f"{prefix}mover", ""],
        clock=found[f"{prefix}clock", ""],
        static=found[f"{prefix}wide", ""],
        elsewhere=found[f"{prefix}wide", "0..4"],
        trial=found[trial.key, ""],
    )


def add_trained(
    folder: DataFolder,
    name: str,
    key: str,
    genotype: Genotype | None = None,
    seed: int = 0,
    *,
    static: str = STATIC,
) -> Model:
    """A model's row that says how it was trained; nobody here loads its weights."""
    training: dict[str, object] = {"steps": 10, "seed": seed}
    cell = {}
    if genotype is not None:
        training["static"] = {"sha256": static}
        cell = {"cell": CellConfig.of(genotype).to_dict()}
    with folder.database.writing() as session:
        return models.add(
            session,
            new_id(),
            name=name,
            kind="static" if genotype is None else "cell",
            artifact=f"{new_id()}.0.weights",
            sha256=key,
            size=1,
            palette=CAMVID,
            config=_SIZES | cell,
            provenance={"seed": seed, "training": training},
            metrics={},
            params=10,
        )


def _time(folder: DataFolder, model: Model, taken: float) -> None:
    with folder.database.writing() as session:
        latencies.add(
            session,
            model_key=model.sha256,
            model_name=model.name,
            setting={"device": "cpu", "threads": 1, "width": 480, "height": 360, "busy": False},
            measured={"latency_p50_ms": taken, "latency_p95_ms": taken + 2, "fps_model": 100.0},
        )


def _add_trial(folder: DataFolder, name: str, genotype: Genotype) -> Trial:
    config = {"strategy": "random", "trials": 8, "seed": 0, "dataset": "judged"}
    with folder.database.writing() as session:
        made = searches.add(session, new_id(), name=name, config=config, job_id=new_id())
        search = searches.prepare(
            session,
            made.id,
            static_id=None,
            static_key=STATIC,
            data_key="d" * 64,
            code="c" * 64,
            prepared={},
            stages={},
        )
        added = trials.add(
            session,
            new_id(),
            search_id=search.id,
            number=0,
            key=genotype.key,
            genotype=genotype.to_dict(),
            seed=1,
            thresholds={},
            same_as=None,
            job_id="",
        )
        result = {"miou": 0.4, "accuracy": 0.5, "macs": 1000, "params": 10}
        return trials.publish(session, added.id, reward=0.5, cause=None, result=result)


def measure_rows(folder: DataFolder, row_ids: Sequence[str]) -> None:
    """Stores mIoU@d of every counted run of the rows: 60, 55 and 50 percent."""
    with folder.database.writing() as session:
        for contender in read_comparison(session, row_ids).contenders:
            for run in contender.runs:
                evaluation = evaluations.get(session, run.source["evaluation_id"])
                protocol = dynamics_protocol(evaluation)
                dynamics.put(
                    session,
                    model_key=run.model_key,
                    model_name=run.source["name"],
                    dataset_id=evaluation.dataset_id,
                    dataset_name=evaluation.dataset_name,
                    data_key=evaluation.data_key,
                    split=evaluation.split,
                    protocol_key=protocol.key,
                    options=protocol.to_dict(),
                    job_id="",
                    document={"distance": {"d": [0, 1, 2], "miou": [60.0, 55.0, 50.0]}},
                )
