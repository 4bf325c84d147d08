import io
import zipfile

import pytest

from core.stored_zip import data_start


def _zip() -> tuple[bytes, list[zipfile.ZipInfo]]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"first")
        # The extra field of the table of contents is longer than the local one.
        with archive.open("änother", "w", force_zip64=True) as member:
            member.write(b"second")
        archive.infolist()[0].extra = b"UT\x05\x00\x03abcd"
    return file.getvalue(), archive.infolist()


def test_the_data_of_a_member_begin_behind_its_own_local_header() -> None:
    data, infos = _zip()
    for info, wanted in zip(infos, (b"first", b"second"), strict=True):
        start = data_start(lambda start, length: data[start : start + length], info.header_offset)
        assert data[start : start + info.file_size] == wanted


@pytest.mark.parametrize("where", [1, 10_000])
def test_a_place_without_a_local_header_is_refused(where: int) -> None:
    data, _ = _zip()
    with pytest.raises(ValueError, match=f"begins at {where}"):
        data_start(lambda start, length: data[start : start + length], where)
