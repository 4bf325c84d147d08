"""Cells: how long one takes on a static network, measured on a worker's machine."""

from typing import Any

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_size import frame_size_text
from core.nn.cell_config import CellConfig
from core.records import Job
from core.store import models
from tasks.queue.jobs import enqueue
from tasks.queue.messages import notify
from tasks.queue.unfinished import unfinished_jobs

LARGEST_TIMED = (1920, 1080)
"""The frame with the most pixels that is timed: larger ones would hold up who waits behind."""


def add_cell_timing(
    folder: DataFolder, *, config: CellConfig, static: str, width: int, height: int
) -> Job:
    """Queues a timing of a cell that has learnt nothing; returns the one that waits or runs.

    Args:
        folder: The data folder.
        config: The cell's sizes.
        static: Name or id of the model whose static network it is put on.
        width: Columns of the frame as the network sees it.
        height: Rows of it.

    Raises:
        NotFound: There is no such model.
        DyncellError: There is nothing to time, or the frame is too large.
    """
    payload = timing_payload(config, width=width, height=height)
    with folder.database.writing() as session:
        model = models.get(session, static)
        payload |= {"model_id": model.id, "static": model.name, "static_sha256": model.sha256}
        for job in unfinished_jobs(session, kinds=["time_cell"]):
            if not job.payload.get("foreground") and job.payload == payload:
                return job
        size = frame_size_text(width, height)
        job = enqueue(
            session,
            "time_cell",
            payload=payload,
            title=f"Time the cell {payload['key']} on {model.name} at {size}",
        )
    notify(folder.settings)
    return job


def timing_payload(config: CellConfig, *, width: int, height: int) -> dict[str, Any]:
    """What the job `time_cell` is given, but for the static network.

    Raises:
        DyncellError: There is nothing to time, or the frame is too large.
    """
    if config.genotype is None:
        raise DyncellError("copy computes nothing on its frames, so there is nothing to time.")
    if width * height > LARGEST_TIMED[0] * LARGEST_TIMED[1]:
        raise DyncellError(
            f"Frames of {frame_size_text(width, height)} are too large to time a cell on; choose "
            f"up to {frame_size_text(*LARGEST_TIMED)}."
        )
    return {
        "key": config.genotype.key,
        "cell": config.to_dict(),
        "width": width,
        "height": height,
    }
