"""The tables. Rows never leave `core.store`: its functions hand out frozen records."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "0010"
"""The migration these tables are the result of."""

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The declarative base of every table."""

    type_annotation_map = {Json: JSON}  # noqa: RUF012  (SQLAlchemy's own form)


class JobRow(Base):
    """A job; the queue of record."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_queue", "state", "kind", "priority", "created_at"),
        Index("ix_jobs_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    payload: Mapped[Json]
    attempt: Mapped[int]
    max_attempts: Mapped[int]
    lease_owner: Mapped[str | None] = mapped_column(String(255))
    lease_expires_at: Mapped[float | None]
    fence: Mapped[int]
    cancel_requested: Mapped[bool]
    pause_requested: Mapped[bool]
    progress: Mapped[Json]
    progress_at: Mapped[float | None]
    heartbeat_at: Mapped[float | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    owner: Mapped[str] = mapped_column(String(255))
    error: Mapped[str | None] = mapped_column(Text)
    result: Mapped[Json]
    created_at: Mapped[float]
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]


class JobLogRow(Base):
    """One line of a job's log."""

    __tablename__ = "job_logs"
    __table_args__ = (Index("ix_job_logs_job", "job_id", "id"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    at: Mapped[float]
    text: Mapped[str] = mapped_column(Text)


class WorkerRow(Base):
    """A worker process and its last sign of life."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    slots: Mapped[int]
    queues: Mapped[Json]
    started_at: Mapped[float]
    heartbeat_at: Mapped[float]


class ModelRow(Base):
    """A model of the registry."""

    __tablename__ = "models"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    artifact: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    palette: Mapped[Json]
    config: Mapped[Json]
    provenance: Mapped[Json]
    metrics: Mapped[Json]
    params: Mapped[int] = mapped_column(BigInteger)
    is_shipped: Mapped[bool]
    cohort: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[float]


class VideoRow(Base):
    """An uploaded file."""

    __tablename__ = "videos"
    __table_args__ = (Index("ix_videos_created", "created_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(16))
    size: Mapped[int] = mapped_column(BigInteger)
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    original: Mapped[str] = mapped_column(String(120))
    playable: Mapped[str | None] = mapped_column(String(120))
    poster: Mapped[str | None] = mapped_column(String(120))
    frame_table: Mapped[str | None] = mapped_column(String(120))
    truth: Mapped[str | None] = mapped_column(String(120))
    media_type: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    frames: Mapped[int]
    fps_num: Mapped[int]
    fps_den: Mapped[int]
    duration: Mapped[float]
    codec: Mapped[str] = mapped_column(String(32))
    rotation: Mapped[int]
    has_audio: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float]


class SegmentationRow(Base):
    """A model's result on a video."""

    __tablename__ = "segmentations"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("videos.id", ondelete="CASCADE"), index=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), index=True)
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    options: Mapped[Json]
    labels: Mapped[str | None] = mapped_column(String(120))
    overlay: Mapped[str | None] = mapped_column(String(120))
    labels_video: Mapped[str | None] = mapped_column(String(120))
    series: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int]
    height: Mapped[int]
    start: Mapped[int]
    frames: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[Json]
    created_at: Mapped[float]


class DatasetRow(Base):
    """A dataset."""

    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    origin: Mapped[str] = mapped_column(String(16))
    layout: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    preview: Mapped[Json]
    artifact: Mapped[str | None] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    palette: Mapped[Json]
    splits: Mapped[Json]
    created_at: Mapped[float]


class EvaluationRow(Base):
    """A model's scores on a dataset split; one row per model, data and protocol."""

    __tablename__ = "evaluations"
    __table_args__ = (
        UniqueConstraint("model_key", "data_key", "protocol_key", name="uq_evaluations_key"),
        Index("ix_evaluations_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    model_id: Mapped[str | None] = mapped_column(
        ForeignKey("models.id", ondelete="SET NULL"), index=True
    )
    model_name: Mapped[str] = mapped_column(Text)
    model_key: Mapped[str] = mapped_column(String(64))
    dataset_id: Mapped[str | None] = mapped_column(
        ForeignKey("datasets.id", ondelete="SET NULL"), index=True
    )
    dataset_name: Mapped[str] = mapped_column(Text)
    data_key: Mapped[str] = mapped_column(String(64))
    split: Mapped[str] = mapped_column(String(120))
    protocol_key: Mapped[str] = mapped_column(String(64))
    options: Mapped[Json]
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    scores: Mapped[Json]
    details: Mapped[str | None] = mapped_column(String(120))
    facts: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    """What the leaderboard tells of the model, kept when it is deleted."""
    created_at: Mapped[float]


class SearchRow(Base):
    """A search; its searcher as it is between two advances."""

    __tablename__ = "searches"
    __table_args__ = (Index("ix_searches_created", "created_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    config: Mapped[Json]
    dataset_id: Mapped[str | None] = mapped_column(
        ForeignKey("datasets.id", ondelete="SET NULL"), index=True
    )
    data_key: Mapped[str] = mapped_column(String(64))
    static_id: Mapped[str | None] = mapped_column(
        ForeignKey("models.id", ondelete="SET NULL"), index=True
    )
    static_key: Mapped[str] = mapped_column(String(64))
    twin_of: Mapped[str | None] = mapped_column(
        ForeignKey("searches.id", ondelete="CASCADE"), index=True
    )
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    searcher: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    version: Mapped[int]
    asked: Mapped[int]
    told: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
    prepared: Mapped[Json]
    stages: Mapped[Json]
    created_at: Mapped[float]
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]


class TrialRow(Base):
    """One genotype evaluated inside a search."""

    __tablename__ = "trials"
    __table_args__ = (
        UniqueConstraint("search_id", "number", name="uq_trials_number"),
        Index("ix_trials_reward", "search_id", "reward"),
        Index("ix_trials_state", "search_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    search_id: Mapped[str] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(64), index=True)
    genotype: Mapped[Json]
    seed: Mapped[int] = mapped_column(BigInteger)
    thresholds: Mapped[Json]
    same_as: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    job_id: Mapped[str] = mapped_column(String(16), index=True)
    result: Mapped[Json]
    reward: Mapped[float | None]
    cause: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[float]
    host: Mapped[str] = mapped_column(String(255))
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[float]
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]


class LatencyRow(Base):
    """One timing of a model on one device."""

    __tablename__ = "latencies"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    model_key: Mapped[str] = mapped_column(String(64), index=True)
    model_name: Mapped[str] = mapped_column(Text)
    setting: Mapped[Json]
    measured: Mapped[Json]
    created_at: Mapped[float]
