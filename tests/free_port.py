"""A port that nobody uses at the moment."""

import socket


def free_port() -> int:
    """Its number; somebody else may take it before it is used, which is rare."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
