"""The state of a training run and its checkpoint file."""

import math
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import nn

from core.durable import replace_file
from core.errors import BadCheckpoint, DyncellError
from core.train.curve import Curve
from core.train.ema import MovingAverage

Network = TypeVar("Network", bound=nn.Module)

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


class RunState(Generic[Network]):
    """Network, averaged network, optimiser and step number of one training run.

    Args:
        network: The network at its start; its trainable weights are trained.
        identity: What a checkpoint must belong to: hashes of config and data by name.
        learning_rate: The optimiser's first one.
        weight_decay: AdamW's decay of weights of more than one dimension.
        ema_decay: See `MovingAverage`.
        companion: Layers that are trained beside the network and then thrown away.
    """

    def __init__(
        self,
        network: Network,
        *,
        identity: dict[str, str],
        learning_rate: float,
        weight_decay: float,
        ema_decay: float,
        companion: nn.Module | None = None,
    ) -> None:
        self.network = network
        self.average: MovingAverage[Network] = MovingAverage(network, decay=ema_decay)
        self.companion = companion
        self.optimiser = _build_optimiser(
            [network] if companion is None else [network, companion],
            learning_rate=learning_rate,
            weight_decay=weight_decay,
        )
        self.curve = Curve()
        self.step = 0
        self.last_loss = math.nan
        self.saved_step: int | None = None
        self._identity = identity

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
            "companion": None if self.companion is None else self.companion.state_dict(),
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
        if self.companion is not None:
            self.companion.load_state_dict(document["companion"])
        self.average.network.load_state_dict(document["average"])
        self.optimiser.load_state_dict(document["optimiser"])
        torch.set_rng_state(document["torch_rng"])
        self.curve.restore(document["curve"])
        self.step = self.saved_step = document["step"]
        return True


def _build_optimiser(
    networks: Iterable[nn.Module], *, learning_rate: float, weight_decay: float
) -> torch.optim.AdamW:
    parameters = [p for network in networks for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate)
