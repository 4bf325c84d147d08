import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.durable import replace_file


def test_the_new_content_replaces_the_old(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.bin"
    for content in (b"first", b"second"):
        with replace_file(path) as temporary:
            temporary.write_bytes(content)
            assert not path.exists() or path.read_bytes() == b"first"
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_content_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def fail() -> None:
        with replace_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_of_the_same_file_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    leftover, living = (tmp_path / f".a.bin.{pid}.tmp" for pid in (gone.pid, os.getppid()))
    other = tmp_path / f".b.bin.{gone.pid}.tmp"
    for path in (leftover, living, other):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    with replace_file(tmp_path / "a.bin") as part:
        part.write_bytes(b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["a.bin", living.name, other.name]
    )
