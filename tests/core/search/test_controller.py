"""The controller: what it draws, what it thinks of it, and its gradients beside torch's."""

import random

import numpy as np
import pytest
import torch
from torch import Tensor

from core.search.adam import Adam
from core.search.controller import Controller
from core.search.tokens import FIELDS, TokenPlan
from core.space import Space

PLAN = TokenPlan(Space("paper", 2, "light"))


def controller(seed: int = 0, *, spread: float = 1.0) -> Controller:
    """A small controller with opinions."""
    built = Controller(PLAN, width=6, seed=seed)
    rng = np.random.default_rng(seed)
    for name, weight in built.weights.items():
        built.weights[name] = rng.normal(0, spread, weight.shape)
    return built


def by_torch(weights: dict[str, Tensor], tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probabilities and entropies of one sequence, token by token with torch's own cell."""
    width = weights["own"].shape[0]
    # Torch's gates are (into, keep, new, show); ours (into, keep, show, new).
    order = torch.cat([torch.arange(2 * width), torch.arange(3 * width, 4 * width),
                       torch.arange(2 * width, 3 * width)])  # fmt: skip
    state = (torch.zeros(1, width).double(), torch.zeros(1, width).double())
    last, unmet, logs, entropies = len(PLAN.vocabulary), PLAN.all_unmet, [], []
    for place, token in enumerate(tokens.tolist()):
        seen = (weights["words"][last] + weights["fields"][place % len(FIELDS)])[None]
        state = torch.lstm_cell(
            seen,
            state,
            weights["seen"][:, order].T,
            weights["own"][:, order].T,
            weights["gates"][0, order],
            torch.zeros(4 * width).double(),
        )
        allowed = torch.tensor(PLAN.allowed(place, unmet))
        scores = (state[0] @ weights["head"] + weights["bias"])[0][allowed]
        choice = torch.distributions.Categorical(logits=scores)
        logs.append(choice.log_prob(allowed[:token].sum()))
        entropies.append(choice.entropy())
        unmet, last = unmet & ~PLAN.meets(token), token
    return torch.stack(logs), torch.stack(entropies)


def test_it_reads_and_learns_as_torch_does() -> None:
    ours = controller(1, spread=0.7)
    sequences = [written.tokens for written in ours.write(7, random.Random(0))]
    reading = ours.read(sequences)
    weights = {name: torch.tensor(w, requires_grad=True) for name, w in ours.weights.items()}
    logs, entropies = zip(
        *(by_torch(weights, torch.tensor(each)) for each in sequences), strict=True
    )
    np.testing.assert_allclose(reading.log_probabilities, torch.stack(logs).detach(), atol=1e-12)
    np.testing.assert_allclose(reading.entropies, torch.stack(entropies).detach(), atol=1e-12)

    rng = np.random.default_rng(0)
    chosen, surprise = rng.normal(size=(2, *reading.entropies.shape))
    whole = (torch.stack(logs) * torch.tensor(chosen)).sum()
    (whole + (torch.stack(entropies) * torch.tensor(surprise)).sum()).backward()
    found = ours.gradients(reading, chosen=chosen, entropies=surprise)
    assert found.keys() == weights.keys()
    for name, weight in weights.items():
        np.testing.assert_allclose(found[name], weight.grad, atol=1e-11, err_msg=name)


def test_what_it_says_when_it_writes_is_what_it_reads() -> None:
    ours = controller(2)
    written = ours.write(20, random.Random(0))
    reading = ours.read([each.tokens for each in written])
    logs = [each.log_probabilities for each in written]
    np.testing.assert_allclose(reading.log_probabilities, logs, atol=1e-12)


def test_it_draws_as_often_as_it_says() -> None:
    ours = controller(3)
    written = ours.write(20_000, random.Random(0))
    seen: dict[tuple[int, ...], int] = {}
    for each in written:
        seen[each.tokens[:2]] = seen.get(each.tokens[:2], 0) + 1
    said = {each.tokens[:2]: float(np.exp(sum(each.log_probabilities[:2]))) for each in written}
    assert len(said) > 8
    for beginning, share in said.items():
        deviation = (share * (1 - share) / len(written)) ** 0.5
        assert abs(seen[beginning] / len(written) - share) < 5 * deviation


def test_at_first_all_choices_are_about_equally_likely() -> None:
    ours = Controller(PLAN, width=32, seed=0)
    written = ours.write(1, random.Random(0))[0]
    unmet = PLAN.all_unmet
    for place, (token, log) in enumerate(
        zip(written.tokens, written.log_probabilities, strict=True)
    ):
        assert np.exp(log) * sum(PLAN.allowed(place, unmet)) == pytest.approx(1, abs=0.25)
        unmet &= ~PLAN.meets(token)


def test_certainty_breaks_nothing() -> None:
    ours = controller(4, spread=300.0)
    reading = ours.read([each.tokens for each in ours.write(10, random.Random(0))])
    assert (reading.entropies >= 0).all()
    ones = np.ones_like(reading.entropies)
    for gradient in ours.gradients(reading, chosen=ones, entropies=ones).values():
        assert np.isfinite(gradient).all()


def test_adam_steps_as_torchs_does() -> None:
    rng = np.random.default_rng(0)
    weights = {"a": rng.normal(size=(3, 2)), "b": rng.normal(size=(1, 4))}
    theirs = {name: torch.tensor(each, requires_grad=True) for name, each in weights.items()}
    optimiser = torch.optim.Adam(theirs.values(), lr=0.01)
    adam = Adam()
    for _ in range(20):
        gradients = {name: rng.normal(size=each.shape) for name, each in weights.items()}
        adam.step(weights, gradients, learning_rate=0.01)
        for name, each in theirs.items():
            each.grad = torch.tensor(gradients[name])
        optimiser.step()
    for name, each in theirs.items():
        np.testing.assert_allclose(weights[name], each.detach(), atol=1e-7)
