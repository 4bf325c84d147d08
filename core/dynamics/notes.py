"""What a measurement says beside its numbers, sentence by sentence."""

from collections.abc import Iterator
from typing import Any


def document_notes(document: dict[str, Any]) -> list[str]:
    """What is missing and why, and what the numbers do not say by themselves; each once.

    Args:
        document: As `core.store.dynamics` describes it.
    """
    return list(dict.fromkeys(_notes(document)))


def _notes(document: dict[str, Any]) -> Iterator[str]:
    yield from document["notes"].values()
    if document["distance"] and document["distance"]["note"]:
        yield document["distance"]["note"]
    if document["model_class"] == "static":
        yield "Every frame of a static network is a key frame: its mIoU@d is a flat line."
    if document["lag"] and document["lag"]["at_edge"]:
        yield "The lag lies at the edge of what was tried: the true one may lie beyond."
    for name, words in (("with_detection", "with"), ("without_detection", "without")):
        curve = (document["recovery"] or {}).get(name)
        if curve and curve["frames"] is None:
            yield (
                f"Behind cuts, {words} scene cut detection, it is not within 1 mIoU of the static "
                f"network in {len(curve['offsets'])} frames."
            )
