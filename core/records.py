"""The frozen records that leave the store: what pages, commands and jobs hand around.

Times are seconds since 1970 by the database's clock. Ids are 16 hexadecimal characters.
"""

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

JobKind = Literal["import_video", "segment_video", "train_static"]
"""What a job does; one module of `tasks` per kind."""

ModelKind = Literal["static"]
"""What a model is made of."""

VideoOrigin = Literal["upload", "sample"]
"""Where a video came from."""

_ID = re.compile(r"[0-9a-f]{16}")


def new_id() -> str:
    """A fresh id: 16 hexadecimal characters."""
    return secrets.token_hex(8)


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id (and so can never be a path)."""
    return _ID.fullmatch(text) is not None


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether nothing will happen any more unless somebody asks."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def can_cancel(self) -> bool:
        """Whether cancelling means something."""
        return not self.is_finished

    @property
    def can_retry(self) -> bool:
        """Whether the job may be put back into the queue."""
        return self in (JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        done: Units done, of `total`.
        total: Units in all; 0 while unknown.
        unit: What is counted: `frames`, `steps`, ...
        stage: What is being done, in a few words.
        rate: Units per second at present; 0 while unknown.
        detail: More numbers of the kind, small and plain JSON (a loss, a learning rate).
    """

    done: int = 0
    total: int = 0
    unit: str = ""
    stage: str = ""
    rate: float = 0.0
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share done, 0..1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds until the end at the present rate, or None while unknown."""
        if self.total <= 0 or self.rate <= 0:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass(frozen=True)
class Job:
    """A unit of background work; see DESIGN.md section 4 for the meaning of lease and fence."""

    id: str
    kind: JobKind
    state: JobState
    title: str
    priority: int
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    lease_owner: str | None
    lease_expires_at: float | None
    fence: int
    cancel_requested: bool
    pause_requested: bool
    progress: Progress
    progress_at: float | None
    heartbeat_at: float | None
    owner: str
    error: str | None
    result: dict[str, Any]
    created_at: float
    started_at: float | None
    finished_at: float | None


@dataclass(frozen=True)
class LogLine:
    """One line of a job's log."""

    at: float
    text: str


@dataclass(frozen=True)
class Video:
    """An uploaded file.

    A video is ready once `frames` is known; until then its import job runs or has failed with the
    reason. `fps` is the constant rate of the playable file: frame n is shown at n / fps.
    """

    id: str
    name: str
    origin: VideoOrigin
    size: int
    job_id: str
    original: str
    playable: str | None
    poster: str | None
    frame_table: str | None
    truth: str | None
    media_type: str | None
    width: int
    height: int
    frames: int
    fps_num: int
    fps_den: int
    duration: float
    codec: str
    rotation: int
    has_audio: bool
    note: str
    created_at: float

    @property
    def is_ready(self) -> bool:
        """Whether the video can be played and segmented."""
        return self.playable is not None

    @property
    def fps(self) -> float:
        """Frames per second of the playable file."""
        return self.fps_num / self.fps_den


@dataclass(frozen=True)
class Segmentation:
    """A model's result on a video; ready once `labels` is known."""

    id: str
    video_id: str
    model_id: str
    job_id: str
    options: dict[str, Any]
    labels: str | None
    overlay: str | None
    labels_video: str | None
    width: int
    height: int
    start: int
    frames: int
    size: int
    report: dict[str, Any]
    created_at: float

    @property
    def is_ready(self) -> bool:
        """Whether the labels can be shown."""
        return self.labels is not None


@dataclass(frozen=True)
class Model:
    """Trained weights in the registry; `id` is theirs, `name` can be given anew."""

    id: str
    name: str
    kind: ModelKind
    artifact: str
    sha256: str
    size: int
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]
    config: dict[str, Any]
    provenance: dict[str, Any]
    metrics: dict[str, Any]
    params: int
    is_shipped: bool
    created_at: float


@dataclass(frozen=True)
class Worker:
    """A worker process and when it last gave a sign of life."""

    id: str
    host: str
    pid: int
    slots: int
    queues: tuple[str, ...]
    started_at: float
    heartbeat_at: float
    is_alive: bool
