"""The REST interface as one application, mounted under /api/v1."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI

from core.data_folder import DataFolder
from webapp.api import (
    datasets,
    dynamics,
    evaluations,
    exports,
    frames,
    genotypes,
    health,
    insight,
    jobs,
    leaderboard,
    models,
    saved_views,
    searches,
    segmentations,
    trainings,
    tus,
    videos,
)
from webapp.api.conditional import Conditional
from webapp.api.guard import Guard
from webapp.api.idempotency import Idempotency
from webapp.api.openapi import describe, operation_id
from webapp.api.problems import add_problem_handlers

MODULES = (
    videos,
    segmentations,
    exports,
    tus,
    datasets,
    models,
    dynamics,
    genotypes,
    trainings,
    searches,
    insight,
    saved_views,
    leaderboard,
    frames,
    evaluations,
    jobs,
    health,
)
"""The addresses, noun by noun."""


def build_api(open_folder: Callable[[], DataFolder], *, hosts: tuple[str, ...] = ()) -> FastAPI:
    """The API over a data folder, guarded; its document is at `/openapi.json`.

    Args:
        open_folder: Gives the data folder; called by every request that needs it.
        hosts: Host names that are ours beside the loopback ones.
    """
    api = FastAPI(
        title="dyncell",
        version=version("dyncell"),
        description="Videos in, segmented videos out; datasets in, trained and judged models out.",
        docs_url=None,  # its pages load scripts from other hosts
        redoc_url=None,
        generate_unique_id_function=operation_id,
    )
    api.state.open_folder = open_folder
    for module in MODULES:
        api.include_router(module.router)
    describe(api, MODULES)
    add_problem_handlers(api)
    api.add_middleware(Conditional)
    api.add_middleware(Idempotency, open_folder=open_folder)
    api.add_middleware(Guard, hosts=hosts)
    return api
