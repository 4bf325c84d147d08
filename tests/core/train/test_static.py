"""Training the static network: learns, repeats exactly, stops and goes on."""

import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import BadCheckpoint, Cancelled, Paused
from core.nn.config import StaticConfig
from core.nn.segmenter import Segmenter
from core.train.config import Phase
from core.train.deep_supervision import CoarseClassifier, both_logits
from core.train.loop import TrainingProgress
from core.train.run_state import CHECKPOINT_NAME, TrainingDiverged
from core.train.schedule import learning_rate
from core.train.score import score_static
from core.train.static import static_run, train_static
from tests.core.train.tiny import band_data, tiny_training
from tests.core.train.train_a_little import KILLED


def assert_equal_networks(one: Segmenter, other: Segmenter) -> None:
    mine, theirs = one.state_dict(), other.state_dict()
    assert mine.keys() == theirs.keys()
    for name, tensor in mine.items():
        assert torch.equal(tensor, theirs[name]), name


def test_training_learns_what_the_data_shows() -> None:
    training = replace(
        tiny_training(steps=60),
        network=StaticConfig(num_classes=3, width=0.1, channels=16),
        phases=(Phase(share=1, height=48, width=64, batch=6),),
        learning_rate=1e-2,
        ema_decay=0.8,
    )
    losses: list[float] = []
    network = train_static(training, band_data(), progress=lambda at: losses.append(at.loss))
    assert sum(losses[-10:]) < 0.3 * sum(losses[:10])
    scores = score_static(network, band_data(seed=9))
    assert scores.miou is not None
    assert scores.miou > 0.9  # one class everywhere scores 0.11


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first = train_static(tiny_training(), band_data())
    torch.manual_seed(99)  # whatever happened in the process before must not matter
    assert_equal_networks(first, train_static(tiny_training(), band_data()))
    other = train_static(tiny_training(seed=2), band_data())
    assert not torch.equal(other.classifier.classify.weight, first.classifier.classify.weight)


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train_static(tiny_training(steps=1), band_data())
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("stop_before", [1, 4, 7])
def test_a_paused_training_goes_on_to_the_same_weights(stop_before: int, tmp_path: Path) -> None:
    whole = train_static(tiny_training(), band_data())
    asked = iter(range(100))
    with pytest.raises(Paused, match=f"rests at step {stop_before}; resume"):
        train_static(
            tiny_training(),
            band_data(),
            checkpoint_dir=tmp_path,
            should_stop=lambda: "pause" if next(asked) == stop_before else None,
        )
    seen: list[TrainingProgress] = []
    resumed = train_static(
        tiny_training(), band_data(), checkpoint_dir=tmp_path, progress=seen.append
    )
    assert [at.step for at in seen] == list(range(stop_before + 1, 9))
    assert_equal_networks(resumed, whole)


def test_a_training_that_died_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    def die(at: TrainingProgress) -> None:
        if at.step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path, progress=die)
    seen: list[int] = []
    resumed = train_static(
        tiny_training(),
        band_data(),
        checkpoint_dir=tmp_path,
        progress=lambda at: seen.append(at.step),
    )
    assert seen == [4, 5, 6, 7, 8]  # the checkpoint was written after step 3
    assert_equal_networks(resumed, train_static(tiny_training(), band_data()))


def test_a_cancelled_training_stops_before_the_next_step(tmp_path: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Cancelled, match="cancelled at step 2"):
        train_static(
            tiny_training(),
            band_data(),
            checkpoint_dir=tmp_path,
            progress=lambda at: seen.append(at.step),
            should_stop=lambda: "cancel" if len(seen) == 2 else None,
        )
    assert seen == [1, 2]


def test_without_resume_training_starts_from_the_beginning(tmp_path: Path) -> None:
    train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path)
    seen: list[int] = []
    train_static(
        tiny_training(),
        band_data(),
        checkpoint_dir=tmp_path,
        resume=False,
        progress=lambda at: seen.append(at.step),
    )
    assert seen[0] == 1


def test_a_checkpoint_of_another_config_or_other_data_is_refused(tmp_path: Path) -> None:
    train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path)
    with pytest.raises(BadCheckpoint, match="another config or other data"):
        train_static(tiny_training(seed=2), band_data(), checkpoint_dir=tmp_path)
    with pytest.raises(BadCheckpoint, match="another config or other data"):
        train_static(tiny_training(), band_data(seed=2), checkpoint_dir=tmp_path)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", None])
def test_a_damaged_checkpoint_is_refused(content: bytes | None, tmp_path: Path) -> None:
    train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path)
    path = tmp_path / CHECKPOINT_NAME
    path.write_bytes(path.read_bytes()[:5000] if content is None else content)
    with pytest.raises(BadCheckpoint, match="damaged: delete it to start again"):
        train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path)


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    training = replace(tiny_training(steps=30), learning_rate=1e30, warmup_steps=0)
    with pytest.raises(TrainingDiverged, match=r"no checkpoint was written.*lower learning rate"):
        train_static(training, band_data())


