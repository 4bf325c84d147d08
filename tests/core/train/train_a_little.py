"""A training for a process of its own that a test kills: `python -m ... FOLDER`."""

import sys
from pathlib import Path

from core.train.static import train_static
from tests.core.train.tiny import band_data, tiny_training

KILLED = tiny_training(steps=40, checkpoint_every=4)
"""Long enough to be killed in the middle."""

if __name__ == "__main__":
    train_static(
        KILLED,
        band_data(),
        checkpoint_dir=Path(sys.argv[1]),
        threads=1,
        progress=lambda at: print(at.step, flush=True),
    )
