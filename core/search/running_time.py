"""For how long a search has run: rests, and hours without any worker, do not count."""

from collections.abc import Iterable


def running_seconds(spans: Iterable[tuple[float, float]]) -> float:
    """Seconds that at least one of the spans (beginning, end) covers."""
    total, until = 0.0, float("-inf")
    for begun, ended in sorted(spans):
        total += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return total
