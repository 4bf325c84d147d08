"""The kinds of job: where their bodies are and how they are treated. Loads nothing heavy."""

from dataclasses import dataclass

from core.records import JobKind


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are treated.

    Attributes:
        module: The module whose `run(context)` is the body.
        priority: Smaller is more urgent.
        is_interactive: Whether somebody waits for it in front of the screen: such jobs have a slot
            that no other kind ever takes.
        silence_limit: Seconds without progress after which the attempt is ended (`timeout`).
        can_pause: Whether the body writes checkpoints and goes on from them.
        max_attempts: How often a lost worker is forgiven.
    """

    module: str
    priority: int
    is_interactive: bool
    silence_limit: float
    can_pause: bool = False
    max_attempts: int = 3


KINDS: dict[JobKind, Kind] = {
    "import_video": Kind("tasks.import_video", 10, is_interactive=True, silence_limit=120.0),
    "segment_video": Kind("tasks.segment_video", 20, is_interactive=True, silence_limit=180.0),
    "export_range": Kind("tasks.export_range", 15, is_interactive=True, silence_limit=180.0),
    "import_dataset": Kind("tasks.import_dataset", 15, is_interactive=True, silence_limit=180.0),
    "evaluate": Kind("tasks.evaluate", 30, is_interactive=True, silence_limit=300.0),
    "time_cell": Kind("tasks.time_cell", 30, is_interactive=True, silence_limit=180.0),
    "measure_dynamics": Kind(
        "tasks.measure_dynamics", 35, is_interactive=False, silence_limit=300.0
    ),
    "baselines": Kind("tasks.baselines", 40, is_interactive=False, silence_limit=600.0),
    "train_static": Kind(
        "tasks.train_static", 50, is_interactive=False, silence_limit=600.0, can_pause=True
    ),
    "train_cell": Kind(
        "tasks.train_cell", 50, is_interactive=False, silence_limit=600.0, can_pause=True
    ),
    # A search is paused, not its jobs: they follow it.
    "advance_search": Kind("tasks.advance_search", 40, is_interactive=False, silence_limit=300.0),
    "prepare_search": Kind(
        "tasks.prepare_search", 50, is_interactive=False, silence_limit=600.0, max_attempts=10
    ),
    "trial": Kind("tasks.trial", 60, is_interactive=False, silence_limit=300.0, max_attempts=10),
}

INTERACTIVE: tuple[JobKind, ...] = tuple(
    name for name, kind in KINDS.items() if kind.is_interactive
)
"""Kinds the reserved slot takes."""

SEARCH: tuple[JobKind, ...] = ("advance_search", "prepare_search", "trial")
"""Kinds that belong to searches."""
