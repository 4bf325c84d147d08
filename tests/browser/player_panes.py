"""Reads what the Player's panes really show, pixel by pixel, from inside the browser."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

_READ = """
() => {
  const number = (canvas) => {
    const context = canvas.getContext("2d");
    let number = 0;
    for (let place = 0; place < 16; place += 1) {
      const x = Math.floor(((place % 4) + 0.5) * canvas.width / 4);
      const y = Math.floor((Math.floor(place / 4) + 0.5) * canvas.height / 4);
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
      if ((red + green + blue) / 3 > 125) number += 2 ** place;
    }
    return number;
  };
  const hosts = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)];
  const panesIn = (host) => [...(host?.querySelectorAll("canvas[data-pane]") ?? [])];
  const canvases = hosts.flatMap(panesIn);
  const count = (text) => (text === "" ? -1 : Number(text));
  return canvases.map((canvas) => ({
    pane: canvas.dataset.pane,
    view: canvas.dataset.view,
    frame: Number(canvas.dataset.frame),
    labels_frame: count(canvas.dataset.labelsFrame),
    pixels: number(canvas),
    different: count(canvas.dataset.different),
    compared: count(canvas.dataset.compared),
    flickering: count(canvas.dataset.flickering),
  }));
}
"""

_WATCH = f"""
(milliseconds) => new Promise((resolve) => {{
  const read = {_READ};
  const seen = [];
  const start = performance.now();
  const look = () => {{
    const now = read();
    if (seen.length === 0 || seen[seen.length - 1][0].frame !== now[0].frame) seen.push(now);
    if (performance.now() - start < milliseconds) requestAnimationFrame(look);
    else resolve(seen);
  }};
  look();
}})
"""


@dataclass(frozen=True)
class Pane:
    """What one pane shows; -1 where it has no such number.

    Attributes:
        pane: Kind of the view: `source`, `segmentation`, `truth`, `difference`, `flicker`.
        view: The view.
        frame: The frame that the Player names.
        labels_frame: The frame whose labels it names.
        pixels: The number that the pixels carry where they show a barcode.
    """

    pane: str
    view: str
    frame: int
    labels_frame: int
    pixels: int
    different: int
    compared: int
    flickering: int


@dataclass(frozen=True)
class Panes:
    """All panes at one moment."""

    panes: tuple[Pane, ...]

    @property
    def frame(self) -> int:
        """The frame that the first pane names."""
        return self.panes[0].frame

    @property
    def source(self) -> int:
        """The number in the source's pixels."""
        return self["source"].pixels

    @property
    def labels_frame(self) -> int:
        """The frame whose labels the first segmentation shows."""
        return next(each.labels_frame for each in self.panes if each.pane == "segmentation")

    @property
    def numbers(self) -> set[int]:
        """All frame numbers, named or in pixels; one where everything is in step."""
        named = {each.frame for each in self.panes}
        named |= {each.labels_frame for each in self.panes if each.pane != "source"}
        legible = ("source", "segmentation")
        return named | {each.pixels for each in self.panes if each.pane in legible}

    def __getitem__(self, view: str) -> Pane:
        return next(each for each in self.panes if each.view == view)


def open_player(page: Page, address: str) -> None:
    """Opens the address and waits for the first frame; labels hide the picture."""
    page.goto(address)
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    page.get_by_label("Labels").first.fill("100")


def go_to_frame(page: Page, frame: int) -> None:
    """Types the frame's number and waits until it is shown."""
    number = page.get_by_label("Go to frame")
    number.fill(str(frame))
    number.press("Enter")
    first = page.locator("canvas[data-pane]").first
    expect(first).to_have_attribute("data-frame", str(frame))


def show_in_panes(page: Page, *views: str) -> None:
    """Chooses so many panes and what they show."""
    page.get_by_label("Panes", exact=True).select_option(str(len(views)))
    for number, view in enumerate(views, start=1):
        page.get_by_label(f"Pane {number} shows").select_option(view)
        pane = page.locator("canvas.pane-canvas").nth(number - 1)
        expect(pane).to_have_attribute("data-view", view)


def read_panes(page: Page) -> Panes:
    """What the panes show now."""
    return _panes(page.evaluate(_READ))


def watch_panes(page: Page, *, seconds: float) -> list[Panes]:
    """Every state the panes were seen in at the browser's own frame rate."""
    return [_panes(seen) for seen in page.evaluate(_WATCH, 1000 * seconds)]


def _panes(read: list[dict[str, Any]]) -> Panes:
    return Panes(tuple(Pane(**each) for each in read))
