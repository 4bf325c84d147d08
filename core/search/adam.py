"""Adam on named numpy arrays, with its whole state as plain data.

After Kingma and Ba, *Adam: A Method for Stochastic Optimization* (ICLR 2015), Algorithm 1.
"""

from dataclasses import dataclass, field

import numpy as np

from core.search.lstm import Array

_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8


@dataclass
class Adam:
    """Steps downhill.

    Attributes:
        steps: How many were made.
        first: Running means of gradients, by name.
        second: Those of their squares.
    """

    steps: int = 0
    first: dict[str, Array] = field(default_factory=dict)
    second: dict[str, Array] = field(default_factory=dict)

    def step(
        self, weights: dict[str, Array], gradients: dict[str, Array], *, learning_rate: float
    ) -> None:
        """Makes one step; the weights become new arrays.

        Args:
            weights: What is changed.
            gradients: Of what shall become smaller, of the same names and shapes.
            learning_rate: About how far a weight moves.
        """
        self.steps += 1
        rate = learning_rate * (1 - _SECOND**self.steps) ** 0.5 / (1 - _FIRST**self.steps)
        for name, gradient in gradients.items():
            nothing = np.zeros_like(gradient)
            first = _FIRST * self.first.get(name, nothing) + (1 - _FIRST) * gradient
            second = _SECOND * self.second.get(name, nothing) + (1 - _SECOND) * gradient**2
            self.first[name], self.second[name] = first, second
            weights[name] = weights[name] - rate * first / (np.sqrt(second) + _LEAST)
