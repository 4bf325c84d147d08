"""Training jobs as they are left behind."""

from typing import Any

from sqlalchemy import update

from core.data_folder import DataFolder
from core.records import Progress
from core.store import jobs
from core.store.tables import JobRow
from core.train.curve import Curve


def add_training(
    folder: DataFolder,
    *,
    seconds: float,
    name: str = "made",
    width: float = 0.5,
    steps: int = 100,
    model_id: str = "",
    rate: float | None = None,
    **payload: Any,
) -> str:
    """A training that took so long and made a model; its id.

    `rate` is what it measured itself, steps per second.
    """
    asked = {"name": name, "width": width, "steps": steps, "precision": "auto", "seed": 0}
    curve = Curve()
    for step in range(1, steps + 1):
        curve.add(step, loss=3 / step, learning_rate=0.005)
    detail = {"loss": 3 / steps, "curve": curve.to_dict()}
    if rate is not None:
        detail["rate"] = rate
    with folder.database.writing() as session:
        job = jobs.enqueue(
            session, "train_static", payload=asked | payload, title=f"Train {name}", priority=1
        )
        claimed = jobs.claim(session, ["train_static"], lease_owner="nobody", lease_seconds=60)
        assert claimed is not None
        assert claimed.id == job.id
        progress = Progress(steps, steps, "steps", "training", 0.0, detail)
        jobs.heartbeat(session, job.id, claimed.fence, lease_seconds=60, progress=progress)
        jobs.finish(session, job.id, claimed.fence, result={"model_id": model_id})
        took = {"started_at": JobRow.finished_at - seconds}
        session.execute(update(JobRow).where(JobRow.id == job.id).values(**took))
    return job.id
