"""A job's body for tests of the engine: it does what the payload says, in real processes.

Each step of `payload["do"]` is a list: a verb and its arguments.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.artifacts import artifact_id
from core.errors import BadMedia, NotFound, Paused
from core.records import Progress
from tasks.context import JobContext


def run(context: JobContext) -> None:
    for verb, *arguments in context.job.payload["do"]:
        globals()[f"_{verb}"](context, *arguments)


def _finish(context: JobContext) -> None:
    context.finish(lambda _: {"pid": os.getpid(), "attempt": context.job.attempt})


def _finish_for_nobody(context: JobContext) -> None:
    def publish(_session: object) -> dict[str, object]:
        raise NotFound("There is no such video.")

    context.finish(publish)


def _report(context: JobContext, done: int, total: int) -> None:
    context.report(Progress(done, total, "frames", "testing"))


def _count(context: JobContext, seconds: float) -> None:
    """Reports again and again, as a real body does, and rests when asked."""
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until:
        done += 1
        context.report(Progress(done, 0, "steps", "counting"))
        if context.pause_requested():
            raise Paused("checkpoint written")
        time.sleep(0.01)


def _sleep(_context: JobContext, seconds: float) -> None:
    """Hears nothing meanwhile, as a long call into a library does."""
    time.sleep(seconds)


def _hold_the_interpreter(_context: JobContext, seconds: int) -> None:
    """A call that does not let other threads run."""
    ctypes.PyDLL(None).sleep(seconds)


def _compute(context: JobContext, path: str) -> None:
    """Torch work without end, in a few long calls."""
    import torch

    matrix = torch.randn(3000, 3000)
    _note(context, path)
    while True:
        matrix = (matrix @ matrix).clamp(-1, 1)


def _note(_context: JobContext, path: str) -> None:
    """Appends this attempt's process numbers to a file."""
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")


def _start_process(_context: JobContext, path: str) -> None:
    """Leaves a process of its own running."""
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with Path(path).open("a") as file:
        file.write(f"{started.pid}\n")


def _wait_for(_context: JobContext, path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.01)


def _print(_context: JobContext, text: str) -> None:
    print(text)
    print(f"{text} (error)", file=sys.stderr)


def _flood(_context: JobContext, lines: int) -> None:
    for number in range(lines):
        print(f"line {number} {'x' * 100}")


def _log(context: JobContext, text: str) -> None:
    context.log(text)


def _fail(_context: JobContext, text: str) -> None:
    raise BadMedia(text)


def _break(_context: JobContext) -> None:
    raise ZeroDivisionError("a defect")


def _run_out_of_memory(_context: JobContext) -> None:
    raise MemoryError


def _die(_context: JobContext, sign: str) -> None:
    os.kill(os.getpid(), signal.Signals[sign])
    time.sleep(60)


def _die_once(context: JobContext, sign: str) -> None:
    if context.job.attempt == 1:
        _die(context, sign)


def _exit(_context: JobContext, code: int) -> None:
    os._exit(code)


def _put(context: JobContext, row_id: str, what: str) -> None:
    file = context.work / what
    file.write_bytes(b"labels")
    context.folder.artifacts.put(file, artifact_id(row_id, context.job.fence, what))


def _loss(context: JobContext) -> None:
    """A loss that became NaN is no JSON for PostgreSQL."""
    context.report(Progress(1, 2, "steps", "training", detail={"loss": float("nan")}))
