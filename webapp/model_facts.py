"""What a model is and costs, in numbers with their units."""

from dataclasses import dataclass

from core.cell_cost import CellCost
from core.cost import Cost
from core.records import Model
from core.registry import model_cost
from webapp.wording import size


@dataclass(frozen=True)
class Fact:
    """One number of a card.

    Attributes:
        label: What it is.
        text: The number with its unit.
        told: Both within a line: `0.53 M parameters`.
        meaning: What it says.
    """

    label: str
    text: str
    told: str
    meaning: str


def model_facts(model: Model) -> list[Fact]:
    """Width, parameters, MACs, size and classes of a model."""
    facts = []
    width = model.config.get("width")
    if isinstance(width, int | float):
        facts.append(
            Fact(
                "Width",
                f"{width:g}",
                f"width {width:g}",
                "Width multiplier of the MobileNet-v2 encoder.",
            )
        )
    height, columns = frame_size(model)
    try:
        cost = model_cost(model, height=height, width=columns)
    except ValueError:
        facts.append(
            Fact(
                "Parameters", f"{model.params:,}", f"{model.params:,} parameters", "Trained values."
            )
        )
    else:
        facts += [
            Fact(
                "Parameters",
                f"{cost.parameters / 1e6:.2f} M",
                f"{cost.parameters / 1e6:.2f} M parameters",
                f"{cost.parameters:,} as deployed, batch norms folded; {model.params:,} trained.",
            ),
            _cell_macs(cost, f"{columns} x {height}")
            if isinstance(cost, CellCost)
            else _static_macs(cost, f"{columns} x {height}"),
        ]
    facts.append(Fact("File", size(model.size), size(model.size), "The weights file."))
    facts.append(
        Fact(
            "Classes",
            f"{len(model.classes)}",
            f"{len(model.classes)} classes",
            ", ".join(model.classes),
        )
    )
    return facts


def _static_macs(cost: Cost, size: str) -> Fact:
    return Fact(
        "MACs per frame",
        f"{cost.macs / 1e9:.2f} G",
        f"{cost.macs / 1e9:.2f} G MACs",
        f"Multiply-accumulates of all convolutions at {size}: {cost.low.macs / 1e9:.2f} G in the "
        f"early encoder, {cost.high.macs / 1e9:.2f} G in the deep encoder and decoder, "
        f"{cost.head.macs / 1e9:.2f} G in the head. Not counted: {', '.join(cost.uncounted)}.",
    )


def _cell_macs(cost: CellCost, size: str) -> Fact:
    steady, key = f"{cost.macs_steady / 1e9:.2f} G", f"{cost.macs_key / 1e9:.2f} G"
    return Fact(
        "MACs per frame",
        steady,
        f"{steady} MACs ({key} on key frames)",
        f"Multiply-accumulates at {size}: {steady} on a frame of the cell, of which "
        f"{cost.cell.macs / 1e6:.0f} M in the cell itself; {key} on a key frame, on which the "
        f"static network runs. Not counted: {', '.join(cost.uncounted)}.",
    )


def frame_size(model: Model) -> tuple[int, int]:
    """(height, width) of a 4:3 frame as the network sees it."""
    height = int(model.config.get("input_size") or 360)
    return height, 4 * height // 3
