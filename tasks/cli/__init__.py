"""The `dyncell` command: parses, calls, and says what went wrong in one line."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from core.errors import DyncellError

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("tasks.cli.up:up", "Start the web application and a worker, until Ctrl-C."),
    "worker": ("tasks.cli.worker:worker", "Run a worker that takes jobs, until Ctrl-C."),
    "segment": ("tasks.cli.segment:segment", "Segment a video."),
    "data": ("tasks.cli.data:data", "Import, list, describe and delete datasets."),
    "evaluate": ("tasks.cli.evaluate:evaluate", "Judge a model, or predictions, on a dataset."),
    "dynamics": ("tasks.cli.dynamics:dynamics", "Measure how a model behaves over time."),
    "frames": ("tasks.cli.frames:frames", "The worst frames, the basket, and scoring again."),
    "train": ("tasks.cli.train:train", "Train a network."),
    "search": ("tasks.cli.search:search", "Search for dynamic cells."),
    "leaderboard": (
        "tasks.cli.leaderboard:leaderboard",
        "List genotypes and models with all that was measured.",
    ),
    "compare": (
        "tasks.cli.compare:compare",
        "Set two to four rows of the leaderboard against each other.",
    ),
    "baselines": (
        "tasks.cli.baselines:baselines",
        "Judge the trivial baselines of a static network beside each other.",
    ),
    "genotype": ("tasks.cli.genotype:genotype", "Sample, show, compare and list genotypes."),
    "export": ("tasks.cli.export:export", "Write a model as ONNX graphs for other programs."),
    "models": ("tasks.cli.models:models", "List, show, import, rename and delete models."),
    "jobs": ("tasks.cli.jobs:jobs", "List, cancel and retry jobs."),
    "bench": ("tasks.cli.bench:bench", "Measure how fast this machine is."),
    "doctor": ("tasks.cli.doctor:doctor", "Check this machine and the data folder."),
}
"""Command -> where it is, and what `--help` says of it without loading it."""


class Commands(click.Group):
    """Loads a command when it is called, and turns errors meant for people into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands that are installed."""
        return [name for name, (place, _) in COMMANDS.items() if find_spec(place.split(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; an error meant for people becomes `Error: ...` and exit code 1."""
        try:
            return super().invoke(ctx)
        except DyncellError as error:
            raise click.ClickException(str(error)) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # whoever read our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(1) from None
        except Exception as error:
            if os.environ.get("DYNCELL_DEBUG"):
                raise
            what = str(error).strip().splitlines()[:1] or [""]
            raise click.ClickException(
                f"dyncell stopped because of a defect of its own ({type(error).__name__}: "
                f"{what[0]}); run the command again with DYNCELL_DEBUG=1 to see where."
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Finds, trains, judges and uses dynamic cells for semantic video segmentation."""
    # Threads of torch that spin while they wait cost a frame half a second where cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
