"""`python -m tests.benchmarks.navigation`: how long a page takes to show something useful.

Runs `dyncell up` on a store of 10,000 trials and 500 videos and opens every page of the app's own
navigation in Chromium: by a click on the link, from the page before, in a browser that has shown it
once; and by its address, in a new browser profile. An empty Streamlit page of the same version,
opened in turns with ours, tells what of a cold load is Streamlit's own.

A page is there when its first useful content is: a row of its list, a card, a picture, a chart.
Times are of the browser's own clock, medians of `--rounds`. The processor time of the page's main
thread until then is told, too: it is the same on a busy machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from core.data_folder import open_data_folder
from core.settings import Settings
from tests.benchmarks.made_store import fill_store
from tests.browser.install import find_browser
from tests.browser.running_app import FLAGS, run_app
from tests.free_port import free_port

NAV_GOAL, COLD_GOAL = 1.0, 1.0
"""Seconds from the click, and seconds above an empty page's cold load."""

USEFUL = {
    "/": "Finished lately",
    "/segment": "drive 499.mp4",
    "/player": "Open in Player",
    "/datasets": "streets 19",
    "/models": "network 39",
    "/search": "cells 19",
    "/leaderboard": "css:[data-testid=stDataFrame] canvas",
    "/insight": "css:.effects .dot",
    "/genotype": "css:.cell-graph svg",
    "/compare": "Two to four rows of the leaderboard",
    "/evaluate": "css:[data-testid=stDataFrame] canvas",
    "/frames": "css:.frame-grid .place",
    "/jobs": "Evaluate",
    "/glossary": "css:table",
}
"""What of each page is useful first: text in it, or what a selector finds, in shadows too."""

_FIND = """
const deep = (root, selector) => {
  const found = root.querySelector(selector);
  if (found) return found;
  for (const each of root.querySelectorAll("*")) {
    const inner = each.shadowRoot && deep(each.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
};
const isThere = (wanted) => {
  const main = document.querySelector("[data-testid=stMain]");
  if (main === null) return false;
  if (wanted.startsWith("css:")) return deep(main, wanted.slice(4)) !== null;
  return main.textContent.replaceAll("\\u2060", "").includes(wanted);
};
"""

