"""Serves the web application: `python -m webapp [--address A] [--port N]`."""

import argparse

from webapp.app import app


def main() -> None:
    """Serves until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m webapp", description=__doc__)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    given = parser.parse_args()
    app.run(config={"server.address": given.address, "server.port": given.port})


if __name__ == "__main__":
    main()