def test_a_training_that_diverges_names_the_step_and_the_last_good_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = tiny_training(steps=30, checkpoint_every=4)
    rate = learning_rate
    monkeypatch.setattr(
        "core.train.static.learning_rate",
        lambda step, **given: rate(step, **given) if step < 5 else 1e30,
    )
    said = r"at step 6: the loss is \w+; the last good checkpoint is that of step 4"
    with pytest.raises(TrainingDiverged, match=said):
        train_static(training, band_data(), checkpoint_dir=tmp_path)
    monkeypatch.undo()
    resumed = train_static(training, band_data(), checkpoint_dir=tmp_path)
    assert_equal_networks(resumed, train_static(training, band_data()))


def test_weights_that_are_no_numbers_never_become_a_checkpoint(tmp_path: Path) -> None:
    run = static_run(tiny_training(), data_digest="", device="cpu")
    run.save(tmp_path)
    before = (tmp_path / CHECKPOINT_NAME).read_bytes()
    run.step = 3
    torch.nn.init.constant_(run.network.classifier.classify.weight, torch.nan)
    with pytest.raises(TrainingDiverged, match=r"step 3: a weight is no number.*that of step 0"):
        run.save(tmp_path)
    assert (tmp_path / CHECKPOINT_NAME).read_bytes() == before


def test_a_training_killed_at_a_random_step_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.core.train.train_a_little", str(tmp_path)]
    kill_at = random.SystemRandom().randrange(2, 30)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == kill_at:
                process.kill()
                break
        assert process.wait() == -signal.SIGKILL, f"killed at step {kill_at}"
    seen: list[int] = []
    resumed = train_static(
        KILLED,
        band_data(),
        checkpoint_dir=tmp_path,
        threads=1,  # equal weights are promised for an equal number of threads
        progress=lambda at: seen.append(at.step),
    )
    assert len(seen) < KILLED.steps or kill_at < KILLED.checkpoint_every, kill_at
    assert_equal_networks(resumed, train_static(KILLED, band_data(), threads=1))


def test_deep_supervision_teaches_the_encoder_and_leaves_the_network_as_it_is() -> None:
    training = replace(tiny_training(), deep_supervision=0.4, label_smoothing=0.05)
    plain = train_static(tiny_training(), band_data())
    taught = train_static(training, band_data())
    assert taught.state_dict().keys() == plain.state_dict().keys()
    assert not torch.equal(taught.classifier.classify.weight, plain.classifier.classify.weight)
    run = static_run(training, data_digest="", device="cpu")
    assert isinstance(run.companion, CoarseClassifier)
    run.network.eval()
    images = torch.rand(1, 3, 32, 48)
    logits, coarse = both_logits(run.network, run.companion, images)
    assert torch.equal(logits, run.network(images))
    assert coarse.shape == logits.shape


@pytest.mark.parametrize("stop_before", [2, 5])
def test_a_deeply_supervised_training_goes_on_exactly_too(stop_before: int, tmp_path: Path) -> None:
    training = replace(tiny_training(), deep_supervision=0.4)
    asked = iter(range(100))
    with pytest.raises(Paused):
        train_static(
            training,
            band_data(),
            checkpoint_dir=tmp_path,
            should_stop=lambda: "pause" if next(asked) == stop_before else None,
        )
    resumed = train_static(training, band_data(), checkpoint_dir=tmp_path)
    assert_equal_networks(resumed, train_static(training, band_data()))


def test_the_curve_goes_on_where_a_paused_training_stopped(tmp_path: Path) -> None:
    asked = iter(range(100))
    with pytest.raises(Paused):
        train_static(
            tiny_training(),
            band_data(),
            checkpoint_dir=tmp_path,
            should_stop=lambda: "pause" if next(asked) == 4 else None,
        )
    seen: list[TrainingProgress] = []
    train_static(tiny_training(), band_data(), checkpoint_dir=tmp_path, progress=seen.append)
    assert seen[-1].curve.to_dict()["steps"] == list(range(1, 9))


def test_bf16_trains_too() -> None:
    losses: list[float] = []
    train_static(
        replace(tiny_training(), precision="bf16"),
        band_data(),
        progress=lambda at: losses.append(at.loss),
    )
    assert len(losses) == 8


def test_progress_counts_down() -> None:
    seen: list[TrainingProgress] = []
    train_static(tiny_training(), band_data(), progress=seen.append)
    assert [at.step for at in seen] == list(range(1, 9))
    assert {at.steps for at in seen} == {8}
    assert seen[-1].seconds_left == 0
    assert all(at.seconds_left > 0 for at in seen[:-1])


def test_the_learning_rate_rises_and_falls_to_zero() -> None:
    training = replace(tiny_training(steps=100), warmup_steps=10)
    rates = [
        learning_rate(
            step,
            steps=training.steps,
            warmup_steps=training.warmup_steps,
            peak=training.learning_rate,
        )
        for step in range(101)
    ]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert max(rates) == training.learning_rate
    assert rates[100] == pytest.approx(0)


def test_training_needs_neither_the_database_nor_the_video_library() -> None:
    code = (
        "import sys;"
        "sys.modules.update(dict.fromkeys(['sqlalchemy', 'av', 'celery', 'streamlit']));"
        "import core.train.static_run, core.train.precision, core.train.synthetic_data"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
