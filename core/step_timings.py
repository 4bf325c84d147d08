"""How long a step of a predictor took, stage by stage."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StepTimings:
    """Milliseconds the last step took.

    Attributes:
        preprocess: Scaling the frame down and laying it out.
        network: The network itself.
        upsample: Upsampling the logits and choosing the best class.
    """

    preprocess: float
    network: float
    upsample: float

    @property
    def total(self) -> float:
        """The whole step."""
        return self.preprocess + self.network + self.upsample
