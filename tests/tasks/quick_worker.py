"""A worker with one general slot, real children and the times of tests; argument: data folder."""

import logging
import sys
from pathlib import Path

from core.settings import Settings
from tasks.worker import run_worker
from tests.tasks.engine import QUICK

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run_worker(Settings.of(Path(sys.argv[1])), slots=1, queues=["general"], timing=QUICK)
