// The line from which on the second pane covers the first; it is dragged across them.

import { element } from "../dom.js";

// `area()` is what the line runs across; `moved(share)` is told where it was dragged, 0 to 1.
export function wipeLine({ area, moved }) {
  const line = element("div", { class: "wipe-line" });
  line.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = area().getBoundingClientRect();
    moved(Math.min(1, Math.max(0, (event.clientX - left) / width)));
  });
  return line;
}
