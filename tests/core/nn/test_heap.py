import platform
import subprocess
import sys

import pytest

_FAULTS_OF_FRAMES = """
import resource
import numpy as np
from core.engine import Engine
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

engine = Engine(build_segmenter(StaticConfig(num_classes=11)), threads=1)
for number in range(8):
    if number == 4:
        warm = faults()
    images = engine.prepare(np.zeros((360, 480, 3), np.uint8))
    engine.labels(engine.logits(images), (360, 480))
print(faults() - warm)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another heap than glibc's")
def test_frames_after_the_first_ones_touch_no_new_pages() -> None:
    command = [sys.executable, "-c", _FAULTS_OF_FRAMES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1_000  # of 4 KiB; one large map of the encoder has 4,000
