"""Real servers for tests: an address from the environment, else a server of the test's own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.free_port import free_port

DATABASE_VARIABLE = "DYNCELL_TEST_DATABASE_URL"
"""Names a PostgreSQL server whose user may create databases."""

BROKER_VARIABLE = "DYNCELL_TEST_BROKER_URL"
"""Names a Redis server."""


class OwnServer:
    """A server process of the test's own that can be stopped and started again."""

    def __init__(self, command: list[str], *, user: str | None = None) -> None:
        self._command = command
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            self._process.wait(60)


@contextmanager
def running_postgresql() -> Iterator[tuple[str, OwnServer | None]]:
    """The address of a PostgreSQL server, and the server where it is ours; skips without one."""
    if url := os.environ.get(DATABASE_VARIABLE):
        yield url, None
        return
    binaries = _postgresql_binaries()
    user = "postgres" if os.getuid() == 0 else None  # its programs refuse to run as root
    folder = Path(tempfile.mkdtemp(prefix="dyncell-postgresql-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data, port = folder / "data", free_port()
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "dyncell", "-A", "trust"]
        subprocess.run(
            [*initdb, "-E", "UTF8", "--locale=C", "--no-sync"],
            user=user,
            cwd="/",
            check=True,
            capture_output=True,
        )
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
        server = OwnServer([*command, "-c", "fsync=off"], user=user)
        server.start()
        try:
            url = f"postgresql://dyncell@127.0.0.1:{port}/postgres"
            wait_for_postgresql(url)
            yield url, server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A fresh database on the server, dropped afterwards."""
    name = f"dyncell_test_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield server_url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running_redis() -> Iterator[tuple[str, OwnServer | None]]:
    """The address of a Redis server, and the server where it is ours; skips without one."""
    if url := os.environ.get(BROKER_VARIABLE):
        yield url, None
        return
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        pytest.skip(f"no redis-server on this machine and {BROKER_VARIABLE} is not set")
    port = free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = OwnServer([*command, "--appendonly", "no"])
    server.start()
    url = f"redis://127.0.0.1:{port}/0"
    try:
        wait_for_redis(url)
        yield url, server
    finally:
        server.stop()


def wait_for_postgresql(url: str) -> None:
    _wait(lambda: psycopg.connect(url).close(), psycopg.OperationalError)


def wait_for_redis(url: str) -> None:
    _wait(lambda: redis.Redis.from_url(url).ping(), redis.ConnectionError)


def _wait(answer: object, error: type[Exception]) -> None:
    assert callable(answer)
    for _ in range(1200):
        try:
            answer()
            return
        except error:
            time.sleep(0.05)
    answer()


def _postgresql_binaries() -> Path:
    """Debian keeps the server's programs out of PATH, in a folder per version."""
    found = [Path(path).parent for path in [shutil.which("postgres")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip(f"no PostgreSQL on this machine and {DATABASE_VARIABLE} is not set")
