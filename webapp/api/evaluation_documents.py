"""The documents about evaluations that the API answers with."""

from dataclasses import asdict
from typing import Any, Self

from pydantic import BaseModel, Field

from core.frame_choice import FrameChoice
from core.frame_scores import FrameScore
from core.protocol import Protocol
from core.records import Evaluation


class EvaluationDocument(BaseModel):
    """A model's scores on a dataset split, shares in percent; ready once its job is done.

    `model_key`, `data_key` and `protocol_key` say what was measured, whatever is renamed or
    deleted; `options` is the protocol.
    """

    id: str
    is_ready: bool
    has_details: bool
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
    created_at: float

    @classmethod
    def of(cls, evaluation: Evaluation) -> Self:
        """The document of a record."""
        shown = asdict(evaluation)
        has_details = shown.pop("details") is not None
        return cls(is_ready=evaluation.is_ready, has_details=has_details, **shown)


class EvaluationRequest(BaseModel):
    """What is to be evaluated: a model on a dataset's split, each by name or id.

    `frames` are the first and the last frame of the split, counted from 0; `mapping` says which
    class of the dataset a class of the model is, where their names differ.
    """

    model: str
    dataset: str
    split: str
    frames: tuple[int, int] | None = None
    mapping: dict[str, str] = Field(default_factory=dict)

    def protocol(self) -> Protocol:
        """The protocol that is asked for.

        Raises:
            DyncellError: The frames are none.
        """
        mapping = tuple(sorted(self.mapping.items())) or None
        return Protocol(frames=FrameChoice(self.split, self.frames).frames, mapping=mapping)


class FrameScoreDocument(BaseModel):
    """How one frame was labelled; `confusion` holds (truth, predicted, pixels)."""

    position: int
    name: str
    sequence: str
    width: int
    height: int
    miou: float | None
    pixel_accuracy: float | None
    wrong: int
    scored: int
    confusion: list[tuple[int, int, int]]

    @classmethod
    def of(cls, frame: FrameScore) -> Self:
        """The document of a frame."""
        return cls(**{name: getattr(frame, name) for name in cls.model_fields})
