"""Zips of unknown origin: what is taken, what is refused, and that nothing is left behind."""

import io
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.datasets.archive import Limits, extract
from core.datasets.problems import BadDataset
from core.datasets.scan import scan
from core.errors import Cancelled
from tests.datasets_media import make_camvid, zip_folder


def make_zip(path: Path, files: dict[str, bytes], *, mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return path


def unpacked(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(path: Path, match: str, *, limits: Limits | None = None) -> None:
    into = path.parent / "into"
    with pytest.raises(BadDataset, match=match):
        extract(path, into, limits=limits)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_zip_comes_out_as_it_went_in(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path / "camvid")
    path = zip_folder(folder, tmp_path / "a.zip", top="CamVid")
    seen: list[tuple[int, int]] = []
    extract(path, tmp_path / "into", progress=lambda *at: seen.append(at))
    assert unpacked(tmp_path / "into" / "CamVid") == unpacked(folder)
    assert seen[-1] == (32, 32)
    assert scan(tmp_path / "into").num_frames == 16


def test_names_of_windows_tools_and_litter_of_macos_are_understood(tmp_path: Path) -> None:
    files = {
        "set\\images\\a.png": b"1",
        "__MACOSX/set/._a.png": b"2",
        "set/.DS_Store": b"3",
        "set/Thumbs.db": b"4",
        "set/ümläut.png": b"5",
        "./set/./b.png": b"6",
        "set/inner.zip": b"7",
        "set/empty/": b"",
    }
    extract(make_zip(tmp_path / "a.zip", files), tmp_path / "into")
    assert unpacked(tmp_path / "into") == {
        "set/images/a.png": b"1",
        "set/ümläut.png": b"5",
        "set/b.png": b"6",
        "set/inner.zip": b"7",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../up.png",
        "a/../../up.png",
        "/etc/up.png",
        "C:\\up.png",
        "C:up.png",
        "..\\up.png",
        "\\up.png",
    ],
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"good.png": b"1", name: b"2"})
    refused(path, "would lie outside of its folder")


def test_links_and_special_files_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"l": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    refused(path, "holds a link, 'l'")
    path = make_zip(tmp_path / "a.zip", {"l": b""}, mode=stat.S_IFIFO | 0o777)
    refused(path, "a special file")


@pytest.mark.parametrize(
    "names",
    [("a.png", "A.PNG"), ("x/a.png", "X/b.png"), ("a", "A/b.png"), ("a.png", "./a.png")],
)
def test_names_that_many_disks_do_not_tell_apart_are_refused(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    refused(make_zip(tmp_path / "a.zip", dict.fromkeys(names, b"1")), r"many disks")


def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.png": b"1", "b.png": b"2"})
    path.write_bytes(path.read_bytes().replace(b"b.png", b"a.png"))
    refused(path, "one file on many disks")


def test_too_many_files_and_too_deep_paths_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {f"{n}.png": b"" for n in range(11)})
    refused(path, "11 files, more than 10", limits=Limits(entries=10))
    refused(make_zip(path, {"a/" * 60 + "b.png": b"1"}), "too long or too deep")
    refused(make_zip(path, {"a" * 240 + ".png": b"1"}), "too long or too deep")


def test_a_bomb_is_stopped_while_it_is_written(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"zeros.png": bytes(30_000_000)})
    limits = Limits(ratio=20, free_ratio=1_000_000)
    refused(path, r"a\.zip unpacks to more than is taken \(it was at 'zeros\.png'\)", limits=limits)
    refused(path, "unpacks to more", limits=Limits(total=1_000_000))
    extract(path, tmp_path / "into")
    assert (tmp_path / "into" / "zeros.png").stat().st_size == 30_000_000


def test_a_bomb_that_lies_about_its_size_is_stopped_too(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"zeros.png": bytes(30_000_000)})
    size = (30_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    refused(path, r"damaged|more than is taken", limits=Limits(ratio=20, free_ratio=1_000_000))


def test_files_that_share_their_bytes_count_each(tmp_path: Path) -> None:
    """A bomb needs no depth: many entries may point at the same deflated bytes."""
    data = make_zip(tmp_path / "one.zip", {"0": bytes(1_000_000)}).read_bytes()
    (tmp_path / "one.zip").unlink()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(entry[:46] + bytes([48 + n]) for n in range(10))
    tail = bytearray(data[end:])
    tail[8:10] = tail[10:12] = (10).to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(data[:start] + entries + bytes(tail))
    refused(path, r"damaged|more than is taken", limits=Limits(ratio=2, free_ratio=3_000_000))


def test_encrypted_and_oddly_packed_zips_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.png": b"1"})
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    encrypted = bytearray(data)
    encrypted[central + 8] |= 1
    path.write_bytes(encrypted)
    refused(path, "is encrypted")
    data[central + 10 : central + 12] = (9).to_bytes(2, "little")
    path.write_bytes(data)
    refused(path, "method 9")


def test_what_is_no_zip_or_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.png": bytes(range(256)) * 100})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, r"a\.zip is no zip archive, or a damaged one")
    damaged = bytearray(whole)
    damaged[60] ^= 0xFF
    path.write_bytes(damaged)
    refused(path, "damaged")
    path.write_bytes(b"")
    refused(path, "damaged")
    refused(make_zip(path, {"__MACOSX/x": b""}), "is empty")
    with pytest.raises(BadDataset, match="There is no file"):
        extract(tmp_path / "missing.zip", tmp_path / "into")


def test_unpacking_can_be_stopped_and_never_writes_into_a_folder(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.png": b"1"})
    with pytest.raises(Cancelled):
        extract(path, tmp_path / "into", should_stop=lambda: True)
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]
    (tmp_path / "into").mkdir()
    with pytest.raises(FileExistsError):
        extract(path, tmp_path / "into")


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.png": bytes(3_000_000)})
    script = f"""
import resource, signal
from pathlib import Path
from core.datasets.archive import extract
from core.errors import StorageFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    extract(Path({str(path)!r}), Path({str(tmp_path / "into")!r}))
except StorageFull as error:
    print("said:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "said: The disk is full: free some space and import a.zip again" in done.stdout, done
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]
