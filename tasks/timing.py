"""The times of the job engine, in seconds, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """How patient the engine is.

    Attributes:
        poll: Between two looks into the queue when no message comes.
        beat: Between two heartbeats of a running job.
        lease: How long a job stays with an owner that gives no sign of life.
        grace: What a body has to obey a cancel before its process group is ended.
        idle: How long a warm child without work is kept.
        upkeep: Between two rounds of upkeep.
        outage: How long the end of an attempt is held back while the database is away.
        jobs_per_child: Jobs (not seconds) after which a child is replaced.
    """

    poll: float = 2.0
    beat: float = 1.0
    lease: float = 20.0
    grace: float = 5.0
    idle: float = 300.0
    upkeep: float = 5.0
    outage: float = 600.0
    jobs_per_child: int = 50

    def __post_init__(self) -> None:
        if self.beat * 3 > self.lease:
            raise ValueError(f"a lease of {self.lease} s needs beats of {self.lease / 3:.1f} s")
