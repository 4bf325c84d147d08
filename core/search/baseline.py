"""What reward is usual: moving mean and deviation, in which later rewards weigh more."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Baseline:
    """Exponentially weighted mean and variance of the rewards so far, without a bias to the first.

    After West, *Updating Mean and Variance Estimates* (1979), with weights that decay.

    Attributes:
        weight: Of all rewards together, the latest one weighing 1; 0 = there were none.
        mean: The usual reward.
        squares: Weighted sum of squared deviations.
    """

    weight: float = 0.0
    mean: float = 0.0
    squares: float = 0.0

    def after(self, reward: float, *, memory: float) -> "Baseline":
        """The baseline when one more reward is known.

        Args:
            reward: The reward.
            memory: Share of the older ones' weight that stays.
        """
        weight = memory * self.weight + 1
        mean = self.mean + (reward - self.mean) / weight
        squares = memory * self.squares + (reward - self.mean) * (reward - mean)
        return Baseline(weight, mean, squares)

    def advantage(self, reward: float) -> float:
        """By how many usual deviations a reward is better; 0 where all were the same."""
        deviation = sqrt(self.squares / self.weight) if self.weight else 0.0
        return (reward - self.mean) / deviation if deviation else 0.0
