"""A search small enough for tests: three rendered streets, a network that learnt a little."""

from pathlib import Path

from core.model_file import ModelHeader, Provenance
from core.nn.config import StaticConfig
from core.nn.weights import save_model
from core.palette import CAMVID
from core.search.config import SearchConfig, TrialBudget
from core.search.material import TrialMaterial, open_material
from core.train.config import Phase, StaticTraining
from core.train.static import train_static
from tests.core.train.test_simulated_clips import streets

STATIC = StaticConfig(num_classes=CAMVID.num_classes, width=0.25, channels=12)
BUDGET = TrialBudget(
    epochs=2, rungs=(1,), length=3, variants=1, batch=2, crop=(6, 8), judge_length=3
)
CONFIG = SearchConfig(dataset="streets", budget=BUDGET, trials=4)


def small_static(path: Path, *, network: StaticConfig = STATIC) -> Path:
    """Trains the network for a second and writes it."""
    training = StaticTraining(
        network=network,
        steps=60,
        phases=(Phase(share=1, height=64, width=96, batch=3),),
        warmup_steps=5,
        ema_decay=0.9,
        precision="fp32",
    )
    header = ModelHeader(
        palette=CAMVID,
        config=network,
        provenance=Provenance(
            command="none", seed=0, steps=60, data="streets", data_hash="", code_version="0"
        ),
    )
    save_model(path, train_static(training, streets(3), threads=1), header=header)
    return path


def small_material(folder: Path) -> TrialMaterial:
    static = small_static(folder / "static.safetensors")
    return open_material(
        CONFIG, static, cells=streets(3), reward=streets(2), cache_dir=folder, threads=1
    )
