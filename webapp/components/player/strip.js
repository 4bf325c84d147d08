// A strip of colour under the timeline: one stretch per frame, or several frames to a pixel.

import { element } from "../dom.js";

export class Strip {
  #frames;
  #watcher;
  #colourOf = () => null;
  root = element("canvas", { class: "strip", height: 1, "aria-hidden": "true" });

  constructor(frames) {
    this.#frames = frames;
    this.#watcher = new ResizeObserver(() => this.#draw());
    this.#watcher.observe(this.root);
  }

  // `colourOf(from, end)` gives the colour of the frames `from` up to but without `end`, or null.
  show(colourOf) {
    this.#colourOf = colourOf;
    this.#draw();
  }

  dispose() {
    this.#watcher.disconnect();
  }

  #draw() {
    const width = Math.round(this.root.clientWidth * window.devicePixelRatio);
    if (width === 0) return;
    this.root.width = width;
    const context = this.root.getContext("2d");
    const columns = Math.min(width, this.#frames);
    for (let column = 0; column < columns; column += 1) {
      const [from, end] = [column, column + 1].map((at) => Math.floor((at * this.#frames) / columns));
      const colour = this.#colourOf(from, end);
      if (colour === null) continue;
      const [left, right] = [column, column + 1].map((at) => Math.round((at * width) / columns));
      context.fillStyle = colour;
      context.fillRect(left, 0, right - left, 1);
    }
  }
}
