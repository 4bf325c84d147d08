"""`python -m tests.benchmarks.player_drops [--seconds 10] [--fps 15 30]`: frames the Player drops.

Runs `dyncell up`, segments a clip with the shipped model and plays it in Chromium in two panes of
480x360: the source and its labels. A frame is dropped where the video's clock has passed it
and no pane ever showed it. The browser's own `presentedFrames` tells whether the video element
gave it and the Player missed it, or the browser skipped it; the same video in a bare element,
without any pane, tells what the machine skips by itself.

The clip is CamVid's val drive to and fro where `shared/camvid` lies beside the repository, else a
synthetic street. Nothing else should run meanwhile; without a GPU the browser paints on the CPU.
"""

import argparse
import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from playwright.sync_api import Page, sync_playwright

from core.data_folder import open_data_folder
from core.settings import Settings
from core.video.clip import Rgb
from core.video.synthetic import SyntheticScene
from tests.browser.barcode_clip import Clip, upload_video
from tests.browser.install import find_browser
from tests.browser.running_app import FLAGS, run_app
from tests.media import CAMVID, make_video

WIDTH, HEIGHT = 480, 360
LEAD = 6
"""Seconds of video beyond those measured: some pass before, none may be missing at the end."""

_WATCH = """
(video, {seconds, panes}) => new Promise((resolve) => {
  const canvas = panes ? video.getRootNode().querySelector("canvas[data-pane]") : null;
  const seen = [];
  const look = (now, {mediaTime, presentedFrames}) => {
    seen.push([now, mediaTime, presentedFrames, Number(canvas?.dataset.frame ?? -1)]);
    if (now - seen[0][0] < 1000 * seconds) video.requestVideoFrameCallback(look);
    else resolve(seen);
  };
  video.requestVideoFrameCallback(look);
  video.addEventListener("ended", () => resolve(seen), { once: true }); // a very slow machine
  if (!panes) video.play();
})
"""


@dataclass(frozen=True)
class Played:
    """What was seen between the first and the last callback.

    Attributes:
        seconds: How long that was.
        due: Frames that the video's clock went through.
        presented: Frames that the browser says it presented.
        painted: Different frames that the panes showed, or that callbacks told of.
    """

    seconds: float
    due: int
    presented: int
    painted: int

    def row(self, what: str) -> str:
        """A line of the table."""
        shares = [100 * (self.due - each) / self.due for each in (self.presented, self.painted)]
        skipped, dropped = (f"{share:.1f}%" for share in shares)
        return f"| {what} | {self.seconds:.1f} | {self.due} | {skipped} | {dropped} |"


def _read(seen: list[list[float]], fps: int, *, panes: bool) -> Played:
    first, last = seen[0], seen[-1]
    numbers = {each[3] if panes else round(each[1] * fps) for each in seen}
    return Played(
        seconds=(last[0] - first[0]) / 1000,
        due=round((last[1] - first[1]) * fps),
        presented=round(last[2] - first[2]),
        painted=len(numbers) - 1,
    )


def _frames(count: int) -> Iterator[Rgb]:
    if CAMVID.is_dir():
        files = sorted((CAMVID / "val" / "images").iterdir())
        drive = [cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB) for file in files]
    else:
        scene = SyntheticScene(7, width=WIDTH, height=HEIGHT)
        drive = [scene.render_still(t)[0] for t in range(100)]
    return itertools.islice(itertools.cycle(drive + drive[::-1]), count)


def _play_bare(page: Page, clip: Clip, fps: int, seconds: float) -> Played:
    page.goto(f"{clip.address}/api/v1/health")
    page.evaluate(
        """(url) => { const video = document.createElement("video");
        Object.assign(video, {muted: true, src: url, width: 480, height: 360});
        document.body.replaceChildren(video);
        return new Promise((done) => video.addEventListener("canplaythrough", done)); }""",
        f"/api/v1/videos/{clip.video_id}/media",
    )
    seen = page.locator("video").evaluate(_WATCH, {"seconds": seconds, "panes": False})
    return _read(seen, fps, panes=False)


def _play_panes(page: Page, address: str, fps: int, seconds: float) -> Played:
    page.goto(f"{address}&panes=source+A")
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)  # the strips and the legend have their numbers by now
    asked: dict[str, Any] = {"seconds": seconds, "panes": True}
    seen = page.locator(".player video").evaluate(_WATCH, asked)
    return _read(seen, fps, panes=True)


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--fps", type=int, nargs="+", default=[15, 30])
    parser.add_argument("--model", default="camvid")
    options = parser.parse_args()
    found = find_browser()  # starts Playwright itself, so not inside of the next block
    with tempfile.TemporaryDirectory() as place, sync_playwright() as started:
        folder = open_data_folder(Settings.of(Path(place) / "data"))
        with run_app(folder, Path(place) / "up.log") as app:
            browser = started.chromium.launch(executable_path=found, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            print("| | seconds | frames due | skipped by the browser | dropped in all |")
            print("|---|---|---|---|---|")
            for fps in options.fps:
                count = round((options.seconds + LEAD) * fps)
                path = make_video(Path(place) / f"{fps}.mp4", _frames(count), fps=fps)
                clip = upload_video(app.address, path, name=path.name)
                address = clip.player(clip.segment(options.model))
                bare = _play_bare(page, clip, fps, options.seconds)
                print(bare.row(f"{fps} frames/s, a bare video"))
                shown = _play_panes(page, address, fps, options.seconds)
                print(shown.row(f"{fps} frames/s, two panes"), flush=True)
            browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
