"""The job `import_dataset`: looks at an archive or a folder, and packs it once somebody takes it.

Payload: `dataset_id` and `stage`: `preview` looks, `pack` packs, `all` does both where the look
finds no problem; `layout` and `archive` (the name of the file that was given) where a command
named them. The process that decodes is limited in memory: nobody knows what a file brings.
"""

import time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.artifacts import artifact_id
from core.dataset_registry import publish_pack, render_built_in
from core.datasets.archive import extract
from core.datasets.found import Found
from core.datasets.packing import pack
from core.datasets.preview import preview, render_examples
from core.datasets.problems import BadDataset
from core.datasets.scan import scan
from core.errors import NotFound
from core.records import Dataset, Progress
from core.store import datasets
from core.video.playable import limit_process
from tasks.context import JobContext

MEMORY = 6 * 2**30
"""Bytes of address space for decoding."""

CPU_SECONDS = 6 * 3600
"""Processor seconds for one import."""


def run(context: JobContext) -> None:
    """Does the stage that the payload names and publishes what came out."""
    payload = context.job.payload
    with context.folder.database.reading() as session:
        dataset = datasets.get(session, payload["dataset_id"])
    if dataset.origin == "shipped":
        _render(context, dataset)
        return
    if not payload.get("foreground"):
        limit_process(MEMORY, int(time.process_time()) + CPU_SECONDS)
    found = scan(_source(context, dataset), layout=payload.get("layout", "auto"))
    if payload["stage"] == "preview" or found.problems:
        _publish_preview(context, dataset, found)
    else:
        _publish_pack(context, dataset, found)


def _source(context: JobContext, dataset: Dataset) -> Path:
    if dataset.origin == "folder":
        folder = Path(dataset.path)
        if not folder.is_dir():
            raise NotFound(
                f"The folder {folder} is gone: bring it back, or delete the dataset and import "
                "another folder."
            )
        return folder
    context.report(Progress(0, 0, "files", "unpacking"))
    # Messages name what people know: the file they gave, or the dataset as they called it.
    name = str(context.job.payload.get("archive") or f"{dataset.name}.zip")
    archive, into = context.work / "archive" / name, context.work / (Path(name).stem or "zip")
    archive.parent.mkdir()
    archive.symlink_to(context.folder.artifacts.local_copy(dataset.source))
    extract(
        archive,
        into,
        progress=lambda done, total: context.report(Progress(done, total, "files", "unpacking")),
    )
    return into


def _publish_preview(context: JobContext, dataset: Dataset, found: Found) -> None:
    shown = preview(found).to_dict() | {"examples": render_examples(found)}
    if context.job.payload["stage"] == "all" and found.problems:
        raise BadDataset.of(found.problems)
    for text in (*shown["problems"], *shown["warnings"]):
        context.log(text)

    def publish(session: Session) -> dict[str, Any]:
        datasets.show_preview(session, dataset.id, preview=shown)
        return {"dataset_id": dataset.id, "problems": len(shown["problems"])}

    context.finish(publish)


def _publish_pack(context: JobContext, dataset: Dataset, found: Found) -> None:
    path = context.work / "dataset.pack"
    index = pack(found, path, progress=lambda done, total: _report(context, done, total))
    for note in index.notes:
        context.log(note)
    artifact = artifact_id(dataset.id, context.job.fence, "dataset.pack")
    size = context.folder.artifacts.put(path, artifact)

    def publish(session: Session) -> dict[str, Any]:
        publish_pack(session, dataset.id, artifact=artifact, index=index, size=size)
        return {"dataset_id": dataset.id, "frames": sum(len(s.frames) for s in index.splits)}

    context.finish(publish)
    if dataset.source:
        context.folder.artifacts.delete(dataset.source)


def _render(context: JobContext, dataset: Dataset) -> None:
    if not dataset.is_ready:
        dataset = render_built_in(
            context.folder,
            dataset,
            report=lambda done, total: _report(context, done, total),
            fence=context.job.fence,
        )
    context.finish(lambda _: {"dataset_id": dataset.id})


def _report(context: JobContext, done: int, total: int) -> None:
    context.report(Progress(done, total, "frames", "reading"))
