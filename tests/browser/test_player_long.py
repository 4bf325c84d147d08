"""A video of 100,000 frames is opened without being loaded, and sought to the frame."""

from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, expect

from tests.browser.barcode_clip import upload_video
from tests.browser.player_panes import go_to_frame, open_player, read_panes
from tests.browser.running_app import RunningApp
from tests.long_video import PERIOD, long_video

FRAMES, WANTED = 100_000, 99_000


def test_a_video_of_100_000_frames_is_opened_without_loading_it(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    path = long_video(tmp_path / "long.mp4", FRAMES)
    clip = upload_video(running_app.address, path, name="long.mp4")
    video = clip.api.get(f"/videos/{clip.video_id}").json()
    assert (video["frames"], video["fps_num"]) == (FRAMES, 30)
    made = clip.segment(start=WANTED - 10, end=WANTED + 10)

    resident = _resident(running_app)
    received = _count_media(page)
    open_player(page, clip.player(made))
    for frame in (WANTED, WANTED + 1, WANTED - 1, 50_003, 1, FRAMES - 1, WANTED):
        go_to_frame(page, frame)
        panes = read_panes(page)
        assert panes.frame == frame
        assert panes.source == frame % PERIOD
    assert panes.labels_frame == WANTED
    source = page.locator("canvas[data-pane=source]")
    page.get_by_role("button", name="Play").click()
    expect(source).not_to_have_attribute("data-frame", str(WANTED))
    page.get_by_role("button", name="Pause").click()
    # Of six places some seconds each, and the table of contents, which is a tenth of this.
    assert sum(received) < path.stat().st_size / 2
    assert _resident(running_app) < resident + (64 << 20)


def _count_media(page: Page) -> list[int]:
    """Grows by the bytes that arrive of media."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    media: set[str] = set()
    received: list[int] = []

    def answered(event: dict[str, Any]) -> None:
        if event["response"]["url"].endswith("/media"):
            media.add(event["requestId"])

    def arrived(event: dict[str, Any]) -> None:
        if event["requestId"] in media:
            received.append(event["dataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.dataReceived", arrived)
    return received


def _resident(app: RunningApp) -> int:
    """Bytes of memory of the web process, the one that serves the page's address."""
    port = int(app.address.rsplit(":", 1)[1])
    processes = [psutil.Process(app.process.pid)]
    processes += processes[0].children(recursive=True)
    for process in processes:
        listening = [
            each.laddr.port for each in process.net_connections() if each.status == "LISTEN"
        ]
        if port in listening:
            return int(process.memory_info().rss)
    raise AssertionError(f"nothing listens on {port}")
