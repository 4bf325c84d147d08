"""A port that nobody uses at the moment."""

import random
import socket
from contextlib import suppress

_CHOICE = range(20_000, 32_000)
"""Below the ports that systems hand out by themselves: no connection takes one meanwhile."""


def free_port() -> int:
    """Its number; another test may choose the same before it is used, which is rare."""
    while True:
        port = random.SystemRandom().choice(_CHOICE)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
