"""The memory of the process that serves the leaderboard stays flat, however often it is asked."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from core.board.made import made_rows
from core.data_folder import open_data_folder
from core.settings import Settings
from tests.board_of_tests import fill_board
from tests.free_port import free_port

COUNT = 10_000
WARM_UP, ASKED = 30, 120
MOST_MB = 25.0  # the rows alone, as objects, would take several times as much

QUESTIONS = [
    ("leaderboard", {"sort": "miou", "limit": 50}),
    ("leaderboard", {"sort": "latency_p50", "limit": 50, "offset": 4950}),
    ("leaderboard", {"filter": "name ~ '77' or light", "sort": "aba_flicker", "offset": 900}),
    ("leaderboard", {"filter": "kind = trial", "limit": 200}),
    ("leaderboard", {"filter": "mio > 60"}),
    ("leaderboard/rows.csv", {"filter": "miou > 50", "sort": "name"}),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, psutil.Process]]:
    folder = open_data_folder(Settings.of(tmp_path / "data", {}))
    fill_board(folder.database, list(made_rows(COUNT)))
    folder.database.close()
    port = free_port()
    command = [sys.executable, "-m", "tests.webapp.api_server", str(tmp_path / "data"), str(port)]
    process = subprocess.Popen(command)
    try:
        address = f"http://127.0.0.1:{port}/api/v1"
        _wait(process, address)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            _ask(f"{address}/health")
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        else:
            return


def _ask(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return sum(len(piece) for piece in iter(lambda: answer.read(65536), b""))
    except urllib.error.HTTPError as error:
        if error.code != 422:
            raise
        return 0


def test_memory_stays_flat_over_many_questions(
    served: tuple[str, psutil.Process],
) -> None:
    address, process = served
    addresses = [f"{address}/{path}?{urlencode(asked)}" for path, asked in QUESTIONS]
    for each in islice(cycle(addresses), WARM_UP):
        _ask(each)
    before = process.memory_info().rss
    answered = [_ask(each) for each in islice(cycle(addresses), ASKED)]
    grown = (process.memory_info().rss - before) / 1e6
    assert sum(size > 0 for size in answered) > ASKED / 2
    assert grown < MOST_MB
