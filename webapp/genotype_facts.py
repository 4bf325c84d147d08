"""What a cell and the model around it cost, in numbers with their units."""

from core.cell_description import CellDescription
from webapp.genotype_words import short
from webapp.model_facts import Fact
from webapp.wording import size


def cell_facts(cell: CellDescription) -> list[Fact]:
    """Parameters, MACs and state of a cell on its static network."""
    cost = cell.cost
    steady, key = cost.macs_steady, cost.macs_key
    interval = cell.config.key_interval
    every = f"every {interval} frames" if interval else "on the first frame and on cuts only"
    return [
        _fact(
            "Cell",
            f"{short(cost.cell.parameters)} parameters",
            f"{cost.cell.parameters:,} parameters, its projections and its join among them.",
        ),
        _fact(
            "Whole model",
            f"{short(cost.parameters)} parameters",
            f"{cost.parameters:,} as deployed, batch norms folded: {cost.static.parameters:,} of "
            f"them in the static network{_own_head(cell)}.",
        ),
        _fact(
            "Frame of the cell",
            f"{short(steady)} MACs",
            f"{steady:,} multiply-accumulates on a frame between key frames: "
            f"{_steady_parts(cell)}.",
        ),
        _fact(
            "Key frame",
            f"{short(key)} MACs",
            f"{key:,} multiply-accumulates where the static network runs; usually {every}.",
        ),
        _fact(
            "Against static",
            f"{100 * steady / key:.0f} %",
            "A frame of the cell in shares of the static network's MACs; a light cell is meant to "
            "stay under 50 %.",
        ),
        _fact(
            "State",
            size(cost.state_bytes),
            f"{cost.state_bytes:,} bytes that one stream keeps from frame to frame, in fp32.",
        ),
    ]


def uncounted_line(cell: CellDescription) -> str:
    """What the MACs leave out."""
    return f"Not counted in MACs: {', '.join(cell.cost.uncounted)}."


def _steady_parts(cell: CellDescription) -> str:
    cost = cell.cost
    parts = [f"{short(cost.static.low.macs)} in the early encoder"]
    if not cost.is_light:
        parts.append(f"{short(cost.static.high.macs)} in the deep encoder and the decoder")
    parts.append(f"{short(cost.cell.macs)} in the cell")
    return f"{', '.join(parts)}, {short(cost.static.head.macs)} in the head"


def _own_head(cell: CellDescription) -> str:
    if not cell.cost.own_head:
        return ""
    return f", {cell.cost.own_head:,} in a head for the cell's frames"


def _fact(label: str, text: str, meaning: str) -> Fact:
    return Fact(label, text, f"{label} {text}", meaning)
