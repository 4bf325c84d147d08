"""The few numbers of a measurement that tables show: each has a description in core.metrics."""

from typing import Any


def numbers(parts: dict[str, Any]) -> dict[str, float | None]:
    """Numbers by the keys of `core.metrics.descriptions.BEHAVIOUR`; None where there is none.

    Args:
        parts: `distance`, `lag`, `recovery`, `past` and `drift`, each as measured or None.
    """
    distance, lag, recovery = (parts.get(name) or {} for name in ("distance", "lag", "recovery"))
    past, drift = (parts.get(name) or {} for name in ("past", "drift"))
    return {
        "miou_d_min": distance.get("min"),
        "miou_d_mean": distance.get("mean"),
        "lag": lag.get("lag"),
        "cut_recovery": recovery.get("with_detection", {}).get("frames"),
        "cut_recovery_blind": recovery.get("without_detection", {}).get("frames"),
        "use_of_past": past.get("use"),
        "state_drift": _farthest(drift),
    }


def _farthest(drift: dict[str, Any]) -> float | None:
    """The largest factor by which a state left its strength at the early frame."""
    shares = [
        share
        for video in ("still", "noise", "clip")
        for share in (drift.get(video, {}).get("least"), drift.get(video, {}).get("most"))
    ]
    if any(drift.get(video, {}).get("lost") is not None for video in ("still", "noise", "clip")):
        return None  # it is no number any more: there is no largest factor
    factors = [max(share, 1 / share) for share in shares if share]
    return round(max(factors), 4) if factors else None
