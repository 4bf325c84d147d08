"""How an attempt ended, as a child tells its parent."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Outcome = Literal["done", "cancelled", "paused", "failed", "lost"]
"""`lost`: another owner holds the job, so nothing about it may be written."""

Cause = Literal["", "oom", "full", "refused", "timeout", "crash"]
"""Why an attempt failed, where the kind of reason is known: no memory, no room on a disk, input
that cannot be taken as it is, silence, a defect or the end of its process."""


@dataclass(frozen=True)
class Ending:
    """The end of one attempt.

    Attributes:
        outcome: What became of it.
        error: One sentence for people; empty where there is nothing to say.
        cause: The kind of failure.
        trace: Lines for the job's log, for those who mend the program.
        is_final: Whether trying again would fail again.
    """

    outcome: Outcome
    error: str = ""
    cause: Cause = ""
    trace: tuple[str, ...] = ()
    is_final: bool = True

    def __post_init__(self) -> None:
        if self.outcome not in get_args(Outcome) or self.cause not in get_args(Cause):
            raise ValueError(f"{self.outcome!r}, {self.cause!r} is no way to end")
        if self.outcome == "failed" and not self.error:
            raise ValueError("a failure says why")

    def to_dict(self) -> dict[str, Any]:
        """The ending as plain JSON."""
        return asdict(self)

    @classmethod
    def of_dict(cls, values: dict[str, Any]) -> "Ending":
        """The ending that `to_dict` wrote."""
        return cls(**{**values, "trace": tuple(values["trace"])})
