"""The state of a training run and its checkpoint file."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.durable import replace_file
from core.errors import BadCheckpoint, DyncellError
from core.nn.build import build_segmenter
from core.nn.segmenter import Segmenter
from core.train.config import StaticTraining
from core.train.curve import Curve
from core.train.deep_supervision import CoarseClassifier
from core.train.ema import MovingAverage

CHECKPOINT_NAME = "training.pt"


class TrainingDiverged(DyncellError):
    """The loss or a weight is no number any more.

    Args:
        step: Steps done.
        what: What was found.
        saved_step: Step of the last checkpoint, which is good; None without one.
    """

    def __init__(self, step: int, what: str, saved_step: int | None) -> None:
        kept = (
            "no checkpoint was written"
            if saved_step is None
            else f"the last good checkpoint is that of step {saved_step}"
        )
        super().__init__(
            f"Training diverged at step {step}: {what}; {kept}. Train again with a lower learning "
            "rate or more warm-up, and look at the labels."
        )
        self.step, self.saved_step = step, saved_step


class RunState:
    """Network, averaged network, optimiser and step number of one training run.

    Args:
        config: The training config; its seed decides the random start.
        data_digest: Hash of the data; a checkpoint of other data is refused.
        device: Where the network trains.
        begin: Changes the random network before its average is taken; None leaves it.
    """

    def __init__(
        self,
        config: StaticTraining,
        *,
        data_digest: str,
        device: torch.device | str,
        begin: Callable[[Segmenter], None] | None = None,
    ) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            network = build_segmenter(config.network)
            coarse = CoarseClassifier(config.network.channels, config.network.num_classes)
        if begin is not None:
            begin(network)
        self.network: Segmenter = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average: MovingAverage[Segmenter] = MovingAverage(self.network, decay=config.ema_decay)
        self.coarse = coarse.to(device) if config.deep_supervision else None
        self.optimiser = _build_optimiser(self.network, self.coarse, config)
        self.curve = Curve()
        self.step = 0
        self.saved_step: int | None = None
        self._identity = {"config": config.digest, "data": data_digest}

    def save(self, folder: Path) -> None:
        """Writes the checkpoint into `folder`, whole or not at all.

        Raises:
            TrainingDiverged: A weight is no number; the checkpoint before stays.
        """
        if not all(torch.isfinite(values).all() for values in self.network.parameters()):
            raise TrainingDiverged(self.step, "a weight is no number", self.saved_step)
        document: dict[str, Any] = {
            "identity": self._identity,
            "step": self.step,
            "network": self.network.state_dict(),
            "coarse": None if self.coarse is None else self.coarse.state_dict(),
            "average": self.average.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "curve": self.curve.state(),
            "torch_rng": torch.get_rng_state(),
        }
        with replace_file(folder / CHECKPOINT_NAME) as temporary:
            torch.save(document, temporary)
        self.saved_step = self.step

    def restore(self, folder: Path) -> bool:
        """Goes on from the checkpoint in `folder`; False where there is none.

        Raises:
            BadCheckpoint: The checkpoint is damaged or belongs to another config or other data.
        """
        path = folder / CHECKPOINT_NAME
        if not path.exists():
            return False
        try:
            document = torch.load(path, map_location="cpu", weights_only=True)
            identity = document["identity"]
        except (
            pickle.UnpicklingError,
            RuntimeError,
            EOFError,
            OSError,
            KeyError,
            TypeError,
        ) as error:
            raise BadCheckpoint(
                f"The training checkpoint {path} is damaged: delete it to start again."
            ) from error
        if identity != self._identity:
            raise BadCheckpoint(
                f"The training checkpoint {path} belongs to another config or other data: delete "
                "it or choose another folder to start again."
            )
        self.network.load_state_dict(document["network"])
        if self.coarse is not None:
            self.coarse.load_state_dict(document["coarse"])
        self.average.network.load_state_dict(document["average"])
        self.optimiser.load_state_dict(document["optimiser"])
        torch.set_rng_state(document["torch_rng"])
        self.curve.restore(document["curve"])
        self.step = self.saved_step = document["step"]
        return True


def _build_optimiser(
    network: nn.Module, coarse: nn.Module | None, config: StaticTraining
) -> torch.optim.AdamW:
    parameters = [*network.parameters(), *(coarse.parameters() if coarse is not None else ())]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate)