_NAVIGATE = (
    "async ([path, wanted]) => {"
    + _FIND
    + """
  const link = [...document.querySelectorAll("a[data-testid=stTopNavLink]")]
    .find((each) => each.pathname === path);
  const begun = performance.now();
  link.click();
  return new Promise((resolve, reject) => {
    const look = () => {
      const is_here = window.location.pathname === path && isThere(wanted);
      const passed = performance.now() - begun;
      if (is_here) resolve(passed / 1000);
      else if (passed > 60000) reject(new Error(`${path} did not show ${wanted}`));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""
)

_ARRIVED = (
    "async ([wanted]) => {"
    + _FIND
    + """
  return new Promise((resolve, reject) => {
    const look = () => {
      if (isThere(wanted)) resolve(performance.now() / 1000);
      else if (performance.now() > 60000) reject(new Error(`did not show ${wanted}`));
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
)


def navigate(page: Page, path: str) -> float:
    """Seconds from a click on the link of a page to its first useful content."""
    took: float = page.evaluate(_NAVIGATE, [path, USEFUL[path]])
    return took


def load_cold(browser: Browser, address: str, wanted: str) -> tuple[float, float]:
    """Seconds from nothing to the first useful content, with an empty cache.

    Returns:
        By the clock, and those that the page's main thread has worked.
    """
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address, wait_until="commit")
        took: float = page.evaluate(_ARRIVED, [wanted])
        metrics = session.send("Performance.getMetrics")["metrics"]
        worked = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
        return took, float(worked)
    finally:
        context.close()


@contextmanager
def empty_page(place: Path) -> Iterator[str]:
    """An empty page of the same Streamlit, its configuration and its navigation; its address."""
    (place / "page.py").write_text("import streamlit as st\n\nst.text('nothing here')\n")
    (place / "empty.py").write_text(
        "import streamlit as st\n\nst.set_page_config(layout='wide')\n"
        "st.navigation([st.Page('page.py')], position='top').run()\n"
    )
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(place / "empty.py")]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    command += ["--browser.gatherUsageStats", "false"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None
        assert time.monotonic() < until
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def paths_of(page: Page) -> list[str]:
    """The pages of the app, from its own navigation."""
    links = page.locator("a[data-testid=stTopNavLink]")
    links.first.wait_for(timeout=60_000)
    found: list[str] = links.evaluate_all("(all) => all.map((each) => each.pathname)")
    unknown = sorted(set(found) - set(USEFUL))
    assert not unknown, f"say in USEFUL what is useful first on {', '.join(unknown)}"
    return found


def measure(browser: Browser, address: str, empty: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of every page, `click`, `cold` and `work` before its path, and of the empty one."""
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    page.goto(address)
    paths = paths_of(page)
    took: dict[str, list[float]] = {}
    for path in [*paths[1:], paths[0]]:  # scripts and styles of every page come once
        navigate(page, path)
    for _ in range(rounds):
        for path in [*paths[1:], paths[0]]:
            took.setdefault(f"click {path}", []).append(navigate(page, path))
    context.close()
    load_cold(browser, empty, "nothing here")  # the first browser profile of all is slower
    for _ in range(rounds):
        pages = {path: (f"{address}{path}", USEFUL[path]) for path in paths}
        for path, (where, wanted) in {"empty": (empty, "nothing here"), **pages}.items():
            cold, work = load_cold(browser, where, wanted)
            took.setdefault(f"cold {path}", []).append(cold)
            took.setdefault(f"work {path}", []).append(work)
    return took


def render(took: dict[str, list[float]]) -> str:
    """The table."""
    medians = {what: statistics.median(found) for what, found in took.items()}
    empty = medians["cold empty"]
    heading = f"| page | click (goal {NAV_GOAL:.0f} s) | cold "
    lines = [
        f"{heading}| above empty (goal {COLD_GOAL:.0f} s) | main thread |",
        "|---|---|---|---|---|",
    ]
    lines.append(f"| an empty Streamlit page | | {empty:.2f} | | {medians['work empty']:.2f} |")
    for what, found in medians.items():
        kind, _, path = what.partition(" ")
        if kind == "click":
            cold, work = medians[f"cold {path}"], medians[f"work {path}"]
            lines.append(f"| {path} | {found:.2f} | {cold:.2f} | {cold - empty:.2f} | {work:.2f} |")
    return "\n".join(lines)


def _beside() -> str:
    """What else keeps the machine busy at the moment."""
    share = psutil.cpu_percent(interval=1.0)
    return f"before the start {share:.0f}% of {os.cpu_count()} cores were busy"


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--videos", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="a folder that keeps the made store")
    parser.add_argument("--json", type=Path, help="a file for all single times")
    options = parser.parse_args()
    told = _beside()
    found = find_browser()  # starts Playwright itself, so not inside of the next block
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        place = Path(name)
        data = options.data or place / "data"
        is_made = data.exists()
        folder = open_data_folder(Settings.of(data))
        if not is_made:
            say = partial(print, file=sys.stderr, flush=True)
            fill_store(folder, place, trials=options.trials, videos=options.videos, say=say)
        with run_app(folder, place / "up.log") as app, empty_page(place) as empty:
            browser = started.chromium.launch(executable_path=found, args=FLAGS)
            took = measure(browser, app.address, empty, options.rounds)
            browser.close()
    print(render(took))
    print(f"medians of {options.rounds}; {told}; load at the end {os.getloadavg()[0]:.1f}")
    if options.json:
        options.json.write_text(json.dumps(took, indent=1))


if __name__ == "__main__":
    main()
