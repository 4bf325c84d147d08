"""The job `baselines`: makes the trivial baselines of a static network and queues what they need.

Payload: `static_id`, `dataset_id` with their names, what they are judged on (`split`, `protocol`),
`seeds` of the trained ones (0 = none), the `cohort` of random cells (`name`, `genotypes`) or None,
and `options` of the trainings. What is there, or waits, is taken; nothing is made twice.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.baselines.random_cells import Cohort
from core.baselines.rows import CellRow, cell_rows, untrained_rows
from core.genotype import Genotype
from core.names import free_name
from core.protocol import Protocol
from core.records import Model, Progress
from core.store import models
from tasks.baseline_models import cell_order, lesson_of, trained_model, untrained_model
from tasks.context import JobContext
from tasks.queue.evaluations import add_evaluation
from tasks.queue.messages import notify
from tasks.queue.trainings import names_in_use, order_cell_training
from tasks.queue.unfinished import unfinished_jobs
from tasks.training import stage_reporter

Asked = dict[str, Any]

_SAME = ("genotype", "seed", "memoryless", "static_id", "dataset_id", "key_interval")


def run(context: JobContext) -> None:
    """Registers what learns nothing, takes what is trained, and queues all that is missing."""
    asked = context.job.payload
    with context.folder.database.reading() as session:
        static = models.get(session, asked["static_id"])
    options = dict(asked["options"])
    key_interval = options.pop("key_interval")
    names = untrained_rows(key_interval)
    judged = [static]
    for number, text in enumerate(names):
        context.report(Progress(number, len(names), "baselines", "making"))
        judged.append(untrained_model(context.folder, text, static))
    rows = list(cell_rows(seeds=asked["seeds"], cohort=_cohort(asked["cohort"])))
    missing = _take_trained(context, rows, static, options, key_interval, judged)
    for model in judged:
        add_evaluation(
            context.folder,
            model=model.id,
            dataset=asked["dataset_id"],
            split=asked["split"],
            protocol=Protocol.from_dict(asked["protocol"]),
            latency=False,
        )
    context.log(f"{len(judged)} models are judged, {len(missing)} cells are trained")
    context.finish(lambda session: _order(session, context, missing, static))
    notify(context.folder.settings)


def _cohort(document: Asked | None) -> Cohort | None:
    if document is None:
        return None
    return Cohort(document["name"], tuple(map(Genotype.from_dict, document["genotypes"])))


def _take_trained(
    context: JobContext,
    rows: Sequence[CellRow],
    static: Model,
    options: Asked,
    key_interval: int,
    judged: list[Model],
) -> list[tuple[CellRow, Asked]]:
    """Adds models that are trained already to `judged`; returns what is to be trained."""
    if not rows:
        return []
    asked = context.job.payload
    shared = options | {"dataset": asked["dataset"], "dataset_id": asked["dataset_id"]}
    progress = stage_reporter(context, "decoding")
    lesson = lesson_of(context.folder, shared, static, progress=progress)
    missing = []
    for row in rows:
        order = cell_order(row, shared, key_interval=key_interval)
        model = trained_model(context.folder, row, order, static, lesson)
        if model is None:
            missing.append((row, order))
        else:
            judged.append(model)
    return missing


def _order(
    session: Session,
    context: JobContext,
    missing: Sequence[tuple[CellRow, Asked]],
    static: Model,
) -> dict[str, Any]:
    """Queues the trainings that do not wait already; each is judged when it is done."""
    asked = context.job.payload
    judge = {key: asked[key] for key in ("dataset_id", "split", "protocol")}
    waiting = unfinished_jobs(session, kinds=["train_cell"])
    added = 0
    for row, order in missing:
        wanted = order | {"static_id": static.id}
        if any(_is_same(job.payload, wanted) for job in waiting):
            continue
        taken = names_in_use(session)
        left_out = ("genotype", "genotype_name", "dataset", "dataset_id")
        order_cell_training(
            session,
            genotype=row.genotype,
            title=row.called,
            static=static.id,
            dataset=asked["dataset_id"],
            name=free_name(row.model_name(static.name), taken.__contains__),
            options={key: value for key, value in order.items() if key not in left_out}
            | {"judge": judge},
        )
        added += 1
    return {"trainings": added, "cells": len(missing)}


def _is_same(payload: Asked, wanted: Asked) -> bool:
    keys = (*_SAME, "splits", "steps", "length", "variants")
    return all(payload.get(key) == wanted.get(key) for key in keys)
