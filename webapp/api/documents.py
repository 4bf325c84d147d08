"""The documents the API answers with: what a record says outside, and nothing of the inside."""

from dataclasses import asdict
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from core.records import Job, JobKind, JobState, LogLine, Model, Segmentation, Video
from core.store.job_lines import JobLine
from webapp.upload_kinds import UploadKind
from webapp.upload_spool import Upload

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """Some items of a list."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class NewName(BaseModel):
    """The name that something shall have."""

    name: str


class VideoDocument(BaseModel):
    """An uploaded file; ready once its import job is done."""

    id: str
    name: str
    origin: str
    is_ready: bool
    size: int
    job_id: str
    media_type: str | None
    width: int
    height: int
    frames: int
    fps_num: int
    fps_den: int
    duration: float
    codec: str
    has_audio: bool
    has_truth: bool
    note: str
    created_at: float

    @classmethod
    def of(cls, video: Video) -> Self:
        """The document of a record."""
        inside = {"original", "playable", "poster", "frame_table", "truth", "rotation"}
        shown = {key: value for key, value in asdict(video).items() if key not in inside}
        return cls(is_ready=video.is_ready, has_truth=video.truth is not None, **shown)


class SegmentationDocument(BaseModel):
    """A model's result on a video; ready once its job is done."""

    id: str
    video_id: str
    model_id: str
    job_id: str
    is_ready: bool
    has_series: bool
    options: dict[str, Any]
    width: int
    height: int
    start: int
    frames: int
    size: int
    report: dict[str, Any]
    created_at: float

    @classmethod
    def of(cls, segmentation: Segmentation) -> Self:
        """The document of a record."""
        inside = {"labels", "overlay", "labels_video", "series"}
        shown = {key: value for key, value in asdict(segmentation).items() if key not in inside}
        has_series = segmentation.series is not None
        return cls(is_ready=segmentation.is_ready, has_series=has_series, **shown)


class SegmentationOptions(BaseModel):
    """Which frames (`start` included, `end` not), how often the state begins anew, how large."""

    model_config = ConfigDict(extra="forbid")

    start: int | None = Field(default=None, ge=0, le=10**9)
    end: int | None = Field(default=None, ge=1, le=10**9)
    key_interval: int | None = Field(default=None, ge=0, le=100_000)
    full_size: bool | None = None


class SegmentationRequest(BaseModel):
    """What is to be segmented: a video, by a model's name or id."""

    video_id: str
    model: str
    options: SegmentationOptions = SegmentationOptions()


class ProgressDocument(BaseModel):
    """How far a job is; `eta` in seconds."""

    done: int
    total: int
    unit: str
    stage: str
    rate: float
    share: float
    eta: float | None
    detail: dict[str, Any]


class JobDocument(BaseModel):
    """A unit of background work."""

    id: str
    kind: JobKind
    state: JobState
    title: str
    attempt: int
    max_attempts: int
    cancel_requested: bool
    pause_requested: bool
    progress: ProgressDocument
    error: str | None
    result: dict[str, Any]
    created_at: float
    started_at: float | None
    finished_at: float | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """The document of a record."""
        progress = ProgressDocument(
            share=job.progress.share, eta=job.progress.eta, **asdict(job.progress)
        )
        return cls(
            progress=progress,
            **{name: getattr(job, name) for name in cls.model_fields if name != "progress"},
        )


class FoldedDocument(BaseModel):
    """The jobs of a search that stand on one line of a list: how many are in each state."""

    search_id: str
    search_name: str
    states: dict[JobState, int]


class JobLineDocument(JobDocument):
    """A job of a list; where `folded` is given it is the newest of many that belong to a search."""

    folded: FoldedDocument | None

    @classmethod
    def of_line(cls, line: JobLine) -> Self:
        """The document of a line."""
        folded = None
        if line.search_id:
            folded = FoldedDocument(
                search_id=line.search_id, search_name=line.search_name, states=line.states
            )
        return cls(**JobDocument.of(line.job).model_dump(), folded=folded)


class LogLineDocument(BaseModel):
    """One line of a job's log."""

    at: float
    text: str

    @classmethod
    def of(cls, line: LogLine) -> Self:
        """The document of a record."""
        return cls(at=line.at, text=line.text)


class ModelDocument(BaseModel):
    """Trained weights of the registry."""

    id: str
    name: str
    kind: str
    sha256: str
    size: int
    classes: list[str]
    colours: list[tuple[int, int, int]]
    config: dict[str, Any]
    provenance: dict[str, Any]
    metrics: dict[str, Any]
    params: int
    is_shipped: bool
    created_at: float

    @classmethod
    def of(cls, model: Model) -> Self:
        """The document of a record."""
        return cls(**{name: getattr(model, name) for name in cls.model_fields})


class UploadDocument(BaseModel):
    """An upload; what it became is known once every byte has arrived.

    `video_id` is the same as `result_id` where the upload became a video.
    """

    id: str
    name: str
    kind: UploadKind
    length: int
    offset: int
    result_id: str | None
    video_id: str | None

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """The document of a record."""
        shown = {key: value for key, value in asdict(upload).items() if key != "changed_at"}
        return cls(video_id=upload.result_id if upload.kind == "video" else None, **shown)


class HealthDocument(BaseModel):
    """Whether the server can work; `workers` counts those alive."""

    status: str
    workers: int
    version: str
