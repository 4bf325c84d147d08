"""The frozen records that leave the store: what pages, commands and jobs hand around.

Times are seconds since 1970 by the database's clock. Ids are 16 hexadecimal characters.
"""

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

JobKind = Literal[
    "import_video",
    "segment_video",
    "export_range",
    "import_dataset",
    "train_static",
    "train_cell",
    "evaluate",
    "baselines",
    "time_cell",
    "measure_dynamics",
    "prepare_search",
    "advance_search",
    "trial",
]
"""What a job does; one module of `tasks` per kind."""

ModelKind = Literal["static", "cell", "baseline"]
"""What a model is made of."""

VideoOrigin = Literal["upload", "sample"]
"""Where a video came from."""

DatasetOrigin = Literal["upload", "folder", "shipped"]
"""Where a dataset came from: an archive, a folder of this host, or dyncell itself."""

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
    series: str | None
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
    """Trained weights in the registry; `id` is theirs, `name` can be given anew.

    Models of one `cohort` were chosen without looking at them, as random cells are: the leaderboard
    shows their mean as a row of its own. Empty for most models.
    """

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
    cohort: str = ""


@dataclass(frozen=True)
class Dataset:
    """Named sequences of frames, some labelled, packed into one immutable artifact.

    Attributes:
        layout: How the files lay before they were packed: `camvid`, `cityscapes`, `masks`, ...
        source: Artifact of the archive it came in; empty for a folder.
        path: The folder it came from; empty for an archive.
        job_id: The job that looks at or packs the source now, or did so last; empty for none.
        preview: What a look at the source found, before it is taken; empty until then.
        artifact: The pack; None until the dataset was taken and packed.
        digest: Hash of all frames, labels and class names.
        splits: Per split name: `frames`, `labelled`, `sequences`, `dense`, `digest`, and the
            labelled pixels per class, `pixels`, with `void`.
    """

    id: str
    name: str
    origin: DatasetOrigin
    layout: str
    source: str
    path: str
    job_id: str
    preview: dict[str, Any]
    artifact: str | None
    digest: str
    size: int
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]
    splits: dict[str, dict[str, Any]]
    created_at: float

    @property
    def is_ready(self) -> bool:
        """Whether it can be trained on and evaluated on."""
        return self.artifact is not None


@dataclass(frozen=True)
class Evaluation:
    """A model's scores on a dataset split, under one protocol; ready once `scores` is filled.

    The three keys say what was measured, whatever happens to names and rows: the hash of the
    weights, of the frames with their labels, and of everything else that decides the numbers.

    Attributes:
        model_id: The model; None when it was deleted since, or was a folder of predictions.
        dataset_id: The dataset; None when it was deleted since.
        options: What was asked: `frames`, `mapping`, and what else the protocol is made from.
        details: Artifact of predictions and per-frame results; None without.
    """

    id: str
    model_id: str | None
    model_name: str
    model_key: str
    dataset_id: str | None
    dataset_name: str
    data_key: str
    split: str
    protocol_key: str
    options: dict[str, Any]
    job_id: str
    scores: dict[str, Any]
    details: str | None
    created_at: float

    @property
    def is_ready(self) -> bool:
        """Whether the scores are there."""
        return bool(self.scores)

    @property
    def rescored_from(self) -> str:
        """Id of the evaluation whose predictions were scored again; empty where a model ran."""
        return str(self.scores.get("rescored_from") or "")


@dataclass(frozen=True)
class Dynamics:
    """A model's behaviour over time on a dataset split, under one protocol.

    The three keys say what was measured, as those of an `Evaluation` do.

    Attributes:
        dataset_id: The dataset; None when it was deleted since.
        options: `DynamicsProtocol.to_dict()`.
        document: What was measured; `core.store.dynamics` says what is in it.
    """

    id: str
    model_key: str
    model_name: str
    dataset_id: str | None
    dataset_name: str
    data_key: str
    split: str
    protocol_key: str
    options: dict[str, Any]
    job_id: str
    document: dict[str, Any]
    created_at: float


@dataclass(frozen=True)
class Latency:
    """One timing of a model on one device at one time.

    Attributes:
        setting: Device, precision, backend, threads, torch version, resolution.
        measured: Frames timed and milliseconds, as METRICS.md (cost) names them.
    """

    id: str
    model_key: str
    model_name: str
    setting: dict[str, Any]
    measured: dict[str, Any]
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

    @property
    def search_slots(self) -> int:
        """Jobs of searches it runs at once: one slot is kept for what somebody waits for."""
        return self.slots - ("interactive" in self.queues)
