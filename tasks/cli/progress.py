"""A progress bar on a terminal; silent where stderr is none."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from core.records import Progress


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """Gives a function that draws `Progress` on one line of stderr."""
    is_terminal = sys.stderr.isatty()

    def show(progress: Progress) -> None:
        if is_terminal:
            with suppress(OSError):  # a terminal that was closed is no reason to stop
                sys.stderr.write("\r\x1b[K" + progress_line(progress))
                sys.stderr.flush()

    try:
        yield show
    finally:
        if is_terminal:
            with suppress(OSError):
                sys.stderr.write("\n")


def progress_line(progress: Progress, *, width: int = 30) -> str:
    """One line: stage, bar, count, rate, remaining time."""
    filled = round(width * progress.share)
    bar = "█" * filled + "░" * (width - filled)
    parts = [progress.stage, bar, f"{progress.done}/{progress.total} {progress.unit}"]
    if progress.rate > 0:
        parts.append(f"{progress.rate:.1f}/s")
    if progress.eta is not None:
        minutes, seconds = divmod(round(progress.eta), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    parts += [
        f"{name} {value}"
        for name, value in progress.detail.items()
        if name not in ("curve", "rate")
    ]
    return "  ".join(part for part in parts if part)
