from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings
from tests.webapp.served import Server, serving
from webapp.api.application import build_api
from webapp.folder import current_folder

TUS = {"Tus-Resumable": "1.0.0"}

MP4 = b"\0\0\0\x18ftypisom"
"""Begins bytes that are taken for a video."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    opened = open_data_folder(Settings.of(tmp_path / "data", {}))
    yield opened
    opened.database.close()


@pytest.fixture
def client(folder: DataFolder) -> TestClient:
    return TestClient(build_api(lambda: folder), base_url="http://localhost:8501")


@pytest.fixture
def ours(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder of the test is the one that pages open."""
    monkeypatch.setenv("DYNCELL_DATA", str(folder.settings.data))
    current_folder.cache_clear()
    yield
    current_folder.cache_clear()


@pytest.fixture
def server(folder: DataFolder) -> Iterator[Server]:
    with serving(folder.settings.data) as served:
        yield served
