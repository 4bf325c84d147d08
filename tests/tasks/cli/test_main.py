import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from core.errors import BadMedia
from tasks.cli import COMMANDS, main


def test_help_names_every_command_and_loads_none() -> None:
    code = (
        "import sys\nfrom tasks.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert not {'torch', 'sqlalchemy', 'celery', 'cv2'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists_and_takes_a_data_folder(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(import_module(module), attribute)
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        assert any("--data" in parameter.opts for parameter in leaf.params), leaf.name


READING = {
    "bench": {"search"},
    "data": {"import", "list", "stats"},
    "doctor": set(),
    "evaluate": set(),
    "genotype": {"diff", "list", "sample", "show", "time"},
    "jobs": {"list"},
    "models": {"list", "show"},
    "search": {"clone", "list", "resume", "run", "show"},
}


@pytest.mark.parametrize("name", READING)
def test_every_reading_command_can_print_json(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(import_module(module), attribute)
    if isinstance(command, click.Group):
        leaves = [command.commands[verb] for verb in READING[name]]
    else:
        leaves = [command]
    for leaf in leaves:
        assert any("--json" in parameter.opts for parameter in leaf.params), leaf.name


def test_an_error_for_people_is_one_line_on_stderr_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BadMedia("This is no video; choose another file.")

    monkeypatch.setattr("tasks.cli.worker.run_worker", fail)
    result = CliRunner().invoke(main, ["worker", "--data", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: This is no video; choose another file.\n"


@pytest.mark.parametrize("wrong", [["fly"], ["up", "--port", "0"], ["worker", "--slots", "none"]])
def test_wrong_use_ends_with_exit_code_2(wrong: list[str]) -> None:
    assert CliRunner().invoke(main, wrong).exit_code == 2


def test_a_worker_on_a_queue_that_does_not_exist_says_which_there_are(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["worker", "--queues", "gpu", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "general, interactive" in result.stderr


def test_a_defect_is_one_line_too_unless_somebody_looks_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("wheel came off\nsecond line")

    monkeypatch.setattr("tasks.cli.worker.run_worker", break_down)
    result = CliRunner().invoke(main, ["worker", "--data", str(tmp_path)])
    assert (result.exit_code, result.stderr.strip().count("\n")) == (1, 0)
    assert "RuntimeError: wheel came off" in result.stderr
    monkeypatch.setenv("DYNCELL_DEBUG", "1")
    looked = CliRunner().invoke(main, ["worker", "--data", str(tmp_path)])
    assert isinstance(looked.exception, RuntimeError)
