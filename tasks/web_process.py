"""`python -m tasks.web_process ARGUMENTS`: `streamlit ARGUMENTS`, ended with its parent.

The parent holds the other end of standard input; when it closes, however that came about, the web
application is asked to end and then ended.
"""

import os
import runpy
import signal
import sys
import threading

from tasks.process import on_pipe_closed

_GRACE = 1.0  # seconds for open connections once the parent is gone


def main() -> None:
    """Runs streamlit's own command line in this process."""
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    on_pipe_closed(pipe, _end)
    sys.argv[0] = "streamlit"
    runpy.run_module("streamlit", run_name="__main__")


def _end() -> None:
    threading.Timer(_GRACE, os._exit, args=(1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
