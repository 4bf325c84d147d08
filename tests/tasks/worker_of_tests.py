"""A worker process whose children run the tests' body; arguments: data folder, poll."""

import logging
import sys
from dataclasses import replace
from pathlib import Path

from core.settings import Settings
from tasks.worker import run_worker
from tests.tasks.engine import CHILD_COMMAND, QUICK

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    timing = replace(QUICK, poll=float(sys.argv[2])) if len(sys.argv) > 2 else QUICK
    settings = Settings.of(Path(sys.argv[1]))
    run_worker(settings, slots=1, timing=timing, child_command=CHILD_COMMAND)
