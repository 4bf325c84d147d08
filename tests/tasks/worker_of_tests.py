"""A worker process whose children run the tests' body; the data folder is its argument."""

import logging
import sys
from pathlib import Path

from core.settings import Settings
from tasks.worker import run_worker
from tests.tasks.engine import CHILD_COMMAND, QUICK

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run_worker(Settings.of(Path(sys.argv[1])), slots=1, timing=QUICK, child_command=CHILD_COMMAND)
