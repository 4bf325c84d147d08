"""Numbers as people read them."""

from core.records import Progress, Video

MACHINE_WAS_BUSY = "Other work kept the machine busy: the times are too long."
"""Said of times that are no measure of what was timed."""

BUSY_MARK = "†"
"""Stands behind such a time where there is no room for the sentence."""


def size(count: float) -> str:
    """Bytes, in decimal units: `12.3 MB`."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def duration(seconds: float) -> str:
    """A length of time: `0:07`, `12:30`, `1:02:03`."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def ago(seconds: float) -> str:
    """How long ago something was: `just now`, `5 min ago`, `3 days ago`."""
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min ago"
    if seconds < 86400:
        return f"{round(seconds / 3600)} h ago"
    days = round(seconds / 86400)
    return "1 day ago" if days == 1 else f"{days} days ago"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 frame`, `1,200 frames`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def at_a_time(number: int, noun: str) -> str:
    """What the workers alive run beside each other: `1 trial at a time`."""
    return f"{count(number, noun)} at a time"


def video_facts(video: Video) -> str:
    """Length, size and rate of a ready video, on one line."""
    rate = f"{video.fps:.4g} fps"
    length = f"{duration(video.duration)}, {count(video.frames, 'frame')}"
    return f"{length} · {video.width} x {video.height} · {rate} · {size(video.size)}"


def progress_line(progress: Progress) -> str:
    """What a running job does, how far and how fast, on one line."""
    parts = [progress.stage[:1].upper() + progress.stage[1:]] if progress.stage else []
    if progress.total > 0:
        parts.append(f"{progress.done:,} of {progress.total:,} {progress.unit}".rstrip())
    elif progress.done > 0:
        parts.append(f"{progress.done:,} {progress.unit}".rstrip())
    if progress.rate > 0:
        parts.append(f"{progress.rate:.1f} {progress.unit or 'units'}/s")
    if progress.eta is not None and progress.done < progress.total:
        parts.append(f"{duration(progress.eta)} left")
    return " · ".join(parts) or "Starting"
