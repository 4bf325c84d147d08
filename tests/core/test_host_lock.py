"""The lock of a host: one holder at a time, and nobody waits for the dead."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import Cancelled, DyncellError
from core.host_lock import host_lock


def test_one_holds_it_at_a_time(tmp_path: Path) -> None:
    inside: list[str] = []

    def hold(number: int) -> None:
        with host_lock(tmp_path / "folder" / "a.lock"):
            inside.append("in")
            time.sleep(0.01)
            inside.append("out")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hold, range(4)))
    assert inside == ["in", "out"] * 4
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_failure_gives_it_back(tmp_path: Path) -> None:
    def fail() -> None:
        with host_lock(tmp_path / "a.lock"):
            raise RuntimeError("half way")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="half way"):
            fail()
    assert list(tmp_path.iterdir()) == []


def test_different_files_do_not_exclude_each_other(tmp_path: Path) -> None:
    with host_lock(tmp_path / "a.lock"), host_lock(tmp_path / "b.lock", should_stop=lambda: True):
        pass


def test_whoever_waits_can_be_stopped(tmp_path: Path) -> None:
    answers = iter([False, True])
    with (
        host_lock(tmp_path / "a.lock"),
        pytest.raises(Cancelled, match="while it waited"),
        host_lock(tmp_path / "a.lock", should_stop=lambda: next(answers)),
    ):
        pass
    with host_lock(tmp_path / "a.lock"):
        pass


def test_a_file_that_was_removed_under_a_waiting_process_locks_nobody_out(tmp_path: Path) -> None:
    path, entered = tmp_path / "a.lock", threading.Event()

    def wait() -> None:
        with host_lock(path):
            entered.set()

    with ThreadPoolExecutor(2) as pool:
        with host_lock(path):
            waiting = [pool.submit(wait) for _ in range(2)]
            assert not entered.wait(0.3)
        for each in waiting:
            each.result(timeout=20)
    assert entered.is_set()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    script = f"""
import time
from pathlib import Path
from core.host_lock import host_lock
with host_lock(Path({str(tmp_path / "a.lock")!r})):
    print("held", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(Cancelled),
            host_lock(tmp_path / "a.lock", should_stop=lambda: True),
        ):
            pass
        holder.kill()
    with host_lock(tmp_path / "a.lock"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DyncellError, match=r"folder .*file cannot be written to"),
        host_lock(tmp_path / "file" / "a.lock"),
    ):
        pass
