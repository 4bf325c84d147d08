"""The usual training config, and the probe that chooses its precision."""

from dataclasses import replace

import pytest

from core.train.config import Phase
from core.train.precision import PRECISIONS, probe_precision
from core.train.recipe import static_training
from tests.core.train.tiny import tiny_training


@pytest.mark.parametrize("extra", [0.0, 0.25, 0.8])
def test_the_extra_share_is_kept_over_the_whole_schedule(extra: float) -> None:
    training = static_training(11, extra=extra)
    crops = [phase.share * phase.batch for phase in training.phases]
    mixed = [count * phase.extra for count, phase in zip(crops, training.phases, strict=True)]
    assert sum(mixed) / sum(crops) == pytest.approx(extra, abs=0.1 * extra)


def test_an_extra_share_that_leaves_no_data_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0 to 0\.8"):
        static_training(11, extra=0.9)


def test_a_short_training_warms_up_in_a_tenth_of_it() -> None:
    assert static_training(11, steps=50).warmup_steps == 5
    assert static_training(11).warmup_steps == 200


def test_weights_that_have_learnt_something_are_moved_by_half_the_rate() -> None:
    begun = static_training(11, start="a" * 64)
    assert begun.learning_rate == static_training(11).learning_rate / 2
    assert begun.start == "a" * 64


def test_the_probe_measures_both_precisions_and_changes_nothing() -> None:
    training = replace(tiny_training(), phases=(Phase(share=1.0, height=32, width=32, batch=2),))
    chosen, seconds = probe_precision(training)
    assert set(seconds) == set(PRECISIONS)
    assert all(value > 0 for value in seconds.values())
    assert chosen == ("bf16" if seconds["bf16"] < 0.9 * seconds["fp32"] else "fp32")
