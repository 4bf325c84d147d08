"""The work of `dyncell baselines`: what is there, what is missing, and doing it in order."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from core.baselines.random_cells import Cohort
from core.baselines.rows import CellRow, cell_rows, untrained_rows
from core.data_folder import DataFolder
from core.datasets.pack import PackReader
from core.errors import Cancelled, DyncellError
from core.frame_choice import FrameChoice
from core.model_file import model_digest
from core.names import checked_name, free_name
from core.protocol import Protocol
from core.records import JobKind, JobState, Model, Progress
from core.registry import find_model_row, import_model, resolve_model
from core.store import jobs, models
from tasks.baseline_models import cell_order, lesson_of, trained_model, untrained_model
from tasks.cli.judging import evaluation_payload, stored_evaluation
from tasks.foreground import run_in_foreground
from tasks.queue.trainings import names_in_use

STEP_SECONDS, FRAME_SECONDS = 1.5, 0.2
"""What a training step and a judged frame take where this data folder has measured neither:
some of one core (docs/MEASUREMENTS.md)."""

_ALL = 1_000_000
_FORMER = 200  # jobs that are looked through for how long they took

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What the command was asked for.

    Attributes:
        static: The static network.
        dataset: Its name or path.
        judged: What is judged.
        key_interval: Of light cells, copy and carried labels.
        options: Of all trainings, see `tasks.train_cell`.
        seeds: Seeds of the named cells and the control.
        cohort: The random cells; None for none.
        trains: Whether what is not trained yet is trained.
    """

    static: Model
    dataset: str
    judged: FrameChoice
    key_interval: int
    options: dict[str, Any]
    seeds: int
    cohort: Cohort | None
    trains: bool


@dataclass
class Part:
    """One model of the table: which row it is of, and the model once it is there."""

    row: str
    model: Model | None
    cell: CellRow | None = None
    order: dict[str, Any] | None = None


