"""Reads what the Player's panes really show, pixel by pixel, from inside the browser."""

from dataclasses import dataclass

from playwright.sync_api import Page

_READ = """
() => {
  const read = (canvas) => {
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
  const find = (name) => {
    const hosts = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)];
    for (const host of hosts) {
      const found = host?.querySelector(`canvas[data-pane=${name}]`);
      if (found) return found;
    }
    throw new Error(`no ${name} pane`);
  };
  const [source, result] = [find("source"), find("segmentation")];
  return {
    source: read(source),
    segmentation: read(result),
    frame: Number(source.dataset.frame),
    result_frame: Number(result.dataset.frame),
    labels_frame: result.dataset.labelsFrame === "" ? -1 : Number(result.dataset.labelsFrame),
  };
}
"""

_WATCH = f"""
(milliseconds) => new Promise((resolve) => {{
  const read = {_READ};
  const seen = [];
  const start = performance.now();
  const look = () => {{
    const now = read();
    if (seen.length === 0 || seen[seen.length - 1].frame !== now.frame) seen.push(now);
    if (performance.now() - start < milliseconds) requestAnimationFrame(look);
    else resolve(seen);
  }};
  look();
}})
"""


@dataclass(frozen=True)
class Panes:
    """The numbers that the pixels of both panes carry, and those the Player names."""

    source: int
    segmentation: int
    frame: int
    result_frame: int
    labels_frame: int

    @property
    def numbers(self) -> set[int]:
        """All of them; one where everything is in step."""
        return {
            self.source,
            self.segmentation,
            self.frame,
            self.result_frame,
            self.labels_frame,
        }


def read_panes(page: Page) -> Panes:
    """What the panes show now."""
    return Panes(**page.evaluate(_READ))


def watch_panes(page: Page, *, seconds: float) -> list[Panes]:
    """Every state the panes were seen in at the browser's own frame rate."""
    return [Panes(**seen) for seen in page.evaluate(_WATCH, 1000 * seconds)]
