import os
import subprocess
import sys
import threading

from core.settings import Settings
from tasks.process import environment_of, is_gone, on_pipe_closed, owner_id
from tests.tasks.engine import PATIENCE, wait_until

_SAY_OWNER = (
    "from tasks.process import owner_id; import sys; print(owner_id('s'), flush=True);"
    " sys.stdin.read()"
)


def _process() -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SAY_OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_an_owner_is_there_while_its_process_lives_and_gone_afterwards() -> None:
    process, owner = _process()
    assert not is_gone(owner)
    process.communicate()
    assert is_gone(owner)


def test_a_killed_owner_is_gone_before_anybody_has_waited_for_it() -> None:
    process, owner = _process()
    process.kill()
    try:
        wait_until(lambda: is_gone(owner))
    finally:
        process.communicate()


def test_another_process_that_got_the_same_number_is_not_the_owner() -> None:
    host, pid, start, slot = owner_id("general-0").split("|")
    assert not is_gone("|".join((host, pid, start, slot)))
    assert is_gone("|".join((host, pid, f"{start}1", slot)))


def test_nothing_is_known_about_owners_elsewhere() -> None:
    _, pid, _, slot = owner_id("general-0").split("|")
    assert not is_gone(f"elsewhere:1|{pid}|1|{slot}")
    assert not is_gone("")
    assert not is_gone("a name of another form")


def test_every_slot_of_a_process_has_its_own_name() -> None:
    assert owner_id("general-0") != owner_id("general-1")


def test_the_pipe_watch_acts_when_the_other_end_closes_and_not_before() -> None:
    reading, writing = os.pipe()
    closed = threading.Event()
    on_pipe_closed(reading, closed.set)
    os.write(writing, b"still here")
    assert not closed.wait(0.1)
    os.close(writing)
    assert closed.wait(PATIENCE)


def test_a_started_process_gets_the_same_settings(tmp_path: object) -> None:
    settings = Settings.from_environment(
        {
            "DYNCELL_DATA": str(tmp_path),
            "DYNCELL_BROKER_URL": "redis://broker",
            "DYNCELL_HOSTS": "a.example,b.example",
        }
    )
    assert Settings.from_environment(environment_of(settings)) == settings