class BaselineRun:
    """One run of the command.

    Args:
        folder: The data folder.
        asking: What is asked.
        reader: The dataset.
        show: Draws progress.

    Attributes:
        parts: The models of the table, in its order.
        failures: What could not be done, one sentence each.
    """

    def __init__(
        self,
        folder: DataFolder,
        asking: Asking,
        reader: PackReader,
        show: Callable[[Progress], None],
    ) -> None:
        self.folder, self.asking = folder, asking
        self.protocol = Protocol(frames=asking.judged.frames)
        self.parts: list[Part] = []
        self.failures: list[str] = []
        self._reader, self._show = reader, show

    def prepare(self) -> None:
        """Registers the baselines that learn nothing and finds the cells that are trained."""
        static = self.asking.static
        self.parts = [Part("static", static)]
        for text in untrained_rows(self.asking.key_interval):
            self.parts.append(Part(text, untrained_model(self.folder, text, static)))
        rows = list(cell_rows(seeds=self.asking.seeds, cohort=self.asking.cohort))
        if not rows:
            return
        shared = self.asking.options | {"dataset": self.asking.dataset}
        lesson = lesson_of(
            self.folder,
            shared,
            static,
            reader=self._reader,
            progress=lambda done, total: self._show(Progress(done, total, "frames", "decoding")),
        )
        for row in rows:
            order = cell_order(row, shared, key_interval=self.asking.key_interval)
            model = trained_model(self.folder, row, order, static, lesson)
            if model is not None or self.asking.trains:
                self.parts.append(Part(row.row, model, row, order))

    def record(self, model: Model) -> dict[str, Any]:
        """The keys of the model's evaluation, and all its row is made of."""
        record: dict[str, Any] = self._payload(model)["record"]
        return record

    def plan_text(self) -> str:
        """What is there, what is missing, and about how long that takes."""
        untrained = [part for part in self.parts if part.model is None]
        unjudged = [part for part in self.parts if part.model is None or not self._is_judged(part)]
        if not unjudged:
            return f"{len(self.parts)} models, all of them judged already."
        frames = len(self._reader.index.split(self.asking.judged.split).labelled)
        if self.protocol.frames is not None:
            frames = self.protocol.frames[1] - self.protocol.frames[0] + 1
        steps = self.asking.options["steps"]
        seconds = len(untrained) * steps * self._usual("train_cell", "steps", STEP_SECONDS)
        seconds += len(unjudged) * frames * self._usual("evaluate", "frames", FRAME_SECONDS)
        trained = f"{len(untrained)} trainings of {steps} steps and " if untrained else ""
        return (
            f"{len(self.parts)} models, {len(self.parts) - len(unjudged)} of them judged already. "
            f"To do: {trained}{len(unjudged)} evaluations of {frames} frames, about "
            f"{_about(seconds)}. Ctrl-C stops; the same command goes on from there."
        )

    def work(self, *, say: Say) -> None:
        """Trains and judges what is missing; what fails is noted and the rest goes on.

        Raises:
            Cancelled: Ctrl-C, or somebody cancelled the job elsewhere.
        """
        for part in sorted(self.parts, key=lambda part: part.model is None):
            try:
                if part.model is None:
                    part.model = self._train(part)
                    say(f"trained {part.model.name}")
                if not self._is_judged(part):
                    self._judge(part.model)
                    say(f"judged {part.model.name}")
            except Cancelled:
                raise
            except DyncellError as error:
                name = part.row if part.model is None else part.model.name
                self.failures.append(f"{name}: {str(error).rstrip('.')}")

    def _train(self, part: Part) -> Model:
        assert part.cell is not None  # only cells lack their model
        assert part.order is not None
        static = self.asking.static
        with self.folder.database.reading() as session:
            taken = names_in_use(session)
        name = free_name(part.cell.model_name(static.name), taken.__contains__)
        payload = part.order | {
            "static": static.name,
            "static_id": static.id,
            "name": name,
            "out": None,
        }
        job = run_in_foreground(
            self.folder,
            "train_cell",
            payload,
            title=f"Train {name} (from a terminal)",
            on_progress=self._show,
        )
        with self.folder.database.reading() as session:
            return models.get(session, job.result["model_id"])

    def _judge(self, model: Model) -> None:
        run_in_foreground(
            self.folder,
            "evaluate",
            self._payload(model) | {"latency": False},
            title=f"Evaluate {model.name} on {self.asking.dataset} (from a terminal)",
            on_progress=self._show,
        )

    def _payload(self, model: Model) -> dict[str, Any]:
        payload = evaluation_payload(
            self.folder,
            dataset=self.asking.dataset,
            reader=self._reader,
            split=self.asking.judged.split,
            protocol=self.protocol,
        )
        payload["model"] = model.id
        payload["record"] |= {
            "model_id": model.id,
            "model_name": model.name,
            "model_key": model.sha256,
        }
        return payload

    def _is_judged(self, part: Part) -> bool:
        return part.model is not None and (
            stored_evaluation(self.folder, self.record(part.model)) is not None
        )

    def _usual(self, kind: JobKind, unit: str, otherwise: float) -> float:
        """Seconds per step or frame of former jobs of this folder, in the middle."""
        with self.folder.database.reading() as session:
            done = jobs.list_jobs(session, kinds=[kind], states=[JobState.DONE], limit=_FORMER)
        took = [
            (job.finished_at - job.started_at) / job.progress.total
            for job in done
            if job.started_at and job.finished_at
            if job.progress.unit == unit and job.progress.total > 0
        ]
        return median(took) if took else otherwise


def registered_static(folder: DataFolder, name_or_path: str) -> Model:
    """The model of that name or file; a file that is not registered yet enters the registry.

    Raises:
        NotFound: There is no such model.
        BadCheckpoint: The file is missing or no model.
    """
    known = find_model_row(folder, name_or_path)
    if known is not None:
        return known
    path = resolve_model(folder, name_or_path)
    sha256 = model_digest(path)
    with folder.database.reading() as session:
        same = [m for m in models.list_models(session, limit=_ALL) if m.sha256 == sha256]
        taken = names_in_use(session)
    if same:
        return same[-1]
    name = free_name(checked_name(Path(name_or_path).stem, noun="model"), taken.__contains__)
    return import_model(folder, path, name=name)


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
