"""The web application: pages, REST interface and assets in one process."""

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from core.errors import DyncellError
from core.settings import Settings
from webapp.actions import take_upload
from webapp.api.application import build_api
from webapp.api.guard import Guard
from webapp.components.assets import assets
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.kept_answers import KeptAnswers
from webapp.upload_spool import UploadSpool

_LOG = logging.getLogger(__name__)
_SWEEP_SECONDS = 600.0
_HOSTS = Settings.from_environment().hosts


def sweep_uploads() -> None:
    """Finishes uploads whose last byte arrived before a stop; forgets what is given up or old."""
    try:
        folder = current_folder()
        spool = UploadSpool(folder.settings.uploads)
        spool.remove_expired()
        KeptAnswers(folder.settings.answers).remove_expired()
        arrived = spool.uploads()
    except DyncellError as error:
        _LOG.warning("%s", error)
        return
    for upload in arrived:
        try:
            if upload.is_complete and upload.result_id is None:
                take_upload(folder, spool, upload.id)
        except DyncellError as error:
            _LOG.warning("The upload %s: %s", upload.id, error)


async def _keep_sweeping() -> None:
    while True:
        await asyncio.to_thread(sweep_uploads)
        await asyncio.sleep(_SWEEP_SECONDS)


def load_ahead() -> None:
    """Loads the libraries of tables and charts, so that nobody's first page waits for them."""
    for name in ("pandas", "pyarrow", "plotly.graph_objects"):
        importlib.import_module(name)


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    running = [
        asyncio.create_task(_keep_sweeping()),
        asyncio.create_task(asyncio.to_thread(load_ahead)),
    ]
    try:
        yield {}
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


app = st.App(
    Path(__file__).with_name("frame.py"),
    routes=[
        Mount("/api/v1", build_api(current_folder, hosts=_HOSTS)),
        Mount("/assets", assets),
    ],
    middleware=[Middleware(Guard, hosts=_HOSTS)],
    lifespan=_lifespan,
    on_script_error=render_failure,
)
