"""The map of the house: who may import whom. Read this first.

    webapp -> tasks.queue, core (its light modules)
    tasks  -> core
    core   -> nothing of ours; core.store and core.nn do not know each other

The first half reads the source; the second half imports modules in fresh processes and looks at
what was really loaded, because an import chain can carry torch to places that never name it.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("core", "tasks", "webapp", "migrations")

FORBIDDEN = {
    "core": ("tasks", "webapp", "celery", "streamlit", "fastapi", "starlette"),
    "core/store": ("core.nn", "core.train", "core.predict", "core.engine", "torch"),
    "core/nn": ("core.store", "sqlalchemy", "av", "core.predict", "core.train"),
    "core/train": ("core.store", "sqlalchemy", "av", "core.predict"),
    "core/search": ("core.store", "sqlalchemy", "av", "core.predict"),
    "core/datasets": ("core.store", "core.nn", "torch", "sqlalchemy", "av"),
    "core/metrics": ("core.store", "core.nn", "torch", "sqlalchemy"),
    "core/video": ("core.store", "core.nn", "torch", "sqlalchemy"),
    "tasks": ("webapp", "streamlit", "fastapi"),
    "webapp": ("torch", "cv2", "av", "core.nn", "core.train", "core.predict", "core.engine"),
}
"""Folder -> modules that no file in it may import, at the top or inside a function."""

LIGHT = (
    "core.settings",
    "core.errors",
    "core.records",
    "core.palette",
    "core.labels",
    "core.label_png",
    "core.panes.export",
    "core.panes.joined_classes",
    "core.panes.look",
    "core.names",
    "core.protocol",
    "core.cost",
    "core.dynamics.notes",
    "core.dynamics.plan",
    "core.cell_description",
    "core.frame_size",
    "core.genotype",
    "core.genotype_diff",
    "core.space",
    "core.named_genotypes",
    "core.scores",
    "core.metrics.ranking",
    "core.pareto",
    "core.board.document",
    "core.board.comparison_document",
    "core.frame_document",
    "core.insight.document",
    "core.store.board",
    "core.store.comparisons",
    "core.datasets.pack",
    "core.artifacts",
    "core.data_folder",
    "core.model_file",
    "core.registry",
    "core.search.config",
    "core.search.schedule",
    "core.search.strategies",
    "core.search_records",
    "core.store.jobs",
    "core.store.searches",
    "core.store.trials",
    "core.train.recipe",
    "core.store.migrate",
    "tasks.queue",
    "tasks.app",
    "tasks.kinds",
    "tasks.worker",
    "webapp.app",
)
"""Modules that must be importable without loading torch, OpenCV or PyAV."""


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_imports_what_its_folder_must_not_know(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files, f"{folder} has no Python file"
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files
        for module in sorted(_imports(path))
        if any(_is_within(module, package) for package in FORBIDDEN[folder])
    ]
    assert wrong == []


def test_the_web_application_knows_only_the_queue_of_the_tasks() -> None:
    allowed = ("tasks", "tasks.queue")
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((ROOT / "webapp").rglob("*.py"))
        for module in sorted(_imports(path))
        if _is_within(module, "tasks")
        and module not in allowed
        and not _is_within(module, "tasks.queue")
    ]
    assert wrong == []


def test_no_module_is_a_drawer_for_leftovers() -> None:
    names = {"utils", "helpers", "common", "misc"}
    found = [p for top in OURS for p in (ROOT / top).rglob("*") if p.stem in names]
    assert found == []


def _loaded_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_light_modules_load_no_torch_and_decode_no_media() -> None:
    watched = {"torch", "cv2", "av"}
    steps = [
        f"import {module}; assert {watched}.isdisjoint(sys.modules), {module!r}" for module in LIGHT
    ]
    assert set(LIGHT) <= _loaded_after("\n".join(steps))  # one process: none may load them


def test_training_runs_where_only_torch_numpy_and_opencv_are() -> None:
    blocked = ("sqlalchemy", "av", "streamlit", "celery", "fastapi", "fsspec", "alembic")
    block = "; ".join(f"sys.modules[{name!r}] = None" for name in blocked)
    training = {
        "core.nn.build",
        "core.train.static",
        "core.train.static_run",
        "core.train.cell_file",
        "core.datasets.training",
        "core.features",
    }
    wanted = "\n".join(f"import {module}" for module in sorted(training))
    assert training | {"numpy"} <= _loaded_after(f"{block}\n{wanted}")


def test_migrations_follow_one_another_in_one_line() -> None:
    """Two changes that were made side by side may both take the next free number."""
    files = sorted((ROOT / "migrations" / "versions").glob("v*.py"))
    numbers = [path.name[1:5] for path in files]
    assert numbers == [f"{number:04d}" for number in range(1, len(files) + 1)]
    for path, number, before in zip(files, numbers, [None, *numbers], strict=False):
        said = ast.parse(path.read_text(encoding="utf-8")).body
        values = {
            target.id: ast.literal_eval(node.value)
            for node in said
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision")
        }
        assert values == {"revision": number, "down_revision": before}, path.name
