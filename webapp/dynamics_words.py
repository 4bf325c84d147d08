"""What the behaviour of a model over time says, in words."""

from collections.abc import Mapping
from typing import Any

from core.metrics.descriptions import BEHAVIOUR
from core.records import Dynamics

CLASSES = {
    "static": "a static network",
    "copy": "the copy baseline",
    "light": "a light cell",
    "full": "a full cell",
    "baseline": "a baseline",
}


def number_text(key: str, value: float | None) -> str:
    """A number with its unit; `n/a` where there is none."""
    if value is None:
        return "n/a"
    known = BEHAVIOUR[key]
    unit = known.unit.removesuffix("s") if known.unit == "frames" and value == 1 else known.unit
    return f"{value:,.{known.digits}f} {unit}".rstrip()


def recovery_text(document: Mapping[str, Any], key: str) -> str:
    """A cut recovery: one that never came is told by how long it was waited for."""
    name = "with_detection" if key == "cut_recovery" else "without_detection"
    curve = (document["recovery"] or {}).get(name)
    if curve and curve["frames"] is None:
        return f"over {curve['offsets'][-1]} frames"
    return number_text(key, document["numbers"].get(key))


def where_text(found: Dynamics) -> str:
    """What a measurement was made on: `camvid/val, frames 52..100`."""
    frames = found.options.get("frames")
    part = f"frames {frames[0]}..{frames[1]}" if frames else "all frames"
    return f"{found.dataset_name}/{found.split}, {part}"


def distance_sentence(document: Mapping[str, Any]) -> str:
    """What the curve over the distance shows."""
    distance = document["distance"]
    if document["model_class"] == "static":
        return (
            "Every frame of a static network is a key frame: a flat line, whatever the distance. "
            "The copy shows what keeping its labels would cost."
        )
    judged = f"{distance['frames'][0]} frames, each reached from every beginning"
    usual = ""
    if document["key_interval"] > 1:
        usual = f" Shaded: the distances that its key interval of {document['key_interval']} uses."
    return (
        f"Least {distance['min']:.1f} % at d = {distance['min_at']}, in the mean "
        f"{distance['mean']:.1f} %, over {judged} without a key frame in between.{usual}"
    )


def recovery_sentence(document: Mapping[str, Any]) -> str:
    """What the curves behind cuts show."""
    used = document["recovery"]["with_detection"]
    return (
        f"{used['splices']} spliced cuts to another part of the data; {used['found']} of them were "
        "a key frame at once with detection on. Recovered = within 1 point of the static network."
    )


def past_sentence(past: Mapping[str, Any]) -> str:
    """What a full cell's past is worth."""
    verdict = "It uses the past." if past["uses_past"] else "It does not use the past."
    return (
        f"{past['miou']:.2f} % with its past, {past['replaced']:.2f} % with this frame in its "
        f"place: {past['use']:+.2f} points. {verdict}"
    )


def drift_sentence(drift: Mapping[str, Any]) -> str:
    """What became of the state."""
    names = {"still": "a still image", "clip": "the clip", "noise": "noise"}
    parts = []
    for video, name in names.items():
        found = drift[video]
        if found["lost"] is not None:
            parts.append(f"no number any more from frame {found['lost']} of {name} on")
        elif found["beyond"] is not None:
            parts.append(f"beyond a factor of 2 from frame {found['beyond']} of {name} on")
    if not parts:
        return "The state stays within a factor of 2 of frame 10, dotted, on all three."
    return f"The state is {', '.join(parts)}. In use such a state begins anew with a key frame."
