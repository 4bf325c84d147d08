"""The controller of `ppo`: a recurrent network that writes genotypes down token by token.

An LSTM reads the token chosen before and which field comes next, and gives a probability to each
token that may stand there (`core.search.tokens`); other tokens have none. Imports no torch, see
`core.search.lstm`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.search.lstm import Array, LstmState, LstmStep, lstm_step, lstm_step_back, product
from core.search.tokens import FIELDS, TokenPlan

Weights = dict[str, Array]
"""Weights, or gradients by them, by name."""

_SPREAD = 0.1
"""First weights are uniform from minus to plus this: all tokens begin about equally likely."""


@dataclass(frozen=True)
class Written:
    """A genotype as the controller wrote it.

    Attributes:
        tokens: The sequence, see `TokenPlan`.
        log_probabilities: Of each token given those before it, in nats, when it was written.
    """

    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """What the controller thinks of whole sequences.

    Attributes:
        tokens: The sequences: (B, T).
        log_probabilities: Of each token given those before it, in nats: (B, T).
        entropies: Of the choice that was made there, in nats: (B, T).
        logs: Log-probabilities of all tokens, very low where none is allowed: (B, T, V).
        steps: The way through the network.
    """

    tokens: NDArray[np.int64]
    log_probabilities: Array
    entropies: Array
    logs: Array
    steps: tuple[LstmStep, ...]


class Controller:
    """Probabilities of the genotypes of a space.

    Attributes:
        plan: The tokens.
        weights: `words` (V + 1, H), the last one standing before the first token; `fields` (5, H);
            `seen` (H, 4H), `own` (H, 4H) and `gates` (1, 4H) of the LSTM; `head` (H, V) and `bias`
            (1, V).
    """

    def __init__(self, plan: TokenPlan, *, width: int, seed: int) -> None:
        """Draws the first weights.

        Args:
            plan: The tokens.
            width: H, units of the LSTM and values per token.
            seed: Decides the weights.
        """
        words = len(plan.vocabulary)
        shapes = {
            "words": (words + 1, width),
            "fields": (len(FIELDS), width),
            "seen": (width, 4 * width),
            "own": (width, 4 * width),
            "gates": (1, 4 * width),
            "head": (width, words),
            "bias": (1, words),
        }
        rng = np.random.default_rng(seed)
        self.plan = plan
        self.weights: Weights = {
            name: rng.uniform(-_SPREAD, _SPREAD, shape) for name, shape in shapes.items()
        }
        sets = range(plan.all_unmet + 1)
        self._allowed = np.array(
            [[plan.allowed(place, unmet) for unmet in sets] for place in range(plan.length)]
        )  # (T, sets, V)
        self._meets = np.array([plan.meets(token) for token in range(words)])

    def write(self, count: int, rng: random.Random) -> list[Written]:
        """Draws sequences.

        Args:
            count: How many.
            rng: Gives one number per token.
        """
        tokens = np.empty((count, self.plan.length), np.int64)
        chosen = np.empty((count, self.plan.length))
        rows = np.arange(count)
        seen_words, seen_fields = self._seen()
        state, unmet = self._begin(count)
        last = np.full(count, len(self.plan.vocabulary))
        for place in range(self.plan.length):
            seen = seen_words[last] + seen_fields[place % len(FIELDS)]
            state = lstm_step(seen, state, self.weights["own"]).after
            logs = self._logs(state.out, self._allowed[place, unmet])
            last = _drawn(np.exp(logs), rng)
            unmet = unmet & ~self._meets[last]
            tokens[:, place] = last
            chosen[:, place] = logs[rows, last]
        written = zip(tokens.tolist(), chosen.tolist(), strict=True)
        return [Written(tuple(row), tuple(logs)) for row, logs in written]

    def read(self, sequences: Sequence[Sequence[int]]) -> Reading:
        """Tells what the controller thinks of B whole sequences of T tokens."""
        tokens = np.array(sequences, np.int64)
        seen_words, seen_fields = self._seen()
        state, unmet = self._begin(len(tokens))
        last = np.full(len(tokens), len(self.plan.vocabulary))
        steps, logs = [], []
        for place, chosen in enumerate(tokens.T):
            seen = seen_words[last] + seen_fields[place % len(FIELDS)]
            steps.append(lstm_step(seen, state, self.weights["own"]))
            state, last = steps[-1].after, chosen
            logs.append(self._logs(state.out, self._allowed[place, unmet]))
            unmet = unmet & ~self._meets[chosen]
        all_logs = np.stack(logs, axis=1)
        return Reading(
            tokens=tokens,
            log_probabilities=np.take_along_axis(all_logs, tokens[..., None], axis=2)[..., 0],
            entropies=-(np.exp(all_logs) * all_logs).sum(axis=2),
            logs=all_logs,
            steps=tuple(steps),
        )

    def gradients(self, reading: Reading, *, chosen: Array, entropies: Array) -> Weights:
        """Goes back from what was read to the weights.

        Args:
            reading: What `read` gave, the weights being the same still.
            chosen: Gradients by its `log_probabilities`: (B, T).
            entropies: Gradients by its `entropies`: (B, T).
        """
        shares = np.exp(reading.logs)
        scores = chosen[..., None] * (np.eye(shares.shape[2])[reading.tokens] - shares)
        surprise = reading.logs + reading.entropies[..., None]
        scores -= entropies[..., None] * shares * surprise  # (B, T, V)
        weights = self.weights
        grown = {name: np.zeros_like(weight) for name, weight in weights.items()}
        seen_words = np.zeros((len(weights["words"]), weights["seen"].shape[1]))
        seen_fields = np.zeros((len(FIELDS), weights["seen"].shape[1]))
        back, _ = self._begin(len(reading.tokens))
        for place in reversed(range(self.plan.length)):
            step = reading.steps[place]
            grown["head"] += product(step.after.out.T, scores[:, place])
            grown["bias"] += scores[:, place].sum(axis=0)
            out = back.out + product(scores[:, place], weights["head"].T)
            seen, back = lstm_step_back(step, LstmState(out, back.memory), weights["own"])
            grown["own"] += product(step.before.out.T, seen)
            before = reading.tokens[:, place - 1] if place else len(weights["words"]) - 1
            np.add.at(seen_words, before, seen if place else seen.sum(axis=0))
            seen_fields[place % len(FIELDS)] += seen.sum(axis=0)
        grown["words"] += product(seen_words, weights["seen"].T)
        grown["fields"] += product(seen_fields, weights["seen"].T)
        grown["gates"] += seen_fields.sum(axis=0)
        grown["seen"] += product(weights["words"].T, seen_words)
        grown["seen"] += product(weights["fields"].T, seen_fields)
        return grown

    def _seen(self) -> tuple[Array, Array]:
        """What each word and each field adds to the gates: (V + 1, 4H) and (5, 4H)."""
        weights = self.weights
        words = product(weights["words"], weights["seen"])
        return words, product(weights["fields"], weights["seen"]) + weights["gates"]

    def _begin(self, count: int) -> tuple[LstmState, NDArray[np.int64]]:
        """The state before the first token, and the groups unmet there: all of them."""
        nothing = np.zeros((count, len(self.weights["seen"])))
        return LstmState(nothing, nothing), np.full(count, self.plan.all_unmet)

    def _logs(self, out: Array, allowed: NDArray[np.bool_]) -> Array:
        """Log-probabilities of all tokens, where none is allowed the lowest number: (B, V)."""
        scores = product(out, self.weights["head"]) + self.weights["bias"]
        scores = np.where(allowed, scores, -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        logs: Array = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return np.maximum(logs, np.finfo(np.float64).min)


def _drawn(shares: Array, rng: random.Random) -> NDArray[np.int64]:
    """Draws one token per row: (B, V) to (B,)."""
    reached = shares.cumsum(axis=1)
    whole = reached[:, -1]
    chances = np.array([rng.random() for _ in shares]) * whole
    chances = np.minimum(chances, np.nextafter(whole, 0))  # so that some token is beyond it
    drawn: NDArray[np.int64] = (reached <= chances[:, None]).sum(axis=1)
    return drawn
