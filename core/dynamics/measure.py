"""Measures the behaviour of a model over time: every part by itself, so that one can fail alone."""

from collections.abc import Callable
from functools import cache
from typing import Any

from core.datasets.pack import PackReader
from core.dynamics.distance import distance_curve
from core.dynamics.drift import drift
from core.dynamics.follower import ModelFollower
from core.dynamics.lag import lag_curve
from core.dynamics.past import past_use
from core.dynamics.plan import planned_steps
from core.dynamics.protocol import DynamicsProtocol
from core.dynamics.recovery import Place, recovery_curve, splices
from core.dynamics.run import Run, dense_runs
from core.dynamics.streams import judged_streams
from core.dynamics.summary import numbers
from core.errors import Cancelled, DyncellError, LeaseLost, Paused
from core.metrics.accuracy import frame_confusion
from core.metrics.joint_counts import Confusion
from core.model_stream import ModelStream
from core.predict import VideoPredictor

Json = dict[str, Any]
Report = Callable[[str, int, int], None]
"""Called with what is measured, the steps done and the steps in all; may raise to stop."""

STAGES = {
    "distance": "mIoU by distance to a key frame",
    "lag": "lag",
    "recovery": "recovery from cuts",
    "past": "use of the past",
    "drift": "drift over long videos",
}
"""What each part is called while it is measured."""


def measure_dynamics(
    reader: PackReader,
    split: str,
    predictor: VideoPredictor,
    *,
    protocol: DynamicsProtocol,
    report: Report = lambda part, done, total: None,
) -> Json:
    """Measures a model on video with ground truth.

    Args:
        reader: The dataset.
        split: The split's name.
        predictor: The model, labelling at full size, with its own key interval.
        protocol: How.
        report: See `Report`.

    Returns:
        The document that `core.store.dynamics` describes.

    Raises:
        NotFound: There is no such split.
        DyncellError: The split is no video with ground truth, or the classes differ.
    """
    runs = dense_runs(reader, split, protocol.frames)
    measuring = Measuring(reader, runs, predictor, protocol, report)
    found: Json = {}
    notes: dict[str, str] = {}
    for part, measure in (
        ("distance", measuring.distance),
        ("lag", measuring.lag),
        ("recovery", measuring.recovery),
        ("past", measuring.past),
        ("drift", measuring.drift),
    ):
        measuring.begin(part)
        try:
            found[part] = measure()
        except (Cancelled, LeaseLost, Paused):
            raise
        except DyncellError as error:
            found[part], notes[part] = None, str(error)
    return {
        "model_class": measuring.kind,
        "key_interval": measuring.key_interval,
        "frames": sum(len(run.judged) for run in runs),
        **found,
        "notes": notes,
        "numbers": numbers(found),
    }


class Measuring:
    """The parts of a measurement on one model and one set of videos."""

    def __init__(
        self,
        reader: PackReader,
        runs: tuple[Run, ...],
        predictor: VideoPredictor,
        protocol: DynamicsProtocol,
        report: Report,
    ) -> None:
        palette, mapping = reader.index.palette, dict(protocol.mapping or ())
        self._runs, self._protocol, self._classes = runs, protocol, palette.num_classes
        self._stream = ModelStream(predictor, palette, mapping=mapping)
        self._follower = ModelFollower(predictor, palette, mapping=mapping)
        self.kind = self._follower.model_class
        self.key_interval = (predictor.key_interval or 0) if self.kind != "static" else 0
        self._plan = planned_steps(
            protocol,
            self.kind,
            frames=sum(len(run.judged) for run in runs),
            key_interval=self.key_interval,
        )
        self._report, self._part, self._done = report, "", 0

    def begin(self, part: str) -> None:
        """The next steps belong to that part."""
        before = [*self._plan].index(part)
        self._part, self._done = part, sum([*self._plan.values()][:before])
        self._limit = self._done + self._plan[part]
        self._tell(0)

    def distance(self) -> Json:
        """See `core.dynamics.distance`."""
        steps = 1 + self._protocol.farthest * (self.kind in ("light", "full"))
        return distance_curve(
            self._follower,
            self._runs,
            num_classes=self._classes,
            farthest=self._protocol.farthest,
            tell=lambda: self._tell(steps),
        )

    def lag(self) -> Json:
        """See `core.dynamics.lag`."""
        phases = max(1, self.key_interval)
        streams = judged_streams(self._stream, self._runs, phases=phases, tell=self._tell)
        return lag_curve(streams, lags=self._protocol.lags, num_classes=self._classes)

    def recovery(self) -> Json:
        """See `core.dynamics.recovery`: with scene cuts looked for, and without."""
        cuts = splices(
            self._runs,
            horizon=self._protocol.horizon,
            most=self._protocol.splices,
            phases=max(1, self.key_interval),
        )
        predictor = self._stream.predictor
        curves = {}
        static = cache(self._static_confusion)
        for name, finds_cuts in (("with_detection", True), ("without_detection", False)):
            predictor.finds_cuts = finds_cuts
            try:
                curves[name] = recovery_curve(
                    self._stream,
                    cuts,
                    self._runs,
                    static=static,
                    num_classes=self._classes,
                    tell=self._tell,
                )
            finally:
                predictor.finds_cuts = True
        return curves

    def past(self) -> Json:
        """See `core.dynamics.past`."""
        return past_use(
            self._follower,
            self._runs,
            num_classes=self._classes,
            key_interval=self.key_interval,
            tell=lambda: self._tell(3),
        )

    def drift(self) -> Json:
        """See `core.dynamics.drift`."""
        return drift(
            self._follower,
            self._runs,
            num_classes=self._classes,
            frames=self._protocol.long,
            tell=self._tell,
        )

    def _static_confusion(self, place: Place) -> Confusion:
        run, number = self._runs[place[0]], place[1]
        self._tell()
        labels = self._follower.labels(self._follower.see(run.image(number)))
        return frame_confusion(labels, run.truth(number), num_classes=self._classes)

    def _tell(self, steps: int = 1) -> None:
        self._done = min(self._limit, self._done + steps)
        self._report(STAGES[self._part], self._done, sum(self._plan.values()))
