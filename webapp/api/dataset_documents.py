"""The documents of datasets and their frames."""

from dataclasses import asdict
from typing import Any, Self

from pydantic import BaseModel

from core.datasets.index import Frame
from core.records import Dataset


class DatasetDocument(BaseModel):
    """Named sequences of frames, some labelled; ready once it was taken and packed.

    `preview` is what a look at its files found, `splits` what the packed dataset holds.
    """

    id: str
    name: str
    origin: str
    layout: str
    is_ready: bool
    job_id: str
    digest: str
    size: int
    classes: list[str]
    colours: list[tuple[int, int, int]]
    splits: dict[str, dict[str, Any]]
    preview: dict[str, Any]
    created_at: float

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """The document of a record; the pictures of the preview stay inside."""
        shown = {name: getattr(dataset, name) for name in cls.model_fields if name != "preview"}
        preview = {key: value for key, value in dataset.preview.items() if key != "examples"}
        return cls(preview=preview, **shown)


class DatasetRequest(BaseModel):
    """How a dataset is taken: under its own name, or another."""

    name: str | None = None


class FrameDocument(BaseModel):
    """A frame of a split; `seconds` is its time on the clock of its sequence, where known."""

    position: int
    name: str
    sequence: str
    width: int
    height: int
    has_labels: bool
    seconds: float | None
    image_digest: str
    label_digest: str | None

    @classmethod
    def of(cls, frame: Frame, *, position: int) -> Self:
        """The document of a record."""
        inside = {"image", "label"}
        shown = {key: value for key, value in asdict(frame).items() if key not in inside}
        return cls(position=position, has_labels=frame.label is not None, **shown)


class FramesDocument(BaseModel):
    """Some frames of a split."""

    items: list[FrameDocument]
    total: int
    split: str
    start: int
    count: int
