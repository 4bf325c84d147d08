"""Serves the API alone, for tests that kill it: `python -m tests.webapp.api_server DATA PORT`."""

import sys
from pathlib import Path

import uvicorn

from core.data_folder import open_data_folder
from core.settings import Settings
from webapp.api.application import build_api

if __name__ == "__main__":
    folder = open_data_folder(Settings.of(Path(sys.argv[1])))
    uvicorn.run(build_api(lambda: folder), port=int(sys.argv[2]), log_level="warning")
