import subprocess
import sys
from pathlib import Path


def test_processes_that_start_together_on_a_fresh_folder_all_find_what_is_shipped(
    tmp_path: Path,
) -> None:
    program = [sys.executable, "-m", "tests.core.start_together", str(tmp_path), "2"]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("", 0), ran.stderr
