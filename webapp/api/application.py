"""The REST interface as one application, mounted under /api/v1."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI

from core.data_folder import DataFolder
from webapp.api import (
    datasets,
    evaluations,
    health,
    jobs,
    models,
    searches,
    segmentations,
    tus,
    videos,
)
from webapp.api.guard import Guard
from webapp.api.problems import add_problem_handlers


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
    )
    api.state.open_folder = open_folder
    for module in (
        videos,
        segmentations,
        tus,
        datasets,
        models,
        searches,
        evaluations,
        jobs,
        health,
    ):
        api.include_router(module.router)
    add_problem_handlers(api)
    api.add_middleware(Guard, hosts=hosts)
    return api
