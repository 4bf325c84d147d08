"""One layer of long short-term memory in float64, forwards and backwards, by plain numpy.

After Hochreiter and Schmidhuber (1997) with the forget gate of Gers et al. (2000). No product here
goes through a numeric library of the machine, so every sum has one order: results do not depend on
how many threads anybody uses, and restored states go on bit for bit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class LstmState(NamedTuple):
    """What the layer hands on: its output and its memory, both (B, H)."""

    out: Array
    memory: Array


class LstmStep(NamedTuple):
    """One step with all that its way back needs: (B, H) each."""

    before: LstmState
    after: LstmState
    into: Array
    keep: Array
    show: Array
    new: Array


def product(left: Array, right: Array) -> Array:
    """The product of two matrices, summed in an order that depends on their shapes alone."""
    result: Array = np.einsum("ij,jk->ik", left, right)
    return result


def lstm_step(seen: Array, before: LstmState, weight: Array) -> LstmStep:
    """Goes one step forwards.

    Args:
        seen: What the input adds to the gates (into, keep, show, new): (B, 4H).
        before: The state so far.
        weight: What the output so far adds to them: (H, 4H).
    """
    width = len(weight)
    gates = seen + product(before.out, weight)
    gates[:, : 3 * width] = 0.5 + 0.5 * np.tanh(0.5 * gates[:, : 3 * width])
    into, keep, show = (gates[:, each * width : (each + 1) * width] for each in range(3))
    new = np.tanh(gates[:, 3 * width :])
    memory = keep * before.memory + into * new
    after = LstmState(show * np.tanh(memory), memory)
    return LstmStep(before, after, into, keep, show, new)


def lstm_step_back(step: LstmStep, after: LstmState, weight: Array) -> tuple[Array, LstmState]:
    """Goes one step backwards.

    Args:
        step: What `lstm_step` gave.
        after: Gradients by the state after the step.
        weight: As it was given there.

    Returns:
        Gradients by `seen`, and by the state before; that by `weight` is the product of the
        transposed `step.before.out` with the first.
    """
    shown = np.tanh(step.after.memory)
    memory = after.memory + after.out * step.show * (1 - shown**2)
    seen = np.concatenate(
        [
            memory * step.new * step.into * (1 - step.into),
            memory * step.before.memory * step.keep * (1 - step.keep),
            after.out * shown * step.show * (1 - step.show),
            memory * step.into * (1 - step.new**2),
        ],
        axis=1,
    )
    return seen, LstmState(product(seen, weight.T), memory * step.keep)
