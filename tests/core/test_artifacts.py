from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from core.artifacts import Artifacts, artifact_id
from core.errors import DyncellError, NotFound, StorageFull
from core.records import new_id


def _folder(tmp_path: Path) -> Artifacts:
    return Artifacts(str(tmp_path / "artifacts"), tmp_path / "cache")


def _remote(tmp_path: Path) -> Artifacts:
    return Artifacts(f"memory://{tmp_path.name}-{new_id()}", tmp_path / "cache")


backends = pytest.mark.parametrize("make", [_folder, _remote])
Make = Callable[[Path], Artifacts]


@backends
def test_what_is_put_comes_back_whole_and_in_ranges(tmp_path: Path, make: Make) -> None:
    artifacts = make(tmp_path)
    (tmp_path / "file").write_bytes(bytes(range(256)))
    name = artifact_id(new_id(), 3, "labels.bin")
    assert artifacts.put(tmp_path / "file", name) == 256
    assert artifacts.local_copy(name).read_bytes() == bytes(range(256))
    assert artifacts.open_range(name)(10, 4) == bytes([10, 11, 12, 13])
    assert artifacts.size(name) == 256
    assert artifacts.names() == [name]


@backends
def test_a_deleted_artifact_is_gone_and_deleting_again_is_no_error(
    tmp_path: Path, make: Make
) -> None:
    artifacts = make(tmp_path)
    (tmp_path / "file").write_bytes(b"x")
    name = artifact_id(new_id(), 1, "poster.jpg")
    artifacts.put(tmp_path / "file", name)
    artifacts.delete(name)
    artifacts.delete(name)
    assert artifacts.names() == []
    with pytest.raises(NotFound, match="not stored any more"):
        artifacts.open(name)


@pytest.mark.parametrize("name", ["../secret", "a/b", "/etc/passwd", "0.1.x", "", "x" * 16])
@backends
def test_a_path_is_never_taken_for_an_artifact(tmp_path: Path, make: Make, name: str) -> None:
    with pytest.raises(DyncellError, match="not an artifact"):
        make(tmp_path).local_copy(name)


def test_the_file_may_go_away_after_it_was_put(tmp_path: Path) -> None:
    artifacts = _folder(tmp_path)
    (tmp_path / "file").write_bytes(b"kept")
    name = artifact_id(new_id(), 1, "labels.bin")
    artifacts.put(tmp_path / "file", name)
    (tmp_path / "file").unlink()
    assert artifacts.local_copy(name).read_bytes() == b"kept"


def test_a_full_disk_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.artifacts._link_or_copy", no_space)
    artifacts = _folder(tmp_path)
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StorageFull, match="full; free some space"):
        artifacts.put(tmp_path / "file", artifact_id(new_id(), 1, "labels.bin"))
    assert artifacts.names() == []


def test_memory_files_of_these_tests_are_real_fsspec_files(tmp_path: Path) -> None:
    artifacts = _remote(tmp_path)
    (tmp_path / "file").write_bytes(b"x")
    name = artifact_id(new_id(), 1, "labels.bin")
    artifacts.put(tmp_path / "file", name)
    assert fsspec.filesystem("memory").exists(f"{artifacts.url.removeprefix('memory:/')}/{name}")
