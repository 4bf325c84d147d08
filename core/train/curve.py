"""The course of a training in at most a few hundred points, however long it is."""

from typing import Any


class Curve:
    """Mean loss and learning rate over stretches of steps; stretches grow as the run does.

    Args:
        most_points: Points kept at most; when they are reached, neighbours are merged.
    """

    def __init__(self, most_points: int = 200) -> None:
        if most_points < 2:
            raise ValueError(f"most_points is {most_points}; at least 2 are needed")
        self._most = most_points
        self._stretch = 1
        self._points: list[tuple[int, float, float]] = []  # last step, mean loss, learning rate
        self._open: list[float] = []

    def add(self, step: int, *, loss: float, learning_rate: float) -> None:
        """Adds the step number `step`, counted from 1."""
        self._open.append(loss)
        if len(self._open) < self._stretch:
            return
        self._points.append((step, sum(self._open) / len(self._open), learning_rate))
        self._open = []
        if len(self._points) >= self._most and len(self._points) % 2 == 0:
            pairs = zip(self._points[::2], self._points[1::2], strict=True)
            self._points = [(b[0], (a[1] + b[1]) / 2, b[2]) for a, b in pairs]
            self._stretch *= 2

    def to_dict(self) -> dict[str, list[float]]:
        """The finished points: `steps` (last of each stretch), `loss`, `learning_rate`."""
        return {
            "steps": [step for step, _, _ in self._points],
            "loss": [round(loss, 4) for _, loss, _ in self._points],
            "learning_rate": [round(rate, 7) for _, _, rate in self._points],
        }

    def state(self) -> dict[str, Any]:
        """Everything needed to go on, for a checkpoint."""
        points = [list(point) for point in self._points]
        return {"stretch": self._stretch, "points": points, "open": list(self._open)}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._stretch = state["stretch"]
        self._points = [(int(step), loss, rate) for step, loss, rate in state["points"]]
        self._open = list(state["open"])
