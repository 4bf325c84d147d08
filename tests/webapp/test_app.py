import subprocess
import sys

_SCRIPT = """
import sys
from webapp.app import load_ahead
assert "pandas" not in sys.modules  # the server answers before it is there
load_ahead()
assert {"pandas", "pyarrow", "plotly.graph_objects"} <= set(sys.modules)
"""


def test_the_server_starts_without_the_libraries_of_tables_and_charts_and_loads_them_ahead() -> (
    None
):
    command = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
