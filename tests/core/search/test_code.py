import shutil
import subprocess
import sys
from pathlib import Path

import core.search.code
from core.search.code import FILES, FOLDERS, code_hash, search_code

CORE = Path(core.search.code.__file__).parent.parent

DECIDES_NOTHING = {
    "baselines/__init__.py",
    "baselines/config.py",
    "durable.py",
    "errors.py",
    "frame_choice.py",
    "genotype_text.py",
    "host_lock.py",
    "model_file.py",
    "names.py",
    "protocol.py",
    "records.py",
    "space_size.py",
    "stored_zip.py",
}
"""Modules of `core` that a trial loads and that no number of its result depends on."""


def _copy(folder: Path) -> Path:
    copied = folder / "core"
    shutil.copytree(CORE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def test_the_hash_follows_content_alone(tmp_path: Path) -> None:
    elsewhere = _copy(tmp_path)
    assert code_hash(elsewhere) == search_code()
    seen = {search_code()}
    for name in ("nn/cell.py", "search/judge.py", "train/loop.py", "genotype_canonical.py"):
        with (elsewhere / name).open("a") as file:
            file.write("\n")
        seen.add(code_hash(elsewhere))
    assert len(seen) == 5
    (elsewhere / "store" / "jobs.py").write_text("")
    assert code_hash(elsewhere) in seen


def test_every_module_that_a_trial_loads_is_hashed_or_known_not_to_matter() -> None:
    lines = (
        "import sys, core.search.trial, core.search.material, core.search.ppo",
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('core.')), sep='\\n')",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=True,
        cwd=CORE.parent,
    )
    paths = [Path(line).relative_to(CORE) for line in done.stdout.split() if line != "None"]
    loose = {str(path) for path in paths if path.parts[0] not in FOLDERS}
    assert loose - set(FILES) <= DECIDES_NOTHING
    assert "trial.py" in {path.name for path in paths}
