"""Serves the API alone, where the application has it, for tests that kill it.

`python -m tests.webapp.api_server DATA PORT`.
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from core.data_folder import open_data_folder
from core.settings import Settings
from webapp.api.application import build_api

if __name__ == "__main__":
    folder = open_data_folder(Settings.of(Path(sys.argv[1])))
    app = Starlette(routes=[Mount("/api/v1", build_api(lambda: folder))])
    uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
