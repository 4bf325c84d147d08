"""A finished job `time_cell`, as it is left behind."""

from typing import Any

from core.cell_description import CellConfig
from core.data_folder import DataFolder
from core.records import Model
from core.store import jobs
from tasks import queue

SETTING = {
    "device": "cpu",
    "processor": "A processor <b>",
    "precision": "fp32",
    "backend": "torch",
    "threads": 1,
    "cores": 2,
    "torch": "2.13.0",
    "host": "here",
    "width": 480,
    "height": 360,
    "busy": True,
}


def measured(steady: float) -> dict[str, Any]:
    """The numbers of a cell that takes so many milliseconds per frame."""
    names = {"steady": steady, "key": 20.0, "low": 3.0, "high": 15.0, "cell": 3.5, "head": 1.5}
    found: dict[str, Any] = {"frames_timed": 300, "warm_up": 50}
    found |= {"share": steady / 20 + 0.01, "cpu_share": steady / 20}
    for name, taken in (names | {"labels": 2.0}).items():
        found |= {f"{name}_p50_ms": taken, f"{name}_p95_ms": taken + 1}
    return found


def add_timing(folder: DataFolder, config: CellConfig, model: Model, *, steady: float = 8.0) -> str:
    """The id of a job that timed a cell at 480x360; node n took n + 0.5 ms."""
    job = queue.add_cell_timing(folder, config=config, static=model.id, width=480, height=360)
    assert config.genotype is not None
    nodes = [
        {"node": str(node), "p50_ms": number + 0.5}
        for number, node in enumerate(config.genotype.nodes)
    ]
    result = {
        "key": config.genotype.key,
        "static": model.name,
        "static_sha256": model.sha256,
        "setting": SETTING,
        "measured": measured(steady),
        "nodes": nodes,
        "projections_p50_ms": 0.25,
        "join_p50_ms": 0.05,
    }
    with folder.database.writing() as session:
        claimed = jobs.claim(session, ["time_cell"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        assert claimed.id == job.id
        jobs.finish(session, job.id, claimed.fence, result=result)
    return job.id
