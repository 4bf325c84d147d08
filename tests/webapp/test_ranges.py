from dataclasses import replace

import fsspec
import pytest
from starlette.testclient import TestClient

from core.artifacts import Artifacts
from core.data_folder import DataFolder
from core.records import new_id
from tests.webapp.stored import add_video
from webapp.api.application import build_api
from webapp.api.ranges import content_disposition

MEDIA = bytes(range(256)) * 5000


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest, folder: DataFolder) -> DataFolder:
    if request.param == "local":
        return folder
    url = f"memory://{new_id()}"
    fsspec.filesystem("memory").mkdirs(url, exist_ok=True)
    return replace(folder, artifacts=Artifacts(url, folder.settings.cache))


@pytest.fixture
def media(place: DataFolder) -> tuple[TestClient, str]:
    video = add_video(place, media=MEDIA)
    client = TestClient(build_api(lambda: place), base_url="http://localhost")
    return client, f"/videos/{video.id}/media"


def test_the_whole_file_is_served_with_its_size(media: tuple[TestClient, str]) -> None:
    client, address = media
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == MEDIA
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-1099", 100, 1100),
        ("bytes=1000000-", 1_000_000, len(MEDIA)),
        ("bytes=-10", len(MEDIA) - 10, len(MEDIA)),
        ("bytes=1279990-99999999", 1_279_990, len(MEDIA)),
        ("bytes=-99999999", 0, len(MEDIA)),
    ],
)
def test_a_range_is_served_exactly(
    media: tuple[TestClient, str], asked: str, start: int, end: int
) -> None:
    client, address = media
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == MEDIA[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(MEDIA)}"


@pytest.mark.parametrize("asked", [f"bytes={len(MEDIA)}-", "bytes=5-2", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(media: tuple[TestClient, str], asked: str) -> None:
    client, address = media
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(MEDIA)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"])
def test_what_is_not_one_range_of_bytes_gives_the_whole_file(
    media: tuple[TestClient, str], asked: str
) -> None:
    client, address = media
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == MEDIA


def test_head_tells_the_size_without_the_bytes(media: tuple[TestClient, str]) -> None:
    client, address = media
    answer = client.head(address)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(MEDIA))


def test_a_copy_that_is_still_right_is_not_sent_again(media: tuple[TestClient, str]) -> None:
    client, address = media
    etag = client.head(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    changed = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert changed.status_code == 200
    same = client.get(address, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert same.status_code == 206


def test_a_file_that_is_gone_is_said_so(place: DataFolder) -> None:
    video = add_video(place)
    assert video.playable is not None
    place.artifacts.delete(video.playable)
    client = TestClient(build_api(lambda: place), base_url="http://localhost")
    assert client.get(f"/videos/{video.id}/media").status_code == 404


@pytest.mark.parametrize("name", ['a"b.mp4', "a\r\nb.mp4", "../../x.mp4", "ñandú 視.mp4", ""])
def test_a_download_name_is_one_plain_header(name: str) -> None:
    header = content_disposition(name)
    header.encode("ascii")
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
